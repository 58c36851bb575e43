"""What a replay found out: one figure after the other, as `replay.json` has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tools.replay.annotator import Clicked, Judged
from tools.replay.effort import Effort
from tools.replay.plan import Stage

GOOD_IOUS = (0.75, 0.9)  # that automatic masks are counted by, as in the paper (section 5)


@dataclass(frozen=True)
class Work:
    """People's work on one batch, before anything of it was trained on."""

    stage: Stage
    model: str
    images: int
    masks: int
    ways: dict[str, int]  # how many were clicked, accepted, corrected, rejected
    clicks: int
    clicks_per_mask: float
    seconds_per_mask: float  # all the time on the batch, rejecting included
    masks_per_image: float
    mean_iou: float  # of the saved masks with the truth
    good_share: float  # that reached 0.85

    @classmethod
    def of(cls, stage: Stage, model: str, images: int, judged: Sequence[Judged]) -> Work:
        masks = [one for one in judged if one.is_mask]
        effort = sum((one.effort for one in judged), Effort())
        return cls(
            stage=stage,
            model=model,
            images=images,
            masks=len(masks),
            ways=dict(Counter(one.way for one in judged)),
            clicks=effort.clicks,
            clicks_per_mask=round(effort.clicks / len(masks), 2),
            seconds_per_mask=round(effort.seconds / len(masks), 1),
            masks_per_image=round(len(masks) / images, 1),
            mean_iou=round(float(np.mean([one.iou for one in masks])), 3),
            good_share=round(float(np.mean([one.is_good for one in masks])), 3),
        )


@dataclass(frozen=True)
class Tried:
    """A model, clicked on all objects of a batch; nothing is saved."""

    model: str
    objects: int
    clicks_per_mask: float
    seconds_per_mask: float
    failed_share: float  # that 20 clicks did not bring to 0.85

    @classmethod
    def of(cls, model: str, clicked: Sequence[Clicked]) -> Tried:
        efforts = [Effort(len(one.clicks), judgements=1) for one in clicked]
        return cls(
            model=model,
            objects=len(clicked),
            clicks_per_mask=round(float(np.mean([one.clicks for one in efforts])), 2),
            seconds_per_mask=round(float(np.mean([one.seconds for one in efforts])), 1),
            failed_share=round(float(np.mean([not one.is_good for one in clicked])), 3),
        )


@dataclass(frozen=True)
class Automatic:
    """The fully-automatic batch, against the truth."""

    model: str
    images: int
    masks: int
    masks_per_image: float
    good_shares: dict[str, float]  # of the masks, by the IoU that they have with an object
    found_share: float  # of the objects: those that a mask overlaps with an IoU of 0.5


@dataclass(frozen=True)
class Training:
    trigger: str
    states: list[str]  # that were seen, in order
    minutes: float  # from being queued to its verdict
    images: int
    masks: int
    held_out_images: int
    iou_before: float  # at one click, on the held-out images
    iou_after: float
    verdict: str
    promoted: bool
    model: str  # in use afterwards


@dataclass
class Results:
    data: str
    plan: dict[str, Any]
    work: list[Work] = field(default_factory=list)
    # What the first model needs, clicking alone, for people's later batches: one for each from the second on.
    first_alone: list[Tried] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    # Each model, clicking alone, on the last batch.
    tried: list[Tried] = field(default_factory=list)
    detectors: list[dict[str, Any]] = field(default_factory=list)
    automatic: Automatic | None = None
    minutes: float = 0.0
    cpu_minutes: float | None = None  # of the replay and its server
    cores: int = 0

    @property
    def fewer_clicks(self) -> float:
        """The share of clicks by which the last model needs less than the first one, on the same objects."""
        return 1 - self.tried[-1].clicks_per_mask / self.tried[0].clicks_per_mask

    @property
    def less_clicked(self) -> float:
        """The same of the last batch that people worked on, proposals included."""
        return 1 - self.work[-1].clicks_per_mask / self.alone[-1].clicks_per_mask

    @property
    def alone(self) -> list[Work | Tried]:
        """The first model without proposals on people's batches, the first of which was made so."""
        return [self.work[0], *self.first_alone]
