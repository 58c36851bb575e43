"""Blobs on this machine and elsewhere behave alike."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import s3fs
from fastapi.testclient import TestClient
from moto.server import ThreadedMotoServer

from backend.app import create_app
from backend.core.storage import Storage
from backend.runtime import open_runtime
from backend.settings import Settings
from backend.users.models import Role
from tests.backend.pictures import photo
from tests.backend.worlds import add_person


@pytest.fixture(scope="module")
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


@pytest.fixture(params=["local", "s3"])
def storage_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return tmp_path.as_uri() if request.param == "local" else str(request.getfixturevalue("s3_url"))


@pytest.fixture
def storage(storage_url: str) -> Storage:
    return Storage(storage_url)


def test_blob_comes_back(storage: Storage, tmp_path: Path) -> None:
    storage.put("a/b/c.bin", b"x" * 3_000_000)
    assert storage.exists("a/b/c.bin")
    assert storage.size_bytes("a/b/c.bin") == 3_000_000
    assert storage.get("a/b/c.bin") == b"".join(storage.chunks("a/b/c.bin")) == b"x" * 3_000_000
    with storage.open("a/b/c.bin") as file:
        assert file.read(2) == b"xx"
    (tmp_path / "file").write_bytes(b"new")
    storage.put_file("a/b/c.bin", tmp_path / "file")
    assert storage.get("a/b/c.bin") == b"new"
    storage.delete("a/b/c.bin")
    storage.delete("a/b/c.bin")
    assert not storage.exists("a/b/c.bin")
    with pytest.raises(FileNotFoundError):
        storage.get("a/b/c.bin")


def break_off_writing(storage: Storage) -> None:
    with storage.writing("a/b.bin") as file:
        file.write(b"new bu")
        raise RuntimeError("the power went off")


def test_half_written_blob_is_not_there(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        break_off_writing(storage)
    assert not storage.exists("a/b.bin")
    storage.put("a/b.bin", b"old")
    with pytest.raises(RuntimeError):
        break_off_writing(storage)
    assert storage.get("a/b.bin") == b"old"
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize("key", ["/etc/passwd", "../outside", "a/../../b", "a//b", ""])
def test_keys_stay_inside(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        storage.put(key, b"")


def test_pictures_are_served_from_anywhere(tmp_path: Path, sqlite_url: str, storage_url: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=sqlite_url, storage_url=storage_url)
    runtime = open_runtime(settings)
    headers = add_person(runtime, "Anna", Role.MANAGER).headers
    client = TestClient(create_app(runtime), base_url="http://localhost", headers=headers)
    report = client.post("/api/images", files={"files": ("a.png", photo())}).json()
    response = client.get(f"/api/images/{report['files'][0]['image_id']}/picture")
    assert response.content == photo()
    assert response.headers["content-length"] == str(len(photo()))
    assert response.headers["content-type"] == "image/png"
