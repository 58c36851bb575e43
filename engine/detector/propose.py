"""Masks for the boxes that a detector finds: what the semi-automatic stage shows an annotator first.

The paper (Segment Anything, section 4) gives no thresholds for its "confident masks". These are below the
automatic generator's, since a person looks at every proposal: docs/stages.md has what they were chosen by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.automask.boxes import Box, box_around, distinct
from engine.automask.upscale import Upscaler
from engine.detector.detect import detect
from engine.detector.head import BoxHead
from engine.embedding import EmbeddingHeader
from engine.preprocess import Framing
from engine.rle import RLE, encode_rle
from engine.sam.model import Sam
from engine.sam.prompt_encoder import BOX_BOTTOM_RIGHT, BOX_TOP_LEFT

BOXES_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class ProposalSettings:
    """Which masks are worth a look."""

    detection_thresh: float = 0.5  # of the box's score, the geometric mean of objectness and expected overlap
    pred_iou_thresh: float = 0.5
    stability_score_thresh: float = 0.6
    stability_score_offset: float = (
        1.0  # of logits, to both sides of the threshold; the automatic generator's
    )
    box_nms_thresh: float = 0.7  # IoU of the masks' boxes; the automatic generator's


@dataclass(frozen=True)
class Proposal:
    """A mask that nobody has looked at yet."""

    rank: int  # of its box among those that the detector found, from 0; always the same for one photo
    rle: RLE
    prompt: tuple[float, float, float, float]  # the detected box, xyxy in pixels of the photo
    box: Box  # of the mask
    predicted_iou: float
    stability_score: float


@torch.inference_mode()
def propose_masks(
    model: Sam,
    head: BoxHead,
    embedding: NDArray[np.float32],
    header: EmbeddingHeader,
    settings: ProposalSettings | None = None,
) -> list[Proposal]:
    """Masks of what the detector sees in the photo of an embedding (C, g, g), the surest first."""
    settings = settings or ProposalSettings()
    detection = detect(head, embedding, header)
    sure = detection.boxes[detection.scores >= settings.detection_thresh]
    found = list(_ask(model.eval(), embedding, header, sure, settings))
    kept = distinct([one.box for one in found], [one.predicted_iou for one in found], settings.box_nms_thresh)
    return [found[index] for index in kept]


def _ask(
    model: Sam,
    embedding: NDArray[np.float32],
    header: EmbeddingHeader,
    boxes: NDArray[np.float32],
    settings: ProposalSettings,
) -> Iterator[Proposal]:
    """The decoder's masks of these boxes (N, 4) xyxy that pass the filters."""
    framing = Framing(header.original_size, header.input_size, model.config.image_size)
    upscaler = Upscaler(framing, model.config.low_res_size, model.device)
    image = torch.from_numpy(embedding)[None].to(model.device)
    corners = torch.from_numpy(framing.to_input(boxes.reshape(-1, 2, 2))).to(model.device)  # (N, 2, 2)
    for start in range(0, len(boxes), BOXES_AT_ONCE):
        asked = corners[start : start + BOXES_AT_ONCE]
        labels = asked.new_tensor([BOX_TOP_LEFT, BOX_BOTTOM_RIGHT]).expand(len(asked), -1)
        logits, scores = model.decode(image, asked, labels)
        for index in range(len(asked)):
            # A box is not ambiguous, so the first of the four masks, which is for such prompts.
            predicted_iou = float(scores[index, 0])
            if predicted_iou < settings.pred_iou_thresh:
                continue
            mask = upscaler.stable_mask(logits[index, 0], settings.stability_score_offset)
            if mask is None or mask.stability_score < settings.stability_score_thresh or not mask.mask.any():
                continue
            left, top, right, bottom = boxes[start + index].tolist()
            yield Proposal(
                rank=start + index,
                rle=encode_rle(mask.mask, mask.corner, header.original_size),
                prompt=(left, top, right, bottom),
                box=box_around(mask.mask, mask.corner),
                predicted_iou=predicted_iou,
                stability_score=float(mask.stability_score),
            )
