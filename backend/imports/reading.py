"""Which layout a file of annotations is in, and what it says, image by image."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import SEEK_END
from typing import IO

import ijson

from backend.layouts import coco, png, sa1b, yolo
from backend.layouts.archive import MANIFEST, ArchiveReader, from_json
from backend.layouts.rows import AnnotatedImage, LayoutError

ZIP_SIGNATURE = b"PK"
WHAT_IS_TAKEN = (
    "Import a COCO file (.json), or a zip archive: of PNG label maps, of SA-1B files, or exported from here."
)


@dataclass(frozen=True)
class AnnotationFile:
    """`images` may raise LayoutError on the way: the file is damaged from there on."""

    image_count: int  # at most
    images: Iterator[AnnotatedImage]


def open_annotations(
    name: str, file: IO[bytes], *, max_file_bytes: int, max_image_pixels: int
) -> AnnotationFile:
    """Raises LayoutError when the file is in no layout that is known."""
    start = file.read(len(ZIP_SIGNATURE))
    file.seek(0)
    if start != ZIP_SIGNATURE:
        return _of_json_file(file, name, max_file_bytes)
    return _of_archive(ArchiveReader(file, max_file_bytes=max_file_bytes), name, max_image_pixels)


def _of_json_file(file: IO[bytes], name: str, max_file_bytes: int) -> AnnotationFile:
    """A COCO file is read as it comes; what may be another one is read into memory, to tell what it is."""
    try:
        if all(any(True for _ in coco.streamed(file, key)) for key in ("images", "annotations")):
            return AnnotationFile(*coco.read(partial(coco.streamed, file), name))
    except ijson.JSONError:  # also at what is read all the same, such as NaN
        pass
    if file.seek(0, SEEK_END) > max_file_bytes:
        raise LayoutError(
            f"{name} is no COCO file, or damaged, and other files must not be larger than "
            f"{max_file_bytes / 2**20:.0f} MiB."
        )
    file.seek(0)
    return _of_json(from_json(file.read(), name), name)


def _of_json(content: object, name: str) -> AnnotationFile:
    if coco.is_coco(content):
        return AnnotationFile(*coco.read(coco.loaded(content, name), name))
    if sa1b.is_sa1b(content):
        return AnnotationFile(1, iter([sa1b.read_document(content, name)]))
    raise LayoutError(f"{name} is in no known layout. {WHAT_IS_TAKEN}")


def _of_archive(archive: ArchiveReader, name: str, max_image_pixels: int) -> AnnotationFile:
    if archive.has(yolo.IMAGES):
        return AnnotationFile(len(archive.names(".txt")), yolo.read(archive))
    # Photos of an export may be PNGs, too.
    has_maps = archive.manifest().get("format", "png") == "png"
    if has_maps and (maps := png.map_names(archive)):
        return AnnotationFile(len(maps), png.read(archive, max_pixels=max_image_pixels))
    documents = [document for document in archive.names(".json") if document != MANIFEST]
    if not documents:
        raise LayoutError(f"{name} holds no annotations. {WHAT_IS_TAKEN}")
    if len(documents) == 1:
        return _of_json_file(archive.unpacked(documents[0]), documents[0], archive.max_file_bytes)
    first = archive.read_json(documents[0])
    if sa1b.is_sa1b(first):
        return AnnotationFile(len(documents), sa1b.read(archive))
    raise LayoutError(f"{documents[0]} in {name} is in no known layout. {WHAT_IS_TAKEN}")
