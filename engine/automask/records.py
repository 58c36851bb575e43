"""One mask as SA-1B stores it."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask


class RLE(TypedDict):
    """COCO's compressed run-length encoding."""

    size: list[int]  # height, width of the image in pixels
    counts: str


class MaskRecord(TypedDict):
    """The reference's record, ready for JSON; boxes are x, y, width, height in pixels of the image.

    As in the reference, a box ends at the mask's last column and row: its width and height are one less
    than the number of columns and rows.
    """

    segmentation: RLE
    area: int  # pixels
    bbox: list[int]
    predicted_iou: float
    point_coords: list[list[float]]  # the one point that was asked, xy
    stability_score: float
    crop_box: list[int]


def encode(mask: NDArray[np.bool_], corner: tuple[int, int], size: tuple[int, int]) -> RLE:
    """The RLE of an image (height, width) that is empty but for `mask`, whose top left is at (y, x).

    Its cost is the window's, not the image's: no mask of the image's size is made.
    """
    (top, left), (height, width) = corner, size
    # Column by column, as COCO counts, with nothing before and after each column.
    columns = np.zeros((mask.shape[1], mask.shape[0] + 2), bool)
    columns[:, 1:-1] = mask.T
    column, y = (columns[:, 1:] != columns[:, :-1]).nonzero()
    changes = (left + column) * height + top + y  # run starts, run ends, run starts, ...
    # A run that reaches the image's last row goes on where the next column starts with one.
    joined = np.flatnonzero(changes[1:-1:2] == changes[2::2])
    changes = np.delete(changes, np.concatenate([2 * joined + 1, 2 * joined + 2]))
    counts = np.diff(changes, prepend=0, append=height * width)
    if len(counts) > 1 and counts[-1] == 0:
        counts = counts[:-1]
    rle = coco_mask.frPyObjects({"size": [height, width], "counts": counts.tolist()}, height, width)
    return RLE(size=[height, width], counts=rle["counts"].decode())


def decode(rle: RLE) -> NDArray[np.uint8]:
    """(H, W) of 0 and 1."""
    return coco_mask.decode(_bytes(rle))


def area(rle: RLE) -> int:
    """Pixels of the mask."""
    return int(coco_mask.area(_bytes(rle)))


def _bytes(rle: RLE) -> dict[str, Any]:
    return {"size": rle["size"], "counts": rle["counts"].encode()}
