"""The recipe of the starter model that ships with the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.sam.config import ModelConfig
from engine.sam.model import Sam
from engine.sam.registry import build_model
from engine.train.augment import Samples
from engine.train.datasets import read_sets, split
from engine.train.loop import train
from engine.train.losses import ALPHA_AT_FIRST
from engine.train.recipe import Phase, Recipe

IMAGE_SIZE = 512  # half of the public models': a quarter of their training cost, and of their click

RATE_TO_GO_ON = 4e-4  # learning rate from a trained model: the full one would first unlearn much of it

# Share of the samples from each set of photos; DRAWINGS, and objects of the photos, are pasted over them.
PHOTO_SETS = {"bsds": 0.40, "clothing": 0.35, "coco": 0.25}
DRAWINGS = "emoji"


def recipe(
    minutes: float, *, from_scratch: bool = True, image_size: int = IMAGE_SIZE, loader_workers: int = 1
) -> Recipe:
    """From coarse to fine: most steps are cheap ones, the last are at the size that ships."""
    coarse = Phase(
        0.35 * minutes,
        image_size // 4,
        photos_per_step=12,
        masks_per_photo=6,
        rounds=3,
        focal_alpha=ALPHA_AT_FIRST,
    )
    left = minutes - coarse.length if from_scratch else minutes
    # Crops of photos shown as large as at the final size: its pixels for a quarter of its cost.
    crops = (0.7, 3.0)
    half = image_size // 2
    phases = (
        Phase(0.6 * left, half, 8, masks_per_photo=5, rounds=3, most_silent_rounds=7, zoom=crops),
        Phase(0.4 * left, image_size, 5, masks_per_photo=4, rounds=3, most_silent_rounds=7, zoom=(0.6, 2.0)),
    )
    if from_scratch:
        return Recipe(phases=(coarse, *phases), loader_workers=loader_workers)
    return Recipe(phases=phases, learning_rate=RATE_TO_GO_ON, loader_workers=loader_workers)


def train_starter(
    data: Path,
    folder: Path,
    recipe: Recipe,
    *,
    start: Sam | None = None,
    device: str = "cpu",
    resume: bool = False,
) -> Sam:
    """Trains a `vit_t` on the photos below `data`, a tenth of each set held back.

    It starts from random weights, or from those of `start`.
    """
    sets = read_sets(data, [*PHOTO_SETS, DRAWINGS])
    training = {name: split(photos)[0] for name, photos in sets.items()}
    photos = [photo for name in PHOTO_SETS for photo in training[name]]
    weights = np.concatenate(
        [np.full(len(training[name]), share / len(training[name])) for name, share in PHOTO_SETS.items()]
    )

    def samples(phase: Phase) -> Samples:
        return Samples(
            photos,
            weights.tolist(),
            training[DRAWINGS],
            size=phase.image_size,
            zoom=phase.zoom,
            masks_per_sample=phase.masks_per_photo,
            seed=recipe.seed + phase.image_size,
        )

    model = start or build_model(ModelConfig.vit_t(recipe.phases[-1].image_size))
    return train(model, samples, recipe, folder, device=device, resume=resume)
