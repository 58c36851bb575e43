"""Somebody who looks on while a run trains, and may end it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the module does without PyTorch
    from engine.precision import Precision


@dataclass(frozen=True)
class Step:
    """What a run tells of itself after each step."""

    step: int  # from 1
    minutes: float  # of training so far, breaks left out
    share: float  # of the run that is over, 0 to 1
    seconds_left: float  # of training, at the pace of the steps so far
    precision: Precision
    loss: float
    iou_by_round: tuple[float, ...]  # mean over the step's masks after each of the simulated prompts


class StoppedError(RuntimeError):
    """The run was ended before its time; its state is kept and can be resumed."""


class Watch:
    """This one lets a run have its way. Of several processes, each has its own."""

    def stepped(self, step: Step) -> bool:
        """Whether the run is to go on. When not, it keeps its state and raises StoppedError."""
        return True

    def kept(self, folder: Path) -> None:
        """The run's state is in `folder`, whole, and will stay so until the next call."""
