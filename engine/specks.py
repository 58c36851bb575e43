"""No specks, no holes: remove small islands of a mask and fill small holes, except where somebody clicked.

Works on low-resolution logits, before they are upscaled. frontend/src/annotator/masks/specks.ts does the
same; both are tested with the same vectors. docs/experiments/edges.md has the measurements behind the
constants.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

SPECK_SHARE = 0.1  # of the area of the mask's largest part: smaller islands and holes go
NEAR = 1  # cells around a click
BOX_MARGIN = 0.1  # of the box's sides
CHANGED = 1.0  # what the logits become


def drop_specks(
    logits: NDArray[np.float32],
    original_size: tuple[int, int],
    points: ArrayLike,
    labels: Sequence[int],
    box: ArrayLike | None = None,
    share: float = SPECK_SHARE,
) -> NDArray[np.float32]:
    """Low-resolution logits (4g, 4g) without small islands and holes; `logits` itself when nothing changes.

    original_size is the photo's height and width. points (N, 2) xy and box (4,) xyxy are in cells, (0, 0) is
    the corner of the first one; labels are 1 foreground, 0 background. Islands are connected over edges and
    corners, holes over edges. Both are small below `share` of the largest part's area. That part stays.
    An island with a foreground click in or next to it stays, and so does a hole with a background click.
    Islands outside the box are removed at any size.
    """
    height, width = photo_cells(original_size, logits.shape[0])
    shown = logits[:height, :width] > 0
    if share == 0 or not shown.any():
        return logits
    places = np.asarray(points, np.float64).reshape(-1, 2)

    islands, stats = _parts(shown, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    areas[0] = 0  # what is not shown
    smallest = share * areas.max()
    dropped = areas < smallest
    if box is not None:
        dropped |= _outside(stats, np.asarray(box, np.float64))
    dropped[[0, areas.argmax(), *_near(islands, places, labels, 1)]] = False

    gaps, stats = _parts(~shown, connectivity=4)
    left, top, across, down, gap_areas = stats.T
    is_inside = (left > 0) & (top > 0) & (left + across < width) & (top + down < height)
    filled = is_inside & (gap_areas < smallest)
    filled[[0, *_near(gaps, places, labels, 0)]] = False

    if not dropped.any() and not filled.any():
        return logits
    changed = logits.copy()
    photo = changed[:height, :width]
    photo[dropped[islands]] = -CHANGED
    photo[filled[gaps]] = CHANGED
    return changed


def photo_cells(original_size: tuple[int, int], side: int) -> tuple[int, int]:
    """Rows and columns of a grid of `side` x `side` cells that lie on the photo; the others are padding."""
    scale = side / max(original_size)
    height, width = original_size
    return min(side, math.ceil(height * scale)), min(side, math.ceil(width * scale))


def _parts(mask: NDArray[np.bool_], connectivity: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """A number for each cell, 0 outside the mask, and OpenCV's statistics of each number."""
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=connectivity)
    return np.asarray(numbers, np.int32), np.asarray(stats, np.int32)


def _outside(stats: NDArray[np.int32], box: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which parts have their whole bounding box outside the box and its margin."""
    margin = BOX_MARGIN * (box[2:] - box[:2])
    low, high = box[:2] - margin, box[2:] + margin
    corner = stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    size = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return np.asarray(((corner >= high) | (corner + size <= low)).any(axis=1))


def _near(
    parts: NDArray[np.int32], places: NDArray[np.float64], labels: Sequence[int], label: int
) -> set[int]:
    """The parts in or next to a click of this label."""
    height, width = parts.shape
    near: set[int] = set()
    for (x, y), clicked in zip(places, labels, strict=True):
        if clicked == label:
            column, row = min(width - 1, int(x)), min(height - 1, int(y))
            window = parts[max(0, row - NEAR) : row + NEAR + 1, max(0, column - NEAR) : column + NEAR + 1]
            near.update(np.unique(window).tolist())
    return near
