"""Figures over masks with confidence intervals.

Masks of one image are alike, so images, not masks, are drawn again and again (the bootstrap over clusters):
an interval from masks alone would be too narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

DRAWS = 2000
CONFIDENCE = 0.95
SEED = 0  # the same figures whenever they are asked for


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


def mean_and_shares(
    by_image: Sequence[Sequence[float]], thresholds: Sequence[float]
) -> tuple[Estimate, list[Estimate]] | None:
    """The mean IoU and the shares above each threshold, over all masks; None without any.

    `by_image` has the IoUs of each image's masks.
    """
    sizes = np.array([len(ious) for ious in by_image], np.float64)
    if sizes.sum() == 0:
        return None
    sums = [np.array([sum(ious) for ious in by_image], np.float64)]
    sums += [
        np.array([sum(iou > threshold for iou in ious) for ious in by_image], np.float64)
        for threshold in thresholds
    ]
    random = np.random.default_rng(SEED)
    drawn = random.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), size=DRAWS)  # (DRAWS, images)
    masks = drawn @ sizes
    estimates = [_estimate(part, sizes, drawn, masks) for part in sums]
    return estimates[0], estimates[1:]


def _estimate(part: Numbers, sizes: Numbers, drawn: NDArray[np.int64], masks: Numbers) -> Estimate:
    some = masks > 0
    values = (drawn @ part)[some] / masks[some]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Estimate(float(part.sum() / sizes.sum()), float(low), float(high))
