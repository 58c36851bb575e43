"""Pieces of the model as the rearranged graphs need them."""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

from engine.sam.model import Sam
from engine.sam.transformer import Attention, TwoWayBlock


class Heads:
    """An attention's weights with one matrix per head."""

    def __init__(self, attention: Attention) -> None:
        self.attention = attention
        self.count = attention.heads
        self.q = attention.q_proj.weight.unflatten(0, (self.count, -1))  # (h, d, C)
        self.k = attention.k_proj.weight.unflatten(0, (self.count, -1))  # (h, d, C)
        self.v = attention.v_proj.weight.unflatten(0, (self.count, -1))  # (h, d, C)
        self.out = attention.out_proj.weight.t().unflatten(0, (self.count, -1))  # (h, d, C)
        self.root = math.sqrt(self.q.shape[1])

    def split(self, projected: Tensor) -> Tensor:
        """(1, T, h d) -> (h, T, d)."""
        return projected[0].unflatten(1, (self.count, -1)).transpose(0, 1)

    def write(self, read: Tensor) -> Tensor:
        """(h, T, d) what the heads read -> (1, T, C)."""
        return self.attention.out_proj(read.transpose(0, 1).flatten(1)[None])


def two_blocks(model: Sam) -> tuple[TwoWayBlock, TwoWayBlock]:
    first, second = model.mask_decoder.transformer.layers
    return cast(TwoWayBlock, first), cast(TwoWayBlock, second)


def centred(values: Tensor, axis: int) -> Tensor:
    """Without its mean over `axis`: the first half of a layer norm."""
    return values - values.mean(axis, keepdim=True)


def positions(model: Sam) -> Tensor:
    """(C, I) position encoding of the grid."""
    return model.prompt_encoder.dense_positions()[0].flatten(1)


def mask_vectors(model: Sam) -> Tensor:
    """(17, C) what the rows of a mask prompt stand for: its bias in place of "no mask", then 16 channels."""
    prompt_encoder = model.prompt_encoder
    last = cast(nn.Conv2d, prompt_encoder.mask_downscaling[-1])
    bias = cast(Tensor, last.bias)[None] - prompt_encoder.no_mask_embed.weight
    return torch.cat([bias, last.weight.flatten(1).t()])


def second_block_shift(model: Sam) -> Tensor:
    """(1, C) what the second block adds to every position alike, centred."""
    first, second = two_blocks(model)
    return centred(first.norm4.bias + second.cross_attn_image_to_token.out_proj.bias, 0)[None]


def upscaling_matrix(model: Sam, index: int) -> Tensor:
    """A transposed convolution of stride two as a matrix (in, 4 out): its four pixels side by side."""
    convolution = cast(nn.ConvTranspose2d, model.mask_decoder.output_upscaling[index])
    return convolution.weight.permute(0, 2, 3, 1).flatten(1)


def upscaling_bias(model: Sam, index: int) -> Tensor:
    """(out,) of the same."""
    return cast(Tensor, cast(nn.ConvTranspose2d, model.mask_decoder.output_upscaling[index]).bias)


def centred_pixels(upscaled: Tensor) -> Tensor:
    """(R, 4 c), each of the four pixels without the mean over its c channels."""
    return centred(upscaled.unflatten(1, (4, -1)), 2).flatten(1)


def in_photo(values: Tensor, axis: int, photo: tuple[int, int]) -> Tensor:
    """Of values with the positions along `axis` those in the photo, the grid's first r rows and c columns."""
    grid = math.isqrt(values.shape[axis])
    rows = values.unflatten(axis, (grid, grid)).narrow(axis, 0, photo[0])
    return rows.narrow(axis + 1, 0, photo[1]).flatten(axis, axis + 1)
