"""What `make bench-decoder` compares, from the starter's weights at the public models' 1024 pixels.

decoder.mldg     the project's graphs
reference.onnx   the layout of the public export (segment_anything/utils/onnx.py): embedding in, four masks
                 upscaled to the input's size in the graph, from this project's own modules
embedding.f32    a sample photo's embedding (256, 64, 64)
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.export import Dim
from torch.nn import functional as F

from engine.decoder_export import export_decoder, with_half_matrices
from engine.decoder_graphs import example_inputs, finished, trace_graph
from engine.embedding import embed_image
from engine.preprocess import read_photo
from engine.sam.model import Sam
from engine.sam.registry import load_model

IMAGE_SIZE = 1024
PHOTO = Path(__file__).parent.parent / "samples" / "dog.jpg"


class ReferenceLayout(nn.Module):
    """A mask prompt is switched by a number, and logits are upscaled, as in the public graph."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.model = model

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        embedding, coords, labels, mask_input, has_mask_input = inputs
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
    embed_image(model, read_photo(PHOTO)).astype("<f4").tofile(folder / "embedding.f32")
    export_decoder(model, folder / "decoder.mldg")

    example = example_inputs(model, points=3)
    inputs = {"image_embeddings": example.pop("image_embedding"), **example, "has_mask_input": torch.zeros(1)}
    any_size = {"point_coords": {1: Dim.DYNAMIC}, "point_labels": {1: Dim.DYNAMIC}}
    outputs = ["masks", "iou_predictions", "low_res_masks"]
    reference = finished(trace_graph(ReferenceLayout(model), inputs, outputs, any_size))
    (folder / "reference.onnx").write_bytes(reference)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
