"""`maskloop backup`: what one machine keeps, as it is at a moment, while the server goes on."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import make_url

from backend.settings import Settings


class BackupError(Exception):
    """Why there is no backup, in a sentence for a person."""


def back_up(settings: Settings, folder: Path) -> int:
    """Makes `folder` a data folder, which can take the place of the present one; how many blobs it has.

    The database comes first: no row points to a blob that was stored later. Raises BackupError.
    """
    database, blobs = _places(settings)
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(database)) as present,
        closing(sqlite3.connect(folder / "maskloop.db")) as copy,
    ):
        present.backup(copy)  # one read transaction: writers go on, and are not in it
    return _copy_blobs(blobs, folder / "blobs")


def _places(settings: Settings) -> tuple[Path, Path]:
    """The database file, and the folder of the blobs."""
    url = make_url(settings.effective_database_url)
    files, root = url_to_fs(settings.effective_storage_url)
    if url.get_backend_name() != "sqlite" or not isinstance(files, LocalFileSystem):
        raise BackupError(
            "This installation does not keep everything in files: docs/operations.md says how PostgreSQL and "
            "S3 are backed up."
        )
    database = Path(url.database or "")
    if not database.is_file():
        raise BackupError(f"There is no database at {database}. MASKLOOP_DATA_DIR says where it is.")
    return database, Path(root)


def _copy_blobs(source: Path, target: Path) -> int:
    copied = 0
    for folder, _, names in os.walk(source):
        into = target / Path(folder).relative_to(source)
        into.mkdir(parents=True, exist_ok=True)
        for name in names:
            if name.endswith(".part"):  # somebody is writing it
                continue
            with suppress(FileNotFoundError):  # an export that is deleted meanwhile
                shutil.copy2(Path(folder) / name, into / name)
                copied += 1
    return copied
