"""Many single points on one image: the answers of `Sam.decode`, with what the points share computed once.

Two things make it cheaper than asking the decoder point by point:

- The predicted IoU comes from the tokens alone. Many candidates are dropped for it, so masks are upscaled
  afterwards, and only the wanted ones.
- The image is never copied for a point. What a point changes in it has few rows: `engine.decoder` explains
  the algebra, and computes the products with the unchanged image that are used here.

Letters in shapes: B points, C channels, I positions of the grid, h heads of d channels each, T tokens,
R rows.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.decoder.image_terms import ImageGraph
from engine.decoder.parts import (
    Heads,
    centred,
    in_photo,
    positions,
    second_block_shift,
    two_blocks,
    upscaling_matrix,
)
from engine.sam.layers import LayerNorm2d
from engine.sam.mask_decoder import CANDIDATES
from engine.sam.model import Sam, pad_points
from engine.sam.prompt_encoder import FOREGROUND
from engine.sam.transformer import TwoWayBlock

UPSCALING = 4  # low-resolution logits per position of the grid, in each direction

# Points times positions at once on a CPU: few enough for their attention weights to stay in its cache,
# enough not to read the token layers' weights again for every point.
POSITIONS_AT_ONCE = 16384


class Answers(NamedTuple):
    """What B points got: three candidates each, not yet upscaled."""

    predicted_iou: Tensor  # (B, 3)
    kernels: Tensor  # (B, 3, C / 8)
    image: ChangedImage


class PointDecoder:
    """Asks a model about one image, one foreground point at a time.

    embedding (1, C, g, g); `needed` rows and columns of the low-resolution logits are wanted, the others show
    padding of the model's square input.
    """

    def __init__(self, model: Sam, embedding: Tensor, needed: tuple[int, int]) -> None:
        self.model = model
        self.grid = model.config.grid
        self.wanted_grid = (-(-needed[0] // UPSCALING), -(-needed[1] // UPSCALING))
        self.terms = terms = ImageGraph(model)(embedding, embedding.new_ones(self.wanted_grid))

        first, second = two_blocks(model)
        self.doubling, self.redoubling = (upscaling_matrix(model, index) for index in (0, 3))
        biases = (cast(Tensor, model.mask_decoder.output_upscaling[index].bias) for index in (0, 3))
        doubling_bias, self.redoubling_bias = (bias.repeat(4) for bias in biases)
        self.doubling_bias = second.norm4.bias @ self.doubling + doubling_bias
        places = positions(model)
        self.first = Block(
            first, Reading(Products(terms.first_keys), terms.first_values), Products(terms.first_queries)
        )
        place_keys = Heads(second.cross_attn_token_to_image).k @ places
        writer = Heads(second.cross_attn_image_to_token)
        place_queries = writer.q @ (places + first.norm4.bias[:, None])
        place_queries = place_queries + writer.attention.q_proj.bias.view(writer.count, -1, 1)
        self.second = Block(
            second,
            Reading(Products(terms.second_keys, place_keys), terms.second_values, first.norm4.bias),
            Products(terms.second_queries, place_queries),
        )
        self.final = Heads(model.mask_decoder.transformer.final_attn_token_to_image)
        final_keys = Products(terms.final_keys, self.final.k @ places)
        self.final_reading = Reading(final_keys, terms.final_values, second.norm4.bias)

    def batch_size(self, most: int) -> int:
        """How many points to ask at once, at most `most`."""
        if self.terms.upscaled.device.type != "cpu":
            return most
        return max(1, min(most, POSITIONS_AT_ONCE // self.grid**2))

    def ask(self, coords: Tensor) -> Answers:
        """coords (B, 2) xy in pixels of the model's input."""
        decoder, terms = self.model.mask_decoder, self.terms
        first, second = self.first.block, self.second.block
        prompts = self._tokens(coords)

        tokens = first.norm1(first.self_attn(q=prompts, k=prompts, v=prompts))
        tokens, wrote = self.first(tokens, prompts, None)
        image = ChangedImage(torch.ones_like(wrote.shares[:, :1]), wrote.shares, wrote.vectors)
        image = image.normed(terms.base_square, wrote.times(terms.base_first), first.norm4)

        query = tokens + prompts
        tokens = second.norm1(tokens + second.self_attn(q=query, k=query, v=tokens))
        tokens, wrote_next = self.second(tokens, prompts, image)
        ones = torch.ones_like(image.factor)
        shift = second_block_shift(self.model).expand(len(coords), -1, -1)
        image = image.plus(wrote_next.shares, wrote_next.vectors).plus(ones, shift)
        crossed = [
            wrote.times(terms.scaled_first),
            wrote_next.times(terms.scaled_second),
            terms.scaled_shift.expand(len(coords), -1, -1),
        ]
        image = image.normed(terms.scaled_square, torch.cat(crossed, dim=1), second.norm4)

        tokens = tokens + read_image(self.final, tokens + prompts, self.final_reading, image)
        tokens = decoder.transformer.norm_final_attn(tokens)
        mlps = decoder.output_hypernetworks_mlps
        used = range(len(mlps) - CANDIDATES, len(mlps))  # the first mask is not for single points
        kernels = torch.stack([mlps[index](tokens[:, 1 + index]) for index in used], dim=1)
        return Answers(decoder.iou_prediction_head(tokens[:, 0])[:, -CANDIDATES:], kernels, image)

    def logits(self, answers: Answers, point: int, candidates: Tensor) -> Tensor:
        """The candidates (M,) of one of the points as low-resolution logits (M, rows, columns).

        They cover at least what is needed of the grid.
        """
        norm = cast(LayerNorm2d, self.model.mask_decoder.output_upscaling[1])
        factor, rows, vectors = (part[point] for part in answers.image)
        changed = torch.addmm(
            self.terms.upscaled, in_photo(rows, 1, self.wanted_grid).t(), vectors @ self.doubling
        )
        # Both transposed convolutions leave a position's pixels side by side until the logits are there.
        pixels = torch.addcmul(self.doubling_bias, in_photo(factor, 1, self.wanted_grid).t(), changed)
        pixels = pixels.unflatten(1, (4, -1)).flatten(0, 1)  # (4 J, C / 4)
        pixels = F.gelu(F.layer_norm(pixels, pixels.shape[1:], norm.weight, norm.bias, norm.eps))
        pixels = F.gelu(torch.addmm(self.redoubling_bias, pixels, self.redoubling))
        pixels = pixels.unflatten(1, (4, -1)).flatten(0, 1)  # (16 J, C / 8)
        logits = answers.kernels[point, candidates] @ pixels.t()
        height, width = self.wanted_grid
        logits = logits.view(-1, height, width, 2, 2, 2, 2).permute(0, 1, 3, 5, 2, 4, 6)
        return logits.reshape(-1, UPSCALING * height, UPSCALING * width)

    def _tokens(self, coords: Tensor) -> Tensor:
        """(B, 2) -> (B, T, C): IoU token, mask tokens, the point, its padding."""
        decoder = self.model.mask_decoder
        labels = torch.full_like(coords[:, :1], FOREGROUND)
        points = self.model.prompt_encoder.embed_points(*pad_points(coords[:, None], labels))
        output_tokens = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])
        return torch.cat([output_tokens.expand(len(coords), -1, -1), points], dim=1)


