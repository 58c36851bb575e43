"""A COCO file written row by row, with as little memory for a million masks as for one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from backend.masks import rle
from backend.projects.schemas import Label

UNLABELLED_ID = 1  # of the category of masks without a label


@dataclass(frozen=True)
class MaskRow:
    """A mask with its image, as the export reads them."""

    id: UUID
    image_id: UUID
    image_name: str
    height: int
    width: int
    rle_counts: str
    area_px: int
    bbox: tuple[int, int, int, int]
    active_ms: int
    predicted_iou: float | None
    stage: str
    source: str
    label_id: UUID | None


@dataclass(frozen=True)
class Totals:
    """What a file holds, or what it must hold."""

    images: int
    masks: int
    area_px: int


def write_coco(
    file: IO[bytes], rows: Iterable[MaskRow], *, labels: Sequence[Label], created_at: datetime
) -> None:
    """Writes `rows`, which must come image by image, one annotation per line.

    The categories are the project's labels, and one for masks without a label, or with one that is gone.

    Images are in the file when they have a mask: one without may just not have been looked at yet, and in
    COCO it would count as an image without objects.
    """
    info = {"description": "Masks made with Maskloop", "date_created": created_at.isoformat()}
    _write(file, f'{{"info": {json.dumps(info)},\n"licenses": [],\n')
    categories = _categories(labels)
    category_ids = {category.get("maskloop_id"): category["id"] for category in categories}
    _write(file, f'"categories": {json.dumps(categories)},\n"annotations": [')
    # Which images have masks is known after the last row only, and a second pass might see other rows.
    with TemporaryFile() as images:
        image_id, image_number = None, 0
        for number, row in enumerate(rows, start=1):
            if row.image_id != image_id:
                image_id, image_number = row.image_id, image_number + 1
                _write(images, _separator(image_number) + json.dumps(_image(row, image_number)))
            _write(
                file, _separator(number) + json.dumps(_annotation(row, number, image_number, category_ids))
            )
        _write(file, '\n],\n"images": [')
        images.seek(0)
        shutil.copyfileobj(images, file)
    _write(file, "\n]}\n")


def read_totals(file: IO[bytes]) -> Totals:
    """Counts what `write_coco` has written, areas by reading each mask's runs again.

    Raises rle.RleError for a mask that does not decode.
    """
    totals = {"images": 0, "masks": 0, "area_px": 0}
    for line in file:
        if not line.startswith(b'{"id"'):
            continue
        record = json.loads(line.rstrip(b",\n"))
        if "segmentation" in record:
            totals["masks"] += 1
            height, width = record["segmentation"]["size"]
            totals["area_px"] += rle.parse(record["segmentation"]["counts"], height, width).area_px
        else:
            totals["images"] += 1
    return Totals(**totals)


def _image(row: MaskRow, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "file_name": row.image_name,
        "width": row.width,
        "height": row.height,
        "maskloop_id": str(row.image_id),
    }


def _categories(labels: Sequence[Label]) -> list[dict[str, Any]]:
    named = [
        {"id": number, "name": label.name, "maskloop_id": str(label.id)}
        for number, label in enumerate(labels, start=UNLABELLED_ID + 1)
    ]
    return [{"id": UNLABELLED_ID, "name": "object"}, *named]


def _annotation(
    row: MaskRow, number: int, image_number: int, category_ids: Mapping[str | None, int]
) -> dict[str, Any]:
    label = str(row.label_id) if row.label_id else None
    return {
        "id": number,
        "image_id": image_number,
        "category_id": category_ids.get(label, UNLABELLED_ID),
        "segmentation": {"size": [row.height, row.width], "counts": row.rle_counts},
        "area": row.area_px,
        "bbox": list(row.bbox),
        "iscrowd": 0,
        "maskloop_id": str(row.id),
        "active_ms": row.active_ms,
        "predicted_iou": row.predicted_iou,
        "stage": row.stage,
        "source": row.source,
    }


def _separator(number: int) -> str:
    return "\n" if number == 1 else ",\n"


def _write(file: IO[bytes], text: str) -> None:
    file.write(text.encode())
