"""What a good mask is: focal and dice loss on the logits, squared error on the predicted IoU.

One term is ours: what an answer loses against the one before. An annotator forgives a small gain, and not a
click that spoils what was right.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

FOCAL_WEIGHT = 20.0  # focal : dice = 20 : 1 (SAM, section 3)
FOCAL_GAMMA = 2.0  # RetinaNet's, which the paper's focal loss refers to
# The weight of the object's pixels. RetinaNet's 0.25 is for a pretrained encoder: from random weights it
# keeps the model answering "background" everywhere for hundreds of steps; weighting the object up ends that
# within 50. It also makes masks too large, so a model that has learnt to answer goes on with equal weights.
ALPHA_AT_FIRST = 0.75
ALPHA = 0.5
WORSE_WEIGHT = 2.0  # of the dice loss that an answer adds to that of the answer before


@dataclass(frozen=True)
class MaskLosses:
    total: Tensor  # scalar, to be minimised
    best: Tensor  # (N,) index of the lowest-loss candidate
    iou: Tensor  # (N, M) of every candidate with the truth, no gradient


def mask_losses(
    logits: Tensor,
    predicted_iou: Tensor,
    truth: Tensor,
    focal_alpha: float = ALPHA,
    before: Tensor | None = None,
) -> MaskLosses:
    """Loss through the lowest-loss candidate of each prompt only (SAM, section 3).

    logits (N, M, h, w), predicted_iou (N, M), truth (N, h, w) bool; `before` (N, 1, h, w) are the logits of
    the answer that the prompt's last point corrects.
    """
    target = truth[:, None].float()
    dice = dice_loss(logits, target)
    per_mask = FOCAL_WEIGHT * focal_loss(logits, target, focal_alpha) + dice  # (N, M)
    if before is not None:
        per_mask = per_mask + WORSE_WEIGHT * (dice - dice_loss(before, target).detach()).relu()
    iou = intersection_over_union(logits.detach() > 0, truth[:, None])
    best = per_mask.detach().argmin(1)
    lowest = per_mask.gather(1, best[:, None]).mean()
    iou_error = F.mse_loss(predicted_iou.float(), iou)
    return MaskLosses(lowest + iou_error, best, iou)


def focal_loss(logits: Tensor, target: Tensor, alpha: float) -> Tensor:
    """Mean over the pixels of each mask: (N, M, h, w) -> (N, M)."""
    return focal_terms(logits, target.expand_as(logits), alpha).mean((2, 3))


def focal_terms(logits: Tensor, target: Tensor, alpha: float) -> Tensor:
    """The focal loss (arXiv 1708.02002) of every value by itself; targets are 0 or 1."""
    cross_entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    probability = logits.sigmoid()
    wrong = probability + target - 2 * probability * target
    weight = alpha * target + (1 - alpha) * (1 - target)
    return weight * wrong.pow(FOCAL_GAMMA) * cross_entropy


def dice_loss(logits: Tensor, target: Tensor) -> Tensor:
    """One minus the soft Dice overlap of each mask: (N, M, h, w) -> (N, M)."""
    probability = logits.sigmoid()
    overlap = 2 * (probability * target).sum((2, 3))
    return 1 - (overlap + 1) / (probability.sum((2, 3)) + target.sum((2, 3)) + 1)


def intersection_over_union(a: Tensor, b: Tensor) -> Tensor:
    """Of boolean masks over their last two dimensions; two empty masks agree fully."""
    intersection = (a & b).sum((-2, -1)).float()
    union = (a | b).sum((-2, -1)).float()
    return torch.where(union > 0, intersection / union.clamp(min=1), torch.ones_like(union))
