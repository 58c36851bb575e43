"""What a good box is: found, where it should be, and known to be."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.detector.head import Answers, Places, boxes_at
from engine.detector.targets import assign
from engine.train.losses import focal_terms

ALPHA = 0.25  # RetinaNet's weight of objects in the focal loss (arXiv 1708.02002)


def detection_loss(answers: Answers, places: Places, truth: list[Tensor]) -> Tensor:
    """Scalar: focal loss of the objectness, GIoU loss of the boxes, cross entropy of the expected overlap.

    `truth` has the boxes of each photo, (K, 4) xyxy in pixels of the model's input. As in FCOS, the sums are
    divided by the number of places that answer for an object.
    """
    owner = torch.stack([assign(boxes, places) for boxes in truth])  # (B, P)
    is_object = owner >= 0
    count = is_object.sum().clamp(min=1)
    objectness = focal_terms(answers.objectness, is_object.float(), ALPHA).sum() / count

    found = boxes_at(places, answers.distances)[is_object]  # (N, 4)
    wanted = torch.cat([boxes[one[one >= 0]] for boxes, one in zip(truth, owner, strict=True)])
    iou, giou = box_overlaps(found, wanted)
    location = (1 - giou).sum() / count
    overlap = F.binary_cross_entropy_with_logits(
        answers.overlap[is_object], iou.detach().clamp(0, 1), reduction="sum"
    )
    return objectness + location + overlap / count


def box_overlaps(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and generalised IoU (arXiv 1902.09630) of boxes in pairs: (N, 4) xyxy each -> (N,), (N,)."""
    shared = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    iou = shared / union.clamp(min=1e-6)
    return iou, iou - (hull - union) / hull.clamp(min=1e-6)
