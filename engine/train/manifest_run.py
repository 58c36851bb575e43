"""Training further on the masks of a manifest: the whole model, its decoder alone, or a detector beside it.

A tenth of a manifest's photos, decided by the hash of their names, is held out of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.detector.data import EmbeddedBoxes
from engine.detector.head import BoxHead
from engine.detector.train import DetectorRecipe
from engine.detector.train import train_detector as train_head
from engine.precision import PrecisionChoice
from engine.sam.model import Sam
from engine.sam.registry import encoder_digest
from engine.train.augment import Samples
from engine.train.datasets import Photo
from engine.train.embedded import EmbeddedSamples
from engine.train.loop import train
from engine.train.manifest import read_manifest
from engine.train.recipe import Phase, Recipe
from engine.train.stored import stored_embeddings
from engine.train.watch import Watch

__all__ = [
    "DetectorRecipe",
    "EmbeddedPhotos",
    "embedded",
    "manifest_recipe",
    "train_decoder",
    "train_detector",
    "train_model",
]

Unit = Literal["minutes", "steps"]

PHOTOS_PER_STEP = {"model": 2, "decoder": 4}  # with the encoder, rather more steps than photos in each
MASKS_PER_PHOTO = 8
# Late clicks included, most of them without gradient: a fifth of the price of the paper's eleven rounds.
ROUNDS, MOST_SILENT_ROUNDS = 3, 7
LEARNING_RATE = {"model": 2e-4, "decoder": 4e-4}  # of models that can do something already
TURNED = True  # a project's photos are few, and clicks say what is meant whichever way is up
ZOOM = (0.7, 1.5)  # of whole-model training; stored embeddings are of photos as they are


def manifest_recipe(
    trains: Literal["model", "decoder"],
    length: float,
    unit: Unit,
    image_size: int,
    *,
    checkpoint_minutes: float,
    loader_workers: int,
    seed: int,
) -> Recipe:
    phase = Phase(
        length,
        image_size,
        PHOTOS_PER_STEP[trains],
        masks_per_photo=MASKS_PER_PHOTO,
        rounds=ROUNDS,
        most_silent_rounds=MOST_SILENT_ROUNDS,
        zoom=ZOOM,
    )
    return Recipe(
        (phase,),
        unit=unit,
        trains=trains,
        warmup=length / 20,
        learning_rate=LEARNING_RATE[trains],
        # The statistics of two photos say little, and those of the model's many photos are better.
        freeze_norms=trains == "model",
        checkpoint_minutes=checkpoint_minutes,
        loader_workers=loader_workers,
        seed=seed,
    )


def train_model(
    model: Sam,
    photos: Sequence[Photo],
    folder: Path,
    recipe: Recipe,
    *,
    device: str = "cpu",
    resume: bool = False,
    watch: Watch | None = None,
    precision: PrecisionChoice = "auto",
) -> Sam:
    """Raises TrainingError, and StoppedError when `watch` ends the run."""

    def samples(phase: Phase) -> Samples:
        return photo_samples(photos, phase, recipe.seed)

    return train(
        model, samples, recipe, folder, device=device, resume=resume, watch=watch, precision=precision
    )


def photo_samples(photos: Sequence[Photo], phase: Phase, seed: int) -> Samples:
    return Samples(
        photos,
        [1.0] * len(photos),
        [],
        size=phase.image_size,
        zoom=phase.zoom,
        masks_per_sample=phase.masks_per_photo,
        seed=seed,
        paste_share=0,
        shapes_share=0,
        turned=TURNED,
    )


@dataclass(frozen=True)
class EmbeddedPhotos:
    """Photos to be trained on, and the files of their embeddings in the same order."""

    photos: Sequence[Photo]
    files: list[Path]


def embedded(
    model: Sam,
    manifest: Path,
    folder: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> EmbeddedPhotos:
    """The manifest's training photos; embeddings that `folder` lacks are computed. Raises ManifestError."""
    photos, _ = read_manifest(manifest).split()
    return EmbeddedPhotos(photos, stored_embeddings(model, photos, folder, on_progress))


def train_decoder(
    model: Sam,
    data: EmbeddedPhotos,
    folder: Path,
    recipe: Recipe,
    *,
    device: str = "cpu",
    resume: bool = False,
    watch: Watch | None = None,
    precision: PrecisionChoice = "auto",
) -> Sam:
    """Raises TrainingError, and StoppedError when `watch` ends the run."""

    def samples(phase: Phase) -> EmbeddedSamples:
        return EmbeddedSamples(
            data.photos, data.files, masks_per_sample=phase.masks_per_photo, seed=recipe.seed
        )

    return train(
        model, samples, recipe, folder, device=device, resume=resume, watch=watch, precision=precision
    )


def train_detector(
    model: Sam,
    data: EmbeddedPhotos,
    folder: Path,
    recipe: DetectorRecipe,
    *,
    device: str = "cpu",
    resume: bool = False,
    precision: PrecisionChoice = "auto",
) -> BoxHead:
    """Raises TrainingError."""
    samples = EmbeddedBoxes(data.photos, data.files, recipe.seed)
    channels = model.config.embedding_channels
    return train_head(
        samples,
        channels,
        encoder_digest(model),
        recipe,
        folder,
        device=device,
        resume=resume,
        precision=precision,
    )
