"""Boxes in a photo's pixels, and the file of a trained head."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from engine.automask.boxes import distinct
from engine.detector.data import input_scale
from engine.detector.head import STRIDES, BoxHead, boxes_at, places
from engine.embedding import EmbeddingHeader
from engine.files import replacing
from engine.sam.registry import CheckpointError

MOST_BOXES = 100
NMS_IOU = 0.7  # of boxes that both stay; near ones are often objects that touch
CONSIDERED = 1000  # places with the highest scores


@dataclass(frozen=True)
class Detection:
    boxes: NDArray[np.float32]  # (N, 4) xyxy in pixels of the photo, best first
    scores: NDArray[np.float32]  # (N,) from 0 to 1


@torch.inference_mode()
def detect(
    head: BoxHead, embedding: NDArray[np.float32], header: EmbeddingHeader, most: int = MOST_BOXES
) -> Detection:
    """At most `most` boxes of objects in the photo of an embedding (C, g, g)."""
    device = next(head.parameters()).device
    answers = head.eval()(torch.from_numpy(embedding)[None].to(device))
    at = places(embedding.shape[-1], device)
    # As in FCOS, what a box says of itself takes part: a box that is sure of an object may still be off.
    scores = (answers.objectness.sigmoid() * answers.overlap.sigmoid()).sqrt()[0]
    best = scores.argsort(descending=True)[:CONSIDERED]
    found = (boxes_at(at, answers.distances[0])[best] / input_scale(header)).cpu().numpy()
    height, width = header.original_size
    found = np.clip(found, 0, (width, height, width, height)).astype(np.float32)
    kept_scores = scores[best].cpu().numpy()
    kept = distinct([tuple(box) for box in found.tolist()], kept_scores.tolist(), NMS_IOU)[:most]
    return Detection(found[kept], kept_scores[kept])


def save_detector(head: BoxHead, path: Path, encoder_digest: str) -> None:
    """One .safetensors file, which says whose embeddings the head was trained on."""
    metadata = {
        "detector": json.dumps({"embedding_channels": head.embedding_channels, "strides": STRIDES}),
        "encoder": encoder_digest,
    }
    with replacing(path) as part:
        save_file({name: t.contiguous().cpu() for name, t in head.state_dict().items()}, part, metadata)


def read_detector(path: Path) -> tuple[BoxHead, str]:
    """The head in eval mode, and the digest of the encoder it belongs to. Raises CheckpointError."""
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if "detector" not in metadata:
                raise CheckpointError(f"{path} holds no detector")
            shape = json.loads(metadata["detector"])
            if shape.get("strides") != list(STRIDES):
                raise CheckpointError(f"{path} is a detector of an older version; train another")
            head = BoxHead(shape["embedding_channels"])
            head.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    except (OSError, SafetensorError, RuntimeError, ValueError, KeyError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    return head.eval(), metadata["encoder"]
