"""Every click has its way; the page computes the same (honour.vectors.json)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.honour import REACH, honour_clicks
from engine.predict import Predictor
from engine.sam.model import Sam
from engine.train.clicks import Click
from engine.train.evaluate import ClickedModel

VECTORS = Path(__file__).parents[2] / "frontend" / "src" / "annotator" / "masks" / "honour.vectors.json"


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text()), ids=lambda vector: vector["name"])
def test_page_and_engine_change_the_same(vector: dict[str, Any]) -> None:
    logits = np.array(vector["logits"], np.float32)
    scale = vector["side"] / vector["longestSide"]
    points = [((click["x"] + 0.5) * scale, (click["y"] + 0.5) * scale) for click in vector["clicks"]]
    labels = [click["label"] for click in vector["clicks"]]
    np.testing.assert_array_equal(honour_clicks(logits, points, labels), vector["expected"])
    np.testing.assert_array_equal(logits, vector["logits"])


def test_missed_click_is_in_the_mask() -> None:
    logits = np.full((32, 32), -5, np.float32)
    honoured = honour_clicks(logits, [(10.5, 12.5)], [1])
    assert honoured[12, 10] > 0
    rows, columns = np.nonzero(honoured > 0)
    assert np.hypot(rows - 12, columns - 10).max() <= REACH


def test_right_answer_is_left_alone() -> None:
    logits = np.full((8, 8), 2, np.float32)
    assert honour_clicks(logits, [(3, 3)], [1]) is logits


def test_clicked_model_shows_what_was_clicked(tiny_model: Sam) -> None:
    """Random weights miss nearly every click; what is shown does not."""
    predictor = Predictor(tiny_model)
    predictor.set_image(np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8))
    model = ClickedModel(predictor)
    clicks = [Click(20, 20, foreground=True), Click(50, 36, foreground=False)]
    for count in (1, 2):
        mask = model.segment(clicks[:count])
        assert [bool(mask[click.y, click.x]) for click in clicks[:count]] == [True, False][:count]


def test_corrected_mask_counts_as_the_answer_before(tiny_model: Sam) -> None:
    """As on the page, where a saved mask is taken up again (frontend/src/annotator/state/draft.ts)."""
    predictor = Predictor(tiny_model)
    predictor.set_image(np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8))
    side = tiny_model.config.low_res_size
    start = np.random.default_rng(1).normal(size=(1, side, side)).astype(np.float32)
    model = ClickedModel(predictor, start)
    model.segment([Click(20, 20, foreground=True)])
    expected = predictor.predict(points=[(20, 20)], labels=[1], mask_logits=start, multimask=False)
    assert model.answer is not None
    np.testing.assert_array_equal(model.answer.scores, expected.scores)
    np.testing.assert_array_equal(model.answer.low_res_logits, expected.low_res_logits)
