"""Embeddings kept as files: what trains a decoder alone needs each image encoded only once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.embedding import embed_photo
from engine.encoder import encoder as exact_encoder
from engine.files import replacing
from engine.sam.model import Sam
from engine.sam.registry import encoder_digest
from engine.train.datasets import Photo


def stored_embeddings(
    model: Sam,
    photos: Sequence[Photo],
    folder: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """The embedding's file of every photo, in order; computes those that `folder` lacks.

    A file is named after the encoder and the image's bytes, so that models with one encoder, and photos of
    one image, share it. Files appear whole or not at all: several processes may fill one folder, and one that
    was killed goes on where it was. `on_progress` gets the photos done and their number. Leaves the model in
    eval mode: batch statistics of single photos would be other embeddings.
    """
    model.eval()
    digest = encoder_digest(model)
    # Not the fastest one, which another day may be another: trainings are to be repeatable.
    encoder = exact_encoder(model, "float32")
    files = []
    for done, photo in enumerate(photos, start=1):
        path = embedding_path(folder, digest, photo.path)
        if not path.exists():
            with replacing(path) as part:
                part.write_bytes(embed_photo(encoder, photo.read(), digest))
        files.append(path)
        on_progress(done, len(photos))
    return files


def embedding_path(folder: Path, encoder: str, image: Path) -> Path:
    """Where the embedding of an image file by the encoder of this digest is, or would be."""
    with image.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    # A folder for each two digits: file systems are slow with a million names in one.
    return folder / encoder[:16] / sha256[:2] / f"{sha256}.mlem"
