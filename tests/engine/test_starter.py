"""The starter model that ships is of use: on photos it was not trained on, and in the size it promises."""

import pytest

from engine.sam.registry import STARTER, load_model
from engine.train.datasets import is_held_out, read_coco
from engine.train.evaluate import evaluate_model
from tests.engine.conftest import DATA

# Nine tenths of what it reached when it was trained; engine/weights/starter.md has more sets and photos.
LOWEST_MEAN_IOU = {1: 0.33, 3: 0.44, 5: 0.49, 10: 0.53}


@pytest.mark.timeout(600)
def test_starter_segments_clothes_it_has_not_seen() -> None:
    photos = read_coco(DATA / "clothing")
    assert all(is_held_out(photo.path.name) for photo in photos)
    quality = evaluate_model(load_model("starter"), photos, masks_per_photo=3)
    reached = {clicks: quality.mean_iou[clicks] for clicks in LOWEST_MEAN_IOU}
    assert all(reached[clicks] >= lowest for clicks, lowest in LOWEST_MEAN_IOU.items()), reached


def test_starter_is_small_enough_to_ship() -> None:
    assert STARTER.stat().st_size <= 25_000_000
