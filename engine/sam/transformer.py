"""The two-way transformer: prompt tokens attend to the image and the image to them."""

from __future__ import annotations

import math

from torch import Tensor, nn

from engine.sam.config import ModelConfig
from engine.sam.layers import MLPBlock

DEPTH = 2  # segment-anything, build_sam.py
CROSS_ATTENTION_DOWNSAMPLE = 2


class TwoWayTransformer(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, heads = config.decoder_width, config.decoder_heads
        self.layers = nn.ModuleList(
            TwoWayBlock(width, heads, config.decoder_mlp_width, first=index == 0) for index in range(DEPTH)
        )
        self.final_attn_token_to_image = Attention(width, heads, CROSS_ATTENTION_DOWNSAMPLE)
        self.norm_final_attn = nn.LayerNorm(width)

    def forward(self, image: Tensor, image_pe: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """image (B, HW, C), image_pe (1, HW, C), tokens (B, T, C) -> attended tokens, attended image."""
        prompts = tokens
        for layer in self.layers:
            tokens, image = layer(tokens, image, prompts, image_pe)
        attended = self.final_attn_token_to_image(q=tokens + prompts, k=image + image_pe, v=image)
        return self.norm_final_attn(tokens + attended), image


class TwoWayBlock(nn.Module):
    """Self-attention of the tokens, tokens to image, MLP on the tokens, image to tokens."""

    def __init__(self, width: int, heads: int, mlp_width: int, *, first: bool) -> None:
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.norm1 = nn.LayerNorm(width)
        self.cross_attn_token_to_image = Attention(width, heads, CROSS_ATTENTION_DOWNSAMPLE)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = MLPBlock(width, mlp_width, nn.ReLU)
        self.norm3 = nn.LayerNorm(width)
        self.norm4 = nn.LayerNorm(width)
        self.cross_attn_image_to_token = Attention(width, heads, CROSS_ATTENTION_DOWNSAMPLE)
        self.first = first

    def forward(
        self, tokens: Tensor, image: Tensor, prompts: Tensor, image_pe: Tensor
    ) -> tuple[Tensor, Tensor]:
        # In the first block tokens and prompts are the same: the reference adds neither them nor a residual.
        if self.first:
            tokens = self.norm1(self.self_attn(q=tokens, k=tokens, v=tokens))
        else:
            q = tokens + prompts
            tokens = self.norm1(tokens + self.self_attn(q=q, k=q, v=tokens))
        image_with_pe = image + image_pe
        tokens = self.norm2(
            tokens + self.cross_attn_token_to_image(q=tokens + prompts, k=image_with_pe, v=image)
        )
        tokens = self.norm3(tokens + self.mlp(tokens))
        image = self.norm4(
            image + self.cross_attn_image_to_token(q=image_with_pe, k=tokens + prompts, v=tokens)
        )
        return tokens, image


class Attention(nn.Module):
    """Multi-head attention whose inner width may be smaller than the tokens'."""

    def __init__(self, width: int, heads: int, downsample: int = 1) -> None:
        super().__init__()
        inner = width // downsample
        self.heads = heads
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        q, k, v = self._split(self.q_proj(q)), self._split(self.k_proj(k)), self._split(self.v_proj(v))
        # Written out: with a handful of tokens on one side, PyTorch's fused attention is slower on a CPU
        # (a training step took a fifth longer).
        scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(2, 3)
        out = scores.softmax(-1).to(v.dtype) @ v
        return self.out_proj(out.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, heads, T, C / heads)."""
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)
