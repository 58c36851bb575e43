"""The strict RLE reader against pycocotools, in both directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask

from backend.masks import rle

bitmaps = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 1))
run_lists = st.tuples(st.integers(0, 2**20), st.lists(st.integers(1, 2**20), min_size=1, max_size=40)).map(
    lambda first_and_rest: [first_and_rest[0], *first_and_rest[1]]
)
printable = st.text(alphabet=[chr(code) for code in range(0x20, 0x7F)], max_size=30)


def coco_counts(bitmap: np.ndarray) -> str:
    return coco_mask.encode(np.asfortranarray(bitmap))["counts"].decode()


@given(bitmaps)
def test_reads_what_pycocotools_writes(bitmap: np.ndarray) -> None:
    height, width = bitmap.shape
    counts = coco_counts(bitmap)
    if not bitmap.any():
        with pytest.raises(rle.RleError) as caught:
            rle.parse(counts, height, width)
        assert caught.value.code == "mask_empty"
        return
    mask = rle.parse(counts, height, width)
    ys, xs = np.nonzero(bitmap)
    box = (xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1)
    assert mask.area_px == bitmap.sum() == coco_mask.area({"size": [height, width], "counts": counts})
    assert mask.bbox == box
    assert list(mask.bbox) == coco_mask.toBbox({"size": [height, width], "counts": counts}).tolist()
    assert rle.encode(mask.runs) == counts


@given(run_lists)
def test_pycocotools_reads_what_we_write(runs: list[int]) -> None:
    size = [sum(runs), 1]
    counts = rle.encode(np.array(runs))
    assert coco_mask.frPyObjects({"size": size, "counts": runs}, *size)["counts"].decode() == counts
    assert coco_mask.area({"size": size, "counts": counts}) == sum(runs[1::2])
    assert rle.parse(counts, *size).runs.tolist() == runs


@given(
    st.text(alphabet=[chr(c) for c in range(0x20, 0x7F)], max_size=30), st.integers(1, 9), st.integers(1, 9)
)
def test_any_string_is_either_the_one_encoding_of_a_mask_or_refused(
    counts: str, height: int, width: int
) -> None:
    try:
        mask = rle.parse(counts, height, width)
    except rle.RleError:
        return
    decoded = coco_mask.decode({"size": [height, width], "counts": counts})
    assert coco_counts(decoded) == counts
    assert decoded.sum() == mask.area_px


def test_hundred_megapixels_in_one_run() -> None:
    mask = rle.parse(rle.encode(np.array([0, 100_000_000])), 10_000, 10_000)
    assert (mask.area_px, mask.bbox) == (100_000_000, (0, 0, 10_000, 10_000))


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ("", "it is empty"),
        ("1p1", "character 2 is 'p'"),
        ("1 1", "character 2 is ' '"),
        ("1é1", "outside '0' to 'o'"),
        ("11P", "in the middle of a number"),
        ("o" * 9 + "0", "too large for any image"),
        ("O5", "run 1 has a negative length"),
        ("111O", "run 4 has no pixels"),
        ("1202", "run 3 has no pixels"),
        ("12", "cover 3 pixels, but 2 x 2 are 4"),
        ("14", "cover 5 pixels, but 2 x 2 are 4"),
        ("R01", "more characters than needed"),
        ("1" * 6, "more than the 4 pixels"),
    ],
)
def test_refusal_names_the_reason(counts: str, reason: str) -> None:
    with pytest.raises(rle.RleError, match=reason) as caught:
        rle.parse(counts, 2, 2)
    assert caught.value.code == "rle_invalid"


def test_mask_without_pixels_is_empty_rather_than_invalid() -> None:
    with pytest.raises(rle.RleError, match="no pixel is set") as caught:
        rle.parse("4", 2, 2)
    assert caught.value.code == "mask_empty"
