"""YOLO's lines as Ultralytics reads them: truncated to pixels, outlines filled with their border."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest

from backend.layouts import yolo
from backend.layouts.archive import Archive, ArchiveReader
from backend.layouts.rows import Categories, ImageRow, MaskRow
from tests.backend.drawing import Bitmap, counts_of
from tests.backend.yolo_reader import read_masks, read_outlines, truncated_and_filled

SIZES = [(427, 640), (480, 640), (513, 769), (600, 800), (767, 1023), (1080, 1920), (997, 997), (1366, 2049)]
Shape = Callable[[Bitmap, int, int], object]  # draws around y, x

SHAPES: dict[str, Shape] = {
    "a small square": lambda bitmap, y, x: bitmap[y : y + 11, x : x + 11].fill(1),
    "a thin bar": lambda bitmap, y, x: bitmap[y : y + 1, x : x + 120].fill(1),
    "a disc": lambda bitmap, y, x: cv2.circle(bitmap, (x, y), 40, 1, cv2.FILLED),
    "a leaf": lambda bitmap, y, x: cv2.ellipse(bitmap, (x, y), (90, 17), 33, 0, 360, 1, cv2.FILLED),
    "a triangle": lambda bitmap, y, x: cv2.fillPoly(
        bitmap, [np.array([[x, y], [x + 70, y + 9], [x + 31, y + 83]], np.int32)], (1,)
    ),
}


def lines_of(bitmaps: list[Bitmap]) -> str:
    """What the layout's text file has of these masks of one image."""
    height, width = bitmaps[0].shape
    image = ImageRow(uuid4(), "photo.jpg", "ab" * 32, height, width, "photo")
    file = io.BytesIO()
    with Archive(file, {}) as archive:
        yolo.write(archive, [(image, [row_of(bitmap, image) for bitmap in bitmaps])], Categories([]))
    file.seek(0)
    return ArchiveReader(file, max_file_bytes=2**20).read("labels/photo.txt").decode()


def row_of(bitmap: Bitmap, image: ImageRow) -> MaskRow:
    unset = dict.fromkeys(("predicted_iou", "stability_score", "point", "crop_box", "model_id", "label_id"))
    return MaskRow(
        id=UUID(int=1),
        image=image,
        rle_counts=counts_of(bitmap),
        area_px=int(bitmap.sum()),
        bbox=(0, 0, image.width, image.height),
        active_ms=0,
        stage="assisted_manual",
        source="painted",
        **unset,
    )


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_readers_that_truncate_get_solid_shapes_whole(height: int, width: int) -> None:
    random = np.random.default_rng(height)
    drawn = []
    for draw in SHAPES.values():
        for y, x in [(0, 0), (height - 1, width - 1), *random.integers((0, 0), (height, width), (3, 2))]:
            bitmap = np.zeros((height, width), np.uint8)
            draw(bitmap, int(y), int(x))
            if bitmap.sum() > 100:
                drawn.append(bitmap)
    assert len(drawn) > len(SHAPES)
    lines = lines_of(drawn)
    plain = [truncated_and_filled(outline, height, width) for outline in read_outlines(lines, height, width)]
    for found in (plain, read_masks(lines, height, width)):
        for mask, bitmap in zip(found, drawn, strict=True):
            np.testing.assert_array_equal(mask, bitmap)


def test_holes_lose_nothing_and_parts_a_line_to_the_nearest_one() -> None:
    ring, parts = np.zeros((2, 100, 130), np.uint8)
    cv2.circle(ring, (50, 50), 40, 1, 5)
    parts[10:30, 10:30] = parts[10:30, 90:110] = parts[34:60, 40:80] = parts[31:34, 37:40] = 1
    outlines = read_outlines(lines_of([ring, parts]), *ring.shape)
    read_ring, read_parts = (truncated_and_filled(outline, *ring.shape) for outline in outlines)
    np.testing.assert_array_equal(read_ring, ring)
    assert read_parts[parts == 1].all()
    # 2 down and 8 right; nothing between parts that touch at a corner; 5 up and 11 right.
    assert int(read_parts.sum() - parts.sum()) == (2 + 8 - 1) + 0 + (5 + 11 - 1)


def test_line_has_the_class_and_corners_a_tenth_of_a_pixel_inside() -> None:
    assert lines_of([np.ones((4, 5), np.uint8)]) == (
        "0 0.020000 0.025000 0.980000 0.025000 0.980000 0.975000 0.020000 0.975000\n"
    )
