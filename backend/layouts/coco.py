"""A COCO file, written row by row with as little memory for a million masks as for one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self, TypeVar

import ijson
from pydantic import BaseModel, Field, FiniteFloat, ValidationError

from backend.layouts import polygons
from backend.layouts.rows import (
    AnnotatedImage,
    Annotation,
    Categories,
    ImageMasks,
    ImageRow,
    LayoutError,
    MaskRow,
    Refused,
    Totals,
    decoded,
    first_fault,
)
from backend.layouts.segmentation import read_mask
from backend.layouts.spool import Spool

Record = TypeVar("Record", bound=BaseModel)
Segmentation = Callable[[MaskRow], object]
# How lines of ours begin; what follows is the rest of the record.
ANNOTATION_HEAD = re.compile(rb'\{"id": \d+, "image_id": (\d+), ')
IMAGE_HEAD = re.compile(rb'\{"id": \d+, (?="file_name")')


def as_rle(row: MaskRow) -> object:
    return {"size": [row.image.height, row.image.width], "counts": row.rle_counts}


def as_polygons(row: MaskRow) -> object:
    outlines = polygons.outlines(decoded(row))
    return [[number for place in outline for number in place] for outline in outlines]


def write(
    file: IO[bytes],
    images: Iterable[ImageMasks],
    categories: Categories,
    *,
    segmentation: Segmentation,
    created_at: datetime,
) -> None:
    """Writes one annotation per line, then one image per line."""
    with _Lines(file, categories, created_at) as lines:
        for image, masks in images:
            image_number = lines.add_image(json.dumps(_image(image)))
            for row in masks:
                annotation = _annotation(row, categories) | {"segmentation": segmentation(row)}
                lines.add_annotation(image_number, json.dumps(annotation))


def join(
    file: IO[bytes], parts: Iterable[IO[bytes]], categories: Categories, *, created_at: datetime
) -> None:
    """Puts what `write` has written into several files into one, with numbers of their own."""
    with _Lines(file, categories, created_at) as lines:
        for part in parts:
            images_before = lines.images
            for line in part:
                if match := ANNOTATION_HEAD.match(line):
                    image_number = images_before + int(match.group(1))
                    lines.add_annotation(image_number, "{" + line[match.end() :].decode().rstrip(",\n"))
                elif match := IMAGE_HEAD.match(line):
                    lines.add_image("{" + line[match.end() :].decode().rstrip(",\n"))


class _Lines:
    """A file as it grows. Records come without their numbers, which stand at the start of their lines."""

    def __init__(self, file: IO[bytes], categories: Categories, created_at: datetime) -> None:
        self.images = self._annotations = 0
        self._file = file
        self._images_file = TemporaryFile()  # noqa: SIM115, closed at the end; images stand behind annotations
        info = {"description": "Masks made with Maskloop", "date_created": created_at.isoformat()}
        _write(file, f'{{"info": {json.dumps(info)},\n"licenses": [],\n')
        _write(file, f'"categories": {json.dumps(_categories(categories))},\n"annotations": [')

    def add_image(self, record: str) -> int:
        """Its number."""
        self.images += 1
        _write(self._images_file, f'{_separator(self.images)}{{"id": {self.images}, {record[1:]}')
        return self.images

    def add_annotation(self, image_number: int, record: str) -> None:
        self._annotations += 1
        head = f'{_separator(self._annotations)}{{"id": {self._annotations}, "image_id": {image_number}, '
        _write(self._file, head + record[1:])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._images_file:
            if kind is None:
                _write(self._file, '\n],\n"images": [')
                self._images_file.seek(0)
                shutil.copyfileobj(self._images_file, self._file)
                _write(self._file, "\n]}\n")


def count_records(file: IO[bytes]) -> tuple[int, int]:
    """Images and annotations of what `write` or `join` has written, without decoding them."""
    images = annotations = 0
    for line in file:
        if ANNOTATION_HEAD.match(line):
            annotations += 1
        elif IMAGE_HEAD.match(line):
            images += 1
    return images, annotations


def read_totals(file: IO[bytes]) -> Iterator[Totals]:
    """What `write` has written, image by image and mask by mask, the masks decoded.

    Raises LayoutError for a mask that does not decode.
    """
    sizes: dict[int, tuple[int, int]] = {}
    for record in _records(file):
        if "file_name" in record:
            sizes[record["id"]] = record["height"], record["width"]
            yield Totals(images=1)
    file.seek(0)
    for record in _records(file):
        if "segmentation" in record:
            try:
                mask = read_mask(record["segmentation"], *sizes[record["image_id"]])
            except LayoutError as error:
                raise LayoutError(f"Mask {record['maskloop_id']} does not decode. {error}") from error
            yield Totals(masks=1, area_px=mask.area_px)


class _Image(BaseModel):
    id: int | str
    file_name: str
    width: int | None = None
    height: int | None = None
    sha256: str | None = None


class _Annotation(BaseModel):
    image_id: int | str
    category_id: int | str | None = None
    segmentation: list[Any] | dict[str, Any]
    iscrowd: int = 0
    predicted_iou: FiniteFloat | None = None
    stability_score: FiniteFloat | None = None
    point: tuple[FiniteFloat, FiniteFloat] | None = None
    crop_box: tuple[int, int, int, int] | None = None


class _Category(BaseModel):
    id: int | str
    name: str = Field(min_length=1)


class _File(BaseModel):
    """Of a file that is in memory: that its lists are lists; what is in them is looked at one by one."""

    images: list[Any]
    categories: list[Any] = []
    annotations: list[Any]


def is_coco(content: object) -> bool:
    return isinstance(content, dict) and {"images", "annotations"} <= set(content)


def streamed(file: IO[bytes], key: str) -> Iterator[Any]:
    """The records of one of a file's lists. Raises ijson.JSONError."""
    file.seek(0)
    return iter(ijson.items(file, f"{key}.item", use_float=True))


