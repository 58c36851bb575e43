"""The browser's decoder: prompt encoder and mask decoder as one ONNX graph.

Inputs, float32, for an embedding of C channels on a g x g grid and N prompt points:

    image_embedding (1, C, g, g)
    point_coords    (1, N, 2)       xy in pixels of the model's input
    point_labels    (1, N)          1 foreground, 0 background, 2 and 3 a box's corners, -1 padding
    mask_input      (1, 1, 4g, 4g)  low-resolution logits of an earlier answer, or zeros
    has_mask_input  (1)             1 when mask_input counts, else 0

Outputs: low_res_logits (1, 4, 4g, 4g) and iou_predictions (1, 4). The first is the single mask, the others
are the three candidates. A prompt without a box ends with one padding point. Upscaling is left to the page.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from engine.sam.model import MASK_THRESHOLD, Sam

OPSET = 20
TOLERANCE = 1e-3  # of logits, which are in the tens: float32 sums in another order
CHECKED_POINTS = (1, 2, 3, 6)


class DecoderExportError(RuntimeError):
    """The exported graph does not compute what the model computes."""


@dataclass(frozen=True)
class DecoderManifest:
    """What a client must know to run the graph."""

    image_size: int
    grid: int
    embedding_channels: int
    mask_threshold: float
    sha256: str
    size_bytes: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class DecoderGraph(nn.Module):
    """`Sam.decode` with a mask prompt that can be switched off by a number, as a graph needs it."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.model = model

    def forward(
        self,
        image_embedding: Tensor,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_input: Tensor,
        has_mask_input: Tensor,
    ) -> tuple[Tensor, Tensor]:
        prompt_encoder = self.model.prompt_encoder
        dense = has_mask_input * prompt_encoder.embed_masks(mask_input)
        dense = dense + (1 - has_mask_input) * prompt_encoder.no_mask()
        tokens = prompt_encoder.embed_points(point_coords, point_labels)
        return self.model.mask_decoder(image_embedding + dense, prompt_encoder.dense_positions(), tokens)


def export_decoder(model: Sam, path: Path) -> DecoderManifest:
    """Writes the graph to `path` and checks it against the model before it can be used.

    Raises DecoderExportError, leaving no file, when ONNX Runtime's answers differ from PyTorch's.
    """
    model = model.eval().float().cpu()
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        graph = Path(scratch) / "decoder.onnx"
        _write_graph(model, graph)
        check_graph(model, graph)
        content = graph.read_bytes()
        graph.replace(path)
    config = model.config
    return DecoderManifest(
        image_size=config.image_size,
        grid=config.grid,
        embedding_channels=config.embedding_channels,
        mask_threshold=MASK_THRESHOLD,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
    )


def _write_graph(model: Sam, path: Path) -> None:
    inputs = example_inputs(model, points=3, masked=True)
    # It warns that torchvision is missing, which no graph here uses, and of changes inside PyTorch itself.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            DecoderGraph(model).eval(),
            tuple(torch.from_numpy(value) for value in inputs.values()),
            path,
            input_names=list(inputs),
            output_names=["low_res_logits", "iou_predictions"],
            dynamic_shapes=(None, {1: "points"}, {1: "points"}, None, None),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def check_graph(model: Sam, path: Path) -> None:
    """Compares graph and model for several numbers of points, each with and without a mask prompt."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for points in CHECKED_POINTS:
        for masked in (False, True):
            inputs = example_inputs(model, points, masked)
            logits, iou = session.run(None, inputs)
            with torch.inference_mode():
                tensors = {name: torch.from_numpy(value) for name, value in inputs.items()}
                expected_logits, expected_iou = model.decode(
                    tensors["image_embedding"],
                    tensors["point_coords"],
                    tensors["point_labels"],
                    tensors["mask_input"] if masked else None,
                )
            error = max(
                float(np.abs(logits - expected_logits.numpy()).max()),
                float(np.abs(iou - expected_iou.numpy()).max()),
            )
            if not error <= TOLERANCE:
                raise DecoderExportError(
                    f"the exported decoder is off by {error:.2g} for {points} points "
                    f"{'with' if masked else 'without'} a mask prompt"
                )


def example_inputs(model: Sam, points: int, masked: bool) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Random inputs of the graph: `points` prompt points, the last of them padding."""
    random = np.random.default_rng(points)
    config = model.config
    labels = random.integers(0, 2, (1, points)).astype(np.float32)
    labels[0, -1] = -1
    embedding = random.standard_normal((1, config.embedding_channels, config.grid, config.grid))
    mask = random.standard_normal((1, 1, config.low_res_size, config.low_res_size)) * 4 * masked
    return {
        "image_embedding": embedding.astype(np.float32),
        "point_coords": random.uniform(0, config.image_size, (1, points, 2)).astype(np.float32),
        "point_labels": labels,
        "mask_input": mask.astype(np.float32),
        "has_mask_input": np.array([masked], np.float32),
    }