class ChangedImage(NamedTuple):
    """The image after B points' changes, never built: factor * (unchanged image + rows^T @ vectors)."""

    factor: Tensor  # (B, 1, I)
    rows: Tensor  # (B, R, I)
    vectors: Tensor  # (B, R, C)

    def plus(self, rows: Tensor, vectors: Tensor) -> ChangedImage:
        return ChangedImage(
            self.factor,
            torch.cat([self.rows, rows / self.factor], dim=1),
            torch.cat([self.vectors, vectors], dim=1),
        )

    def normed(self, known_square: Tensor, crossed: Tensor, norm: nn.LayerNorm) -> ChangedImage:
        """Every position divided by its standard deviation, every channel times the norm's weight.

        known_square (1, I), crossed (B, R, I): products of the unchanged image, centred, with itself and with
        the vectors. The unchanged image's other products have the weight already; the norm's bias is left to
        the caller.
        """
        vectors = centred(self.vectors, 2)
        mixed = torch.baddbmm(crossed, vectors @ vectors.transpose(1, 2), self.rows, beta=2)
        square = self.factor.square() * (known_square + (self.rows * mixed).sum(1, keepdim=True))
        # Rounding can bring a sum of squares below zero.
        deviation = (square.clamp(min=0) / vectors.shape[2] + norm.eps).sqrt()
        return ChangedImage(self.factor / deviation, self.rows, vectors * norm.weight)


