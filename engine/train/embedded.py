"""Training samples for the decoder alone: photos that were embedded before, as they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from engine.embedding import EmbeddingHeader, read_embedding
from engine.train.augment import LOW_RES_STRIDE, Sample, choose_masks
from engine.train.datasets import Mask, Photo

PATCH = 16  # pixels of the model's input per cell of the embedding


class EmbeddedSamples(Dataset[Sample]):
    """An endless list of samples. What is at an index depends on the index and the seed alone.

    photos and the files of their embeddings, in the same order (engine/train/stored.py). Raises ValueError
    when no photo has a mask that is large enough to click on.
    """

    def __init__(
        self, photos: Sequence[Photo], embeddings: Sequence[Path], *, masks_per_sample: int, seed: int
    ) -> None:
        self.photos = photos
        self.embeddings = embeddings
        self.masks_per_sample = masks_per_sample
        self.seed = seed

    def __getitem__(self, index: int) -> Sample:
        random = np.random.default_rng((self.seed, index))
        # The next one in place of a photo without a large enough mask.
        for chosen in photos_in_turn(index, len(self.photos), self.seed):
            photo = self.photos[chosen]
            embedding, header = read_embedding(self.embeddings[chosen])
            masks = choose_masks(
                (place_mask(photo.mask(i), header) for i in range(len(photo.masks))),
                self.masks_per_sample,
                random,
            )
            if masks is not None:
                return Sample(torch.from_numpy(embedding), masks, str(photo.path))
        raise ValueError("no photo has a mask that is large enough to be learnt from")


def photos_in_turn(index: int, count: int, seed: int) -> list[int]:
    """The photo for a sample's index, and those to take in its place: each once before any comes again."""
    turn, place = divmod(index, count)
    order = np.random.default_rng((seed, turn)).permutation(count)
    return [int(chosen) for chosen in np.roll(order, -place)]


def place_mask(mask: Mask, header: EmbeddingHeader) -> NDArray[np.bool_]:
    """A photo's mask (H, W) where the model's low-resolution logits (4g, 4g) have it."""
    side = header.shape[1] * PATCH // LOW_RES_STRIDE
    height, width = (max(1, round(size / LOW_RES_STRIDE)) for size in header.input_size)
    placed = np.zeros((side, side), bool)
    small = cv2.resize(mask * np.uint8(255), (width, height), interpolation=cv2.INTER_AREA)
    placed[:height, :width] = small > 127
    return placed
