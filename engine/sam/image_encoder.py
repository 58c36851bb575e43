"""The ViT image encoder: windowed attention with a few global blocks, relative positions."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.sam.config import ModelConfig
from engine.sam.layers import MLPBlock, embedding_neck, window_partition, window_unpartition

NORM_EPS = 1e-6  # segment-anything, build_sam.py
MLP_RATIO = 4


class ImageEncoderViT(nn.Module):
    """(B, 3, S, S) normalised pixels -> (B, C, S/16, S/16) image embedding."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, grid = config.encoder_width, config.image_size // config.patch_size
        self.patch_embed = PatchEmbed(width, config.patch_size)
        self.pos_embed = nn.Parameter(torch.zeros(1, grid, grid, width))
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        self.blocks = nn.ModuleList(
            Block(
                width,
                heads=config.encoder_heads,
                grid=grid,
                window=0 if index in config.global_attention_blocks else config.window_size,
            )
            for index in range(config.encoder_depth)
        )
        self.neck = embedding_neck(width, config.embedding_channels)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.neck(self.features(pixels))

    def features(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, width, S/16, S/16): all but the neck."""
        x = self.patch_embed(pixels) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return x.permute(0, 3, 1, 2)


class PatchEmbed(nn.Module):
    """(B, 3, S, S) -> (B, S/patch, S/patch, width)."""

    def __init__(self, width: int, patch: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, width, kernel_size=patch, stride=patch)

    def forward(self, pixels: Tensor) -> Tensor:
        out: Tensor = self.proj(pixels)
        return out.permute(0, 2, 3, 1)


class Block(nn.Module):
    """Transformer block; `window` 0 means attention over the whole grid."""

    def __init__(self, width: int, *, heads: int, grid: int, window: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=NORM_EPS)
        self.attn = Attention(width, heads=heads, side=window or grid)
        self.norm2 = nn.LayerNorm(width, eps=NORM_EPS)
        self.mlp = MLPBlock(width, width * MLP_RATIO, nn.GELU)
        self.window = window
        self.drop_path = 0.0  # chance of each branch to be left out of a photo's training step

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[1:3]
        attended = self.norm1(x)
        if self.window:
            windows = self.attn(window_partition(attended, self.window))
            attended = window_unpartition(windows, height, width)
        else:
            attended = self.attn(attended)
        x = x + self._drop(attended)
        return x + self._drop(self.mlp(self.norm2(x)))

    def _drop(self, branch: Tensor) -> Tensor:
        """Stochastic depth (Huang et al., 2016): what is kept is scaled up, so that its mean stays."""
        if not self.training or not self.drop_path:
            return branch
        keep = 1 - self.drop_path
        return branch * (torch.rand(len(branch), 1, 1, 1, device=branch.device) < keep) / keep


class Attention(nn.Module):
    """Multi-head attention over a square of tokens, with decomposed relative positions (MViTv2)."""

    def __init__(self, width: int, *, heads: int, side: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, width * 3)
        self.proj = nn.Linear(width, width)
        self.rel_pos_h = nn.Parameter(torch.zeros(2 * side - 1, width // heads))
        self.rel_pos_w = nn.Parameter(torch.zeros(2 * side - 1, width // heads))

    def forward(self, x: Tensor) -> Tensor:
        batch, height, width, channels = x.shape
        qkv = self.qkv(x).view(batch, height * width, 3, self.heads, channels // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # each (B, heads, H W, C / heads)
        bias = self._relative_positions(q, height, width)
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.proj(out.transpose(1, 2).reshape(batch, height, width, channels))

    def _relative_positions(self, q: Tensor, height: int, width: int) -> Tensor:
        """Bias (B, heads, H W, H W): one term from the rows' distance, one from the columns'."""
        batch, heads, tokens, channels = q.shape
        by_row = _distance_table(self.rel_pos_h, height)
        by_column = _distance_table(self.rel_pos_w, width)
        grid = q.view(batch, heads, height, width, channels)
        rows = torch.einsum("bnhwc,hkc->bnhwk", grid, by_row)
        columns = torch.einsum("bnhwc,wkc->bnhwk", grid, by_column)
        return (rows[..., :, None] + columns[..., None, :]).reshape(batch, heads, tokens, tokens)


def _distance_table(rel_pos: Tensor, side: int) -> Tensor:
    """(2 side - 1, C) -> (side, side, C): entry [q, k] belongs to the distance q - k."""
    position = torch.arange(side, device=rel_pos.device)
    return rel_pos[position[:, None] - position[None, :] + side - 1]
