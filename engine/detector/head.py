"""An anchor-free head in the manner of FCOS (arXiv 1904.01355), of one level and one class: object."""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

STRIDE = 8  # pixels of the model's input between places: half of the embedding's, for small objects
WIDTH = 128
DEPTH = 3
PRIOR = 0.01  # of an object at a place, before anything is learnt (focal loss, arXiv 1708.02002)
LARGEST_EXPONENT = 6.0  # e^6 strides: more than any input's side


class Answers(NamedTuple):
    """For every place, row by row, from the top left."""

    objectness: Tensor  # (B, P) logits
    distances: Tensor  # (B, P, 4) pixels of the model's input to the left, top, right and bottom of the box
    overlap: Tensor  # (B, P) logits of the box's IoU with its object


class BoxHead(nn.Module):
    """(B, C, g, g) image embedding -> answers of (2 g)^2 places."""

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
        x = self.tower(nn.functional.gelu(self.upscale(self.narrow(embedding))))
        exponents = self.distances(x).float().clamp(max=LARGEST_EXPONENT)
        return Answers(
            self.objectness(x).flatten(1).float(),
            (STRIDE * exponents.exp()).flatten(2).transpose(1, 2),
            self.overlap(x).flatten(1).float(),
        )


def places(side: int, device: torch.device | None = None) -> Tensor:
    """(side^2, 2) xy of the places' centres in pixels of the model's input."""
    axis = (torch.arange(side, device=device) + 0.5) * STRIDE
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)


def boxes_at(places: Tensor, distances: Tensor) -> Tensor:
    """(P, 2) xy and (..., P, 4) distances -> (..., P, 4) xyxy."""
    return torch.cat([places - distances[..., :2], places + distances[..., 2:]], dim=-1)
