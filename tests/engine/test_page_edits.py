"""What the page's mask edits have to give, by OpenCV: the page's own tests hold it to edits.vectors.json.

`python -m tests.engine.test_page_edits` writes the file anew.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

VECTORS = Path(__file__).parents[2] / "frontend" / "src" / "annotator" / "masks" / "edits.vectors.json"
ISLAND_SHARE = 0.02  # as in edits.ts
CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))

Mask = npt.NDArray[np.uint8]


def test_vectors_are_what_opencv_gives() -> None:
    assert json.loads(VECTORS.read_text()) == vectors()


def vectors() -> dict[str, Any]:
    return {
        "masks": [
            {
                "name": name,
                "width": mask.shape[1],
                "rows": rows(mask),
                **{edit: rows(edited(mask)) for edit, edited in EDITS.items()},
            }
            for name, mask in masks().items()
        ],
        "polygons": [polygon(seed) for seed in range(24)],
        "squares": [square_stroke(seed) for seed in range(16)],
    }


# ---- edits ------------------------------------------------------------------------------------------------


def masks() -> dict[str, Mask]:
    rng = np.random.default_rng(4)
    blobs = cv2.GaussianBlur(rng.random((40, 56), np.float32), (0, 0), 2.2)
    rings = np.zeros((31, 37), np.uint8)
    for radius, value in ((14, 1), (11, 0), (8, 1), (5, 0), (2, 1)):
        cv2.circle(rings, (18, 15), radius, value, -1)
    open_ring = rings.copy()
    open_ring[15, 18:] = 0
    diagonal = np.zeros((9, 12), np.uint8)
    diagonal[1:4, 1:4] = diagonal[4:7, 4:7] = 1
    diamond = np.zeros((7, 7), np.uint8)  # closed at its corners only
    for y, x in ((1, 3), (2, 2), (2, 4), (3, 1), (3, 5), (4, 2), (4, 4), (5, 3)):
        diamond[y, x] = 1
    at_border = np.ones((10, 14), np.uint8)
    at_border[0:3, 4:6] = at_border[5, 5] = at_border[7:, 0] = 0
    specks = np.zeros((30, 40), np.uint8)
    specks[3:23, 4:29] = 1  # 500 pixels: islands are parts under 10
    specks[25:28, 30:33] = specks[1, 35] = 1
    specks[10:12, 33:38] = 1
    specks[6:9, 8:12] = 0
    one_pixel = np.zeros((5, 5), np.uint8)
    one_pixel[2, 3] = 1
    return {
        "blobs": (blobs > 0.5).astype(np.uint8),
        "sparse blobs": (blobs > 0.53).astype(np.uint8),
        "noise": (rng.random((33, 41)) > 0.62).astype(np.uint8),
        "dense noise": (rng.random((33, 41)) > 0.35).astype(np.uint8),
        "rings in rings": rings,
        "a ring that is open": open_ring,
        "parts that share a corner": diagonal,
        "a hole closed by corners": diamond,
        "gaps at the edge of the image": at_border,
        "specks beside a large part": specks,
        "one pixel": one_pixel,
        "all": np.ones((4, 6), np.uint8),
        "two equal parts": np.array([[0, 1, 1, 0, 0], [0, 0, 0, 0, 0], [1, 1, 0, 0, 0]], np.uint8),
    }


def filled(mask: Mask) -> Mask:
    """From a border of background, the background outside is found over shared edges."""
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(framed, None, (0, 0), 2, flags=4)
    return (framed[1:-1, 1:-1] != 2).astype(np.uint8)


def without_islands(mask: Mask) -> Mask:
    labels, areas = parts(mask)
    kept = [label for label, area in areas.items() if area >= ISLAND_SHARE * max(areas.values())]
    return np.isin(labels, kept).astype(np.uint8)


def largest(mask: Mask) -> Mask:
    labels, areas = parts(mask)
    # Of equal ones the one whose first pixel comes first, row by row.
    first = {label: int(np.flatnonzero(labels == label)[0]) for label in areas}
    return (labels == min(areas, key=lambda label: (-areas[label], first[label]))).astype(np.uint8)


def parts(mask: Mask) -> tuple[npt.NDArray[np.int32], dict[int, int]]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return labels, {label: int(stats[label, cv2.CC_STAT_AREA]) for label in range(1, count)}


def grown(mask: Mask) -> Mask:
    return cv2.dilate(mask, CROSS)


def shrunk(mask: Mask) -> Mask:
    return cv2.erode(mask, CROSS)  # the outside counts as mask, OpenCV's default


EDITS: dict[str, Callable[[Mask], Mask]] = {
    "filled": filled,
    "withoutIslands": without_islands,
    "largest": largest,
    "grown": grown,
    "shrunk": shrunk,
}


# ---- outlines ---------------------------------------------------------------------------------------------


def polygon(seed: int) -> dict[str, Any]:
    """A random polygon, most often one that crosses itself and leaves the picture here and there."""
    rng = np.random.default_rng(seed)
    width, height = 36, 28
    corners = int(rng.integers(3, 12))
    points = np.float32(rng.uniform((-6, -5), (width + 6, height + 5), (corners, 2)))
    inside = covered(points, width, height)
    return {"width": width, "corners": points.tolist(), "rows": rows(inside)}


def square_stroke(seed: int) -> dict[str, Any]:
    """A square brush from one place to another, its width changing: the convex hull of both squares."""
    rng = np.random.default_rng(100 + seed)
    width, height = 44, 32
    ends = rng.uniform((-3, -3, 0.4), (width + 3, height + 3, 1.6), (2, 3)).astype(np.float32)
    if seed < 6:
        ends[1, seed % 2] = ends[0, seed % 2]  # straight down or across
        ends[:, 2] = 1
    diameter = int(rng.integers(2, 15))
    signs = np.float32([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    squares = [end[:2] + signs * (end[2] * diameter / 2) for end in ends]
    hull = cv2.convexHull(np.concatenate(squares).astype(np.float32))[:, 0]
    points = [{"x": x, "y": y, "pressure": share} for x, y, share in ends.tolist()]
    return {"width": width, "diameter": diameter, "ends": points, "rows": rows(covered(hull, width, height))}


def covered(points: npt.NDArray[np.float32], width: int, height: int) -> Mask:
    """The pixels whose centre is inside, even-odd; none of these centres lies on the outline itself."""
    inside = [
        [cv2.pointPolygonTest(points, (x + 0.5, y + 0.5), measureDist=False) for x in range(width)]
        for y in range(height)
    ]
    assert 0 not in np.array(inside)
    return (np.array(inside) > 0).astype(np.uint8)


def rows(mask: Mask) -> list[str]:
    return ["".join(map(str, row)) for row in mask.tolist()]


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=2) + "\n")
