"""Polygons hold every pixel: of holes, of parts, of single pixels, at the border."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco

from backend.layouts import polygons, yolo
from backend.layouts.joining import joined
from backend.layouts.rows import LayoutError
from backend.masks import rle
from tests.backend.drawing import Bitmap, counts_of
from tests.backend.yolo_reader import truncated_and_filled

SHAPES = {
    "a pixel": ["#"],
    "a pixel in the middle": ["...", ".#.", "..."],
    "everything": ["####", "####"],
    "a row": ["....", "####", "...."],
    "a column at the border": ["..#", "..#"],
    "a falling diagonal": ["#..", ".#.", "..#"],
    "a rising diagonal": ["..#", ".#.", "#.."],
    "a ring": ["####", "#..#", "#..#", "####"],
    "a ring of corners": [".#.", "#.#", ".#."],
    "an island in a ring": ["#####", "#...#", "#.#.#", "#...#", "#####"],
    "a hole under another": ["###", "#.#", "###", "#.#", "###", "#.#", "###"],
    "holes side by side": ["#####", "#.#.#", "#####"],
    "holes that touch": ["####", "#.##", "##.#", "####"],
    "a hole that touches the outside": ["###", "#.#", "##.", "###"],
    "two parts with a hole each": ["###.###", "#.#.#.#", "###.###"],
    "a chess board": ["#.#.#", ".#.#.", "#.#.#", ".#.#.", "#.#.#"],
}


def bitmap_of(rows: list[str]) -> Bitmap:
    return np.array([[cell == "#" for cell in row] for row in rows], np.uint8)


def assert_same_pixels(bitmap: Bitmap) -> None:
    height, width = bitmap.shape
    counts = counts_of(bitmap)
    mask = rle.parse(counts, height, width)
    np.testing.assert_array_equal(rle.crop(mask), bitmap[rows_and_columns(mask.bbox)])
    np.testing.assert_array_equal(rle.runs_of(bitmap.astype(bool)), mask.runs)
    parts = polygons.outlines(mask)
    flat = [[number for place in part for number in place] for part in parts]
    assert polygons.rasterised(flat, height, width) == counts
    # By parity: parts that overlap would hide that one of them has pixels too many.
    areas = [coco.area(coco.frPyObjects([part], height, width)[0]) for part in flat]
    assert sum(areas) == bitmap.sum()
    for inset in (0, yolo.INSET):
        outline = joined(polygons.outlines(mask, inset=inset))
        assert polygons.rasterised([np.ravel(outline).tolist()], height, width) == counts
    # As Ultralytics reads: holes lose nothing, and only bridges between parts are painted on top.
    painted = truncated_and_filled(np.array(outline), height, width)
    assert painted[bitmap == 1].all()
    if len(parts) == 1:
        np.testing.assert_array_equal(painted, bitmap)


def rows_and_columns(bbox: tuple[int, int, int, int]) -> tuple[slice, slice]:
    x, y, width, height = bbox
    return slice(y, y + height), slice(x, x + width)


@pytest.mark.parametrize("rows", SHAPES.values(), ids=SHAPES)
def test_polygons_of_odd_shapes_give_the_mask_back(rows: list[str]) -> None:
    assert_same_pixels(bitmap_of(rows))


@given(
    st.tuples(st.integers(1, 14), st.integers(1, 14))
    .flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1)))
    .filter(lambda bitmap: bitmap.any())
)
def test_polygons_of_any_pixels_give_the_mask_back(bitmap: Bitmap) -> None:
    assert_same_pixels(bitmap)


def test_thousands_of_holes_give_the_mask_back() -> None:
    random = np.random.default_rng(5)
    assert_same_pixels((random.random((350, 150)) < 0.8).astype(np.uint8))
    comb = np.ones((1001, 3), np.uint8)
    comb[1::2, 1] = 0
    assert_same_pixels(comb)


@pytest.mark.parametrize(
    ("polygon", "reason"),
    [
        ([0, 0, 1, 1], "three places or more"),
        ([0, 0, 1, 1, 2, 2, 3], "three places or more"),
        ([0, 0, 1, float("nan"), 2, 2], "no number"),
        ([0, 0, 1e9, 1, 2, 2], "far outside"),
        (["a", 0, 1, 1, 2, 2], "not a list of numbers"),
        ([[0, 0], [1, 1], [2, 2]], "three places or more"),
    ],
)
def test_what_is_no_polygon_is_refused(polygon: list[float], reason: str) -> None:
    with pytest.raises(LayoutError, match=reason):
        polygons.rasterised([polygon], 10, 10)


@given(
    st.tuples(st.integers(1, 9), st.integers(1, 9))
    .flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1)))
    .filter(lambda bitmap: bitmap.any()),
    st.data(),
)
def test_runs_with_empty_ones_in_between_are_the_same_mask(bitmap: Bitmap, data: st.DataObject) -> None:
    height, width = bitmap.shape
    runs = [int(run) for run in rle.parse(counts_of(bitmap), height, width).runs]
    at = data.draw(st.integers(0, len(runs) - 1))
    cut = data.draw(st.integers(0, runs[at]))
    loose = [*runs[:at], cut, 0, runs[at] - cut, *runs[at + 1 :]]
    assert rle.encode(rle.parse_any(loose, height, width).runs) == counts_of(bitmap)
    assert rle.encode(rle.parse_any(counts_of(bitmap), height, width).runs) == counts_of(bitmap)
