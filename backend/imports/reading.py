"""Which layout a file of annotations is in, and what it says, image by image."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import IO

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
        if file.seek(0, SEEK_END) > max_file_bytes:
            raise LayoutError(f"{name} is larger than {max_file_bytes / 2**20:.0f} MiB. Split it by images.")
        file.seek(0)
        return _of_json(from_json(file.read(), name), name)
    return _of_archive(ArchiveReader(file, max_file_bytes=max_file_bytes), name, max_image_pixels)


def _of_json(content: object, name: str) -> AnnotationFile:
    if coco.is_coco(content):
        images = list(coco.read(content, name))
        return AnnotationFile(len(images), iter(images))
    if sa1b.is_sa1b(content):
        return AnnotationFile(1, iter([sa1b.read_document(content, name)]))
    raise LayoutError(f"{name} is in no known layout. {WHAT_IS_TAKEN}")


def _of_archive(archive: ArchiveReader, name: str, max_image_pixels: int) -> AnnotationFile:
    if archive.has(yolo.IMAGES):
        return AnnotationFile(len(archive.names(".txt")), yolo.read(archive))
    if maps := archive.names(".png"):
        return AnnotationFile(len(maps), png.read(archive, max_pixels=max_image_pixels))
    documents = [document for document in archive.names(".json") if document != MANIFEST]
    if not documents:
        raise LayoutError(f"{name} holds no annotations. {WHAT_IS_TAKEN}")
    first = archive.read_json(documents[0])
    if len(documents) == 1:
        return _of_json(first, documents[0])
    if sa1b.is_sa1b(first):
        return AnnotationFile(len(documents), sa1b.read(archive))
    raise LayoutError(f"{documents[0]} in {name} is in no known layout. {WHAT_IS_TAKEN}")
