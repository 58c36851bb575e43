"""A zip archive written file by file: the same files give the same bytes, and each has its SHA-256 in it."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from backend.layouts.rows import ImageRow, LayoutError

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell; the manifest has the real one
MODE = 0o644 << 16
MAX_STEM_CHARACTERS = 150
UNUSUAL = re.compile(r'[\\/:*?"<>|]')  # what one of the usual systems does not take in the name of a file
DIGEST_CHARACTERS = 8
LITTER = ("__MACOSX/", ".DS_Store", "/._")


class Archive:
    """Closing it adds the manifest, with the number of files, and a list for `sha256sum --check`."""

    def __init__(self, file: IO[bytes], manifest: Mapping[str, Any]) -> None:
        self.manifest = dict(manifest)
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._sums = TemporaryFile()  # noqa: SIM115, closed at the end
        self._count = 0

    def add(self, name: str, data: bytes, *, is_compressed: bool = False) -> None:
        info = zipfile.ZipInfo(name, TIMESTAMP)
        info.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
        info.external_attr = MODE
        self._zip.writestr(info, data)
        self._sums.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode())
        self._count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._zip, self._sums:
            if kind is None:
                self.manifest["files"] = self._count
                self.add(MANIFEST, to_json(self.manifest))
                self._sums.seek(0)
                self.add(SUMS, self._sums.read())


class ArchiveReader:
    """The files of a zip archive, each read whole and none larger than `max_file_bytes`."""

    def __init__(self, file: IO[bytes], *, max_file_bytes: int) -> None:
        """Raises LayoutError when the archive cannot be read."""
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise LayoutError(f"The zip archive cannot be read ({error}).") from error
        self._max_file_bytes = max_file_bytes
        self._members = {member.filename: member for member in self._zip.infolist() if not member.is_dir()}

    def names(self, ending: str = "") -> list[str]:
        """In the archive's order; without what operating systems add."""
        return [
            name
            for name in self._members
            if name.lower().endswith(ending) and not any(part in name for part in LITTER)
        ]

    def has(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Raises LayoutError."""
        try:
            with self._zip.open(self._members[name]) as file:
                content = file.read(
                    self._max_file_bytes + 1
                )  # an archive may lie about the size of what it holds
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise LayoutError(f"{name} cannot be unpacked ({error}).") from error
        if len(content) > self._max_file_bytes:
            raise LayoutError(f"{name} is larger than {self._max_file_bytes / 2**20:.0f} MiB.")
        return content

    def read_json(self, name: str) -> Any:
        """Raises LayoutError."""
        return from_json(self.read(name), name)


def from_json(content: bytes, name: str) -> Any:
    """Raises LayoutError."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LayoutError(f"{name} is not JSON ({error}).") from error


def to_json(content: object) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


class Stems:
    """Names of files for images: the image's own, without its ending, made unique where two are alike."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, image: ImageRow) -> str:
        stem = UNUSUAL.sub("_", PurePosixPath(image.name).stem)[:MAX_STEM_CHARACTERS].strip(". ") or "image"
        unique, number = stem, 1
        while unique.casefold() in self._taken:
            unique = f"{stem}~{image.sha256[:DIGEST_CHARACTERS]}" + (f"-{number}" if number > 1 else "")
            number += 1
        self._taken.add(unique.casefold())
        return unique
