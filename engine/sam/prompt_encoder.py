"""Prompts become tokens (points, boxes) or an image-sized map (masks)."""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

from engine.sam.config import ModelConfig
from engine.sam.layers import LayerNorm2d

MASK_CHANNELS = 16  # segment-anything, build_sam.py

# Labels of point prompts, as in the public ONNX export.
PADDING, BACKGROUND, FOREGROUND, BOX_TOP_LEFT, BOX_BOTTOM_RIGHT = -1, 0, 1, 2, 3


class PromptEncoder(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.decoder_width
        self.set_sizes(config)
        self.pe_layer = RandomFourierPositions(width // 2)
        self.point_embeddings = nn.ModuleList(nn.Embedding(1, width) for _ in range(4))
        self.not_a_point_embed = nn.Embedding(1, width)
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, MASK_CHANNELS // 4, kernel_size=2, stride=2),
            LayerNorm2d(MASK_CHANNELS // 4),
            nn.GELU(),
            nn.Conv2d(MASK_CHANNELS // 4, MASK_CHANNELS, kernel_size=2, stride=2),
            LayerNorm2d(MASK_CHANNELS),
            nn.GELU(),
            nn.Conv2d(MASK_CHANNELS, width, kernel_size=1),
        )
        self.no_mask_embed = nn.Embedding(1, width)

    def set_sizes(self, config: ModelConfig) -> None:
        self.image_size = config.image_size
        self.grid = config.grid

    def embed_points(self, coords: Tensor, labels: Tensor) -> Tensor:
        """coords (B, N, 2) xy in pixels of the model's input, labels (B, N) -> tokens (B, N, C)."""
        positions = self.pe_layer((coords + 0.5) / self.image_size)  # + 0.5: the centre of the pixel
        labels = labels[..., None]
        tokens = torch.where(labels == PADDING, torch.zeros_like(positions), positions)
        tokens = tokens + (labels == PADDING) * self.not_a_point_embed.weight
        for label, embedding in enumerate(self.point_embeddings):
            tokens = tokens + (labels == label) * cast(nn.Embedding, embedding).weight
        return tokens

    def embed_masks(self, low_res_logits: Tensor) -> Tensor:
        """(B, 1, 4g, 4g) logits of an earlier prediction -> (B, C, g, g)."""
        return self.mask_downscaling(low_res_logits)

    def no_mask(self) -> Tensor:
        """(1, C, 1, 1), to be added where no mask prompt is given."""
        return self.no_mask_embed.weight[:, :, None, None]

    def dense_positions(self) -> Tensor:
        """Position encoding of every place of the embedding grid: (1, C, g, g)."""
        centres = (torch.arange(self.grid, device=self.no_mask_embed.weight.device) + 0.5) / self.grid
        y, x = torch.meshgrid(centres, centres, indexing="ij")
        return self.pe_layer(torch.stack([x, y], dim=-1)).permute(2, 0, 1)[None]


class RandomFourierPositions(nn.Module):
    """Sines and cosines of random projections of (x, y) in [0, 1] (Tancik et al., 2020)."""

    positional_encoding_gaussian_matrix: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, features))

    def forward(self, coords: Tensor) -> Tensor:
        projected = 2 * math.pi * ((2 * coords - 1) @ self.positional_encoding_gaussian_matrix)
        return torch.cat([projected.sin(), projected.cos()], dim=-1)
