"""What a training run does, in numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.train.losses import ALPHA

# The paper divides its learning rate by ten after these shares of the run (60,000 and 86,666 of 90,000 steps,
# appendix A).
DECAYS_AT = (60_000 / 90_000, 86_666 / 90_000)
PRETRAINED_RATE = 0.15  # factor for a hybrid ViT's convolutions, which have seen a million photos


@dataclass(frozen=True)
class Phase:
    """A stretch of the run at one input size: low resolution first, because it is cheap."""

    length: float  # in the recipe's unit
    image_size: int
    photos_per_step: int  # of each process
    masks_per_photo: int
    rounds: int  # prompts that each mask is learnt from, the first included
    most_silent_rounds: int = 0  # at most so many between the first and the others, only to get further on
    mask_only_rounds: bool = False  # two more answers to no new point: a random one and the last (appendix A)
    focal_alpha: float = ALPHA
    zoom: tuple[float, float] = (0.9, 1.8)  # of the scale at which a photo just fits the input


@dataclass(frozen=True)
class Recipe:
    phases: tuple[Phase, ...]
    # Minutes end a run on time on whatever machine it is; steps make it repeatable.
    unit: Literal["minutes", "steps"] = "minutes"
    # The decoder alone learns from stored embeddings; it has the prompt encoder with it.
    trains: Literal["model", "decoder"] = "model"
    warmup: float = 4.0  # in the unit
    learning_rate: float = 8e-4  # the paper's (appendix A), which is for 256 images a step
    schedule: Literal["cosine", "steps"] = "cosine"
    weight_decay: float = 0.02
    layer_decay: float = 1.0  # of the learning rate, from each of a ViT's blocks to the one before
    pretrained_rate: float = PRETRAINED_RATE  # factor of the learning rate of a hybrid ViT's convolutions
    decoder_rate: float = 1.0  # likewise of prompt encoder and mask decoder
    freeze_norms: bool = False  # batch norms keep the statistics that they have
    drop_path: float = 0.0  # share of a ViT's block outputs left out, rising from none in the first block
    gradient_clip: float = 1.0
    average_decay: float = 0.995  # of the averaged weights, which are what is kept
    checkpoint_minutes: float = 5.0
    loader_workers: int = 1
    seed: int = 0

    @property
    def length(self) -> float:
        return sum(phase.length for phase in self.phases)

    def learning_rate_at(self, done: float) -> float:
        """After so much of the run: a linear warm-up, then half a cosine to nothing, or the paper's steps."""
        if self.schedule == "cosine":
            return self.learning_rate * warm_cosine(done, self.length, self.warmup)
        decays = sum(done >= at * self.length for at in DECAYS_AT)
        return self.learning_rate * 0.1**decays * _warm(done, self.warmup)


def warm_cosine(done: float, length: float, warmup: float) -> float:
    """The factor of the learning rate: a linear warm-up, then half a cosine down to nothing."""
    return 0.5 * (1 + math.cos(math.pi * min(1.0, done / length))) * _warm(done, warmup)


def _warm(done: float, warmup: float) -> float:
    return min(1.0, done / warmup) if warmup else 1.0


def paper_recipe(steps: int, *, image_size: int = 1024, photos_per_step: int = 1) -> Recipe:
    """The recipe of Segment Anything (appendix A) for a ViT, in so many steps.

    The paper takes 90,000 steps of 256 photos, each with up to 64 masks; here the batch is what fits.
    """
    phase = Phase(
        steps,
        image_size,
        photos_per_step,
        masks_per_photo=64,
        rounds=9,
        mask_only_rounds=True,
        zoom=(0.1, 2.0),  # large-scale jitter
    )
    return Recipe(
        (phase,),
        unit="steps",
        warmup=min(250, steps / 10),
        schedule="steps",
        weight_decay=0.1,
        layer_decay=0.8,
        drop_path=0.4,
    )


def remaining_phases(phases: Sequence[Phase], done: float) -> Iterator[tuple[Phase, float]]:
    """Each phase with what is left of it, once `done` of the whole run is over."""
    for phase in phases:
        left = phase.length - done
        done = max(0.0, -left)
        if left > 0:
            yield phase, left
