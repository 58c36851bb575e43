"""Photos with masks in COCO layout, split by image, kept small in memory (RLE)."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine.preprocess import read_photo
from engine.rle import RLE, decode_rle

HELD_OUT_SHARE = 0.1

Mask = NDArray[np.uint8]  # (H, W), 0 or 1


class DataError(ValueError):
    """A set of photos that is not there."""


@dataclass(frozen=True)
class Photo:
    """One image and one consistent set of masks on it."""

    path: Path
    masks: tuple[RLE, ...]
    boxes: NDArray[np.float32]  # (masks, 4) xywh in pixels

    def read(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8, turned upright."""
        return read_photo(self.path)

    def read_rgba(self) -> NDArray[np.uint8]:
        """(H, W, 4) uint8."""
        with Image.open(self.path) as image:
            return np.asarray(ImageOps.exif_transpose(image).convert("RGBA"))

    def mask(self, index: int) -> Mask:
        return decode_rle(self.masks[index])


def read_coco(folder: Path) -> list[Photo]:
    """The photos of a folder with `annotations.json` and `images/`.

    Where several people annotated an image (`annotator` on each mask), every one of their sets is a Photo
    of its own: their masks overlap, a single set's do not.
    """
    document = json.loads((folder / "annotations.json").read_text())
    by_image: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for annotation in document["annotations"]:
        by_image[annotation["image_id"], annotation.get("annotator", 0)].append(annotation)
    files = {image["id"]: image["file_name"] for image in document["images"]}
    return [
        Photo(
            path=folder / "images" / files[image_id],
            masks=tuple(annotation["segmentation"] for annotation in annotations),
            boxes=np.array([annotation["bbox"] for annotation in annotations], np.float32),
        )
        for (image_id, _), annotations in by_image.items()
    ]


def is_held_out(file_name: str, share: float = HELD_OUT_SHARE) -> bool:
    """Decided by the name's hash alone, so that an image never changes sides when others come or go."""
    digest = hashlib.sha256(file_name.encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def split(photos: Iterable[Photo]) -> tuple[list[Photo], list[Photo]]:
    """Training photos, held-out photos."""
    sides: tuple[list[Photo], list[Photo]] = ([], [])
    for photo in photos:
        sides[is_held_out(photo.path.name)].append(photo)
    return sides


def read_sets(data: Sequence[Path], names: Sequence[str]) -> dict[str, list[Photo]]:
    """The named sets, each from the first of the data folders that has it. Raises DataError."""
    return {name: read_coco(set_folder(data, name)) for name in names}


def set_folder(data: Sequence[Path], name: str) -> Path:
    """The folder of a set. Raises DataError."""
    for folder in data:
        if (folder / name / "annotations.json").is_file():
            return folder / name
    raise DataError(f"there is no {name}/annotations.json in {', '.join(map(str, data))}")
