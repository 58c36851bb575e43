"""A COCO file, written row by row with as little memory for a million masks as for one."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from pydantic import BaseModel, Field, FiniteFloat, ValidationError

from backend.layouts import polygons
from backend.layouts.rows import (
    AnnotatedImage,
    Annotation,
    Categories,
    ImageRow,
    LayoutError,
    MaskRow,
    Refused,
    Totals,
    decoded,
    first_fault,
)
from backend.layouts.segmentation import read_mask

Segmentation = Callable[[MaskRow], object]


def as_rle(row: MaskRow) -> object:
    return {"size": [row.image.height, row.image.width], "counts": row.rle_counts}


def as_polygons(row: MaskRow) -> object:
    outlines = polygons.outlines(decoded(row))
    return [[number for place in outline for number in place] for outline in outlines]


def write(
    file: IO[bytes],
    rows: Iterable[MaskRow],
    categories: Categories,
    *,
    segmentation: Segmentation,
    created_at: datetime,
) -> None:
    """Writes `rows`, which must come image by image, one annotation per line.

    Images are in the file when they have a mask: one without may just not have been looked at yet, and in
    COCO it would count as an image without objects.
    """
    info = {"description": "Masks made with Maskloop", "date_created": created_at.isoformat()}
    _write(file, f'{{"info": {json.dumps(info)},\n"licenses": [],\n')
    _write(file, f'"categories": {json.dumps(_categories(categories))},\n"annotations": [')
    # Which images have masks is known after the last row only, and a second pass might see other rows.
    with TemporaryFile() as images:
        image, image_number = None, 0
        for number, row in enumerate(rows, start=1):
            if row.image != image:
                image, image_number = row.image, image_number + 1
                _write(images, _separator(image_number) + json.dumps(_image(image, image_number)))
            annotation = _annotation(row, number, image_number, categories) | {
                "segmentation": segmentation(row)
            }
            _write(file, _separator(number) + json.dumps(annotation))
        _write(file, '\n],\n"images": [')
        images.seek(0)
        shutil.copyfileobj(images, file)
    _write(file, "\n]}\n")


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
    images: list[_Image]
    categories: list[_Category] = []
    annotations: list[Any]


def is_coco(content: object) -> bool:
    return isinstance(content, dict) and {"images", "annotations"} <= set(content)


def read(content: object, name: str) -> Iterator[AnnotatedImage]:
    """A COCO file of anybody's, image by image in its order. Raises LayoutError when it is none."""
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise LayoutError(f"{name} is no COCO file: {first_fault(error)}.") from error
    images, categories = file.images, file.categories
    names = {category.id: category.name for category in categories}
    of_image: dict[int | str | None, list[Annotation | Refused]] = defaultdict(list)
    known = {image.id for image in images}
    for index, record in enumerate(file.annotations):
        image_id, annotation = _read_annotation(record, f"annotation {index}", names)
        if image_id is not None and image_id not in known:
            annotation = Refused(f"annotation {index}", f"the file lists no image {image_id}")
        of_image[image_id if image_id in known else None].append(annotation)
    if None in of_image:
        yield AnnotatedImage(name, None, None, of_image.pop(None))
    for image in images:
        if annotations := of_image.pop(image.id, None):
            size = None if image.height is None or image.width is None else (image.height, image.width)
            yield AnnotatedImage(image.file_name, image.sha256, size, annotations)


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


def _image(image: ImageRow, number: int) -> dict[str, Any]:
    return {
        "id": number,
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


def _annotation(row: MaskRow, number: int, image_number: int, categories: Categories) -> dict[str, Any]:
    return {
        "id": number,
        "image_id": image_number,
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
