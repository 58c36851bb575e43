"""Label maps: a 16-bit PNG per image, whose pixels hold the number of their mask, and a JSON file about them.

Where masks overlap, the later one is on top. What that hides is counted, and stands in the manifest.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.layouts import maps
from backend.layouts.archive import MANIFEST, Archive, ArchiveReader, to_json
from backend.layouts.rows import (
    Categories,
    ImageMasks,
    ImageRow,
    LayoutError,
    MaskRow,
    Totals,
    decoded,
)
from backend.masks import rle

COMPRESS_LEVEL = 4


def write(archive: Archive, images: Iterable[ImageMasks], categories: Categories) -> None:
    """Raises LayoutError when an image has more masks than there are numbers."""
    hidden_px = hidden_masks = 0
    for image, masks in images:
        if len(masks) > maps.MAX_VALUE:
            raise LayoutError(
                f"{image.name} has {len(masks)} masks; a label map holds {maps.MAX_VALUE} at most."
            )
        labels, records = _drawn(image, masks, categories)
        hidden_px += sum(record["area"] - record["visible_px"] for record in records)
        hidden_masks += sum(record["visible_px"] == 0 for record in records)
        archive.add(f"{image.path}.png", _encoded(labels), is_compressed=True)
        archive.add(f"{image.path}.json", to_json({"image": _image(image), "masks": records}))
    archive.manifest["overlap"] = _overlap(hidden_px, hidden_masks)


def join(archive: Archive, parts: Iterable[ArchiveReader], _categories: Categories) -> None:
    """Puts what `write` has written into several archives into one."""
    hidden_px = hidden_masks = 0
    for part in parts:
        archive.take(part)
        overlap = part.read_json(MANIFEST)["overlap"]
        hidden_px += overlap["hidden_px"]
        hidden_masks += overlap["hidden_masks"]
    archive.manifest["overlap"] = _overlap(hidden_px, hidden_masks)


def _overlap(hidden_px: int, hidden_masks: int) -> Mapping[str, Any]:
    return {"rule": "later masks are on top", "hidden_px": hidden_px, "hidden_masks": hidden_masks}


def read_totals(archive: ArchiveReader) -> Iterator[Totals]:
    """What `write` has written: each map's pixels must be those that its JSON says are visible.

    Raises LayoutError where they are not.
    """
    for name in maps.map_names(archive):
        document = archive.read_json(f"{name.removesuffix('.png')}.json")
        height, width = document["image"]["height"], document["image"]["width"]
        labels = maps.decoded_map(archive.read(name), max_pixels=height * width).values
        visible = np.bincount(labels.ravel(), minlength=len(document["masks"]) + 1)
        if [mask["visible_px"] for mask in document["masks"]] != visible[1:].tolist():
            raise LayoutError(f"{name} does not have the pixels that it was given.")
        area_px = sum(mask["area"] for mask in document["masks"])
        yield Totals(images=1, masks=len(document["masks"]), area_px=area_px)


def _drawn(
    image: ImageRow, masks: Sequence[MaskRow], categories: Categories
) -> tuple[NDArray[np.uint16], list[dict[str, Any]]]:
    labels = np.zeros((image.height, image.width), np.uint16)
    records: list[dict[str, Any]] = []
    for value, row in enumerate(masks, start=1):
        crop = rle.crop(decoded(row))
        x, y, width, height = row.bbox
        labels[y : y + height, x : x + width][crop] = value
        records.append(_record(row, value, int(crop.sum()), categories))
    visible = np.bincount(labels.ravel(), minlength=len(masks) + 1)
    return labels, [record | {"visible_px": int(visible[record["value"]])} for record in records]


def _encoded(labels: NDArray[np.uint16]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(labels).save(buffer, "PNG", compress_level=COMPRESS_LEVEL)
    return buffer.getvalue()


def _image(image: ImageRow) -> Mapping[str, Any]:
    return {
        "file_name": image.name,
        "width": image.width,
        "height": image.height,
        "sha256": image.sha256,
    }


def _record(row: MaskRow, value: int, area_px: int, categories: Categories) -> dict[str, Any]:
    label = categories.of(row).label
    return {
        "value": value,
        "label": label.name if label else None,
        "area": area_px,
        "bbox": list(row.bbox),
        "predicted_iou": row.predicted_iou,
        "stability_score": row.stability_score,
        "point": row.point,
        "crop_box": row.crop_box,
        "maskloop_id": str(row.id),
        "active_ms": row.active_ms,
        "stage": row.stage,
        "source": row.source,
    }
