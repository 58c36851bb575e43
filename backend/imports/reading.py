"""Which layout a file of annotations is in, and what it says, image by image."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import SEEK_END
from itertools import chain
from typing import IO

import ijson

from backend.layouts import coco_reading, maps, sa1b, ultralytics, yolo
from backend.layouts.archive import MANIFEST, ArchiveReader, from_json
from backend.layouts.coco_reading import Document
from backend.layouts.names import split_of
from backend.layouts.rows import AnnotatedImage, LayoutError, Refused
from backend.layouts.spool import Places

ZIP_SIGNATURE = b"PK"
WHAT_IS_TAKEN = (
    "Import a COCO file (.json), a label map (.png, .tif), or a zip archive: of COCO files, of label maps, "
    "of YOLO segmentation texts with data.yaml, of SA-1B files, or exported from here."
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
    start = file.read(maps.SIGNATURE_BYTES)
    file.seek(0)
    if start.startswith(ZIP_SIGNATURE):
        return _of_archive(ArchiveReader(file, max_file_bytes=max_file_bytes), name, max_image_pixels)
    if maps.is_map(start):
        return AnnotationFile(1, iter([maps.read_file(file.read(), name, max_pixels=max_image_pixels)]))
    content = _json_file(file, name, max_file_bytes, Places())
    if isinstance(content, Document):
        return AnnotationFile(_lines(content), _of_document(content, name))
    if sa1b.is_sa1b(content):
        return AnnotationFile(1, iter([sa1b.read_document(content, name)]))
    raise LayoutError(f"{name} is {_tool_of(content)}. {WHAT_IS_TAKEN}")


def _json_file(
    file: IO[bytes], name: str, max_file_bytes: int, places: Places, *, split: str | None = None
) -> Document | object:
    """A COCO file is read as it comes; what may be another one is read into memory, to tell what it is.

    Raises LayoutError.
    """
    try:
        records = coco_reading.streamed(file)
        if all(any(True for _ in records(key)) for key in ("images", "annotations")):
            return coco_reading.read(records, name, places, split=split)
    except ijson.JSONError:  # also at what is read all the same, such as NaN
        pass
    if file.seek(0, SEEK_END) > max_file_bytes:
        raise LayoutError(
            f"{name} is no COCO file, or damaged, and other files must not be larger than "
            f"{max_file_bytes / 2**20:.0f} MiB."
        )
    file.seek(0)
    content: object = from_json(file.read(), name)
    if coco_reading.is_coco(content):
        return coco_reading.read(coco_reading.loaded(content, name), name, places, split=split)
    return content


def _of_document(document: Document, file: str, *, where: str = "") -> Iterator[AnnotatedImage]:
    """Its images, and first what a person should know of it; `where` comes before each place in it."""
    if document.note is not None:
        yield AnnotatedImage(file, None, None, (), file=file, note=document.note)
    for image in document.images:
        placed = [replace(one, where=where + one.where) for one in image.annotations]
        yield replace(image, annotations=placed, file=file)


def _lines(content: Document | LayoutError | object) -> int:
    return content.image_count + (content.note is not None) if isinstance(content, Document) else 1


def _of_archive(archive: ArchiveReader, name: str, max_image_pixels: int) -> AnnotationFile:
    """Masks stand in documents, if there are any; pictures are label maps only where nothing else is."""
    if archive.has(yolo.IMAGES):
        return AnnotationFile(len(archive.names(".txt")), yolo.read(archive))
    is_ours = archive.manifest().get("format") == "png"
    documents = [] if is_ours else [document for document in archive.names(".json") if document != MANIFEST]
    contents = _documents(archive, documents)
    if any(isinstance(content, Document) for content in contents.values()):
        return _of_documents(contents)
    if ultralytics.is_ultralytics(archive):
        return AnnotationFile(len(archive.names(".txt")), ultralytics.read(archive))
    if sa1b_files := [document for document, content in contents.items() if sa1b.is_sa1b(content)]:
        return AnnotationFile(len(sa1b_files), sa1b.read(archive, sa1b_files))
    if found := maps.map_names(archive):
        return AnnotationFile(len(found), maps.read(archive, max_pixels=max_image_pixels))
    for document, content in contents.items():
        if isinstance(content, LayoutError):
            raise content
        raise LayoutError(f"{document} in {name} is {_tool_of(content)}. {WHAT_IS_TAKEN}")
    raise LayoutError(f"{name} holds no annotations. {WHAT_IS_TAKEN}")


def _documents(archive: ArchiveReader, names: list[str]) -> dict[str, Document | LayoutError | object]:
    """COCO files read, of which each may have the images of one split; of others what they say."""
    places = Places()
    splits = {name: split_of(name) for name in names}
    have_splits = len(set(splits.values()) - {None}) > 1
    contents: dict[str, Document | LayoutError | object] = {}
    for name in names:
        split = splits[name] if have_splits else None
        try:
            file = archive.unpacked(name)
            contents[name] = _json_file(file, name, archive.max_file_bytes, places, split=split)
        except LayoutError as error:
            contents[name] = error
    return contents


def _of_documents(contents: dict[str, Document | LayoutError | object]) -> AnnotationFile:
    """Each COCO file, and a line about each other file."""
    several = len(contents) > 1

    def images(name: str, content: Document | LayoutError | object) -> Iterator[AnnotatedImage]:
        if isinstance(content, Document):
            yield from _of_document(content, name, where=f"{name}, " if several else "")
        elif isinstance(content, LayoutError):
            yield AnnotatedImage(name, None, None, [Refused(name, str(content))], file=name)
        else:
            yield AnnotatedImage(name, None, None, (), file=name, note=f"left out: it is {_tool_of(content)}")

    return AnnotationFile(
        sum(map(_lines, contents.values())), chain.from_iterable(images(*item) for item in contents.items())
    )


def _tool_of(content: object) -> str:
    """What a JSON file that holds no masks for us is, so that a person knows what to export instead."""
    record = content[0] if isinstance(content, list) and content else content
    keys = set(record) if isinstance(record, dict) else set()
    if {"shapes", "imagePath"} <= keys:
        return "a labelme file: convert it to COCO, with labelme2coco or X-AnyLabeling"
    if "data" in keys and keys & {"annotations", "completions", "predictions"}:
        return "Label Studio's own JSON: export as COCO with images, or as YOLO with images"
    if any(isinstance(value, dict) and "regions" in value for value in _values(record)):
        return "VIA's own JSON: export as COCO"
    return "in no known layout"


def _values(record: object) -> list[object]:
    return list(record.values()) if isinstance(record, dict) else []
