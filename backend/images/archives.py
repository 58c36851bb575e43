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

ZIP_SIGNATURE = b"PK"
# Operating systems add these to archives; nobody means to import them.
LITTER = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


class _Photos(BaseModel):
    folder: str


class ExportWithPhotos(BaseModel):
    """What the manifest of an export says, as far as it is of interest here."""

    maskloop_export: int
    photos: _Photos


@dataclass(frozen=True)
class Found:
    """A file of an upload: its bytes, or why they are refused."""

    name: str
    content: bytes | FileRefusedError


def files_of(name: str, file: IO[bytes], *, max_file_bytes: int) -> Iterator[Found]:
    """The upload itself or, when it is a zip archive, its members; each with its own verdict.

    Members are read into memory one by one and never written under their own path.
    """
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
        members = [member for member in archive.infolist() if not member.is_dir() and not _is_litter(member)]
        members = _photos_of_export(archive, members)
        if not members:
            yield Found(archive_name, FileRefusedError("bad_archive", "The zip archive holds no files."))
        for member in members:
            yield Found(member.filename, _content(archive, member, max_file_bytes))


def _photos_of_export(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Of an export of ours that has photos, these alone; of other archives all that they have."""
    try:
        about = ExportWithPhotos.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValueError, *UNREADABLE):
        return members
    return [
        member
        for member in members
        if member.filename.startswith(about.photos.folder)
        and PurePosixPath(member.filename).suffix.lower() in PHOTO_ENDINGS
    ]


def _content(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_file_bytes: int
) -> bytes | FileRefusedError:
    if not _is_safe(member):
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


def _is_safe(member: zipfile.ZipInfo) -> bool:
    if stat.S_ISLNK(member.external_attr >> 16):
        return False
    posix, windows = PurePosixPath(member.filename), PureWindowsPath(member.filename)
    return not (posix.is_absolute() or windows.drive or windows.root or ".." in windows.parts)


def _is_litter(member: zipfile.ZipInfo) -> bool:
    return not LITTER.isdisjoint(PurePosixPath(member.filename).parts)
