"""How many of a photo's objects are found by boxes that nobody asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def recall(found: NDArray[np.floating], wanted: NDArray[np.floating], iou: float = 0.5) -> float:
    """Share of the wanted boxes (K, 4) xyxy that a found box (N, 4) overlaps with at least this IoU.

    Every found box counts for one object at most, the pairs with the highest IoU first. With nothing wanted
    nothing is missed: 1.
    """
    if not len(wanted):
        return 1.0
    overlaps = pairwise_iou(found, wanted)
    hits = 0
    while overlaps.size and overlaps.max() >= iou:
        row, column = np.unravel_index(overlaps.argmax(), overlaps.shape)
        overlaps[row], overlaps[:, column] = -1, -1
        hits += 1
    return hits / len(wanted)


def pairwise_iou(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N, 4), (K, 4) xyxy -> (N, K)"""
    a, b = np.asarray(a, np.float64).reshape(-1, 1, 4), np.asarray(b, np.float64).reshape(1, -1, 4)
    shared = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(min=0).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - shared
    return np.asarray(shared / np.maximum(union, 1e-9))