class Products(NamedTuple):
    """Products of an attention's keys (or queries, where the image asks) with the image without the point."""

    image: Tensor  # (h, d, I)
    places: Tensor | None = None  # (h, d, I) those of the places, where `image` lacks them


class Reading(NamedTuple):
    """What an attention from tokens to image finds there without the point."""

    keys: Products
    values: Tensor  # (h, I, d)
    everywhere: Tensor | None = None  # (C,) part of the image at every place, where the values lack it


class Written(NamedTuple):
    """What an attention from image to tokens adds to the image: shares^T @ vectors."""

    shares: Tensor  # (B, h T, I)
    values: Tensor  # (B, h, T, d)
    vectors: Tensor  # (B, h T, C): the values, each through its head's part of the output matrix

    def times(self, image: Tensor) -> Tensor:
        """The vectors times the image, whose products with the output matrix are (h, d, I): (B, h T, I)."""
        return per_head(self.values, image).flatten(1, 2)


class Block:
    """A block of the two-way transformer from its attention to the image on."""

    def __init__(self, block: TwoWayBlock, read: Reading, asked: Products) -> None:
        self.block = block
        self.reader, self.read = Heads(block.cross_attn_token_to_image), read
        self.writer, self.asked = Heads(block.cross_attn_image_to_token), asked

    def __call__(self, tokens: Tensor, prompts: Tensor, image: ChangedImage | None) -> tuple[Tensor, Written]:
        """Tokens (B, T, C) after the block, and what it adds to the image."""
        tokens = self.block.norm2(tokens + read_image(self.reader, tokens + prompts, self.read, image))
        tokens = self.block.norm3(tokens + self.block.mlp(tokens))
        attention = self.writer.attention
        keys = split(self.writer, attention.k_proj(tokens + prompts)) / self.writer.root
        shares = scores(keys, self.writer.q, self.asked, image).softmax(2)  # of a place over the tokens
        values = split(self.writer, attention.v_proj(tokens))
        vectors = per_head(values, self.writer.out).flatten(1, 2)
        return tokens, Written(shares.flatten(1, 2), values, vectors)


def read_image(heads: Heads, tokens: Tensor, found: Reading, image: ChangedImage | None) -> Tensor:
    """Attention from tokens (B, T, C) to the image, changed or not: (B, T, C)."""
    queries = split(heads, heads.attention.q_proj(tokens)) / heads.root
    # What is the same at every place, as the keys' bias is, cancels in this softmax.
    shares = scores(queries, heads.k, found.keys, image).softmax(3)
    v_proj = heads.attention.v_proj
    bias = v_proj.bias if found.everywhere is None else v_proj(found.everywhere)
    read = bias.view(heads.count, 1, -1)
    if image is not None:
        shares = shares * image.factor[:, None]
        mixed = (shares.flatten(1, 2) @ image.rows.transpose(1, 2)) @ image.vectors  # (B, h T, C)
        read = read + per_head(mixed.unflatten(1, (heads.count, -1)), heads.v.transpose(1, 2))
    read = read + per_head(shares, found.values)
    return heads.attention.out_proj(read.transpose(1, 2).flatten(2))


def scores(asking: Tensor, matrix: Tensor, known: Products, image: ChangedImage | None) -> Tensor:
    """Products of token-side heads (B, h, T, d) with the image's through `matrix` (h, d, C): (B, h, T, I)."""
    products = per_head(asking, known.image)
    if image is not None:
        absorbed = per_head(asking, matrix).flatten(1, 2) @ image.vectors.transpose(1, 2)  # (B, h T, R)
        products = torch.baddbmm(products.flatten(1, 2), absorbed, image.rows) * image.factor
        products = products.unflatten(1, asking.shape[1:3])
    if known.places is not None:
        products = products + per_head(asking, known.places)
    return products


def per_head(x: Tensor, matrix: Tensor) -> Tensor:
    """(B, h, T, n) with a matrix for each head (h, n, m): (B, h, T, m)."""
    return torch.einsum("bhtn,hnm->bhtm", x, matrix)


def split(heads: Heads, projected: Tensor) -> Tensor:
    """(B, T, h d) -> (B, h, T, d)."""
    return projected.unflatten(2, (heads.count, -1)).transpose(1, 2)
