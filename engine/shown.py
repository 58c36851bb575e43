"""What a click shows: from the decoder's low-resolution logits to a mask of the photo, step by step.

As frontend/src/annotator/state/shown.ts. The mask prompt of the next click stays the decoder's own logits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.edges import Guide, sharpen, upscale
from engine.honour import honour_clicks
from engine.preprocess import Framing
from engine.sam.model import MASK_THRESHOLD
from engine.specks import drop_specks


def shown_mask(
    logits: NDArray[np.float32],
    framing: Framing,
    points: NDArray[np.float64],
    labels: Sequence[int],
    guide: Guide | None,
) -> NDArray[np.bool_]:
    """Logits (4g, 4g) -> mask (H, W): every click on its side, no specks, outlines along the photo's edges.

    points (N, 2) are the middles of the clicked pixels. Without a guide, where only the photo's embedding is
    known, logits are interpolated.
    """
    cells = framing.to_input(points) * (logits.shape[0] / framing.image_size)
    shown = logits if guide is None else sharpen(logits, guide)
    shown = honour_clicks(shown, cells, labels)
    shown = drop_specks(shown, framing.original_size, cells, labels)
    if guide is not None:
        return upscale(shown, guide)
    full = framing.to_original(torch.from_numpy(shown)[None, None])[0, 0]
    return np.asarray(full.numpy() > MASK_THRESHOLD)
