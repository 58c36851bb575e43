"""Sharper outlines: the photo's colours guide low-resolution logits to the photo's own resolution.

Two joint bilateral steps (Kopf et al. 2007), only where the sign changes. `sharpen` moves cells near an
outline to the mean of the cells around them, weighted by likeness of colour. `upscale` interpolates between
the four cells around a pixel with such weights. frontend/src/annotator/masks/edges.ts does the same; both are
tested with the same vectors. docs/experiments/edges.md has the measurements behind the constants.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.preprocess import RGB
from engine.specks import photo_cells

REACH = 2  # cells
SPREAD = 1.5  # cells: sigma of the distance
LIKENESS = 0.1, 0.2  # sigma of the colours' distance in sharpen and upscale, for values from 0 to 1
STEP = 16  # of squared distances of colours, so that the weights are a short table


def _weights(sigma: float) -> NDArray[np.float64]:
    """By squared distance of two colours (values 0-255) in steps of STEP."""
    steps = np.arange(3 * 255**2 // STEP + 1)
    return np.exp(-STEP * steps / (2 * (255 * sigma) ** 2))


SHARPEN_WEIGHTS, UPSCALE_WEIGHTS = map(_weights, LIKENESS)


@dataclass(frozen=True)
class Guide:
    """A photo, and the mean colour of each low-resolution cell that lies on it."""

    photo: RGB  # (H, W, 3)
    cells: NDArray[np.uint8]  # (h, w, 3)
    side: int  # of the low-resolution grid, padding included

    @classmethod
    def of(cls, photo: RGB, side: int) -> Guide:
        scale = side / max(photo.shape[:2])
        sums, pixels = photo.astype(np.int64), np.ones((1, 1, 1), np.int64)
        for axis, count in enumerate(photo_cells(photo.shape[:2], side)):
            # A cell's pixels are those whose centre it has; a cell between the centres takes the next pixel.
            edges = np.ceil(np.arange(count + 1) / scale - 0.5).astype(int)
            starts = np.minimum(edges[:-1], photo.shape[axis] - 1)
            sizes = np.maximum(1, np.minimum(edges[1:], photo.shape[axis]) - starts)
            sums = np.add.reduceat(sums, starts, axis)
            pixels = pixels * np.expand_dims(sizes, [1 - axis, 2])
        cells = (2 * sums + pixels) // (2 * pixels)  # rounded half up
        return cls(photo, cells.astype(np.uint8), side)


def sharpen(logits: NDArray[np.float32], guide: Guide) -> NDArray[np.float32]:
    """Low-resolution logits (4g, 4g) with cells near the outline at the mean of their like neighbours."""
    rows, columns, _ = guide.cells.shape
    photo = logits[:rows, :columns]
    square = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    shown = (photo > 0).astype(np.uint8)
    ys, xs = np.nonzero(cv2.dilate(shown, square) != cv2.erode(shown, square))
    if not len(ys):
        return logits
    total, weights = np.zeros(len(ys)), np.zeros(len(ys))
    own = guide.cells[ys, xs]
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            y, x = ys + down, xs + across
            on_photo = (y >= 0) & (y < rows) & (x >= 0) & (x < columns)
            y, x = y.clip(0, rows - 1), x.clip(0, columns - 1)
            near = np.exp(-(down**2 + across**2) / (2 * SPREAD**2))
            weight = on_photo * near * SHARPEN_WEIGHTS[_apart(own, guide.cells[y, x])]
            total += weight * photo[y, x]
            weights += weight
    sharpened = logits.copy()
    sharpened[ys, xs] = total / weights
    return sharpened


def upscale(logits: NDArray[np.float32], guide: Guide) -> NDArray[np.bool_]:
    """Low-resolution logits (4g, 4g) -> mask (H, W) of the photo."""
    (top, bottom, down), (left, right, across) = (
        _between(size, cells, guide.side / max(guide.photo.shape[:2]))
        for size, cells in zip(guide.photo.shape[:2], guide.cells.shape[:2], strict=True)
    )
    shown = logits > 0
    corners = [shown[np.ix_(y, x)] for y in (top, bottom) for x in (left, right)]
    mask: NDArray[np.bool_] = np.logical_and.reduce(corners)
    ys, xs = np.nonzero(np.logical_or.reduce(corners) & ~mask)
    pixels = guide.photo[ys, xs]
    total = np.zeros(len(ys))
    for y, vertical in ((top[ys], 1 - down[ys]), (bottom[ys], down[ys])):
        for x, horizontal in ((left[xs], 1 - across[xs]), (right[xs], across[xs])):
            weight = UPSCALE_WEIGHTS[_apart(pixels, guide.cells[y, x])]
            total += vertical * horizontal * weight * logits[y, x]
    mask[ys, xs] = total > 0
    return mask


def _between(
    size: int, cells: int, scale: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """For each pixel along a side: the cells before and behind its centre, and how far it is on the way."""
    at = (np.arange(size) + 0.5) * scale - 0.5
    before = np.floor(at).astype(np.intp)
    return before.clip(0, cells - 1), (before + 1).clip(0, cells - 1), at - before


def _apart(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Squared distance of colours (N, 3), in steps."""
    difference = a.astype(np.intp) - b
    return np.asarray((difference**2).sum(1) // STEP, np.intp)
