"""How far two sets of masks of one picture agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from backend.masks.models import Mask

SAME_OBJECT_IOU = 0.5  # masks that share less are of two objects, and not one object drawn in two ways


@dataclass(frozen=True)
class Agreement:
    """`ious` of the pairs, and how many masks of either side have no counterpart."""

    ious: list[float]
    missed: int
    added: int


def match(original: Sequence[Mask], other: Sequence[Mask]) -> Agreement:
    """Pairs masks one to one, those with the highest IoU first."""
    overlaps = mask_ious(original, other)
    ious: list[float] = []
    while overlaps.size and overlaps.max() >= SAME_OBJECT_IOU:
        row, column = np.unravel_index(overlaps.argmax(), overlaps.shape)
        ious.append(round(float(overlaps[row, column]), 4))
        overlaps[row], overlaps[:, column] = -1, -1
    return Agreement(ious, len(original) - len(ious), len(other) - len(ious))


def mask_ious(a: Sequence[Mask], b: Sequence[Mask]) -> NDArray[np.float64]:
    """(len(a), len(b)) IoU of every pair."""
    if not a or not b:
        return np.zeros((len(a), len(b)))
    return np.asarray(coco_mask.iou(_rles(a), _rles(b), [0] * len(b)), np.float64)


def _rles(masks: Sequence[Mask]) -> list[dict[str, Any]]:
    return [{"size": [mask.height, mask.width], "counts": mask.rle_counts.encode()} for mask in masks]
