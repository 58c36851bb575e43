"""The browser's decoder: prompt encoder and mask decoder as three ONNX graphs in one file.

    image   image_embedding (1, C, g, g) and photo, as below
            -> the terms that every click on the image needs (engine/decoder)
    mask    mask_input (1, 1, 4g, 4g), low-resolution logits of an earlier answer -> mask_rows (17, g * g)
    click   the image's terms and
                point_coords  (1, N, 2)        xy in pixels of the model's input
                point_labels  (1, N)           1 foreground, 0 background, 2 and 3 a box's corners, -1 padding
                mask_rows     (1 or 17, g * g) zeros (1, g * g) without a mask prompt
                wanted_masks  (M, 4)           one-hot: 0 is the single mask, 1 to 3 the candidates
                detail        (k, k)           counts by its shape: k is 2, or 1 for half the size
                photo         (r, c)           likewise: the grid's first rows and columns, with the photo
            -> low_res_logits (1, M, 2k r, 2k c), iou_predictions (1, 4)

A prompt without a box ends with one padding point. Upscaling is left to the page, and so are the logits of
the padding that a mask prompt needs. docs/formats.md describes the file.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from engine.container import join_parts, pack, split_parts, unpack
from engine.decoder import FORMAT_VERSION
from engine.decoder.image_terms import ImageTerms
from engine.decoder.mask_rows import no_mask_rows
from engine.decoder_graphs import example_inputs, write_graphs
from engine.files import replacing
from engine.sam.mask_decoder import MASK_TOKENS
from engine.sam.model import MASK_THRESHOLD, Sam
from engine.sam.prompt_encoder import PADDING

MAGIC = b"MLDG"

TOLERANCE = 1e-3  # of logits, which are in the tens: float32 sums in another order
CHECKED_POINTS = (1, 2, 3, 6)
ANSWER_SIDE = 8

Array = NDArray[np.float32]


class DecoderExportError(RuntimeError):
    """The exported graphs do not compute what the model computes."""


@dataclass(frozen=True)
class DecoderManifest:
    """What a client must know to run the graphs."""

    image_size: int
    grid: int
    embedding_channels: int
    mask_threshold: float
    sha256: str
    size_bytes: int
    version: int = FORMAT_VERSION

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def export_decoder(model: Sam, path: Path) -> DecoderManifest:
    """Writes the graphs to `path`, whole or, when they are wrong, not at all. Raises DecoderExportError."""
    rounded = with_half_matrices(model)
    content = pack_graphs(checked_graphs(rounded), trial(rounded))
    with replacing(path) as part:
        part.write_bytes(content)
    config = model.config
    return DecoderManifest(
        image_size=config.image_size,
        grid=config.grid,
        embedding_channels=config.embedding_channels,
        mask_threshold=MASK_THRESHOLD,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
    )


def checked_graphs(model: Sam) -> dict[str, bytes]:
    """The three graphs by name, as bytes of ONNX files.

    Raises DecoderExportError when ONNX Runtime's answers differ from PyTorch's.
    """
    graphs = write_graphs(model)
    check_graphs(model, graphs)
    return graphs


def with_half_matrices(model: Sam) -> Sam:
    """A float32 copy on the CPU whose decoder's matrices have values that half precision can hold.

    It halves the download; the graphs compute in float32.
    """
    rounded = copy.deepcopy(model).eval().float().cpu()
    for part in (rounded.prompt_encoder, rounded.mask_decoder):
        for parameter in part.parameters():
            if parameter.ndim > 1:
                parameter.data = parameter.data.half().float()
    return rounded


@torch.inference_mode()
def trial(model: Sam) -> dict[str, Any]:
    """What a browser tries before it answers anybody, with the answer that it must get.

    It clicks the middle of an image whose embedding's i-th value is sin(i); `answer` (8, 8) are logits of the
    first candidate, evenly from its whole grid.
    """
    config = model.config
    size = config.embedding_channels * config.grid**2
    embedding = torch.from_numpy(np.sin(np.arange(size)).astype(np.float32))
    middle = config.image_size / 2
    logits, _ = model.decode(
        embedding.view(1, -1, config.grid, config.grid),
        torch.tensor([[[middle, middle], [0, 0]]]),
        torch.tensor([[1.0, PADDING]]),
    )
    step = config.low_res_size // ANSWER_SIDE
    return {
        "image_size": config.image_size,
        "channels": config.embedding_channels,
        "grid": config.grid,
        "answer": logits[0, 1, ::step, ::step].tolist(),
    }


def pack_graphs(graphs: Mapping[str, bytes], trial: Mapping[str, Any]) -> bytes:
    """One file: a container (engine/container.py).

    Its header says where in the payload each graph lies, and how to try them out.
    """
    places, payload = join_parts(graphs)
    return pack(MAGIC, {"version": FORMAT_VERSION, "graphs": places, "trial": trial}, payload)


def unpack_graphs(content: bytes) -> dict[str, bytes]:
    """The graphs by name. Raises ContainerError."""
    header, payload = unpack(MAGIC, content)
    return split_parts(header["graphs"], payload)


class GraphDecoder:
    """The graphs run by ONNX Runtime, as a browser runs them."""

    def __init__(self, graphs: Mapping[str, bytes], threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.sessions = {
            name: onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            for name, graph in graphs.items()
        }

    def terms(self, image_embedding: Array, photo: tuple[int, int] | None = None) -> dict[str, Array]:
        """(1, C, g, g) -> inputs of every click on that image.

        `photo` are the grid's rows and columns that hold the photo, by default all.
        """
        shape = np.ones(photo or image_embedding.shape[2:], np.float32)
        values = self.sessions["image"].run(None, {"image_embedding": image_embedding, "photo": shape})
        return {**dict(zip(ImageTerms._fields, values, strict=True)), "photo": shape}

    def click(
        self,
        terms: Mapping[str, Array],
        point_coords: Array,
        point_labels: Array,
        mask_input: Array | None = None,
        masks: tuple[int, ...] = tuple(range(MASK_TOKENS)),
        detail: int = 2,
    ) -> tuple[Array, Array]:
        """Shapes as in the module's docstring; `masks` are the wanted ones of the four."""
        if mask_input is None:
            rows = no_mask_rows(terms["base_square"].shape[1]).numpy()
        else:
            rows = self.sessions["mask"].run(None, {"mask_input": mask_input})[0]
        logits, iou = self.sessions["click"].run(
            None,
            {
                **terms,
                "point_coords": point_coords,
                "point_labels": point_labels,
                "mask_rows": rows,
                "wanted_masks": np.eye(MASK_TOKENS, dtype=np.float32)[list(masks)],
                "detail": np.ones((detail, detail), np.float32),
            },
        )
        return logits, iou


def check_graphs(model: Sam, graphs: Mapping[str, bytes]) -> None:
    """Compares graphs and model for several numbers of points, each with and without a mask prompt.

    Raises DecoderExportError when they disagree.
    """
    decoder = GraphDecoder(graphs)
    for points in CHECKED_POINTS:
        inputs = example_inputs(model, points)
        terms = decoder.terms(inputs["image_embedding"].numpy())
        for mask in (None, inputs["mask_input"]):
            with torch.inference_mode():
                expected = model.decode(
                    inputs["image_embedding"], inputs["point_coords"], inputs["point_labels"], mask
                )
            answer = decoder.click(
                terms,
                inputs["point_coords"].numpy(),
                inputs["point_labels"].numpy(),
                None if mask is None else mask.numpy(),
            )
            error = max(
                float(np.abs(ours - theirs.numpy()).max())
                for ours, theirs in zip(answer, expected, strict=True)
            )
            if not error <= TOLERANCE:
                raise DecoderExportError(
                    f"the exported decoder is off by {error:.2g} for {points} points "
                    f"{'without' if mask is None else 'with'} a mask prompt"
                )
