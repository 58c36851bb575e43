"""A predicted IoU that can be taken at its word."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.predict import Predictor
from engine.sam.model import Sam
from engine.train.calibrate import calibrate, fitted_line
from engine.train.clicks import first_click, mask_iou
from engine.train.datasets import Photo, read_coco
from engine.train.evaluate import ClickedModel, chosen_masks


def candidates(model: Sam, photos: list[Photo]) -> np.ndarray:
    """(N, 2) predicted and true IoU of the candidates for the first click on every mask."""
    predictor, pairs = Predictor(model), []
    for photo in photos:
        predictor.set_image(photo.read())
        for truth in chosen_masks(photo, 3):
            clicked = ClickedModel(predictor)
            clicked.segment([first_click(truth)])
            assert clicked.answer is not None
            pairs += [
                (s, mask_iou(m, truth))
                for s, m in zip(clicked.answer.scores, clicked.answer.masks, strict=True)
            ]
    return np.array(pairs)


def test_prediction_means_what_the_masks_are(tiny_model: Sam, drawn_set: Path) -> None:
    photos = read_coco(drawn_set) * 3
    with torch.no_grad():
        tiny_model.mask_decoder.iou_prediction_head.layers[-1].bias += 0.4
    before = candidates(tiny_model, photos)
    after = candidates(calibrate(tiny_model, photos), photos)
    np.testing.assert_array_equal(after[:, 1], before[:, 1])  # the masks are the same
    assert abs((before[:, 0] - before[:, 1]).mean()) > 0.2
    assert abs((after[:, 0] - after[:, 1]).mean()) < 0.01


def test_few_answers_change_nothing(tiny_model: Sam, drawn_set: Path) -> None:
    photos = read_coco(drawn_set)[:2]
    before = candidates(tiny_model, photos)
    np.testing.assert_array_equal(candidates(calibrate(tiny_model, photos), photos), before)


@pytest.mark.parametrize(
    ("predicted", "true", "line"),
    [
        ([0.0, 1.0], [0.2, 0.6], (0.4, 0.2)),
        ([0.5, 0.5], [0.1, 0.3], (0.0, 0.2)),  # one prediction: its mean
        ([0.0, 1.0], [1.0, 0.0], (0.0, 0.5)),  # ranks are never turned round
    ],
)
def test_line_by_hand(predicted: list[float], true: list[float], line: tuple[float, float]) -> None:
    assert fitted_line(predicted, true) == pytest.approx(line)
