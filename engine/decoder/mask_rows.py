"""What a mask prompt adds to the image, as rows of weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.sam.model import Sam


class MaskGraph(nn.Module):
    """mask_input (1, 1, 4g, 4g) low-resolution logits -> mask_rows (17, I).

    The mask prompt's last layer is a 1x1 convolution: what it adds is a mixture of its 16 input channels'
    vectors, and of its bias.
    """

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.channels = model.prompt_encoder.mask_downscaling[:-1]

    def forward(self, mask_input: Tensor) -> Tensor:
        channels = self.channels(mask_input)[0].flatten(1)  # (16, I)
        return torch.cat([torch.ones_like(channels[:1]), channels])


def no_mask_rows(positions: int) -> Tensor:
    """(1, I) for a click without a mask prompt: a row that adds nothing."""
    return torch.zeros(1, positions)
