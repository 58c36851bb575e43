"""What `make bench-decoder` compares, from the starter's weights at the public models' 1024 pixels.

decoder.mldg     the project's graphs
reference.onnx   the layout of the public export (segment_anything/utils/onnx.py): embedding in, four masks
                 upscaled to the input's size in the graph, from this project's own modules
embedding.f32    a sample photo's embedding (256, 64, 64)
"""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.export import Dim
from torch.nn import functional as F

from engine.decoder_export import example_inputs, export_decoder, with_half_matrices
from engine.embedding import embed_image
from engine.sam.model import Sam
from engine.sam.registry import load_model

IMAGE_SIZE = 1024
PHOTO = Path(__file__).parent.parent / "samples" / "dog.jpg"


class ReferenceLayout(nn.Module):
    """A mask prompt is switched by a number, and logits are upscaled, as in the public graph."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, embedding: Tensor, coords: Tensor, labels: Tensor, mask_input: Tensor, has_mask_input: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        prompts = self.model.prompt_encoder
        dense = has_mask_input * prompts.embed_masks(mask_input) + (1 - has_mask_input) * prompts.no_mask()
        low_res, iou = self.model.mask_decoder(
            embedding + dense, prompts.dense_positions(), prompts.embed_points(coords, labels)
        )
        size = (self.model.config.image_size, self.model.config.image_size)
        return F.interpolate(low_res, size, mode="bilinear", align_corners=False), iou, low_res


def main(folder: Path) -> None:
    model = load_model("starter")
    model.set_image_size(IMAGE_SIZE)
    model = with_half_matrices(model)
    photo = np.asarray(Image.open(PHOTO).convert("RGB"))
    embed_image(model, photo).astype("<f4").tofile(folder / "embedding.f32")
    export_decoder(model, folder / "decoder.mldg")

    inputs = example_inputs(model, points=3)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    torch.onnx.export(
        ReferenceLayout(model).eval(),
        (*inputs.values(), torch.zeros(1)),
        folder / "reference.onnx",
        input_names=["image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input"],
        output_names=["masks", "iou_predictions", "low_res_masks"],
        dynamic_shapes=(None, {1: Dim.DYNAMIC}, {1: Dim.DYNAMIC}, None, None),
        opset_version=20,
        dynamo=True,
        external_data=False,
        verbose=False,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
