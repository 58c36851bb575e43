"""Training a model further on the masks of a manifest: the decoder alone, or all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from engine.sam.model import Sam
from engine.train.augment import Samples
from engine.train.embedded import EmbeddedSamples
from engine.train.loop import train
from engine.train.manifest import read_manifest
from engine.train.recipe import Phase, Recipe
from engine.train.stored import stored_embeddings

PHOTOS_PER_STEP = 4
MASKS_PER_PHOTO = 8
LEARNING_RATE = {"decoder": 4e-4, "model": 2e-4}  # of models that can do something already
ZOOM = (0.5, 2.0)  # of whole-model training; stored embeddings are of photos as they are


def manifest_recipe(
    trains: Literal["model", "decoder"],
    length: float,
    unit: Literal["minutes", "steps"],
    image_size: int,
    *,
    checkpoint_minutes: float = 5.0,
    loader_workers: int = 1,
    seed: int = 0,
) -> Recipe:
    """Late clicks included, most of them without gradient: in a fifth of the paper's time per step."""
    phase = Phase(
        length,
        image_size,
        photos_per_step=PHOTOS_PER_STEP,
        masks_per_photo=MASKS_PER_PHOTO,
        rounds=3,
        most_silent_rounds=7,
        zoom=ZOOM,
    )
    return Recipe(
        (phase,),
        unit=unit,
        trains=trains,
        warmup=length / 20,
        learning_rate=LEARNING_RATE[trains],
        checkpoint_minutes=checkpoint_minutes,
        loader_workers=loader_workers,
        seed=seed,
    )


def train_on_manifest(
    model: Sam,
    manifest: Path,
    folder: Path,
    recipe: Recipe,
    *,
    embeddings: Path | None = None,
    device: str = "cpu",
    resume: bool = False,
    on_embedded: Callable[[int, int], None] = lambda done, total: None,
) -> Sam:
    """Trains on the manifest's training photos; those held out by their names' hash are left alone.

    For the decoder alone, `embeddings` is the folder of stored embeddings (default: in `folder`); those that
    are missing are computed first, and `on_embedded` gets the photos done and their number.
    Raises ManifestError and TrainingError.
    """
    photos, _ = read_manifest(manifest).split()

    def whole(phase: Phase) -> Samples:
        return Samples(
            photos,
            [1.0] * len(photos),
            [],
            size=phase.image_size,
            zoom=phase.zoom,
            masks_per_sample=phase.masks_per_photo,
            seed=recipe.seed,
            paste_share=0,
            shapes_share=0,
        )

    if recipe.trains == "model":
        return train(model, whole, recipe, folder, device=device, resume=resume)
    files = stored_embeddings(model.to(device), photos, embeddings or folder / "embeddings", on_embedded)

    def embedded(phase: Phase) -> EmbeddedSamples:
        return EmbeddedSamples(photos, files, masks_per_sample=phase.masks_per_photo, seed=recipe.seed)

    return train(model, embedded, recipe, folder, device=device, resume=resume)
