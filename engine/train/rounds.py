"""The simulated annotator's conversation with the model (Segment Anything, section 3 and appendix A)."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

import torch
from numpy.random import Generator
from torch import Tensor

from engine.sam.model import MASK_THRESHOLD, Sam
from engine.sam.prompt_encoder import BOX_BOTTOM_RIGHT, BOX_TOP_LEFT, FOREGROUND, PADDING
from engine.train.augment import LOW_RES_STRIDE
from engine.train.losses import MaskLosses, mask_losses
from engine.train.prompts import next_points, sample_boxes, sample_points
from engine.train.recipe import Phase

# Of the first prompts. The paper draws points and boxes with equal chance (appendix A); people click more
# than they draw boxes, and a point is the harder one to answer.
BOX_SHARE = 0.3


@dataclass(frozen=True)
class Round:
    """One answer of the model, to the prompts so far and its own answer before."""

    adds_point: bool  # where the answer before was wrong; the first round brings a point or a box itself
    is_learnt: bool  # else it has neither result nor gradient: it only brings the annotator further on


def plan_rounds(phase: Phase, random: Generator) -> list[Round]:
    """The rounds of one step.

    The silent ones come after the first: they bring the annotator to the late clicks, of which otherwise
    every earlier one would have to be paid for.
    """
    silent = int(random.integers(phase.most_silent_rounds + 1))
    rounds = [Round(adds_point=True, is_learnt=False)] * silent
    rounds += [Round(adds_point=True, is_learnt=True)] * (phase.rounds - 1)
    if phase.mask_only_rounds:
        again = Round(adds_point=False, is_learnt=True)
        rounds.insert(int(random.integers(len(rounds) + 1)), again)
        rounds.append(again)
    return [Round(adds_point=False, is_learnt=True), *rounds]


def interactive_rounds(
    model: Sam, embedding: Tensor, masks: Tensor, plan: list[Round], focal_alpha: float
) -> list[MaskLosses]:
    """One simulated annotator per mask: a point or a box, then points where the answer was wrong.

    embedding (B, C, g, g), masks (B, M, 4g, 4g) bool. The first answer has three candidates, the one with the
    highest predicted IoU goes back in as the mask prompt; later answers are the single mask.
    """
    truth = masks.flatten(0, 1)  # (B M, h, w)
    embedding = embedding.repeat_interleave(masks.shape[1], dim=0)
    rows = torch.arange(len(truth), device=truth.device)

    coords, labels = first_prompts(truth)
    previous: Tensor | None = None
    results = []
    for index, round_ in enumerate(plan):
        if previous is not None and round_.adds_point:
            xy, label = next_points(previous[:, 0] > MASK_THRESHOLD, truth, LOW_RES_STRIDE)
            coords = torch.cat([coords, xy[:, None]], dim=1)
            labels = torch.cat([labels, label[:, None]], dim=1)
        with nullcontext() if round_.is_learnt else torch.no_grad():
            logits, predicted_iou = model.decode(embedding, coords, labels, previous)
        wanted = slice(1, None) if index == 0 else slice(0, 1)
        logits, predicted_iou = logits[:, wanted].float(), predicted_iou[:, wanted].float()
        if round_.is_learnt:
            corrected = previous if round_.adds_point else None
            results.append(mask_losses(logits, predicted_iou, truth, focal_alpha, corrected))
        previous = logits.detach()[rows, predicted_iou.argmax(1)][:, None]
    return results


def first_prompts(truth: Tensor) -> tuple[Tensor, Tensor]:
    """A point or a box for each mask.

    truth (N, h, w) bool -> coords (N, 2, 2), labels (N, 2). A point brings its padding point along, so
    that prompts of both kinds have two tokens and share a batch.
    """
    points = sample_points(truth, LOW_RES_STRIDE)
    corners = sample_boxes(truth, LOW_RES_STRIDE).view(-1, 2, 2)
    as_points = torch.stack([points, torch.zeros_like(points)], dim=1)
    use_box = torch.rand(len(truth), device=truth.device) < BOX_SHARE
    coords = torch.where(use_box[:, None, None], corners, as_points)
    box_labels = torch.tensor([BOX_TOP_LEFT, BOX_BOTTOM_RIGHT], device=truth.device)
    point_labels = torch.tensor([FOREGROUND, PADDING], device=truth.device)
    return coords, torch.where(use_box[:, None], box_labels, point_labels).float()
