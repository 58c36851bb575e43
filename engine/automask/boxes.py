"""Boxes around masks: which are cut off by a crop, and which are there twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.automask.crops import Crop

# Left, top, right, bottom in pixels, the last two being the mask's last column and row: so the reference
# counts, and the widths and heights in its records are one less than COCO's.
Box = tuple[int, int, int, int]


def box_around(mask: NDArray[np.bool_], corner: tuple[int, int]) -> Box:
    """The box of a window (h, w) whose top left is at corner (y, x); zeros when nothing is set."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not len(columns):
        return 0, 0, 0, 0
    y, x = corner
    return x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]), y + int(rows[-1])


def is_cut_off(box: Box, crop: Crop, size: tuple[int, int], tolerance: float) -> bool:
    """Whether the box comes near an edge of the crop that is not one of the image (height, width).

    Such a mask goes on outside: the whole image, or the crop beside, shows more of it.
    """
    height, width = size
    crop_edges = (crop.left, crop.top, crop.right, crop.bottom)
    return any(
        abs(side - crop_edge) <= tolerance < abs(side - image_edge)
        for side, crop_edge, image_edge in zip(box, crop_edges, (0, 0, width, height), strict=True)
    )


def distinct(boxes: Sequence[Box], ranks: Sequence[float], iou_threshold: float) -> list[int]:
    """Greedy non-maximum suppression: indices of the boxes that stay, highest rank first.

    A box goes when its IoU with one that stays and has a higher rank is above the threshold; among equal
    ranks the earlier comes first. Boxes without an area (of an empty mask, or one a pixel wide) have no IoU:
    only their equals go.
    """
    order = np.argsort(-np.asarray(ranks, np.float64), kind="stable")
    ordered = np.array(boxes, np.float64).reshape(-1, 4)[order]
    left, top, right, bottom = ordered.T
    areas = (right - left) * (bottom - top)
    stays = np.ones(len(order), bool)
    for index in range(len(order)):
        if stays[index]:
            later = slice(index + 1, None)
            widths = np.minimum(right[index], right[later]) - np.maximum(left[index], left[later])
            heights = np.minimum(bottom[index], bottom[later]) - np.maximum(top[index], top[later])
            shared = widths.clip(min=0) * heights.clip(min=0)
            union = areas[index] + areas[later] - shared
            same = (ordered[later] == ordered[index]).all(axis=1)
            iou = np.divide(shared, union, out=np.where(same, np.inf, 0), where=union > 0)
            stays[later] &= iou <= iou_threshold
    return [int(index) for index in order[stays]]
