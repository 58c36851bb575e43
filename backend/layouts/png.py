"""Label maps: a 16-bit PNG per image, whose pixels hold the number of their mask, and a JSON file about them.

Where masks overlap, the later one is on top. What that hides is counted, and stands in the manifest.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, FiniteFloat, ValidationError

from backend.layouts.archive import MANIFEST, PHOTOS, Archive, ArchiveReader, to_json
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
)
from backend.masks import rle

MAX_VALUE = 2**16 - 1
COMPRESS_LEVEL = 4
LABEL_MODES = ("1", "L", "P", "I", "I;16", "I;16B")  # of Pillow: one whole number a pixel


def write(archive: Archive, images: Iterable[ImageMasks], categories: Categories) -> None:
    """Raises LayoutError when an image has more masks than there are numbers."""
    hidden_px = hidden_masks = 0
    for image, masks in images:
        if len(masks) > MAX_VALUE:
            raise LayoutError(f"{image.name} has {len(masks)} masks; a label map holds {MAX_VALUE} at most.")
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
    for name in map_names(archive):
        document = archive.read_json(f"{name.removesuffix('.png')}.json")
        height, width = document["image"]["height"], document["image"]["width"]
        labels = _decoded(archive.read(name), name, max_pixels=height * width)
        visible = np.bincount(labels.ravel(), minlength=len(document["masks"]) + 1)
        if [mask["visible_px"] for mask in document["masks"]] != visible[1:].tolist():
            raise LayoutError(f"{name} does not have the pixels that it was given.")
        area_px = sum(mask["area"] for mask in document["masks"])
        yield Totals(images=1, masks=len(document["masks"]), area_px=area_px)


def map_names(archive: ArchiveReader) -> list[str]:
    """Photos of an export of ours are no maps."""
    has_photos = archive.has_photos()
    return [name for name in archive.names(".png") if not (has_photos and name.startswith(PHOTOS))]


class _Image(BaseModel):
    file_name: str
    sha256: str | None = None


class _Mask(BaseModel):
    value: int
    label: str | None = None
    visible_px: int | None = None
    predicted_iou: FiniteFloat | None = None
    stability_score: FiniteFloat | None = None
    point: tuple[FiniteFloat, FiniteFloat] | None = None
    crop_box: tuple[int, int, int, int] | None = None


class _Document(BaseModel):
    image: _Image
    masks: list[_Mask]


def read(archive: ArchiveReader, *, max_pixels: int) -> Iterator[AnnotatedImage]:
    """Label maps of anybody's, named after their images: every number but 0 is a mask.

    A map that cannot be read is an image with one refused annotation.
    """
    for name in map_names(archive):
        try:
            yield _read_map(archive, name, max_pixels)
        except LayoutError as error:
            yield AnnotatedImage(PurePosixPath(name).name, None, None, [Refused(name, str(error))])


def _read_map(archive: ArchiveReader, name: str, max_pixels: int) -> AnnotatedImage:
    labels = _decoded(archive.read(name), name, max_pixels=max_pixels)
    height, width = labels.shape
    image, known = _Image(file_name=PurePosixPath(name).name), {}
    described = f"{name[: -len('.png')]}.json"
    is_described = archive.has(described)
    if is_described:
        try:
            document = _Document.model_validate(archive.read_json(described))
        except ValidationError as error:
            raise LayoutError(f"{described} does not describe a label map.") from error
        image, known = document.image, {mask.value: mask for mask in document.masks}
    annotations: list[Annotation | Refused] = []
    for value, runs in _masks_in(labels):
        mask = known.pop(value, _Mask(value=value))
        annotations.append(
            Annotation(
                where=f"{name}, value {value}",
                category=mask.label,
                segmentation={"size": [height, width], "counts": rle.encode(runs)},
                predicted_iou=mask.predicted_iou,
                stability_score=mask.stability_score,
                point=mask.point,
                crop_box=mask.crop_box,
            )
        )
    annotations += [
        Refused(f"{name}, value {value}", "other masks cover it, so the map has nothing of it")
        for value in known
    ]
    return AnnotatedImage(
        image.file_name, image.sha256, (height, width), annotations, is_stem=not is_described
    )


def _masks_in(labels: NDArray[np.uint16]) -> Iterator[tuple[int, rle.Runs]]:
    """Each number in the map but 0, with its pixels' run lengths."""
    columns = labels.ravel(order="F")
    at = np.flatnonzero(columns)
    values = columns[at]
    order = np.argsort(values, kind="stable")  # keeps each mask's pixels in their order
    at, values = at[order], values[order]
    bounds = np.flatnonzero(np.diff(values)) + 1
    for pixels in np.split(at, bounds) if len(at) else []:
        gaps = np.flatnonzero(np.diff(pixels) > 1)
        first = pixels[np.concatenate(([0], gaps + 1))]
        last = pixels[np.concatenate((gaps, [len(pixels) - 1]))] + 1
        edges = np.stack((first, last), axis=1).ravel()
        runs = np.diff(np.concatenate(([0], edges, [len(columns)])))
        yield int(columns[pixels[0]]), runs if runs[-1] else runs[:-1]


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


def _decoded(content: bytes, name: str, *, max_pixels: int) -> NDArray[np.uint16]:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if image.width * image.height > max_pixels:
                raise LayoutError(f"it has {image.width} x {image.height} pixels, more than are allowed")
            if image.mode not in LABEL_MODES:
                raise LayoutError(
                    "it has colours; a label map has one whole number a pixel (grey or palette)"
                )
            labels = np.asarray(image)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise LayoutError(f"it cannot be read ({error})") from error
    if labels.size and int(labels.max()) > MAX_VALUE:
        raise LayoutError(f"it has numbers above {MAX_VALUE}")
    return labels.astype(np.uint16)


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
