"""Windows of the image and the grids of points that are asked in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.automask.settings import AutomaskSettings


@dataclass(frozen=True)
class Crop:
    """A window of the image in pixels, right and bottom exclusive; the whole image is layer 0."""

    layer: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def xywh(self) -> list[int]:
        return [self.left, self.top, self.width, self.height]

    def points(self, per_side: int) -> NDArray[np.float64]:
        """(per_side^2, 2) xy in pixels of the crop, row by row: the centres of as many equal cells."""
        centres = (np.arange(per_side) + 0.5) / per_side
        x, y = np.meshgrid(centres * self.width, centres * self.height)
        return np.stack([x, y], axis=-1).reshape(-1, 2)


def crops(size: tuple[int, int], settings: AutomaskSettings) -> list[Crop]:
    """The whole image (height, width in pixels), then the windows of every layer, column by column.

    All windows of a layer have the same size but the last of a row or column, which end at the image's edge.
    """
    height, width = size
    windows = [Crop(0, 0, 0, width, height)]
    for layer in range(1, settings.crop_n_layers + 1):
        per_side = 2**layer
        # In pixels: the same for both directions, and half as much with each layer.
        overlap = int(settings.crop_overlap_ratio * min(size) * 2 / per_side)
        lefts, crop_width = _cut(width, per_side, overlap)
        tops, crop_height = _cut(height, per_side, overlap)
        windows += [
            Crop(layer, left, top, min(left + crop_width, width), min(top + crop_height, height))
            for left, top in product(lefts, tops)
            # Rounding up leaves nothing for the last windows of an image of a few pixels.
            if left < width and top < height
        ]
    return windows


def _cut(length: int, parts: int, overlap: int) -> tuple[list[int], int]:
    """Where overlapping parts of equal length start, and that length."""
    part = math.ceil((length + overlap * (parts - 1)) / parts)
    return [index * (part - overlap) for index in range(parts)], part
