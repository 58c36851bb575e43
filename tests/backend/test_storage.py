"""Blobs on this machine and elsewhere behave alike."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.core.migrations import migrate
from backend.core.storage import Storage
from backend.runtime import open_runtime
from backend.settings import Settings
from backend.users.models import Role
from tests.backend.pictures import photo
from tests.backend.worlds import add_person


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


def test_missing_files_are_told_as_such(storage_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", storage_url=storage_url)
    runtime = open_runtime(settings)
    migrate(runtime.engine)
    admin = add_person(runtime, "admin", Role.ADMIN)
    with TestClient(create_app(runtime), base_url="http://localhost", headers=admin.headers) as client:
        client.post("/api/images", files={"files": ("photo.jpg", photo())})
        [image] = client.get("/api/images").json()["items"]
        assert client.get(f"/api/images/{image['id']}/picture").status_code == 200
        for folder in ("originals", "thumbnails"):
            runtime.storage.delete(folder)
        for what in ("picture", "thumbnail"):
            answer = client.get(f"/api/images/{image['id']}/{what}")
            assert (answer.status_code, answer.json()["code"]) == (404, "file_missing")
            assert "bring it back from a backup" in answer.json()["detail"]
