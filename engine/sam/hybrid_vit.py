"""A ViT whose patch embedding is a convolutional network with features of every scale."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.sam.config import EMBEDDING_STRIDE, PIXEL_MEAN, PIXEL_STD, ModelConfig
from engine.sam.efficientnet import EfficientNetLite
from engine.sam.layers import LayerNorm2d, MLPBlock, embedding_neck
from engine.sam.lite import TAPS

NORM_EPS = 1e-6
MLP_RATIO = 4

# The pretrained EfficientNet-Lite takes (RGB - 127) / 128; the model's input has ImageNet's statistics.
_BACKBONE_MEAN, _BACKBONE_STD = 127.0, 128.0


class HybridViT(nn.Module):
    """(B, 3, S, S) normalised pixels -> (B, C, S/16, S/16) image embedding.

    EfficientNet-Lite's features of four strides are fused on the grid of the embedding, the finer ones by
    pixel unshuffle, so that edges survive; transformer blocks attend over the whole grid. Nothing in it is
    tied to one input size.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.patch_embed = HybridPatchEmbed(config)
        self.blocks = nn.ModuleList(
            GlobalBlock(config.encoder_width, config.encoder_heads) for _ in range(config.encoder_depth)
        )
        self.neck = embedding_neck(config.encoder_width, config.embedding_channels)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.neck(self.features(pixels))

    def features(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, width, S/16, S/16): all but the neck."""
        x = self.patch_embed(pixels)
        for block in self.blocks:
            x = block(x)
        return x


class HybridPatchEmbed(nn.Module):
    """(B, 3, S, S) -> (B, width, S/16, S/16)."""

    pixel_scale: Tensor
    pixel_shift: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        scale = torch.tensor(PIXEL_STD) / _BACKBONE_STD
        shift = (torch.tensor(PIXEL_MEAN) - _BACKBONE_MEAN) / _BACKBONE_STD
        self.register_buffer("pixel_scale", scale.view(3, 1, 1), persistent=False)
        self.register_buffer("pixel_shift", shift.view(3, 1, 1), persistent=False)
        self.backbone = EfficientNetLite(config.widths, config.depths)
        tap_widths = [config.widths[stage] for stage in TAPS]
        self.norms = nn.ModuleList(LayerNorm2d(width) for width in tap_widths)
        self.projections = nn.ModuleList(
            nn.Conv2d(width * max(1, EMBEDDING_STRIDE // stride) ** 2, config.encoder_width, kernel_size=1)
            for width, stride in zip(tap_widths, TAPS.values(), strict=True)
        )

    def forward(self, pixels: Tensor) -> Tensor:
        taps = self.backbone(pixels * self.pixel_scale + self.pixel_shift)
        fused: list[Tensor] = []
        for tap, stride, norm, project in zip(taps, TAPS.values(), self.norms, self.projections, strict=True):
            x = norm(tap)
            if stride < EMBEDDING_STRIDE:
                x = F.pixel_unshuffle(x, EMBEDDING_STRIDE // stride)
            x = project(x)
            if stride > EMBEDDING_STRIDE:
                x = F.interpolate(x, scale_factor=stride // EMBEDDING_STRIDE, mode="bilinear")
            fused.append(x)
        return torch.stack(fused).sum(0)


class GlobalBlock(nn.Module):
    """Transformer block over the whole grid.

    A depth-wise convolution tells places apart (conditional positional encoding, arXiv 2102.10882).
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.position = nn.Conv2d(width, width, kernel_size=3, padding=1, groups=width)
        self.norm1 = nn.LayerNorm(width, eps=NORM_EPS)
        self.attn = GlobalAttention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=NORM_EPS)
        self.mlp = MLPBlock(width, width * MLP_RATIO, nn.GELU)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, g, g) -> the same shape."""
        x = x + self.position(x)
        tokens = x.flatten(2).transpose(1, 2)  # (B, g g, C)
        tokens = tokens + self.attn(self.norm1(tokens))
        tokens = tokens + self.mlp(self.norm2(tokens))
        return tokens.transpose(1, 2).view_as(x)


class GlobalAttention(nn.Module):
    """Multi-head attention of every token to every other."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, width * 3)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # each (B, heads, tokens, C / heads)
        out = F.scaled_dot_product_attention(q, k, v)
        return self.proj(out.transpose(1, 2).reshape(batch, tokens, width))
