"""An image's masks as one small transparent picture, to lay over its thumbnail."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from backend.images.pictures import THUMBNAIL_SIDE
from backend.masks import rle
from backend.masks.models import Mask

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

# Okabe and Ito's colours, which people with every common kind of colour vision can tell apart.
COLOURS = ((230, 159, 0), (0, 158, 115), (204, 121, 167), (240, 228, 66), (213, 94, 0))
FILL_ALPHA = 150
EDGE_ALPHA = 255


def draw_overlay(masks: Sequence[Mask], width: int, height: int) -> bytes:
    """A PNG of the thumbnail's size; large masks lie beneath small ones."""
    scale = max(1.0, max(width, height) / THUMBNAIL_SIDE)
    columns = _samples(width, scale)
    rows = _samples(height, scale)
    picture = np.zeros((len(rows), len(columns), 4), np.uint8)
    for number, mask in enumerate(sorted(masks, key=lambda mask: -mask.area_px)):
        small = _sampled(mask, rows, columns)
        picture[small] = (*COLOURS[number % len(COLOURS)], FILL_ALPHA)
        picture[small & ~_eroded(small), 3] = EDGE_ALPHA
    out = io.BytesIO()
    PillowImage.fromarray(picture).save(out, "PNG")
    return out.getvalue()


def _samples(length: int, scale: float) -> Indices:
    """Which pixels of a side of the image stand for those of the small picture."""
    count = max(1, round(length / scale))
    return np.minimum(((np.arange(count) + 0.5) * length / count).astype(np.int64), length - 1)


def _sampled(mask: Mask, rows: Indices, columns: Indices) -> Bools:
    """Looks the samples up among the runs, which is faster than drawing the whole bitmap."""
    stops = np.cumsum(rle.parse(mask.rle_counts, mask.height, mask.width).runs)
    places = columns[None, :] * mask.height + rows[:, None]
    return np.asarray(np.searchsorted(stops, places, side="right") % 2 == 1)


def _eroded(small: Bools) -> Bools:
    padded = np.pad(small, 1)
    return np.asarray(padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:], dtype=bool)
