"""SA-1B's layout: a JSON file per image, in one archive. engine/automask/document.py writes it, too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, Field, FiniteFloat, ValidationError

from backend.layouts.archive import MANIFEST, Archive, ArchiveReader
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
    first_fault,
)
from backend.layouts.segmentation import totals_of

ID_BYTES = 6  # JavaScript reads whole numbers of up to 53 bits exactly


def write(archive: Archive, images: Iterable[ImageMasks], categories: Categories) -> None:
    for image, masks in images:
        records = [_record(row, number, categories) for number, row in enumerate(masks, start=1)]
        document = {"image": _image(image), "annotations": records}
        archive.add(f"{image.path}.json", json.dumps(document, ensure_ascii=False).encode())


def join(archive: Archive, parts: Iterable[ArchiveReader], _categories: Categories) -> None:
    """Puts what `write` has written into several archives into one."""
    for part in parts:
        archive.take(part)


def read_totals(archive: ArchiveReader) -> Iterator[Totals]:
    """What `write` has written. Raises LayoutError for a mask that does not decode."""
    for image in read(archive, [name for name in archive.names(".json") if name != MANIFEST]):
        yield from totals_of(image)


class _Image(BaseModel):
    width: int
    height: int
    file_name: str
    sha256: str | None = None


class _Annotation(BaseModel):
    segmentation: dict[str, Any] | list[Any]
    predicted_iou: FiniteFloat | None = None
    stability_score: FiniteFloat | None = None
    point_coords: list[tuple[FiniteFloat, FiniteFloat]] = []
    crop_box: tuple[int, int, int, int] | None = None
    label: str | None = None


class _Document(BaseModel):
    image: _Image
    annotations: list[Any] = Field(strict=True)


def is_sa1b(content: object) -> bool:
    return isinstance(content, dict) and {"image", "annotations"} <= set(content)


def read(archive: ArchiveReader, names: Sequence[str]) -> Iterator[AnnotatedImage]:
    """The images of these files of an archive. Raises LayoutError at a file that is not in this layout."""
    for name in names:
        yield read_document(archive.read_json(name), name)


def read_document(content: object, name: str) -> AnnotatedImage:
    """Raises LayoutError."""
    try:
        document = _Document.model_validate(content)
    except ValidationError as error:
        raise LayoutError(f"{name} is not in SA-1B's layout: {first_fault(error)}.") from error
    image = document.image
    annotations = [
        _read_annotation(record, f"{name}, annotation {index}")
        for index, record in enumerate(document.annotations)
    ]
    return AnnotatedImage(image.file_name, image.sha256, (image.height, image.width), annotations)


def _read_annotation(record: object, where: str) -> Annotation | Refused:
    try:
        read = _Annotation.model_validate(record)
    except ValidationError as error:
        return Refused(where, first_fault(error))
    return Annotation(
        where=where,
        category=read.label,
        segmentation=read.segmentation,
        predicted_iou=read.predicted_iou,
        stability_score=read.stability_score,
        point=read.point_coords[0] if read.point_coords else None,
        crop_box=read.crop_box,
    )


def _image(image: ImageRow) -> dict[str, Any]:
    return {
        "image_id": int.from_bytes(hashlib.sha256(image.stem.encode()).digest()[:ID_BYTES]),
        "width": image.width,
        "height": image.height,
        "file_name": image.name,
        "sha256": image.sha256,
    }


def _record(row: MaskRow, number: int, categories: Categories) -> dict[str, Any]:
    x, y, width, height = row.bbox
    label = categories.of(row).label
    return {
        "id": number,
        "segmentation": {"size": [row.image.height, row.image.width], "counts": row.rle_counts},
        "area": row.area_px,
        "bbox": [x, y, width - 1, height - 1],  # as in the reference, a box ends at the last column and row
        "predicted_iou": row.predicted_iou,
        "point_coords": [list(row.point)] if row.point else [],
        "stability_score": row.stability_score,
        "crop_box": list(row.crop_box or (0, 0, row.image.width, row.image.height)),
        "label": label.name if label else None,
        "maskloop_id": str(row.id),
        "active_ms": row.active_ms,
        "stage": row.stage,
        "source": row.source,
    }
