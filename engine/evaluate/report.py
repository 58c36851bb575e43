"""The evaluation report: what so many simulated clicks on objects of several data sets are worth.

The protocol is the field's (Xu et al. 2016, arXiv 1603.04042; Sofiiuk et al. 2021, arXiv 2102.06583): up to
20 clicks on each object, the first at its middle, each next one at the middle of the largest mistake. The
model is used as the annotator's page uses it, by the same code as `python -m engine eval`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.evaluate.metrics import Calibration, ClicksNeeded, boundary_iou, harmful_clicks
from engine.predict import Predictor
from engine.sam.model import Sam
from engine.sam.registry import decoder_digest, encoder_digest
from engine.train.clicks import BoolMask, Click, iou_by_clicks, mask_iou
from engine.train.datasets import Photo
from engine.train.evaluate import ClickedModel, chosen_masks

MOST_CLICKS = 20  # the field's limit: an object that takes more counts as failed
IOU_CLICKS = (1, 2, 3, 5, 10)
BOUNDARY_CLICKS = (1, 3, 5)
WANTED_PERCENT = (85, 90)  # of IoU: NoC@85 and NoC@90


class ReportError(ValueError):
    """Nothing to measure; the message says where."""


@dataclass(frozen=True)
class ObjectScores:
    """What the clicks on one object gave."""

    iou: tuple[float, ...]  # after 1, 2, ... 20 clicks
    boundary_iou: dict[int, float]  # by number of clicks
    # (predicted, true) IoU of the three candidates for the first click. These are what the model ranks, and
    # what automatic masks are filtered by; a later single mask has nothing to be ranked against.
    candidates: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Row:
    """The figures of one data set, or their mean over data sets."""

    objects: int
    mean_iou: dict[int, float]  # by number of clicks
    oracle_iou: float  # one click, if the best of the three candidates were always the one chosen
    boundary_iou: dict[int, float]  # by number of clicks
    noc: dict[int, float]  # mean clicks needed, by wanted IoU in per cent
    failed: dict[int, float]  # share of objects that never got there, likewise
    harmful_clicks: float  # share of clicks 2 to 10 that lower the IoU by more than 0.02
    calibration_error: float


@dataclass(frozen=True)
class SetReport:
    row: Row
    curve: tuple[float, ...]  # mean IoU after 1, 2, ... 20 clicks
    needed: dict[int, ClicksNeeded]  # by wanted IoU in per cent
    calibration: Calibration


@dataclass(frozen=True)
class Report:
    model: str  # as the caller names it
    encoder: str  # digests
    decoder: str
    image_size: int  # side of the model's input in pixels
    masks_per_photo: int
    photos: dict[str, int]  # measured, by set
    sets: dict[str, SetReport]
    mean: Row  # every set counts the same, however many objects it has
    pooled: SetReport  # every object counts the same
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it: keys are strings."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    def write(self, folder: Path) -> None:
        """Makes `report.json` and `report.svg` in the folder."""
        from engine.evaluate.plot import draw_report

        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(self.as_dict(), indent=1) + "\n", "utf-8")
        (folder / "report.svg").write_text(draw_report(self), "utf-8")


def make_report(
    model: Sam,
    sets: Mapping[str, Sequence[Photo]],
    masks_per_photo: int,
    *,
    name: str,
    on_photo: Callable[[], None] = lambda: None,
) -> Report:
    """Clicks through at most `masks_per_photo` masks of every photo, always the same ones.

    `on_photo` is called after each photo. Raises ReportError when a set has no object to click on.
    """
    start = time.monotonic()
    predictor = Predictor(model)
    scores = {
        set_name: _score_photos(predictor, photos, masks_per_photo, on_photo)
        for set_name, photos in sets.items()
    }
    for set_name, objects in scores.items():
        if not objects:
            raise ReportError(f"{set_name} has no object large enough on its {len(sets[set_name])} photos")
    reports = {set_name: summarise(objects) for set_name, objects in scores.items()}
    return Report(
        model=name,
        encoder=encoder_digest(model),
        decoder=decoder_digest(model),
        image_size=model.config.image_size,
        masks_per_photo=masks_per_photo,
        photos={set_name: len(photos) for set_name, photos in sets.items()},
        sets=reports,
        mean=mean_row([report.row for report in reports.values()]),
        pooled=summarise([one for objects in scores.values() for one in objects]),
        seconds=round(time.monotonic() - start, 1),
    )


def _score_photos(
    predictor: Predictor, photos: Sequence[Photo], masks_per_photo: int, on_photo: Callable[[], None]
) -> list[ObjectScores]:
    scores = []
    for photo in photos:
        truths = chosen_masks(photo, masks_per_photo)
        if truths:
            predictor.set_image(photo.read())
        scores += [score_object(predictor, truth) for truth in truths]
        on_photo()
    return scores


def score_object(predictor: Predictor, truth: BoolMask) -> ObjectScores:
    """20 clicks on one object (H, W) of the photo that is set."""
    observed = _Observer(ClickedModel(predictor), truth)
    iou = iou_by_clicks(observed, truth, MOST_CLICKS)
    return ObjectScores(tuple(iou), observed.boundary_iou, observed.candidates)


class _Observer:
    """Hands clicks on to the model, and takes down what the IoU of its answers does not tell."""

    def __init__(self, model: ClickedModel, truth: BoolMask) -> None:
        self.model, self.truth = model, truth
        self.candidates: tuple[tuple[float, float], ...] = ()
        # A perfect answer ends the clicking: what was not measured by then is perfect too.
        self.boundary_iou = dict.fromkeys(BOUNDARY_CLICKS, 1.0)

    def segment(self, clicks: list[Click]) -> BoolMask:
        mask = self.model.segment(clicks)
        answer = self.model.answer
        if len(clicks) == 1 and answer is not None:
            self.candidates = tuple(
                (float(score), mask_iou(candidate, self.truth))
                for score, candidate in zip(answer.scores, answer.masks, strict=True)
            )
        if len(clicks) in self.boundary_iou:
            self.boundary_iou[len(clicks)] = boundary_iou(mask, self.truth)
        return mask


def summarise(objects: Sequence[ObjectScores]) -> SetReport:
    """The figures of at least one object."""
    curves = np.array([one.iou for one in objects])  # (objects, clicks)
    curve = curves.mean(0)
    needed = {percent: ClicksNeeded.of(curves, percent / 100) for percent in WANTED_PERCENT}
    candidates = np.array([one.candidates for one in objects])  # (objects, candidates, 2)
    calibration = Calibration.of(candidates[..., 0].ravel(), candidates[..., 1].ravel())
    row = Row(
        objects=len(objects),
        mean_iou={clicks: float(curve[clicks - 1]) for clicks in IOU_CLICKS},
        oracle_iou=float(candidates[..., 1].max(1).mean()),
        boundary_iou={
            clicks: float(np.mean([one.boundary_iou[clicks] for one in objects]))
            for clicks in BOUNDARY_CLICKS
        },
        noc={percent: clicks.mean for percent, clicks in needed.items()},
        failed={percent: clicks.failed_share for percent, clicks in needed.items()},
        harmful_clicks=harmful_clicks(curves),
        calibration_error=calibration.error,
    )
    return SetReport(row, tuple(curve.tolist()), needed, calibration)


def mean_row(rows: Sequence[Row]) -> Row:
    """The mean over rows of every figure; objects are summed."""

    def mean(values: Sequence[dict[int, float]]) -> dict[int, float]:
        return {key: float(np.mean([value[key] for value in values])) for key in values[0]}

    return Row(
        objects=sum(row.objects for row in rows),
        mean_iou=mean([row.mean_iou for row in rows]),
        oracle_iou=float(np.mean([row.oracle_iou for row in rows])),
        boundary_iou=mean([row.boundary_iou for row in rows]),
        noc=mean([row.noc for row in rows]),
        failed=mean([row.failed for row in rows]),
        harmful_clicks=float(np.mean([row.harmful_clicks for row in rows])),
        calibration_error=float(np.mean([row.calibration_error for row in rows])),
    )
