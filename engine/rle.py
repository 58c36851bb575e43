"""Masks as COCO's compressed run-length encoding, in JSON's types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask


class RLE(TypedDict):
    """COCO's compressed run-length encoding."""

    size: list[int]  # height, width of the image in pixels
    counts: str


def encode_rle(mask: NDArray[np.bool_], corner: tuple[int, int], size: tuple[int, int]) -> RLE:
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


def decode_rle(rle: RLE) -> NDArray[np.uint8]:
    """(H, W) of 0 and 1. Nothing is checked: see `rle_problem`."""
    return coco_mask.decode(_bytes(rle))


def rle_area(rle: RLE) -> int:
    """Pixels of the mask."""
    return int(coco_mask.area(_bytes(rle)))


def rle_boxes(rles: Sequence[RLE]) -> NDArray[np.float32]:
    """(N, 4) xywh in pixels."""
    found = coco_mask.toBbox([_bytes(rle) for rle in rles]) if rles else np.zeros((0, 4))
    return np.asarray(found, np.float32)


def _bytes(rle: RLE) -> dict[str, Any]:
    return {"size": rle["size"], "counts": rle["counts"].encode()}


def rle_problem(counts: str, pixels: int) -> str | None:
    """Why a compressed string is no mask of so many pixels; None if it is one.

    pycocotools decodes without looking: past the end of a string that is cut off, into a mask of any size.
    A run is a number of five-bit groups, low ones first, as characters from '0'; a sixth bit says that more
    follow. From the fourth run on it is the difference to the run two before (rleFrString in its maskApi.c).
    """
    codes = np.frombuffer(counts.encode("utf-8", "surrogatepass"), np.uint8).astype(np.int64) - ord("0")
    if not len(codes):
        return "it is empty"
    if codes.min() < 0 or codes.max() > 0x3F:
        return "it has characters outside '0' to 'o'"
    ends = np.flatnonzero(codes < 0x20)
    if not len(ends) or ends[-1] != len(codes) - 1:
        return "it is cut off"
    starts = np.concatenate(([0], ends[:-1] + 1))
    groups = ends - starts + 1
    if groups.max() > 7:  # 35 bits: runs of no image, and beyond what the sums below hold
        return "it has a run that no image is large enough for"
    place = np.arange(len(codes)) - np.repeat(starts, groups)
    runs = np.add.reduceat((codes & 0x1F) << (5 * place), starts)
    runs -= np.where(codes[ends] & 0x10, np.int64(1) << (5 * groups), 0)  # two's complement
    runs[1::2] = runs[1::2].cumsum()
    runs[2::2] = runs[2::2].cumsum()
    if runs.min() < 0:
        return "it has a run of negative length"
    if runs.sum() != pixels:
        return f"its runs cover {runs.sum()} pixels of {pixels}"
    return None
