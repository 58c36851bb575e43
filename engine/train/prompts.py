"""Simulated annotators for training: where the next prompt goes, for a whole batch at once."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

BOX_NOISE = 0.1  # standard deviation, in sides of the box (SAM, appendix A)
BOX_NOISE_LIMIT = 20.0  # pixels of a 1024-pixel input (SAM, appendix A)
REFERENCE_INPUT = 1024

# People click near the middle of what they mean. Some of our points are drawn uniformly, as in the paper;
# the others by this power of how full the neighbourhood is, which prefers the middle.
CENTRED_SHARE = 0.7
CENTRED_POWER = 6
NEIGHBOURHOOD = 9  # low-resolution pixels


def sample_points(region: Tensor, stride: int) -> Tensor:
    """One point inside each region.

    region (N, h, w) bool, each with at least one pixel set; `stride` is the number of input pixels per
    region pixel. Returns (N, 2) xy in pixels of the model's input.
    """
    weight = region.float()
    filled = F.avg_pool2d(weight[:, None], NEIGHBOURHOOD, stride=1, padding=NEIGHBOURHOOD // 2)[:, 0]
    centred = torch.rand(len(region), device=region.device) < CENTRED_SHARE
    weight = torch.where(centred[:, None, None], weight * filled.pow(CENTRED_POWER), weight)
    chosen = torch.multinomial(weight.flatten(1), 1)[:, 0]
    width = region.shape[2]
    xy = torch.stack([chosen % width, chosen // width], dim=1).float()
    return (xy + torch.rand_like(xy)) * stride - 0.5


def sample_boxes(masks: Tensor, stride: int) -> Tensor:
    """A loose box around each mask: (N, h, w) bool -> (N, 4) xyxy in pixels of the model's input."""
    height, width = masks.shape[1:]
    columns, rows = masks.any(1), masks.any(2)
    x0, x1 = _extent(columns)
    y0, y1 = _extent(rows)
    box = torch.stack([x0, y0, x1, y1], dim=1).float() * stride
    sides = torch.stack([x1 - x0, y1 - y0], dim=1).float().repeat(1, 2) * stride
    limit = BOX_NOISE_LIMIT * width * stride / REFERENCE_INPUT
    noise = (torch.randn_like(box) * sides * BOX_NOISE).clamp(-limit, limit)
    highest = torch.tensor([width, height, width, height], device=box.device) * stride - 1.0
    return (box + noise).clamp(min=0).minimum(highest)


def _extent(occupied: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last True of each row of (N, L)."""
    length = occupied.shape[1]
    first = occupied.float().argmax(1)
    last = length - occupied.flip(1).float().argmax(1)
    return first, last


def next_points(predicted: Tensor, truth: Tensor, stride: int) -> tuple[Tensor, Tensor]:
    """A correcting point for each mask, drawn from where prediction and truth differ.

    predicted, truth (N, h, w) bool. Returns xy (N, 2) and labels (N,): 1 where something was missed, 0
    where too much was taken. A perfect mask gets another foreground point, as in the reference's recipe.
    """
    error = predicted ^ truth
    perfect = ~error.flatten(1).any(1)
    region = torch.where(perfect[:, None, None], truth, error)
    xy = sample_points(region, stride)
    cell = ((xy + 0.5) / stride).long()
    labels = truth[torch.arange(len(truth), device=truth.device), cell[:, 1], cell[:, 0]]
    return xy, labels.float()
