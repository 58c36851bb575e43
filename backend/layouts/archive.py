"""A zip archive written file by file: the same files give the same bytes, and each has its SHA-256 in it."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from backend.layouts.rows import LayoutError
from backend.layouts.zip_names import member_names

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell; the manifest has the real one
MODE = 0o644 << 16
MAX_STEM_CHARACTERS = 150
UNUSUAL = re.compile(r'[\\/:*?"<>|]')  # what one of the usual systems does not take in the name of a file
DIGEST_CHARACTERS = 8
PHOTOS = "images/"  # the folder of photos in exports of most layouts
PHOTO_ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}
CHUNK_BYTES = 1 << 20
# What reading a file of a damaged or foreign archive raises.
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError)
LITTER = ("__MACOSX/", ".DS_Store", "/._")


class Archive:
    """Closing it adds the manifest, with the number of files, and a list for `sha256sum --check`."""

    def __init__(self, file: IO[bytes], manifest: Mapping[str, Any]) -> None:
        self.manifest = dict(manifest)
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._sums = TemporaryFile()  # noqa: SIM115, closed at the end
        self._count = 0

    def add(self, name: str, data: bytes, *, is_compressed: bool = False) -> None:
        self._zip.writestr(_info(name, is_compressed), data)
        self._note(hashlib.sha256(data).hexdigest(), name)

    def add_chunks(self, name: str, chunks: Iterable[bytes], *, is_compressed: bool = False) -> str:
        """Adds a file of any size; its SHA-256."""
        digest = hashlib.sha256()
        with self._zip.open(_info(name, is_compressed), "w", force_zip64=True) as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        self._note(digest.hexdigest(), name)
        return digest.hexdigest()

    def take(self, part: ArchiveReader, *, but: Sequence[str] = ()) -> None:
        """Adds the files of an archive of ours as they lie there, without unpacking them.

        Left out are its manifest, its sums and the files in `but`, which must be its last ones.
        """
        left_out = {*but, MANIFEST, SUMS}
        taken, stop = part.members_before(left_out)
        offset = self._zip.start_dir
        self._file.seek(offset)
        for chunk in part.raw(stop):
            self._file.write(chunk)
        for member in taken:
            member.header_offset += offset
            self._zip.filelist.append(member)
            self._zip.NameToInfo[member.filename] = member
        self._zip.start_dir = offset + stop  # where zipfile goes on
        for sha256, name in part.sums():
            if name not in left_out:
                self._note(sha256, name)

    def _note(self, sha256: str, name: str) -> None:
        self._sums.write(f"{sha256}  {name}\n".encode())
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


def _info(name: str, is_compressed: bool) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, TIMESTAMP)
    info.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
    info.external_attr = MODE
    return info


class ArchiveReader:
    """The files of a zip archive, each read whole and none larger than `max_file_bytes`."""

    def __init__(self, file: IO[bytes], *, max_file_bytes: int) -> None:
        """Raises LayoutError when the archive cannot be read."""
        try:
            self._zip = zipfile.ZipFile(file)
            self._file = file
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise LayoutError(f"The zip archive cannot be read ({error}).") from error
        self.max_file_bytes = max_file_bytes
        members = self._zip.infolist()
        named = zip(member_names(members), members, strict=True)
        self._members = {name: member for name, member in named if not name.endswith("/")}

    def names(self, ending: str = "") -> list[str]:
        """In the archive's order; without what operating systems add."""
        return [
            name
            for name in self._members
            if name.lower().endswith(ending) and not any(part in name for part in LITTER)
        ]

    def has(self, name: str) -> bool:
        return name in self._members

    def manifest(self) -> dict[str, Any]:
        """What an archive of ours says about itself; of others nothing. Raises LayoutError."""
        manifest = self.read_json(MANIFEST) if self.has(MANIFEST) else None
        return manifest if isinstance(manifest, dict) and "maskloop_export" in manifest else {}

    def has_photos(self) -> bool:
        return "photos" in self.manifest()

    def members_before(self, names: Collection[str]) -> tuple[list[zipfile.ZipInfo], int]:
        """The files that lie before those of these names, and where they end; of archives of ours."""
        stop = min(member.header_offset for name, member in self._members.items() if name in names)
        return [member for name, member in self._members.items() if name not in names], stop

    def raw(self, stop: int) -> Iterator[bytes]:
        """The archive's bytes up to there."""
        self._file.seek(0)
        while stop and (chunk := self._file.read(min(CHUNK_BYTES, stop))):
            stop -= len(chunk)
            yield chunk

    def check_sums(self) -> None:
        """Reads every file of an archive of ours. Raises LayoutError when one is not what its sum says."""
        sums = {name: sha256 for sha256, name in self.sums()}
        if sums.keys() != self._members.keys() - {SUMS}:
            raise LayoutError("The written archive does not have all files of its parts.")
        for name, sha256 in sums.items():
            if self._sha256(name) != sha256:
                raise LayoutError(f"{name} does not have the SHA-256 that it was given.")

    def sums(self) -> Iterator[tuple[str, str]]:
        """Of an archive of ours, each file's SHA-256 and name."""
        for line in self.read(SUMS).decode().splitlines():
            sha256, _, name = line.partition("  ")
            yield sha256, name

    def _sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        with _unpacking(name), self._zip.open(self._members[name]) as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest()

    def read(self, name: str) -> bytes:
        """Raises LayoutError."""
        with _unpacking(name), self._zip.open(self._members[name]) as file:
            # An archive may lie about the size of what it holds.
            content = file.read(self.max_file_bytes + 1)
        if len(content) > self.max_file_bytes:
            raise self._too_large(name)
        return content

    def unpacked(self, name: str) -> IO[bytes]:
        """The file by itself, on disk. Raises LayoutError."""
        file = TemporaryFile()  # noqa: SIM115, whoever asks for it reads it
        with _unpacking(name), self._zip.open(self._members[name]) as member:
            while chunk := member.read(CHUNK_BYTES):
                if file.write(chunk) and file.tell() > self.max_file_bytes:
                    raise self._too_large(name)
        return file

    def _too_large(self, name: str) -> LayoutError:
        return LayoutError(f"{name} is larger than {self.max_file_bytes / 2**20:.0f} MiB.")

    def read_json(self, name: str) -> Any:
        """Raises LayoutError."""
        return from_json(self.read(name), name)


@contextmanager
def _unpacking(name: str) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise LayoutError(f"{name} cannot be unpacked ({error}).") from error


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

    def __init__(self, *, with_folders: bool = False) -> None:
        self._taken: set[str] = set()
        self._with_folders = with_folders

    def of(self, name: str, sha256: str) -> str:
        *folders, base = PurePosixPath(name).parts
        parts = [*(folders if self._with_folders else []), PurePosixPath(base).stem]
        stem = "/".join(UNUSUAL.sub("_", part)[:MAX_STEM_CHARACTERS].strip(". ") or "image" for part in parts)
        unique, number = stem, 1
        while unique.casefold() in self._taken:
            unique = f"{stem}~{sha256[:DIGEST_CHARACTERS]}" + (f"-{number}" if number > 1 else "")
            number += 1
        self._taken.add(unique.casefold())
        return unique
