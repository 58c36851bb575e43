"""Which pictures of an archive are label maps, and which lie beside them."""

from __future__ import annotations

from pathlib import PurePosixPath

from backend.layouts.archive import PHOTOS, ArchiveReader
from backend.layouts.names import stem, without_map_suffix

ENDINGS = {".png", ".tif", ".tiff"}
OBJECT_FOLDERS = {"segmentationobject", "segmentationobjectpng"}
CLASS_FOLDERS = {"segmentationclass", "segmentationclasspng"}
MAP_FOLDERS = (
    OBJECT_FOLDERS | CLASS_FOLDERS | {"masks", "mask", "labels", "label", "gt", "annotations", "instances"}
)


def map_names(archive: ArchiveReader) -> list[str]:
    """Of the folders or name suffixes that tools use for maps; where it has neither, all pictures.

    Of VOC's maps of objects and classes for one image, those of objects.
    """
    pictures = [name for name in archive.names() if PurePosixPath(name).suffix.lower() in ENDINGS]
    if archive.manifest():
        return [name for name in pictures if not (archive.has_photos() and name.startswith(PHOTOS))]
    in_folders = [name for name in pictures if MAP_FOLDERS & _folders(name)]
    if in_folders:
        objects = {_base(name) for name in in_folders if OBJECT_FOLDERS & _folders(name)}
        return [
            name for name in in_folders if not (CLASS_FOLDERS & _folders(name) and _base(name) in objects)
        ]
    with_suffix = [name for name in pictures if without_map_suffix(stem(name)) != stem(name)]
    return with_suffix or pictures


def class_map_of(archive: ArchiveReader, name: str) -> str | None:
    """The map of classes beside a map of objects."""
    if not OBJECT_FOLDERS & _folders(name):
        return None
    beside = [other for other in archive.names() if CLASS_FOLDERS & _folders(other)]
    return next((other for other in beside if _base(other) == _base(name)), None)


def _folders(name: str) -> set[str]:
    return {part.casefold() for part in PurePosixPath(name).parts[:-1]}


def _base(name: str) -> str:
    return PurePosixPath(name).stem.casefold()
