"""Backups as docs/operations.md describes them, made while people work, and brought back."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest
import s3fs
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from backend.app import create_app
from backend.core.database import session_scope
from backend.images.models import Image
from backend.masks.models import Mask
from backend.runtime import Runtime, open_runtime
from backend.settings import REPOSITORY, Settings
from backend.users.models import Role
from tests.backend.drawing import draw, mask_body
from tests.backend.servers import PostgresCluster, wait_until
from tests.backend.worlds import add_person, import_photos

OPERATIONS = REPOSITORY / "docs" / "operations.md"

Masks = dict[UUID, str]


class Annotator:
    """Saves one mask after the other."""

    def __init__(self, runtime: Runtime, image_id: UUID) -> None:
        self.saved: Masks = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._save, args=(runtime, image_id))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _save(self, runtime: Runtime, image_id: UUID) -> None:
        anna = add_person(runtime, "Anna", Role.ANNOTATOR)
        random = np.random.default_rng(7)
        with TestClient(create_app(runtime), base_url="http://localhost", headers=anna.headers) as program:
            while not self._over.is_set():
                mask_id = uuid4()
                body = mask_body(image_id, draw(random, width=64, height=48))
                program.put(f"/api/masks/{mask_id}", json=body).raise_for_status()
                self.saved[mask_id] = body["rle"]["counts"]


@contextmanager
def annotating(runtime: Runtime, image_id: UUID) -> Iterator[Annotator]:
    """Somebody who has saved some masks, and goes on while the block runs."""
    annotator = Annotator(runtime, image_id)
    annotator.start()
    try:
        wait_until(lambda: len(annotator.saved) >= 20, what="masks are saved")
        yield annotator
        seen = len(annotator.saved)
        wait_until(lambda: len(annotator.saved) > seen, what="masks are saved all along")
    finally:
        annotator.stop()


def blobs(runtime: Runtime) -> dict[str, bytes]:
    """Of all images, by key."""
    with session_scope(runtime.sessions, read_only=True) as session:
        images = session.scalars(select(Image)).all()
    keys = {key for image in images for key in (image.original_key, image.picture_key, image.thumbnail_key)}
    return {key: runtime.storage.get(key) for key in keys}


def masks(runtime: Runtime) -> Masks:
    with session_scope(runtime.sessions, read_only=True) as session:
        return {mask_id: counts for mask_id, counts in session.execute(select(Mask.id, Mask.rle_counts))}


def check(restored: Runtime, before: Masks, after: Masks, pictures: dict[str, bytes]) -> None:
    found = masks(restored)
    assert before.items() <= found.items() <= after.items()
    assert blobs(restored) == pictures
    # It is no museum: work goes on in it.
    boss = add_person(restored, "Boss", Role.ADMIN)
    with TestClient(create_app(restored), base_url="http://localhost", headers=boss.headers) as program:
        [image] = [item for item in program.get("/api/images").json()["items"] if item["mask_count"]]
        body = mask_body(image["id"], draw(np.random.default_rng(8), width=64, height=48))
        assert program.put(f"/api/masks/{uuid4()}", json=body).status_code == 201
    restored.engine.dispose()


def backup(settings: Settings, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "MASKLOOP_DATA_DIR": str(settings.data_dir),
        "MASKLOOP_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-m", "backend.cli", "backup", str(folder)]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True)


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_files_of_one_machine_are_backed_up_while_masks_are_saved(
    runtime: Runtime, settings: Settings, tmp_path: Path
) -> None:
    first, _ = import_photos(runtime, 2)
    pictures = blobs(runtime)
    with annotating(runtime, first) as annotator:
        before = dict(annotator.saved)
        made = backup(settings, tmp_path / "backup")
        after = annotator.saved
    assert (made.returncode, made.stderr) == (0, "")
    restored = open_runtime(Settings(data_dir=tmp_path / "backup"))
    with session_scope(restored.sessions, read_only=True) as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    check(restored, before, after, pictures)

    again = backup(settings, tmp_path / "backup")
    assert again.returncode == 1
    assert "is not empty. Name a new folder." in again.stderr


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_backup_of_files_refuses_what_is_not_in_files(settings: Settings, tmp_path: Path) -> None:
    refused = backup(settings, tmp_path / "backup")
    assert refused.returncode == 1
    assert "docs/operations.md says how PostgreSQL" in " ".join(refused.stderr.split())
    assert not (tmp_path / "backup").exists()


def documented(program: str) -> list[str]:
    """The command of docs/operations.md, without Docker in front and files behind."""
    [line] = re.findall(
        rf"^docker compose exec -T postgres ({program} .+) [<>] ", OPERATIONS.read_text(), re.M
    )
    return shlex.split(line)


def run_in(cluster: PostgresCluster, command: Sequence[str], **streams: object) -> None:
    [*_, binaries] = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name)
    )
    environment = os.environ | {"PGHOST": "127.0.0.1", "PGPORT": str(cluster.port)}
    subprocess.run([binaries / command[0], *command[1:]], env=environment, check=True, **streams)  # type: ignore[call-overload]


def make_database(cluster: PostgresCluster, template: str) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS maskloop WITH (FORCE)")
        connection.execute(f"CREATE DATABASE maskloop OWNER maskloop TEMPLATE {template}".encode())


def test_blobs_of_a_store_come_back_by_the_documented_commands(s3_url: str, tmp_path: Path) -> None:
    bucket = s3_url.removeprefix("s3://").partition("/")[0]
    store = s3fs.S3FileSystem(skip_instance_cache=True)
    blobs = {f"{bucket}/blobs/{name}": name.encode() for name in ("photo", "exports/a/file", "exports/b")}
    store.pipe(blobs)
    get, put = (
        command.replace("/backup/", f"{tmp_path}/").replace("maskloop/", f"{bucket}/")
        for command in re.findall(r'^  python -c "(import s3fs; .+)"$', OPERATIONS.read_text(), re.M)
    )
    subprocess.run([sys.executable, "-c", get], check=True)
    store.rm(f"{bucket}/blobs", recursive=True)
    subprocess.run([sys.executable, "-c", put], check=True)
    store.invalidate_cache()
    assert store.cat(store.find(f"{bucket}/blobs")) == blobs


@pytest.mark.long
def test_database_and_blobs_of_a_team_are_backed_up_while_masks_are_saved(
    postgres: PostgresCluster, migrated_postgres: str, tmp_path: Path
) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE maskloop LOGIN SUPERUSER")
    make_database(postgres, migrated_postgres)
    url = postgres.url("maskloop").replace("postgres@", "maskloop@")
    runtime = open_runtime(Settings(data_dir=tmp_path / "data", database_url=url))
    first, _ = import_photos(runtime, 2)
    pictures = blobs(runtime)
    dump = tmp_path / "maskloop.dump"
    with annotating(runtime, first) as annotator:
        before = dict(annotator.saved)
        with dump.open("wb") as file:
            run_in(postgres, documented("pg_dump"), stdout=file)
        import_photos(runtime, 3)  # one more, which is in the second part only
        subprocess.run(["tar", "czf", tmp_path / "blobs.tar.gz", "blobs"], cwd=tmp_path / "data", check=True)
        after = annotator.saved
    runtime.engine.dispose()

    # Into a fresh place, and over what is there.
    for number, start in enumerate(("template0", migrated_postgres)):
        make_database(postgres, start)
        fresh = tmp_path / f"restored-{number}"
        fresh.mkdir()
        subprocess.run(["tar", "xzf", tmp_path / "blobs.tar.gz", "-C", fresh], check=True)
        with dump.open("rb") as file:
            run_in(postgres, documented("pg_restore"), stdin=file)
        check(open_runtime(Settings(data_dir=fresh, database_url=url)), before, after, pictures)
