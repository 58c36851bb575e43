"""A world for backend tests: settings, a migrated database of either kind, storage, the application."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import s3fs
import uvicorn
from fastapi.testclient import TestClient
from moto.server import ThreadedMotoServer

from backend.app import create_app
from backend.core.database import open_engine
from backend.core.migrations import migrate
from backend.models.tasks import ensure_starter
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.users.models import Role
from tests.backend.retraining import register_tiny_model
from tests.backend.servers import PostgresCluster, RedisServer, free_port, postgres_cluster, wait_until
from tests.backend.tallying import counted, tallies
from tests.backend.worlds import add_person

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    with postgres_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresCluster) -> str:
    """Name of a database with all tables, to be copied."""
    url = postgres.create_database()
    engine = open_engine(Settings(database_url=url).effective_database_url)
    migrate(engine)
    engine.dispose()
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "maskloop.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    """A runtime with the starter registered, whose files others copy: exporting a decoder takes seconds."""
    runtime = open_runtime(Settings(data_dir=tmp_path_factory.mktemp("starter")))
    migrate(runtime.engine)
    ensure_starter(runtime)
    runtime.engine.dispose()  # nothing of it is left in the database's log, and the folder can be copied
    return runtime


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    """As `starter`, with a model that is trained in seconds."""
    folder = tmp_path_factory.mktemp("tiny")
    runtime = open_runtime(Settings(data_dir=folder))
    migrate(runtime.engine)
    register_tiny_model(runtime, folder)
    return runtime


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    shutil.copy(migrated_sqlite, tmp_path / "maskloop.db")
    return f"sqlite:///{tmp_path / 'maskloop.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    template: str = request.getfixturevalue("migrated_postgres")
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    return cluster.create_database(template)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url, frontend_dir=tmp_path / "frontend")


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def exact_tallies(runtime: Runtime) -> Iterator[None]:
    """Whatever the test does to masks, their tallies end up as a count of all masks would have them."""
    yield
    assert tallies(runtime) == counted(runtime)


@pytest.fixture
def client(runtime: Runtime) -> Iterator[TestClient]:
    """An admin's program: what it may do, everybody with a lesser role may be refused."""
    admin = add_person(runtime, "admin", Role.ADMIN)
    with TestClient(create_app(runtime), base_url="http://localhost", headers=admin.headers) as client:
        yield client


@pytest.fixture
def server(runtime: Runtime) -> Iterator[str]:
    """-> URL of the application on a real port"""
    port = free_port()
    config = uvicorn.Config(create_app(runtime), port=port, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, what="server answers")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path, free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of an S3 server, found through the variables that every S3 client reads."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    bucket = f"blobs-{uuid4().hex}"
    s3fs.S3FileSystem(skip_instance_cache=True).mkdir(bucket)
    return f"s3://{bucket}/maskloop"
