"""Stored embeddings with the boxes of their photos' masks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import Dataset

from engine.embedding import EmbeddingHeader, read_embedding
from engine.train.datasets import Photo
from engine.train.embedded import photos_in_turn


class EmbeddedBoxes(Dataset[tuple[Tensor, Tensor]]):
    """An endless list of embeddings (C, g, g) with the boxes (K, 4) xyxy in pixels of the model's input.

    What is at an index depends on the index and the seed alone; every photo comes once before any again.
    """

    def __init__(self, photos: Sequence[Photo], embeddings: Sequence[Path], seed: int) -> None:
        self.photos = photos
        self.embeddings = embeddings
        self.seed = seed

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        chosen = photos_in_turn(index, len(self.photos), self.seed)[0]
        embedding, header = read_embedding(self.embeddings[chosen])
        boxes = torch.from_numpy(self.photos[chosen].boxes) * input_scale(header)
        boxes[:, 2:] += boxes[:, :2]
        return torch.from_numpy(embedding), boxes


def input_scale(header: EmbeddingHeader) -> float:
    """Pixels of the model's input per pixel of the photo."""
    return max(header.input_size) / max(header.original_size)
