"""Blobs by key (originals, embeddings, models, ...) in a local folder or behind any fsspec URL."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO, cast
from uuid import uuid4

import fsspec
from fsspec.implementations.local import LocalFileSystem

CHUNK_BYTES = 1 << 20


class BlobMissingError(FileNotFoundError):
    """There is no blob of this key, although something refers to it."""


class Storage:
    """Keys are relative paths such as `thumbnails/ab/abcd.jpg`. A blob is there whole or not at all."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)
        self._is_local = isinstance(self._fs, LocalFileSystem)

    def put(self, key: str, data: bytes) -> None:
        with self.writing(key) as file:
            file.write(data)

    def put_file(self, key: str, path: Path) -> None:
        with self.writing(key) as target, path.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                target.write(chunk)

    @contextmanager
    def writing(self, key: str) -> Iterator[IO[bytes]]:
        """A file to write to; the blob appears when the block ends, and not when it raises."""
        path = self._path(key)
        if self._is_local:
            target = Path(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.{uuid4().hex}.part")
            try:
                with part.open("wb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        else:
            with NamedTemporaryFile() as file:
                yield cast(IO[bytes], file)
                file.flush()
                self._fs.put_file(file.name, path)

    def get(self, key: str) -> bytes:
        """Raises BlobMissingError."""
        with _telling_missing(key):
            return cast(bytes, self._fs.cat_file(self._path(key)))

    def open(self, key: str) -> BinaryIO:
        """The blob as a file open for reading. Raises BlobMissingError."""
        with _telling_missing(key):
            return cast(BinaryIO, self._fs.open(self._path(key), "rb"))

    def chunks(self, key: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop`, or to the end. Raises BlobMissingError at the first."""
        with self.open(key) as file:
            file.seek(start)
            left = self.size_bytes(key) - start if stop is None else stop - start
            while chunk := file.read(min(CHUNK_BYTES, left)):
                left -= len(chunk)
                yield chunk

    def exists(self, key: str) -> bool:
        return bool(self._fs.exists(self._path(key)))

    def size_bytes(self, key: str) -> int:
        """Raises BlobMissingError."""
        with _telling_missing(key):
            return int(self._fs.size(self._path(key)))

    def delete(self, key: str) -> None:
        """Deletes the blob, or the folder with all blobs in it. Deleting what is not there is no error."""
        path = self._path(key)
        if self._is_local and Path(path).is_dir():
            shutil.rmtree(path, ignore_errors=True)  # somebody may be writing into it, who has to clear up
        else:
            self._fs.invalidate_cache()  # another process may have written since we looked last
            if self._fs.exists(path):
                self._fs.rm(path, recursive=True)

    def bytes_by_folder(self, *, without: Sequence[str] = ()) -> dict[str, int]:
        """Bytes of the blobs in each folder at the top, from a listing of all but those in `without`.

        A folder takes one look at each of its files, an S3 store one request for each thousand.
        """
        if self._is_local:
            folders = [
                entry for entry in _entries(self._root) if entry.is_dir() and entry.name not in without
            ]
            return {folder.name: _bytes_within(folder) for folder in folders}
        self._fs.invalidate_cache()
        found: dict[str, int] = {}
        for entry in self._fs.ls(self._root, detail=True) if self._fs.exists(self._root) else []:
            name = entry["name"].rstrip("/").rpartition("/")[2]
            if entry["type"] == "directory" and name not in without:
                blobs = self._fs.find(entry["name"], detail=True).values()
                found[name] = sum(int(blob["size"] or 0) for blob in blobs)
        self._fs.invalidate_cache()  # it keeps what it has listed
        return found

    def disk_bytes(self) -> tuple[int, int] | None:
        """Free and in all, of the disk; None where the storage is not on one of this machine's."""
        if not self._is_local:
            return None
        root = Path(self._root)  # comes with the first blob
        usage = shutil.disk_usage(next(folder for folder in (root, *root.parents) if folder.exists()))
        return usage.free, usage.total

    def local_path(self, key: str) -> Path | None:
        """Where the blob lies on this machine, None when it is kept elsewhere."""
        return Path(self._path(key)) if self._is_local else None

    def _path(self, key: str) -> str:
        parts = key.split("/")
        if key.startswith("/") or any(part in {"", ".", ".."} for part in parts):
            raise ValueError(f"not a storage key: {key!r}")
        return f"{self._root}/{key}"


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:  # somebody may have deleted it meanwhile
        return list(entries)
    return []


def _bytes_within(folder: os.DirEntry[str]) -> int:
    total = 0
    for entry in _entries(folder.path):
        with suppress(FileNotFoundError):
            total += _bytes_within(entry) if entry.is_dir() else entry.stat().st_size
    return total


@contextmanager
def _telling_missing(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissingError(key) from error
