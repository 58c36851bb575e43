"""The photos that are annotated, with their true masks, dealt to batches."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.train.clicks import BoolMask
from engine.train.datasets import Photo, read_coco
from engine.train.evaluate import SMALLEST_OBJECT


@dataclass(frozen=True)
class TruePhoto:
    """A file to upload, and what is to be annotated on it."""

    name: str  # of its own
    content: bytes
    masks: tuple[BoolMask, ...]  # (H, W) each


def read_photos(folder: Path, side: int, windows: int) -> list[list[TruePhoto]]:
    """Photos in COCO's layout, the kinds of them (`modality`) evenly through the list, always the same.

    Larger ones are cut into windows of `side` x `side` pixels around their middle, at most so many of each,
    which are photos of their own then. Objects below 64 pixels are left out, as in evaluation; so are photos
    without any other.
    """
    kinds = _kinds(folder)
    by_kind: dict[str, list[list[TruePhoto]]] = {}
    for photo in sorted(read_coco(folder), key=lambda photo: photo.path.name):
        parts = [part for part in _cut(photo, side, windows) if part.masks]
        if parts:
            by_kind.setdefault(kinds.get(photo.path.name, ""), []).append(parts)
    # The share of its kind that stands before a photo is its place: any stretch of the list has all kinds.
    placed = [
        ((index + 0.5) / len(same), kind, parts)
        for kind, same in by_kind.items()
        for index, parts in enumerate(same)
    ]
    return [parts for _, _, parts in sorted(placed, key=lambda one: one[:2])]


def deal(photos: Sequence[list[TruePhoto]], sizes: Sequence[int]) -> list[list[TruePhoto]]:
    """Batches of so many photos, alike in what is on them; the windows of a photo are in one batch.

    Raises ValueError when there are too few photos.
    """
    total = sum(sizes)
    if len(photos) < total:
        raise ValueError(f"{total} photos are needed, and there are {len(photos)}")
    # The batch that is furthest behind its share gets the next one.
    batches: list[list[list[TruePhoto]]] = [[] for _ in sizes]
    for given, parts in enumerate(photos[:total], start=1):
        behind = [size * given / total - len(batch) for size, batch in zip(sizes, batches, strict=True)]
        batches[int(np.argmax(behind))].append(parts)
    return [[photo for parts in batch for photo in parts] for batch in batches]


def _kinds(folder: Path) -> dict[str, str]:
    document = json.loads((folder / "annotations.json").read_text())
    return {image["file_name"]: image.get("modality", "") for image in document["images"]}


def _cut(photo: Photo, side: int, windows: int) -> Iterator[TruePhoto]:
    rgb = photo.read()
    height, width = rgb.shape[:2]
    masks = [photo.mask(index) > 0 for index in range(len(photo.masks))]
    if max(height, width) <= side:
        yield TruePhoto(photo.path.name, photo.path.read_bytes(), _large(masks))
        return
    for number, (top, left) in enumerate(_corners(height, width, side)[:windows]):
        window = np.s_[top : top + side, left : left + side]
        name = f"{photo.path.stem}-{number}.bmp"
        yield TruePhoto(name, _bitmap(rgb[window]), _large([mask[window] for mask in masks]))


def _corners(height: int, width: int, side: int) -> list[tuple[int, int]]:
    """Top and left of the windows around the middle: two diagonal ones, then the other two."""
    tops, lefts = _begins(height, side), _begins(width, side)
    return list(
        dict.fromkeys(
            [(tops[0], lefts[0]), (tops[-1], lefts[-1]), (tops[0], lefts[-1]), (tops[-1], lefts[0])]
        )
    )


def _begins(length: int, side: int) -> list[int]:
    """Of two windows side by side in the middle, or of one where there is no room for two."""
    if length >= 2 * side:
        return [length // 2 - side, length // 2]
    return [max(0, (length - side) // 2)]


def _large(masks: list[BoolMask]) -> tuple[BoolMask, ...]:
    return tuple(mask for mask in masks if mask.sum() >= SMALLEST_OBJECT)


def _bitmap(rgb: NDArray[np.uint8]) -> bytes:
    """Uncompressed: which photos are held out follows from their bytes, so these are the same everywhere."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "BMP")
    return buffer.getvalue()
