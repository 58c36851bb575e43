"""What an upload holds: one file, or the files of a zip archive."""

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

from pydantic import BaseModel

from backend.images.pictures import FileRefusedError
from backend.layouts.archive import MANIFEST, PHOTO_ENDINGS, UNREADABLE
from backend.layouts.names import slashed
from backend.layouts.zip_names import member_names

ZIP_SIGNATURE = b"PK"
# Operating systems add these to archives; nobody means to import them.
LITTER = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
Named = tuple[str, zipfile.ZipInfo]


class _Photos(BaseModel):
    folder: str


class ExportWithPhotos(BaseModel):
    """What the manifest of an export says, as far as it is of interest here."""

    maskloop_export: int
    photos: _Photos


@dataclass(frozen=True)
class Found:
    """A file of an upload: its bytes, or why they are refused."""

    name: str  # with its folders
    content: bytes | FileRefusedError


def files_of(name: str, file: IO[bytes], *, max_file_bytes: int) -> Iterator[Found]:
    """The upload itself or, when it is a zip archive, its members; each with its own verdict.

    Members are read into memory one by one and never written under their own path.
    """
    name = slashed(name)
    start = file.read(len(ZIP_SIGNATURE))
    file.seek(0)
    if start == ZIP_SIGNATURE or (start and name.lower().endswith(".zip")):
        yield from _members(name, file, max_file_bytes)
    else:
        yield Found(name, _read_at_most(file, max_file_bytes))


def _members(archive_name: str, file: IO[bytes], max_file_bytes: int) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield Found(
            archive_name, FileRefusedError("bad_archive", f"The zip archive cannot be read ({error}).")
        )
        return
    with archive:
        listed = archive.infolist()
        named = [
            (name, member)
            for name, member in zip(member_names(listed), listed, strict=True)
            if not name.endswith("/") and LITTER.isdisjoint(name.split("/"))
        ]
        named = _photos_of_export(archive, named)
        if not named:
            yield Found(archive_name, FileRefusedError("bad_archive", "The zip archive holds no files."))
        for name, member in named:
            yield Found(name, _content(archive, name, member, max_file_bytes))


def _photos_of_export(archive: zipfile.ZipFile, named: list[Named]) -> list[Named]:
    """Of an export of ours that has photos, these alone, by their images' names; else everything."""
    try:
        about = ExportWithPhotos.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValueError, *UNREADABLE):
        return named
    return [
        (name.removeprefix(about.photos.folder), member)
        for name, member in named
        if name.startswith(about.photos.folder) and PurePosixPath(name).suffix.lower() in PHOTO_ENDINGS
    ]


def _content(
    archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo, max_file_bytes: int
) -> bytes | FileRefusedError:
    if stat.S_ISLNK(member.external_attr >> 16) or not _is_safe(name):
        return FileRefusedError("unsafe_path", "The path leads out of the archive.")
    if member.flag_bits & 0x1:
        return FileRefusedError("bad_archive", "The file is encrypted; unpack the archive first.")
    try:
        with archive.open(member) as file:
            return _read_at_most(file, max_file_bytes)
    except UNREADABLE as error:
        return FileRefusedError("bad_archive", f"The file cannot be unpacked ({error}).")


def _read_at_most(file: IO[bytes], max_file_bytes: int) -> bytes | FileRefusedError:
    content = file.read(max_file_bytes + 1)  # an archive may lie about the size of what it holds
    if len(content) <= max_file_bytes:
        return content
    return FileRefusedError("file_too_large", f"The file is larger than {max_file_bytes / 2**20:.0f} MiB.")


def _is_safe(name: str) -> bool:
    path = PureWindowsPath(name)  # it knows drives, and `/`
    return not (path.drive or path.root or ".." in path.parts)
