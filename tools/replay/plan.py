"""What is played: batches through the stages, in order, with retraining between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal["assisted_manual", "semi_automatic", "fully_automatic"]


@dataclass(frozen=True)
class Plan:
    rounds: tuple[tuple[Stage, int], ...]  # a batch each: its stage, and how many photos it has
    side: int  # of the windows that photos are cut into, in pixels
    windows: int  # of each photo, at most
    trains: Literal["decoder", "full"]
    minutes: float  # of each training
    detector_minutes: float
    points_per_side: int  # of the automatic grid
    pred_iou: float  # that automatic masks need
    stability: float

    @property
    def trainings(self) -> int:
        return len(self.rounds) - 1

    @property
    def expected_minutes(self) -> float:
        """On two idle cores; evaluating, exporting and clicking come on top of the trainings."""
        photos = sum(count for _, count in self.rounds)
        return (self.minutes + 2) * self.trainings + self.detector_minutes + 0.13 * photos

    @property
    def settings(self) -> dict[str, str]:
        """Of the server."""
        return {
            "DETECTOR_MINUTES": str(self.detector_minutes),
            "AUTOMASK_POINTS_PER_SIDE": str(self.points_per_side),
            "AUTOMASK_PRED_IOU": str(self.pred_iou),
            "AUTOMASK_STABILITY": str(self.stability),
        }


FULL = Plan(
    rounds=(
        ("assisted_manual", 28),
        ("assisted_manual", 28),
        ("semi_automatic", 28),
        ("fully_automatic", 26),
    ),
    side=64,
    windows=4,
    trains="full",
    minutes=7.5,
    detector_minutes=2,
    points_per_side=16,
    # The masks' quality against how many are found, on windows held out from training: docs/replay.md.
    pred_iou=0.75,
    stability=0.7,
)

# Every state on the way, in a minute or two: it shows that the loop closes, not that it gains anything.
SHORT = Plan(
    rounds=(
        ("assisted_manual", 7),
        ("semi_automatic", 3),
        ("fully_automatic", 1),
    ),
    side=96,
    windows=1,
    trains="full",
    minutes=0.25,  # the first step, which has no learning rate yet, can take half of it
    detector_minutes=0.05,
    points_per_side=6,
    pred_iou=0.3,
    stability=0.3,
)
