"""The recipe of the starter model that ships with the project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from engine.precision import PrecisionChoice
from engine.sam.config import ModelConfig
from engine.sam.model import Sam
from engine.sam.registry import build_model, save_checkpoint
from engine.train.augment import Samples
from engine.train.calibrate import calibrate
from engine.train.datasets import read_sets, split
from engine.train.evaluate import spread
from engine.train.loop import train
from engine.train.losses import ALPHA_AT_FIRST
from engine.train.pretrained import load_pretrained
from engine.train.recipe import Phase, Recipe

IMAGE_SIZE = 512  # half of the public models': a quarter of their training cost, and of their click
LITE, BLOCKS = 2, 2  # EfficientNet-Lite and transformer blocks of the encoder

# What has learnt already: nothing but the pretrained convolutions, the decoder too, or everything.
Start = Literal["scratch", "decoder", "model"]

# The full learning rate would first unlearn much of what a trained model knows.
LEARNING_RATES: dict[Start, float] = {"scratch": 8e-4, "decoder": 6e-4, "model": 5e-4}
# Factor for a decoder below a new encoder.
DECODER_RATE = 0.5

CALIBRATION_PHOTOS = 200  # with three masks each, and five clicks on each mask

Terms = Literal["free", "all"]

# Share of the samples from each set of photos, by quality, variety and size; README files of the data folders
# say what they are. Drawings, and objects of the photos, are pasted over them.
FREE_SETS = {  # for any use, or with attribution
    "coco": 0.15,
    "coco_mini": 0.20,
    "coco_person": 0.06,
    "animals": 0.07,
    "food": 0.07,
    "clothing": 0.13,
    "buildings": 0.06,
    "aerial": 0.03,
    "magtiles": 0.02,
}
OTHER_SETS = {  # for research, or with terms that nobody states
    "bsds": 0.14,
    "camvid": 0.05,
    "davis": 0.04,
    "faces": 0.03,
    "carparts": 0.03,
    "facade": 0.03,
    "cwfid": 0.02,
    "wbc": 0.02,
    "soybean": 0.02,
}
DRAWINGS = "emoji"

WEIGHTS = "starter.safetensors"


def photo_sets(terms: Terms) -> dict[str, float]:
    """The sets with these terms, each with its share of the samples."""
    return FREE_SETS if terms == "free" else FREE_SETS | OTHER_SETS


def new_starter(
    lite: int = LITE, blocks: int = BLOCKS, image_size: int = IMAGE_SIZE, decoder: Sam | None = None
) -> Sam:
    """A hybrid ViT with ImageNet's convolutions; all else is random. Raises PretrainedError.

    With `decoder` it has the prompt encoder and the mask decoder of that model.
    """
    model = build_model(ModelConfig.hybrid(lite, blocks, image_size))
    load_pretrained(model)
    if decoder is not None:
        model.prompt_encoder.load_state_dict(decoder.prompt_encoder.state_dict())
        model.mask_decoder.load_state_dict(decoder.mask_decoder.state_dict())
    return model


def recipe(
    minutes: float, *, start: Start = "scratch", image_size: int = IMAGE_SIZE, loader_workers: int = 1
) -> Recipe:
    """From coarse to fine: most steps are cheap ones, the last are at the size that ships."""
    coarse = Phase(
        0.15 * minutes,
        image_size // 4,
        photos_per_step=12,
        masks_per_photo=6,
        rounds=3,
        focal_alpha=ALPHA_AT_FIRST,
    )
    is_new = start == "scratch"
    rest = minutes - coarse.length if is_new else minutes
    # Crops of photos shown as large as at the final size: its pixels for a quarter of its cost.
    crops = (0.7, 3.0)
    phases = (
        Phase(0.6 * rest, image_size // 2, 8, masks_per_photo=5, rounds=3, most_silent_rounds=7, zoom=crops),
        Phase(0.4 * rest, image_size, 5, masks_per_photo=4, rounds=3, most_silent_rounds=7, zoom=(0.6, 2.0)),
    )
    return Recipe(
        phases=(coarse, *phases) if is_new else phases,
        learning_rate=LEARNING_RATES[start],
        decoder_rate=DECODER_RATE if start == "decoder" else 1.0,
        freeze_norms=True,  # ImageNet's million photos have better statistics than a step's few crops
        loader_workers=loader_workers,
    )


def train_starter(
    model: Sam,
    data: Sequence[Path],
    folder: Path,
    recipe: Recipe,
    *,
    terms: Terms = "free",
    device: str = "cpu",
    resume: bool = False,
    precision: PrecisionChoice = "auto",
) -> Sam:
    """Train a model on the photos below the folders `data`, a tenth of each set held back.

    At the end its predicted IoU is calibrated on whole training photos, and `folder` gets the file that
    ships, with matrices in half precision.
    """
    shares = photo_sets(terms)
    sets = read_sets(data, [*shares, DRAWINGS])
    training = {name: split(photos)[0] for name, photos in sets.items()}
    photos = [photo for name in shares for photo in training[name]]
    weights = np.concatenate(
        [np.full(len(training[name]), share / len(training[name])) for name, share in shares.items()]
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

    trained = train(model, samples, recipe, folder, device=device, resume=resume, precision=precision)
    whole = [
        photo
        for name, share in shares.items()
        for photo in spread(training[name], round(CALIBRATION_PHOTOS * share))
    ]
    calibrate(trained, whole)
    save_checkpoint(trained, folder / WEIGHTS, torch.float16)
    return trained
