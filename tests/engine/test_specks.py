"""No specks, no holes in what a click shows; the page computes the same (specks.vectors.json)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.specks import drop_specks, photo_cells

VECTORS = Path(__file__).parents[2] / "frontend" / "src" / "annotator" / "masks" / "specks.vectors.json"
LOGITS = {"#": 2.0, ".": -2.0, "o": 1.0, "x": -1.0}  # o: a filled hole, x: a dropped island


def logits_of(rows: list[str]) -> np.ndarray:
    return np.array([[LOGITS[cell] for cell in row] for row in rows], np.float32)


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text()), ids=lambda vector: vector["name"])
def test_page_and_engine_drop_and_fill_the_same(vector: dict[str, Any]) -> None:
    logits = logits_of(vector["given"])
    scale = len(logits) / max(vector["width"], vector["height"])
    box = vector["box"]
    shown = drop_specks(
        logits,
        (vector["height"], vector["width"]),
        [((point["x"] + 0.5) * scale, (point["y"] + 0.5) * scale) for point in vector["points"]],
        [point["label"] for point in vector["points"]],
        box and [box[side] * scale for side in ("left", "top", "right", "bottom")],
        vector["share"],
    )
    np.testing.assert_array_equal(shown, logits_of(vector["expected"]))
    np.testing.assert_array_equal(logits, logits_of(vector["given"]))
    if vector["given"] == vector["expected"]:
        assert shown is logits


def test_only_what_lies_on_the_photo_is_looked_at() -> None:
    assert photo_cells((100, 150), 128) == (86, 128)
    assert photo_cells((150, 1), 128) == (128, 1)
