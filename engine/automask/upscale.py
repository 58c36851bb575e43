"""From low-resolution logits to a mask in the photo's own pixels, only where there may be a mask.

`Framing.to_original` upscales in two bilinear steps and holds every logit of the photo. Each of these is a
weighted mean of a few low-resolution logits. So both steps together are one matrix per axis, with few
weights per row and these side by side; and where the low-resolution logits are all below a threshold, the
photo's are: only the window that is left is computed. Most masks are a small part of the photo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.preprocess import Framing
from engine.sam.model import MASK_THRESHOLD

CHUNK = 64  # rows or columns at a time: what they depend on is short, and they stay in the cache


@dataclass(frozen=True)
class StableMask:
    """A mask, and how little it changes when the threshold does."""

    mask: NDArray[np.bool_]  # (h, w) a window of the photo that holds all of the mask
    corner: tuple[int, int]  # y, x of the window's top left in the photo
    stability_score: np.float32  # IoU of the masks at the higher and the lower threshold


class Upscaler:
    """Masks of one photo, or of a crop as a photo of its own."""

    def __init__(self, framing: Framing, low_res_size: int, device: torch.device) -> None:
        self.rows, self.columns = (
            Axis(low_res_size, framing.image_size, framing.input_size[i], framing.original_size[i], device)
            for i in (0, 1)
        )
        # Rows and columns of the low-resolution logits that the photo depends on; the rest is padding.
        self.needed = (int(self.rows.end[-1]), int(self.columns.end[-1]))

    def stable_mask(self, logits: Tensor, offset: float) -> StableMask | None:
        """The mask of low-resolution logits, (4g, 4g) or as much of them as `needed`.

        `offset` is what the stability score adds to and takes from the threshold. None when no logit is
        above the lower threshold.
        """
        low, high = MASK_THRESHOLD - offset, MASK_THRESHOLD + offset
        rows, columns = self.needed
        above = logits[:rows, :columns].cpu().numpy() > low
        if not above.any():
            return None
        y = self.rows.reach(np.flatnonzero(above.any(axis=1)))
        x = self.columns.reach(np.flatnonzero(above.any(axis=0)))
        if y.start == y.stop or x.start == x.stop:
            return None  # a photo smaller than the logits leaves some of them out
        used = self.rows.used(y)
        stretched = torch.cat(list(self.columns.times(logits[used].t(), x)))  # (w, used)
        inside = outside = 0
        parts = []
        for part in self.rows.times(stretched.t(), y, skipped=used.start):
            # NumPy compares fifteen times faster than PyTorch on a CPU.
            values = part.cpu().numpy()
            inside += int(np.count_nonzero(values > high))
            outside += int(np.count_nonzero(values > low))
            parts.append(values > MASK_THRESHOLD)
        if not outside:
            return None
        # In float32, as the reference divides: a score on the threshold falls on the same side.
        score = np.float32(inside) / np.float32(outside)
        return StableMask(np.concatenate(parts), (y.start, x.start), score)


class Axis:
    """Both bilinear steps along one axis: from low-resolution logits to the model's input to the photo."""

    def __init__(self, low_res: int, image: int, fitted: int, original: int, device: torch.device) -> None:
        # Interpolating the unit vectors gives the matrix of whatever the interpolation does.
        steps = torch.eye(low_res)[None]
        steps = F.interpolate(steps, image, mode="linear", align_corners=False)[..., :fitted]
        steps = F.interpolate(steps, original, mode="linear", align_corners=False)
        matrix = steps[0].t()  # (original, low_res)
        weighted = matrix.numpy() > 0
        self.start: NDArray[np.intp] = weighted.argmax(axis=1)  # the first logit that a pixel depends on
        self.end: NDArray[np.intp] = low_res - weighted[:, ::-1].argmax(axis=1)  # one past the last
        self.matrix = matrix.contiguous().to(device)

    def reach(self, indices: NDArray[np.intp]) -> slice:
        """The pixels that depend on one of these logits, and all between them."""
        first = int(np.searchsorted(self.end, indices[0], side="right"))
        last = int(np.searchsorted(self.start, indices[-1], side="right"))
        return slice(first, max(first, last))

    def used(self, pixels: slice) -> slice:
        """The logits that these pixels depend on."""
        return slice(int(self.start[pixels.start]), int(self.end[pixels.stop - 1]))

    def times(self, logits: Tensor, pixels: slice, skipped: int = 0) -> Iterator[Tensor]:
        """(low_res, n) -> (pixels, n), some rows at a time; of the logits, the first are `skipped`."""
        for first in range(pixels.start, pixels.stop, CHUNK):
            part = slice(first, min(first + CHUNK, pixels.stop))
            used = self.used(part)
            yield self.matrix[part, used] @ logits[used.start - skipped : used.stop - skipped]
