"""The field's measures of masks and of clicks: boundary IoU, clicks needed, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.train.clicks import BoolMask, mask_iou

BOUNDARY_WIDTH = 0.02  # of the image's diagonal (Cheng et al. 2021, arXiv 2103.16562)
CALIBRATION_BINS = 10
CORRECTIONS = 9  # clicks 2 to 10
HARM = 0.02  # of IoU: less is the wobble of an outline


def boundary_iou(a: BoolMask, b: BoolMask) -> float:
    """IoU of the two masks' rims, (H, W) each: their pixels within 2 % of the diagonal of their edge.

    Unlike the IoU of whole masks it does not forgive large objects their ragged edges. Where both masks are
    narrower than the rim, the two are the same number (Cheng et al. 2021, arXiv 2103.16562).
    """
    width = max(1, round(BOUNDARY_WIDTH * float(np.hypot(*a.shape))))
    return mask_iou(_rim(a, width), _rim(b, width))


def _rim(mask: BoolMask, width: int) -> BoolMask:
    # The frame counts as edge. The paper erodes `width` times with a 3x3 square: that is this distance.
    padded = np.pad(mask, 1).astype(np.uint8)
    distance = cv2.distanceTransform(padded, cv2.DIST_C, cv2.DIST_MASK_3)[1:-1, 1:-1]
    return np.asarray(mask & (distance <= width))


@dataclass(frozen=True)
class ClicksNeeded:
    """How many clicks objects took to reach an IoU: the field's NoC and its failures."""

    by_clicks: tuple[int, ...]  # objects that were there after 1, 2, ... clicks
    failed: int  # objects that never were

    @classmethod
    def of(cls, curves: ArrayLike, wanted: float) -> ClicksNeeded:
        """Of (objects, clicks) IoU after 1, 2, ... clicks; an object is there at its first `wanted`."""
        reached = np.asarray(curves) >= wanted
        first = reached.argmax(1)[reached.any(1)]
        counts = np.bincount(first, minlength=reached.shape[1])
        return cls(tuple(counts.tolist()), int(len(reached) - len(first)))

    @property
    def objects(self) -> int:
        return sum(self.by_clicks) + self.failed

    @property
    def mean(self) -> float:
        """NoC: the mean number of clicks, a failure counted as all that were given."""
        most = len(self.by_clicks)
        given = sum(clicks * count for clicks, count in enumerate(self.by_clicks, start=1))
        return (given + most * self.failed) / self.objects

    @property
    def failed_share(self) -> float:
        return self.failed / self.objects


def harmful_clicks(curves: ArrayLike) -> float:
    """Share of the correct clicks 2 to 10 after which the IoU is lower by more than 0.02.

    Of (objects, clicks) IoU after 1, 2, ... clicks. A perfect mask gets no further click; 0 without clicks.
    """
    iou = np.asarray(curves, np.float64)[:, : 1 + CORRECTIONS]
    before, after = iou[:, :-1], iou[:, 1:]
    given = before < 1
    return float((before - after > HARM)[given].mean()) if given.any() else 0.0


@dataclass(frozen=True)
class CalibrationBin:
    low: float  # predicted IoU, from
    high: float  # to
    count: int
    predicted: float  # mean over the masks of the bin; 0 in an empty bin
    true: float


@dataclass(frozen=True)
class Calibration:
    """Whether masks are as good as the model says: predicted IoU, in bins, against true IoU."""

    bins: tuple[CalibrationBin, ...]

    @classmethod
    def of(cls, predicted: ArrayLike, true: ArrayLike) -> Calibration:
        """Of (N,) predicted and true IoU; a prediction outside 0 to 1, which the model may give, is cut."""
        said: NDArray[np.float64] = np.clip(np.asarray(predicted, np.float64), 0, 1)
        was = np.asarray(true, np.float64)
        which = np.minimum((said * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        counts = np.bincount(which, minlength=CALIBRATION_BINS)
        filled = np.maximum(counts, 1)
        mean_said = np.bincount(which, said, CALIBRATION_BINS) / filled
        mean_was = np.bincount(which, was, CALIBRATION_BINS) / filled
        return cls(
            tuple(
                CalibrationBin(
                    low=index / CALIBRATION_BINS,
                    high=(index + 1) / CALIBRATION_BINS,
                    count=int(counts[index]),
                    predicted=float(mean_said[index]),
                    true=float(mean_was[index]),
                )
                for index in range(CALIBRATION_BINS)
            )
        )

    @property
    def error(self) -> float:
        """Expected calibration error: the gap, averaged over masks (Guo et al. 2017, arXiv 1706.04599)."""
        masks = sum(b.count for b in self.bins)
        return sum(b.count * abs(b.predicted - b.true) for b in self.bins) / masks
