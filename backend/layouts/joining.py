"""All parts of a mask in one outline, for layouts that have a single polygon per object.

Parts are connected by bridges along pixel edges, walked there and back. Readers that count crossings see
nothing of them. Readers that paint outlines as well, as OpenCV's fillPoly does, see lines one pixel wide. The
bridges therefore form a minimum spanning tree, which paints the fewest pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backend.layouts.polygons import Outline, Place, append_place

# Bounds on what is compared, since comparing all corners with each other takes quadratic time.
PART_CORNERS = 1000  # of a larger part, corners at even distances
GROUP_CORNERS = 2000  # parts with more corners together are connected group by group

Bridge = tuple[int, int]  # corners, of a connected part and of the next one


def joined(parts: Sequence[Outline]) -> Outline:
    """One closed outline through all corners of all parts."""
    places = [place for part in parts for place in part]
    starts = np.cumsum([0, *(len(part) for part in parts)])
    bridges: dict[int, list[int]] = {}
    for near, far in _bridges(np.array(places, np.float32), starts):
        bridges.setdefault(near, []).append(far)

    def around(corner: int) -> list[int]:
        """The corners of a part from one of them back to itself."""
        number = int(np.searchsorted(starts, corner, side="right"))
        start, stop = int(starts[number - 1]), int(starts[number])
        return [*range(corner, stop), *range(start, corner + 1)]

    path: Outline = []
    todo: list[int | Place] = [*reversed(around(0))]
    while todo:
        step = todo.pop()
        if isinstance(step, tuple):
            append_place(path, step)
            continue
        append_place(path, places[step])
        for far in bridges.pop(step, ()):
            bend = _bend(places[step], places[far])
            todo += [places[step], bend, *reversed(around(far)), bend]
    return path[:-1]


def _bend(near: Place, far: Place) -> Place:
    """Where a bridge turns from its row into its column. Parts that touch at a corner need no turn."""
    touches = max(abs(near[0] - far[0]), abs(near[1] - far[1])) < 1
    return far if touches else (far[0], near[1])


def _bridges(places: NDArray[np.float32], starts: NDArray[np.int_]) -> Iterator[Bridge]:
    """Those that connect all parts. `places`: (N, 2), x and y; `starts`: each part's first corner, and N."""
    bounds = pairwise(starts.tolist())
    chosen = [np.arange(start, stop, -(-(stop - start) // PART_CORNERS)) for start, stop in bounds]
    for group in _groups(chosen):
        corners = np.concatenate(group)
        part_of = np.repeat(np.arange(len(group)), [len(part) for part in group])
        for near, far in _tree(places[corners], part_of):
            yield int(corners[near]), int(corners[far])


def _groups(parts: list[NDArray[np.int_]]) -> Iterator[list[NDArray[np.int_]]]:
    """The last part of a group is the first of the next one."""
    group = parts[:1]
    for part in parts[1:]:
        if len(group) > 1 and sum(map(len, group)) + len(part) > GROUP_CORNERS:
            yield group
            group = group[-1:]
        group.append(part)
    yield group


def _tree(corners: NDArray[np.float32], part_of: NDArray[np.int_]) -> Iterator[Bridge]:
    """Prim's algorithm over parts, by the distance of their nearest corners along x and y."""
    distance = np.full(len(corners), np.inf, np.float32)  # from the parts that are connected
    nearest = np.zeros(len(corners), np.intp)
    newest, waiting = np.flatnonzero(part_of == 0), np.flatnonzero(part_of)
    while len(waiting):
        apart = sum(np.abs(corners[waiting, None, axis] - corners[None, newest, axis]) for axis in (0, 1))
        best = apart.argmin(axis=1)
        apart = apart[np.arange(len(waiting)), best]
        is_nearer = apart < distance[waiting]
        distance[waiting[is_nearer]] = apart[is_nearer]
        nearest[waiting[is_nearer]] = newest[best[is_nearer]]
        far = int(waiting[distance[waiting].argmin()])
        yield int(nearest[far]), far
        newest = np.flatnonzero(part_of == part_of[far])
        waiting = waiting[part_of[waiting] != part_of[far]]
