"""An anchor-free head in the manner of FCOS (arXiv 1904.01355), of four levels and one class: object."""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

# Pixels of the model's input between the places of a level: half of the embedding's for small objects, more
# for large ones, whose rim is out of sight on a fine level.
STRIDES = (8, 16, 32, 64)
WIDTH = 128
DEPTH = 3
PRIOR = 0.01  # of an object at a place, before anything is learnt (focal loss, arXiv 1708.02002)
LARGEST_EXPONENT = 6.0  # e^6 strides: more than any input's side


class Places(NamedTuple):
    """Where the head answers: level by level, row by row, from the top left."""

    xy: Tensor  # (P, 2) pixels of the model's input
    stride: Tensor  # (P,) of the place's level


class Answers(NamedTuple):
    """For every place."""

    objectness: Tensor  # (B, P) logits
    distances: Tensor  # (B, P, 4) pixels of the model's input to the left, top, right and bottom of the box
    overlap: Tensor  # (B, P) logits of the box's IoU with its object


class BoxHead(nn.Module):
    """(B, C, g, g) image embedding -> answers of the places on all levels, which have the same weights."""

    def __init__(self, embedding_channels: int = 256) -> None:
        super().__init__()
        self.embedding_channels = embedding_channels
        self.narrow = nn.Conv2d(embedding_channels, WIDTH, 1)
        self.upscale = nn.ConvTranspose2d(WIDTH, WIDTH, 2, stride=2)
        self.tower = nn.Sequential(
            *(
                layer
                for _ in range(DEPTH)
                for layer in (nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.GroupNorm(16, WIDTH), nn.GELU())
            )
        )
        self.objectness = nn.Conv2d(WIDTH, 1, 3, padding=1)
        self.distances = nn.Conv2d(WIDTH, 4, 3, padding=1)
        self.overlap = nn.Conv2d(WIDTH, 1, 3, padding=1)
        for layer, bias in (
            (self.objectness, -math.log((1 - PRIOR) / PRIOR)),
            (self.distances, 0.0),
            (self.overlap, 0.0),
        ):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.constant_(cast(nn.Parameter, layer.bias), bias)

    def forward(self, embedding: Tensor) -> Answers:
        levels = [self._answer(x, stride) for x, stride in zip(self._levels(embedding), STRIDES, strict=True)]
        return Answers(*(torch.cat(parts, dim=1) for parts in zip(*levels, strict=True)))

    def _levels(self, embedding: Tensor) -> list[Tensor]:
        """(B, W, n, n) each, the finest first."""
        own = self.narrow(embedding)
        coarse = coarser(own)
        return [self.upscale(own), own, coarse, coarser(coarse)]

    def _answer(self, level: Tensor, stride: int) -> Answers:
        x = self.tower(nn.functional.gelu(level))
        exponents = self.distances(x).float().clamp(max=LARGEST_EXPONENT)
        return Answers(
            self.objectness(x).flatten(1).float(),
            (stride * exponents.exp()).flatten(2).transpose(1, 2),
            self.overlap(x).flatten(1).float(),
        )


def coarser(level: Tensor) -> Tensor:
    """(B, W, n, n) -> half of n, rounded up."""
    return nn.functional.avg_pool2d(level, 2, ceil_mode=True)


def places(side: int, device: torch.device | None = None) -> Places:
    """The places for an embedding of so many cells a side."""
    half = -(-side // 2)
    levels = [
        _grid(cells, stride, device)
        for cells, stride in zip((2 * side, side, half, -(-half // 2)), STRIDES, strict=True)
    ]
    return Places(*(torch.cat(parts) for parts in zip(*levels, strict=True)))


def _grid(cells: int, stride: int, device: torch.device | None) -> Places:
    axis = (torch.arange(cells, device=device) + 0.5) * stride
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    xy = torch.stack([x.flatten(), y.flatten()], dim=1)
    return Places(xy, xy.new_full((len(xy),), stride))


def boxes_at(places: Places, distances: Tensor) -> Tensor:
    """(..., P, 4) distances -> (..., P, 4) xyxy."""
    return torch.cat([places.xy - distances[..., :2], places.xy + distances[..., 2:]], dim=-1)
