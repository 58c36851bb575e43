"""Which place of the head answers for which object."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.detector.head import STRIDES, Places

RADIUS = 1.5  # strides around a box's middle (centre sampling, FCOS)
LARGEST = 8  # strides that a box's longer side has on its level: about what the head's convolutions look at


def assign(boxes: Tensor, places: Places) -> Tensor:
    """The index of its object for every place, -1 for background.

    boxes (K, 4) xyxy in pixels of the model's input. A place answers for the smallest box of its level that
    it lies in and whose middle is near. The level's place that is nearest to a box's middle always does, so
    that even an object smaller than a stride is learnt.
    """
    if not len(boxes):
        return torch.full((len(places.xy),), -1, device=places.xy.device)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    x, y = places.xy[:, None].unbind(-1)  # (P, 1) each
    left, top, right, bottom = boxes.unbind(-1)  # (K,) each
    suits = places.stride[:, None] == level_of(boxes)  # (P, K)
    inside = (x > left) & (x < right) & (y > top) & (y < bottom)
    offset = (places.xy[:, None] - middle).abs()
    near = offset.amax(-1) < RADIUS * places.stride[:, None]
    answers = suits & inside & near
    nearest = torch.where(suits, (offset**2).sum(-1), torch.inf).argmin(0)
    answers[nearest, torch.arange(len(boxes), device=boxes.device)] = True
    area = ((right - left) * (bottom - top)).expand_as(answers)
    smallest = torch.where(answers, area, torch.inf)
    return torch.where(answers.any(1), smallest.argmin(1), -1)


def level_of(boxes: Tensor) -> Tensor:
    """(K, 4) xyxy -> (K,) strides: the finest level that sees the box as a whole, else the coarsest."""
    side = (boxes[:, 2:] - boxes[:, :2]).amax(1)
    strides = boxes.new_tensor(STRIDES)
    too_fine = (side[:, None] > LARGEST * strides[:-1]).sum(1)
    return strides[too_fine]
