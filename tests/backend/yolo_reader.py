"""Masks from lines of YOLO's segmentation layout, read as Ultralytics does."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.backend.drawing import Bitmap

POINTS = 1000  # that an outline is resampled to, or more where one of the image has more corners


def read_masks(text: str, height: int, width: int) -> list[Bitmap]:
    """The mask of each line, for an image of that size that is not scaled."""
    outlines = read_outlines(text, height, width)
    count = max([POINTS, *(len(outline) + 1 for outline in outlines)])
    return [truncated_and_filled(_resampled(outline, count), height, width) for outline in outlines]


def read_outlines(text: str, height: int, width: int) -> list[NDArray[np.float32]]:
    """The corners of each line, (N, 2): x, y in pixels."""
    size = np.array([width, height], np.float32)
    return [np.array(line.split()[1:], np.float32).reshape(-1, 2) * size for line in text.splitlines()]


def truncated_and_filled(outline: NDArray[np.floating], height: int, width: int) -> Bitmap:
    """`outline` (N, 2): x, y in pixels."""
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [outline.astype(np.int32)], color=(1,))
    return mask


def _resampled(outline: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Corners are kept; what is left of `count` is spread evenly over the edges."""
    closed = np.concatenate((outline, outline[:1]))
    corners = np.arange(len(closed))
    places = np.sort(np.concatenate((corners, np.linspace(0, len(outline), count - len(closed)))))
    columns = [np.interp(places, corners, closed[:, axis]) for axis in (0, 1)]
    return np.stack(columns, axis=1).astype(np.float32)
