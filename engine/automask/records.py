"""One mask as SA-1B stores it."""

from __future__ import annotations

from typing import TypedDict

from engine.rle import RLE


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
