"""COCO's compressed run-length encoding, read strictly and without drawing the bitmap.

A mask is a list of run lengths over its pixels in column-major order (down the first column, then the
next), alternating background and foreground and starting with background. The string holds each run as
a signed variable-length number in characters '0'..'o' (six bits: five of payload, the sixth says that more
follow), from the fourth run on as the difference to the run two before it. Source: rleToString and
rleFrString in pycocotools' common/maskApi.c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard

import numpy as np
from numpy.typing import NDArray

Runs = NDArray[np.int64]
RleErrorCode = Literal["rle_invalid", "mask_empty"]

_FIRST_CHARACTER = ord("0")
_PAYLOAD_BITS = 5
_PAYLOAD = 0x1F
_MORE = 0x20
_SIGN = 0x10
# 35 bits hold every difference of runs in an image of 2**34 pixels, and sums of them cannot overflow int64.
_MAX_CHARACTERS_PER_RUN = 7


class RleError(ValueError):
    """A string that is no mask; the message says why, for a person."""

    def __init__(self, code: RleErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Rle:
    """A checked mask: `runs` cover exactly height x width pixels, at least one of them foreground."""

    height: int
    width: int
    runs: Runs
    area_px: int
    bbox: tuple[int, int, int, int]
    """x, y, width, height in pixels."""


def parse(counts: str, height: int, width: int) -> Rle:
    """Reads the compressed string of a `height` x `width` mask.

    Only the one string that an encoder makes of a bitmap is accepted, so that equal strings mean equal
    masks. Raises RleError: `rle_invalid` when the string does not decode to that size, `mask_empty` when no
    pixel is set.
    """
    return check_runs(_decode(counts), height, width)


def parse_any(counts: str | Sequence[object], height: int, width: int) -> Rle:
    """As `parse`, of what other programs write: with empty runs in between, or as a list of run lengths."""
    if isinstance(counts, str):
        runs = _decode(counts)
    else:
        whole = [int(run) for run in counts if _is_whole(run) and run <= height * width]
        if len(whole) < len(counts):
            raise _invalid("its runs are no whole numbers of at most as many pixels as the image has")
        runs = np.array(whole, dtype=np.int64)
    if (runs < 0).any():
        raise _invalid(f"run {int(np.argmax(runs < 0)) + 1} has a negative length")
    return check_runs(_without_empty_runs(runs), height, width)


def _is_whole(run: object) -> TypeGuard[int | float]:
    """Also 3.0, as programs write that keep all numbers as floats."""
    return type(run) is int or (type(run) is float and run.is_integer())


def check_runs(runs: Runs, height: int, width: int) -> Rle:
    """The mask of these run lengths, background first. Raises RleError, see `parse`."""
    pixels = height * width
    if len(runs) > pixels + 1:
        raise _invalid(f"it has {len(runs)} runs, more than the {pixels} pixels of {width} x {height} allow")
    if (runs < 0).any():
        raise _invalid(f"run {int(np.argmax(runs < 0)) + 1} has a negative length")
    if (runs[1:] == 0).any():
        raise _invalid(f"run {int(np.argmax(runs[1:] == 0)) + 2} has no pixels; only the first may be empty")
    total = int(runs.sum())
    if total != pixels:
        raise _invalid(f"its runs cover {total} pixels, but {width} x {height} are {pixels}")
    area_px = int(runs[1::2].sum())
    if area_px == 0:
        raise RleError("mask_empty", "The mask is empty: no pixel is set.")
    return Rle(height, width, runs, area_px, _bounding_box(runs, height))


def crop(mask: Rle) -> NDArray[np.bool_]:
    """The pixels inside the bounding box, (height, width) of the box."""
    left, top, width, height = mask.bbox
    first, last = left * mask.height, (left + width) * mask.height
    stops = np.clip(np.cumsum(mask.runs), first, last) - first
    lengths = np.diff(stops, prepend=0)
    columns = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(width, mask.height)
    return np.ascontiguousarray(columns[:, top : top + height].T)


def runs_of(bitmap: NDArray[np.bool_]) -> Runs:
    """Run lengths of a (height, width) bitmap, background first."""
    pixels = bitmap.ravel(order="F")
    changes = np.flatnonzero(pixels[1:] != pixels[:-1]) + 1
    bounds = np.concatenate(([0], changes, [len(pixels)]))
    runs = np.diff(bounds)
    return np.concatenate(([0], runs)) if pixels[0] else runs


def encode(runs: Runs) -> str:
    """The compressed string of run lengths (background first), as pycocotools writes it."""
    numbers = runs.astype(np.int64)
    numbers[3:] -= runs[1:-2]
    # 5 n bits hold -2**(5n-1) <= number < 2**(5n-1): one character where that fits, else more.
    magnitude = np.where(numbers < 0, ~numbers, numbers)
    position = np.arange(_MAX_CHARACTERS_PER_RUN)
    limits = np.int64(1) << (_PAYLOAD_BITS * (position + 1) - 1)
    last = (magnitude[:, None] >= limits).sum(axis=1)  # index of each number's last character
    if len(last) and last.max() >= _MAX_CHARACTERS_PER_RUN:
        raise ValueError("a run is longer than the encoding allows")
    characters: Runs = (numbers[:, None] >> (_PAYLOAD_BITS * position)) & _PAYLOAD
    characters |= np.where(position < last[:, None], _MORE, 0)
    used = position <= last[:, None]
    return bytes((characters[used] + _FIRST_CHARACTER).astype(np.uint8)).decode("ascii")


def _without_empty_runs(runs: Runs) -> Runs:
    """Runs on both sides of an empty one are of one value, and become one."""
    values = np.arange(len(runs)) % 2 == 1
    values, lengths = values[runs > 0], runs[runs > 0]
    if not len(lengths):
        return lengths
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    merged = np.add.reduceat(lengths, starts)
    return np.concatenate(([0], merged)) if values[0] else merged


def _decode(counts: str) -> Runs:
    """Run lengths as the string states them, not yet checked against a size."""
    if not counts:
        raise _invalid("it is empty")
    if not counts.isascii():
        raise _invalid("it has characters outside '0' to 'o'")
    values = np.frombuffer(counts.encode("ascii"), dtype=np.uint8).astype(np.int64) - _FIRST_CHARACTER
    foreign = (values < 0) | (values > _MORE + _PAYLOAD)
    if foreign.any():
        at = int(np.argmax(foreign))
        raise _invalid(f"character {at + 1} is {counts[at]!r}, outside '0' to 'o'")

    is_last = (values & _MORE) == 0
    if not is_last[-1]:
        raise _invalid("it ends in the middle of a number")
    ends = np.flatnonzero(is_last)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > _MAX_CHARACTERS_PER_RUN:
        raise _invalid("one of its numbers is too large for any image")

    position = np.arange(len(values)) - np.repeat(starts, lengths)
    numbers: Runs = np.add.reduceat((values & _PAYLOAD) << (_PAYLOAD_BITS * position), starts)
    # A last character that only repeats the sign of the one before it: an encoder leaves it out.
    before = values[ends - 1]
    repeated_sign = np.where(before & _SIGN, _PAYLOAD, 0)
    if ((lengths > 1) & (values[ends] == repeated_sign)).any():
        raise _invalid("one of its numbers is written with more characters than needed")

    negative = (values[ends] & _SIGN) != 0
    numbers[negative] -= np.int64(1) << (_PAYLOAD_BITS * lengths[negative])

    runs = numbers
    runs[1::2] = np.cumsum(numbers[1::2])
    runs[2::2] = np.cumsum(
        numbers[2::2]
    )  # the third number is absolute: its sums start there, not at the first
    return runs


def _bounding_box(runs: Runs, height: int) -> tuple[int, int, int, int]:
    stops = np.cumsum(runs)
    last = stops[1::2] - 1  # of each foreground run
    first = stops[0::2][: len(last)]
    left, right = int(first[0]) // height, int(last[-1]) // height
    if ((first // height) != (last // height)).any():  # a run that leaves its column touches both edges
        top, bottom = 0, height - 1
    else:
        top, bottom = int((first % height).min()), int((last % height).max())
    return left, top, right - left + 1, bottom - top + 1


def _invalid(reason: str) -> RleError:
    return RleError("rle_invalid", f"The run-length encoding is not valid: {reason}.")
