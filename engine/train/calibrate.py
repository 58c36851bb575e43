"""A predicted IoU that can be taken at its word: the IoU head's last layer, fitted to what clicks gave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn

from engine.predict import Predictor
from engine.sam.mask_decoder import MASK_TOKENS
from engine.sam.model import Sam
from engine.train.clicks import BoolMask, Click, iou_by_clicks, mask_iou
from engine.train.datasets import Photo
from engine.train.evaluate import ClickedModel, chosen_masks

CLICKS = 5  # the first asks for candidates, the others for the single mask
FEWEST_ANSWERS = 50  # of a mask token: below it a line through them says little


@dataclass
class _Answers:
    """Predicted and true IoU, by mask token."""

    predicted: list[list[float]] = field(default_factory=lambda: [[] for _ in range(MASK_TOKENS)])
    true: list[list[float]] = field(default_factory=lambda: [[] for _ in range(MASK_TOKENS)])

    def add(self, token: int, predicted: float, true: float) -> None:
        self.predicted[token].append(predicted)
        self.true[token].append(true)


def calibrate(model: Sam, photos: Iterable[Photo], masks_per_photo: int = 3) -> Sam:
    """Fits scale and offset of every predicted IoU to the masks that simulated clicks get on whole photos.

    Training sees augmented crops and random clicks; people click whole photos. The masks stay as they are.
    Mask tokens with too few answers keep their prediction. Changes the model in place and returns it.
    """
    answers = _Answers()
    predictor = Predictor(model)
    for photo in photos:
        truths = chosen_masks(photo, masks_per_photo)
        if truths:
            predictor.set_image(photo.read())
        for truth in truths:
            iou_by_clicks(_Observer(ClickedModel(predictor), truth, answers), truth, CLICKS)
    last = model.mask_decoder.iou_prediction_head.layers[-1]
    assert isinstance(last, nn.Linear)
    for token in range(MASK_TOKENS):
        if len(answers.predicted[token]) >= FEWEST_ANSWERS:
            scale, offset = fitted_line(answers.predicted[token], answers.true[token])
            _rescale(last, token, scale, offset)
    return model


def fitted_line(predicted: Sequence[float], true: Sequence[float]) -> tuple[float, float]:
    """Scale and offset with the least squared error; the scale is not negative, so that ranks stay."""
    x, y = np.asarray(predicted), np.asarray(true)
    spread = float(x.var())
    scale = max(0.0, float(np.mean((x - x.mean()) * (y - y.mean()))) / spread) if spread else 0.0
    return scale, float(y.mean() - scale * x.mean())


@torch.no_grad()
def _rescale(layer: nn.Linear, row: int, scale: float, offset: float) -> None:
    layer.weight[row] *= scale
    layer.bias[row] = layer.bias[row] * scale + offset


class _Observer:
    """Hands clicks on to the model, and takes down how good each answer was said to be, and was."""

    def __init__(self, model: ClickedModel, truth: BoolMask, answers: _Answers) -> None:
        self.model, self.truth, self.answers = model, truth, answers

    def segment(self, clicks: list[Click]) -> BoolMask:
        mask = self.model.segment(clicks)
        answer = self.model.answer
        assert answer is not None
        first_token = 1 if len(clicks) == 1 else 0
        for index, (score, candidate) in enumerate(zip(answer.scores, answer.masks, strict=True)):
            self.answers.add(first_token + index, float(score), mask_iou(candidate, self.truth))
        return mask
