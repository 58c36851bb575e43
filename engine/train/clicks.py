"""The simulated annotator of evaluation: always clicks the middle of the largest mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

BoolMask = NDArray[np.bool_]


@dataclass(frozen=True)
class Click:
    x: int  # pixels of the photo
    y: int
    foreground: bool


class Segmenter(Protocol):
    """Something that answers clicks on one object with a mask."""

    def segment(self, clicks: list[Click]) -> BoolMask: ...


def first_click(truth: BoolMask) -> Click:
    """The point of the object that is farthest from its edge."""
    return _middle(truth, foreground=True)


def next_click(predicted: BoolMask, truth: BoolMask) -> Click | None:
    """The middle of the largest connected mistake; None when there is none."""
    missed, extra = _largest_region(truth & ~predicted), _largest_region(predicted & ~truth)
    if not missed.any() and not extra.any():
        return None
    if missed.sum() >= extra.sum():
        return _middle(missed, foreground=True)
    return _middle(extra, foreground=False)


def iou_by_clicks(
    segmenter: Segmenter,
    truth: BoolMask,
    clicks: int,
    is_enough: Callable[[list[float]], bool] = lambda scores: False,
) -> list[float]:
    """IoU after 1, 2, ... `clicks` clicks on one object; once perfect, or `is_enough`, it stays so."""
    given = [first_click(truth)]
    scores: list[float] = []
    while True:
        predicted = segmenter.segment(given)
        scores.append(mask_iou(predicted, truth))
        if len(scores) == clicks or is_enough(scores):
            return scores + scores[-1:] * (clicks - len(scores))
        click = next_click(predicted, truth)
        if click is None:
            return scores + [1.0] * (clicks - len(scores))
        given = [*given, click]


def mask_iou(a: BoolMask, b: BoolMask) -> float:
    union = np.logical_or(a, b).sum()
    return float(np.logical_and(a, b).sum() / union) if union else 1.0


def _middle(region: BoolMask, *, foreground: bool) -> Click:
    # The frame counts as edge, so that an object cut off by it is not clicked at the very border.
    padded = np.pad(region, 1).astype(np.uint8)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    y, x = np.unravel_index(int(distance.argmax()), distance.shape)
    return Click(int(x), int(y), foreground)


def _largest_region(mask: BoolMask) -> BoolMask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count == 1:
        return np.zeros_like(mask)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return np.asarray(labels == largest)
