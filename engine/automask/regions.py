"""Small errors of masks: specks beside them and pinholes in them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BoolMask = NDArray[np.bool_]

# Appendix B does not say which pixels touch; in the reference's `remove_small_regions`, diagonal ones do.
CONNECTIVITY = 8


def fill_holes(mask: BoolMask, min_area: int) -> BoolMask:
    """(H, W) -> the same with every hole of fewer than `min_area` pixels filled.

    Holes are the regions of what is not mask, those at the image's edge among them. Returns `mask` itself
    when there is nothing to fill.
    """
    labels, areas = _regions(~mask)
    small = areas < min_area
    small[0] = False
    return mask | small[labels] if small.any() else mask


def remove_islands(mask: BoolMask, min_area: int, *, keep_largest: bool) -> BoolMask:
    """(H, W) -> the same without regions of fewer than `min_area` pixels.

    When all are that small, the largest stays, or none without `keep_largest`. Returns `mask` itself when
    there is nothing to remove.
    """
    labels, areas = _regions(mask)
    stays = areas >= min_area
    stays[0] = False
    if stays.sum() == len(areas) - 1:
        return mask
    if keep_largest and not stays.any():
        stays[1 + int(areas[1:].argmax())] = True
    return np.asarray(stays[labels])


def _regions(mask: BoolMask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """A number for each pixel, 0 outside the mask, and how many pixels have each number."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=CONNECTIVITY)
    return np.asarray(labels, np.intp), np.asarray(stats[:, cv2.CC_STAT_AREA], np.intp)
