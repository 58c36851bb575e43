"""Outlines that follow the photo's colours; the page computes the same (edges.vectors.json)."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from engine.edges import Guide, sharpen, upscale
from engine.evaluate.metrics import boundary_iou
from engine.honour import honour_clicks
from engine.predict import Predictor
from engine.preprocess import Framing
from engine.sam.model import Sam
from engine.shown import shown_mask
from engine.train.clicks import Click
from engine.train.evaluate import ClickedModel

VECTORS = Path(__file__).parents[2] / "frontend" / "src" / "annotator" / "masks" / "edges.vectors.json"


def pixels_of(rows: list[str]) -> np.ndarray:
    """Two hexadecimal digits a byte, three bytes a pixel."""
    return np.array([list(bytes.fromhex(row)) for row in rows], np.uint8).reshape(len(rows), -1, 3)


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text()), ids=lambda vector: vector["name"])
def test_page_and_engine_guide_the_same(vector: dict[str, Any]) -> None:
    guide = Guide.of(pixels_of(vector["photo"]), vector["side"])
    np.testing.assert_array_equal(guide.cells, pixels_of(vector["cells"]))
    logits = np.array(vector["logits"], np.float32)
    sharpened = sharpen(logits, guide)
    np.testing.assert_allclose(sharpened, vector["sharpened"], atol=1e-5)
    np.testing.assert_array_equal(logits, np.array(vector["logits"], np.float32))
    mask = ["".join(".#"[int(shown)] for shown in row) for row in upscale(sharpened, guide)]
    assert mask == vector["mask"]


def disc(side: int) -> np.ndarray:
    rows, columns = np.indices((side, side))
    return np.hypot(rows - side / 2, columns - side / 2) < side / 3


@pytest.fixture
def rough() -> tuple[np.ndarray, np.ndarray]:
    """Logits of a disc on a grid of 16 x 16, off by noise, and a photo of the disc with 12 pixels a cell."""
    truth = disc(192)
    random = np.random.default_rng(0)
    covered = cv2.resize(truth.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA)
    logits = (8 * (covered - 0.5) + random.normal(size=(16, 16))).astype(np.float32)
    photo = np.where(truth[..., None], (190, 90, 60), (70, 110, 150)) + random.normal(0, 8, (192, 192, 3))
    return logits, photo.clip(0, 255).astype(np.uint8)


def test_outline_is_the_photos(rough: tuple[np.ndarray, np.ndarray]) -> None:
    logits, photo = rough
    framing = Framing.of((192, 192), 64)
    middle, foreground = np.array([(96.5, 96.5)]), [1]
    plain = shown_mask(logits, framing, middle, foreground, None)
    guided = shown_mask(logits, framing, middle, foreground, Guide.of(photo, 16))
    assert boundary_iou(plain, disc(192)) < 0.7
    assert boundary_iou(guided, disc(192)) > 0.95


def test_photo_without_colours_changes_no_side_far_from_the_outline(
    rough: tuple[np.ndarray, np.ndarray],
) -> None:
    logits, _ = rough
    sharpened = sharpen(logits, Guide.of(np.full((192, 192, 3), 99, np.uint8), 16))
    shown = (logits > 0).astype(np.uint8)
    square = np.ones((5, 5), np.uint8)
    far = cv2.dilate(shown, square) == cv2.erode(shown, square)
    np.testing.assert_array_equal(sharpened[far], logits[far])


def test_clicks_are_answered_with_guided_masks(tiny_model: Sam) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    predictor = Predictor(tiny_model)
    predictor.set_image(rgb)
    assert predictor.guide is not None
    clicks = [Click(20, 20, foreground=True), Click(50, 36, foreground=False)]
    model = ClickedModel(predictor)
    model.segment(clicks[:1])
    answer = predictor.predict(points=[(20, 20)], labels=[1])
    cells = predictor.framing.to_input(np.array([(20.5, 20.5)])) / 4
    for logits, mask in zip(answer.low_res_logits, model.answer.masks if model.answer else [], strict=True):
        honoured = honour_clicks(sharpen(logits, predictor.guide), cells, [1])
        assert mask.shape == upscale(honoured, predictor.guide).shape == (48, 64)
        assert mask[20, 20]
