"""A COCO file, written row by row with as little memory for a million masks as for one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from backend.layouts import polygons
from backend.layouts.rows import (
    Categories,
    ImageMasks,
    ImageRow,
    LayoutError,
    MaskRow,
    Totals,
    decoded,
)
from backend.layouts.segmentation import read_mask

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
