"""Masks as polygons along the edges of their pixels, and back: no pixel is lost either way.

A polygon's corners lie where four pixels meet: they are whole numbers, and (0, 0) is the image's corner. COCO
and YOLO know no holes: an outline goes to each of its holes, round it, and back the same way. Rasterisers
that count crossings, as pycocotools does, see the way there and back as nothing.

An inset moves every edge into the mask by a fraction of a pixel. Truncated to whole numbers, the corners are
then the mask's outermost pixels, which OpenCV's fillPoly paints. By crossings nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from backend.layouts.rows import LayoutError
from backend.masks import rle

Place = tuple[float, float]  # x, y
Outline = list[Place]
MIN_NUMBERS = 6  # of a polygon: three corners

# What is at a place, by the pixels around it: bits for up left, up right, down left, down right.
_NO_CORNER, _CORNER, _FALLING, _RISING = range(4)  # the last two: pixels that only touch, as in \ and /
_KINDS = np.array([_CORNER if bin(pixels).count("1") % 2 else _NO_CORNER for pixels in range(16)], np.uint8)
_KINDS[0b1001], _KINDS[0b0110] = _FALLING, _RISING


def outlines(mask: rle.Rle, *, inset: float = 0) -> list[Outline]:
    """One outline per part, holes cut open; pixels that touch at a corner only are not connected.

    `inset`, below half a pixel, is how far edges lie inside the mask.
    """
    left, top, _, _ = mask.bbox
    found = _Tracer(rle.crop(mask), inset).outlines()
    return [[(x + left, y + top) for x, y in outline] for outline in found]


def rasterised(polygons: Iterable[Sequence[float]], height: int, width: int) -> str:
    """The compressed string of the pixels inside any of the polygons, each x, y, x, y, ...; perhaps of none.

    Polygons without an area, with fewer than three places, are left out unless there are no others. Raises
    LayoutError for what is no polygon, or lies so far outside that no image can be meant.
    """
    given = list(polygons)
    with_area = [polygon for polygon in given if not _is_degenerate(polygon)]
    checked = [_checked(polygon, height, width) for polygon in with_area or given]
    if not checked:
        raise LayoutError("it has no polygon")
    merged = coco.merge(coco.frPyObjects(checked, height, width))
    return str(merged["counts"].decode())


def _is_degenerate(polygon: object) -> bool:
    return polygon is None or (isinstance(polygon, list | tuple) and len(polygon) < MIN_NUMBERS)


def _checked(polygon: Sequence[float], height: int, width: int) -> list[float]:
    try:
        numbers = np.asarray(polygon, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise LayoutError("one of its polygons is not a list of numbers") from error
    if numbers.ndim != 1 or len(numbers) < MIN_NUMBERS or len(numbers) % 2:
        raise LayoutError("one of its polygons is not a list of x, y for three places or more")
    if not np.isfinite(numbers).all():
        raise LayoutError("one of its polygons has a place that is no number")
    xs, ys = numbers[0::2], numbers[1::2]
    if xs.min() < -width or xs.max() > 2 * width or ys.min() < -height or ys.max() > 2 * height:
        raise LayoutError("one of its polygons lies far outside the image")
    return [float(number) for number in numbers]


@dataclass
class _Loop:
    """A closed way along pixel edges; `path` begins at its uppermost, of these its leftmost corner."""

    path: Outline
    start: tuple[int, int]  # that corner without an inset
    is_hole: bool
    # By the index in `path` of a horizontal edge's first corner: x and hole of each way that leaves the edge.
    holes: dict[int, list[tuple[float, _Loop]]] = field(default_factory=dict)

    def whole(self) -> Outline:
        """The path with its holes, whose own paths are whole already."""
        if not self.holes:
            return self.path
        whole: Outline = []
        for index, place in enumerate(self.path):
            append_place(whole, place)
            if index in self.holes:
                goes_right = self.path[index + 1][0] > place[0]
                for x, hole in sorted(self.holes[index], key=lambda item: item[0], reverse=not goes_right):
                    end = (x, hole.path[0][1])
                    for step in [(x, place[1]), end, *hole.path, hole.path[0], end, (x, place[1])]:
                        append_place(whole, step)
        return whole


class _Tracer:
    """Corners sorted by row are the ends of horizontal edges, two by two; by column, of vertical ones."""

    def __init__(self, bitmap: NDArray[np.bool_], inset: float) -> None:
        self._bitmap = bitmap
        self._inset = inset
        padded = np.pad(bitmap, 1)
        around = (
            (padded[:-1, :-1] << 3) | (padded[:-1, 1:] << 2) | (padded[1:, :-1] << 1) | padded[1:, 1:]
        ).astype(np.uint8)
        kind = _KINDS[around]
        ys, xs = np.nonzero(kind)
        kinds = kind[ys, xs]
        repeats = np.where(kinds == _CORNER, 1, 2)
        self._rows = np.repeat(ys, repeats)
        self._columns = np.repeat(xs, repeats)
        self._key_width = bitmap.shape[1] + 1
        self._row_keys = self._rows * self._key_width + self._columns  # ascending
        # Of two corners at one place the first is the left one; their kind tells which is the upper one.
        second = np.concatenate(([False], np.diff(np.repeat(np.arange(len(ys)), repeats)) == 0))
        is_lower = second ^ (np.repeat(kinds, repeats) == _RISING)
        by_column = np.lexsort((is_lower, self._rows, self._columns))
        self._down = np.empty(len(by_column), np.intp)  # the other end of each corner's vertical edge
        self._down[by_column[0::2]] = by_column[1::2]
        self._down[by_column[1::2]] = by_column[0::2]
        # An edge whose mask is right of it or below moves there, every other edge the other way.
        upper = np.minimum(self._rows, self._rows[self._down])
        left = np.repeat(self._columns[0::2], 2)
        self._xs = np.where(padded[upper + 1, self._columns + 1], inset, -inset) + self._columns
        self._ys = np.where(padded[self._rows + 1, left + 1], inset, -inset) + self._rows

    def outlines(self) -> list[Outline]:
        loops, loop_at, index_at = self._loops()
        # A way to a hole goes up from it, so what lies lower is whole before what it hangs on.
        for loop in sorted((loop for loop in loops if loop.is_hole), key=lambda loop: -loop.start[1]):
            loop.path = loop.whole()
            edge = self._edge_above(*loop.start)
            # The column of pixels that the way goes through is the mask's, the one left of it need not be.
            x = loop.start[0] + self._inset
            target = loops[loop_at[edge]]
            # The edge's first corner on the way round is the one that comes first in the path.
            index = min(index_at[2 * edge], index_at[2 * edge + 1])
            target.holes.setdefault(index, []).append((x, loop))
        return [loop.whole() for loop in loops if not loop.is_hole]

    def _loops(self) -> tuple[list[_Loop], list[int], list[int]]:
        """The loops, which of them each horizontal edge is of, and each corner's index in its loop's path."""
        xs, ys, down = self._xs.tolist(), self._ys.tolist(), self._down.tolist()
        index_at = [-1] * len(xs)
        loop_at = [-1] * (len(xs) // 2)
        loops: list[_Loop] = []
        for start in range(0, len(xs), 2):
            if index_at[start] >= 0:
                continue
            path: Outline = []
            corner = start
            while index_at[corner] < 0:
                other = corner ^ 1  # the other end of its horizontal edge
                loop_at[corner >> 1] = len(loops)
                index_at[corner] = len(path)
                index_at[other] = len(path) + 1
                path += [(xs[corner], ys[corner]), (xs[other], ys[other])]
                corner = down[other]
            x, y = int(self._columns[start]), int(self._rows[start])
            loops.append(_Loop(path, (x, y), is_hole=not self._bitmap[y, x]))
        return loops, loop_at, index_at

    def _edge_above(self, x: int, y: int) -> int:
        """The horizontal edge that one comes to going up inside the mask from a hole's corner."""
        empty = np.flatnonzero(~self._bitmap[:y, x])
        row = int(empty[-1]) + 1 if len(empty) else 0
        place_key = row * self._key_width + x
        corner = int(np.searchsorted(self._row_keys, place_key, side="right")) - 1
        return corner >> 1


def append_place(path: Outline, place: Place) -> None:
    """Continue a path, without repeating its last place."""
    if not path or path[-1] != place:
        path.append(place)
