"""Which place of the head answers for which object."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.detector.head import STRIDE

RADIUS = 1.5  # strides around a box's middle (centre sampling, FCOS)


def assign(boxes: Tensor, places: Tensor) -> Tensor:
    """The index of its object for every place, -1 for background.

    boxes (K, 4) xyxy and places (P, 2) xy in pixels of the model's input. A place answers for the smallest
    box that it lies in and whose middle is near. The place nearest to a box's middle always does, so that
    even an object smaller than a stride is learnt.
    """
    if not len(boxes):
        return torch.full((len(places),), -1, device=places.device)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    x, y = places[:, None].unbind(-1)  # (P, 1) each
    left, top, right, bottom = boxes.unbind(-1)  # (K,) each
    inside = (x > left) & (x < right) & (y > top) & (y < bottom)
    offset = (places[:, None] - middle).abs()
    near = offset.amax(-1) < RADIUS * STRIDE
    answers = inside & near  # (P, K)
    nearest = (offset**2).sum(-1).argmin(0)
    answers[nearest, torch.arange(len(boxes), device=boxes.device)] = True
    area = ((right - left) * (bottom - top)).expand_as(answers)
    smallest = torch.where(answers, area, torch.inf)
    return torch.where(answers.any(1), smallest.argmin(1), -1)
