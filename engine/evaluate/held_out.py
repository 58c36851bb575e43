"""How good a model is on masks that it has not learnt from, in the numbers that decide about its use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.evaluate.metrics import ClicksNeeded
from engine.predict import Predictor
from engine.train.clicks import BoolMask, iou_by_clicks
from engine.train.evaluate import SMALLEST_OBJECT, ClickedModel

WANTED_IOU = 0.85
MOST_CLICKS = 20  # the field's; who needs more has failed
REPORTED_CLICKS = (1, 3, 5)


@dataclass(frozen=True)
class TriedMask:
    source: str  # how the mask was made
    curve: tuple[float, ...]  # IoU after 1, 2, ... clicks


@dataclass(frozen=True)
class ClickQuality:
    masks: int
    mean_iou: dict[int, float]  # by number of clicks
    noc85: float

    @classmethod
    def of(cls, tried: Sequence[TriedMask]) -> ClickQuality:
        curves = np.array([one.curve for one in tried])
        means = {clicks: float(curves[:, clicks - 1].mean()) for clicks in REPORTED_CLICKS}
        return cls(len(tried), means, ClicksNeeded.of(curves, WANTED_IOU).mean)


def by_source(tried: Sequence[TriedMask]) -> dict[str, ClickQuality]:
    sources = sorted({one.source for one in tried})
    return {source: ClickQuality.of([one for one in tried if one.source == source]) for source in sources}


def try_mask(predictor: Predictor, truth: BoolMask, source: str) -> TriedMask:
    """Clicks one object of the predictor's photo until it is there, and far enough to be reported."""
    curve = iou_by_clicks(ClickedModel(predictor), truth, MOST_CLICKS, _is_enough)
    return TriedMask(source, tuple(curve))


def is_clickable(area_px: float) -> bool:
    """Whether clicks on a mask of this size say anything about a model."""
    return area_px >= SMALLEST_OBJECT


def _is_enough(scores: list[float]) -> bool:
    return len(scores) >= max(REPORTED_CLICKS) and max(scores) >= WANTED_IOU