def loaded(content: object, name: str) -> Callable[[str], Iterable[Any]]:
    """The same of a file that is in memory. Raises LayoutError when it is none."""
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise _no_coco(name, error) from error
    return lambda key: getattr(file, key)


def read(records: Callable[[str], Iterable[Any]], name: str) -> tuple[int, Iterator[AnnotatedImage]]:
    """A COCO file of anybody's, image by image in its order, and how many these are.

    `records` gives those of one of its lists. Only one image's annotations are in memory at a time. Raises
    LayoutError when the file is none.
    """
    spool = Spool()
    for index, record in enumerate(records("images")):
        image = _validated(_Image, record, f"images.{index}", name)
        size = None if image.height is None or image.width is None else (image.height, image.width)
        spool.add_image(image.id, AnnotatedImage(image.file_name, image.sha256, size, ()))
    names: dict[int | str, str] = {}
    for index, record in enumerate(records("categories")):
        category = _validated(_Category, record, f"categories.{index}", name)
        names[category.id] = category.name
    for index, record in enumerate(records("annotations")):
        image_id, annotation = _read_annotation(record, f"annotation {index}", names)
        if image_id is not None and not spool.has_image(image_id):
            annotation = Refused(f"annotation {index}", f"the file lists no image {image_id}")
            image_id = None
        spool.add(image_id, annotation)
    images = (
        replace(image or AnnotatedImage(name, None, None, ()), annotations=annotations)
        for image, annotations in spool.by_image()
    )
    return spool.count_images(), images


def _validated(kind: type[Record], record: object, where: str, name: str) -> Record:
    try:
        return kind.model_validate(record)
    except ValidationError as error:
        raise _no_coco(name, error, within=f"{where}.") from error


def _no_coco(name: str, error: ValidationError, *, within: str = "") -> LayoutError:
    return LayoutError(f"{name} is no COCO file: {within}{first_fault(error)}.")


def _read_annotation(
    record: object, where: str, names: Mapping[int | str, str]
) -> tuple[int | str | None, Annotation | Refused]:
    try:
        read = _Annotation.model_validate(record)
    except ValidationError as error:
        return None, Refused(where, first_fault(error))
    if read.iscrowd:
        return read.image_id, Refused(where, "it is a crowd of objects (iscrowd), not one object")
    if read.category_id is not None and read.category_id not in names:
        return read.image_id, Refused(where, f"the file lists no category {read.category_id}")
    return read.image_id, Annotation(
        where=where,
        category=None if read.category_id is None else names[read.category_id],
        segmentation=read.segmentation,
        predicted_iou=read.predicted_iou,
        stability_score=read.stability_score,
        point=read.point,
        crop_box=read.crop_box,
    )


def _records(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    for line in file:
        if line.startswith(b'{"id"'):
            yield json.loads(line.rstrip(b",\n"))


def _image(image: ImageRow) -> dict[str, Any]:
    return {
        "file_name": image.name,
        "width": image.width,
        "height": image.height,
        "sha256": image.sha256,
        "maskloop_id": str(image.id),
    }


def _categories(categories: Categories) -> list[dict[str, Any]]:
    return [
        {"id": category.id, "name": category.name}
        | ({"maskloop_id": str(category.label.id)} if category.label else {})
        for category in categories.all
    ]


def _annotation(row: MaskRow, categories: Categories) -> dict[str, Any]:
    return {
        "category_id": categories.of(row).id,
        "area": row.area_px,
        "bbox": list(row.bbox),
        "iscrowd": 0,
        "maskloop_id": str(row.id),
        "active_ms": row.active_ms,
        "predicted_iou": row.predicted_iou,
        "stability_score": row.stability_score,
        "point": row.point,
        "crop_box": row.crop_box,
        "model_id": str(row.model_id) if row.model_id else None,
        "stage": row.stage,
        "source": row.source,
    }


def _separator(number: int) -> str:
    return "\n" if number == 1 else ",\n"


def _write(file: IO[bytes], text: str) -> None:
    file.write(text.encode())
