"""One click: prompt tokens and the image's terms become mask logits."""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.decoder.image_terms import ImageTerms
from engine.decoder.parts import (
    Heads,
    centred,
    centred_pixels,
    mask_vectors,
    positions,
    second_block_shift,
    two_blocks,
    upscaling_bias,
    upscaling_matrix,
)
from engine.sam.layers import LayerNorm2d
from engine.sam.mask_decoder import MASK_TOKENS
from engine.sam.model import Sam


class Known(NamedTuple):
    """What an attention from tokens to image finds there without the prompt."""

    keys: Tensor  # (h, d, I)
    values: Tensor  # (h, I, d)
    constant: Tensor | None = None  # (C,) part of the image at every position, where the values lack it


class ChangedImage(NamedTuple):
    """The image after a prompt's changes, never built: factor * (unchanged image) + vectors^T @ rows."""

    factor: Tensor  # (1, I)
    rows: Tensor  # (R, I)
    vectors: Tensor  # (R, C)

    def plus(self, rows: Tensor, vectors: Tensor) -> ChangedImage:
        return ChangedImage(self.factor, torch.cat([self.rows, rows]), torch.cat([self.vectors, vectors]))

    def normed(self, unchanged_square: Tensor, crossed: Tensor, norm: nn.LayerNorm) -> ChangedImage:
        """Every position divided by its standard deviation, every channel times the norm's weight.

        unchanged_square (1, I) and crossed (R, I) are the products of the unchanged image, centred, with
        itself and with the vectors; its other products have the norm's weight already. The norm's bias is
        left to whoever reads the image.
        """
        vectors = centred(self.vectors, 1)
        mixed = (vectors @ vectors.t()) @ self.rows + 2 * self.factor * crossed
        square = self.factor.square() * unchanged_square + (self.rows * mixed).sum(0, keepdim=True)
        # Rounding can bring a sum of squares below zero.
        variance = (square / vectors.shape[1]).clamp(min=0)
        scale = 1 / (variance + norm.eps).sqrt()
        return ChangedImage(self.factor * scale, self.rows * scale, vectors * norm.weight)


class ClickGraph(nn.Module):
    """`Sam.decode` for one prompt, from the image's terms."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.model = model

    def forward(
        self,
        terms: ImageTerms,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_rows: Tensor,
        wanted_masks: Tensor,
        detail: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """point_coords (1, N, 2), point_labels (1, N); mask_rows (1 or 17, I); wanted_masks (M, 4) one-hot.

        `detail` (k, k) counts by its shape only, as a graph needs it: with k = 1 instead of 2 every second
        pixel of every second line is computed, for a preview.
        Returns low_res_logits (1, M, 2 k g, 2 k g) and iou_predictions (1, 4).
        """
        decoder = self.model.mask_decoder
        prompts = self._tokens(point_coords, point_labels)
        masked = mask_rows.shape[0]
        unchanged = torch.ones_like(terms.base_square)
        image = ChangedImage(unchanged, mask_rows, mask_vectors(self.model)[:masked])
        tokens, image, values = self._first_block(terms, prompts, image, terms.base_mask[:masked])
        crossed = torch.cat([terms.scaled_mask[:masked], (values @ terms.scaled_first).flatten(0, 1)])
        tokens, image = self._second_block(terms, prompts, tokens, image, crossed)

        reader = Heads(decoder.transformer.final_attn_token_to_image)
        known = Known(terms.final_keys, terms.final_values, two_blocks(self.model)[1].norm4.bias)
        places = reader.k @ positions(self.model)
        tokens = decoder.transformer.norm_final_attn(
            tokens + read_image(reader, tokens + prompts, known, image, places)
        )
        logits = self._logits(terms, image, tokens, wanted_masks, detail.shape[0])
        return logits, decoder.iou_prediction_head(tokens[:, 0])

    def _first_block(
        self, terms: ImageTerms, prompts: Tensor, image: ChangedImage, crossed: Tensor
    ) -> tuple[Tensor, ChangedImage, Tensor]:
        """Tokens (1, T, C), the image behind the block, and the values (h, T, d) that it got.

        `crossed` (R, I) are the products of the unchanged image with what has changed it so far.
        """
        block, _ = two_blocks(self.model)
        reader, writer = Heads(block.cross_attn_token_to_image), Heads(block.cross_attn_image_to_token)
        tokens = block.norm1(block.self_attn(q=prompts, k=prompts, v=prompts))
        known = Known(terms.first_keys, terms.first_values)
        tokens = block.norm2(tokens + read_image(reader, tokens + prompts, known, image))
        tokens = block.norm3(tokens + block.mlp(tokens))

        shares = mix_tokens(writer, tokens + prompts, terms.first_queries, image)
        values = writer.split(writer.attention.v_proj(tokens))
        image = image.plus(shares, (values @ writer.out).flatten(0, 1))
        crossed = torch.cat([crossed, (values @ terms.base_first).flatten(0, 1)])
        return tokens, image.normed(terms.base_square, crossed, block.norm4), values

    def _second_block(
        self, terms: ImageTerms, prompts: Tensor, tokens: Tensor, image: ChangedImage, crossed: Tensor
    ) -> tuple[Tensor, ChangedImage]:
        first, block = two_blocks(self.model)
        reader, writer = Heads(block.cross_attn_token_to_image), Heads(block.cross_attn_image_to_token)
        places, constant = positions(self.model), first.norm4.bias
        query = tokens + prompts
        tokens = block.norm1(tokens + block.self_attn(q=query, k=query, v=tokens))
        known = Known(terms.second_keys, terms.second_values, constant)
        read = read_image(reader, tokens + prompts, known, image, reader.k @ places)
        tokens = block.norm2(tokens + read)
        tokens = block.norm3(tokens + block.mlp(tokens))

        place_queries = writer.q @ (places + constant[:, None])
        place_queries = place_queries + writer.attention.q_proj.bias.view(writer.count, -1, 1)
        shares = mix_tokens(writer, tokens + prompts, terms.second_queries, image, place_queries)
        values = writer.split(writer.attention.v_proj(tokens))
        image = image.plus(shares, (values @ writer.out).flatten(0, 1))
        image = image.plus(torch.ones_like(terms.base_square), second_block_shift(self.model))
        crossed = torch.cat([crossed, (values @ terms.scaled_second).flatten(0, 1), terms.scaled_shift])
        return tokens, image.normed(terms.scaled_square, crossed, block.norm4)

    def _tokens(self, point_coords: Tensor, point_labels: Tensor) -> Tensor:
        decoder = self.model.mask_decoder
        output_tokens = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])[None]
        return torch.cat(
            [output_tokens, self.model.prompt_encoder.embed_points(point_coords, point_labels)], 1
        )

    def _logits(
        self, terms: ImageTerms, image: ChangedImage, tokens: Tensor, wanted_masks: Tensor, detail: int
    ) -> Tensor:
        decoder, grid = self.model.mask_decoder, self.model.config.grid
        norm = cast(LayerNorm2d, decoder.output_upscaling[1])
        matrix, bias = upscaling_matrix(self.model, 0), upscaling_bias(self.model, 0)
        bias = two_blocks(self.model)[1].norm4.bias @ matrix + bias.repeat(4)
        upscaled = (
            terms.upscaled * image.factor.t()
            + image.rows.t() @ centred_pixels(image.vectors @ matrix)
            + centred_pixels(bias[None])
        ).view(-1, len(norm.weight))  # (4 I, C / 4)
        pixels = F.gelu(scaled_to_one(upscaled, norm))

        # Both transposed convolutions keep a position's pixels together; the last step puts them in place.
        kept = detail * detail
        matrix, bias = upscaling_matrix(self.model, 3), upscaling_bias(self.model, 3)
        pixels = F.gelu((pixels @ matrix[:, : kept * len(bias)]).view(-1, len(bias)) + bias)
        mlps = decoder.output_hypernetworks_mlps
        kernels = torch.cat([mlps[index](tokens[:, 1 + index]) for index in range(MASK_TOKENS)])  # (4, C / 8)
        logits = (wanted_masks @ kernels) @ pixels.t()  # (M, 4 I kept)
        logits = logits.view(-1, grid, grid, 2, 2, detail, detail).permute(0, 1, 3, 5, 2, 4, 6)
        side = 2 * detail * grid
        return logits.reshape(1, -1, side, side)


def read_image(
    heads: Heads, tokens: Tensor, known: Known, image: ChangedImage, place_keys: Tensor | None = None
) -> Tensor:
    """Attention from tokens (1, T, C) to the changed image: (1, T, C).

    `place_keys` (h, d, I) are the positions', where the known keys lack them.
    """
    q = heads.split(heads.attention.q_proj(tokens)) / heads.root
    scores = image.factor * (q @ known.keys) + on_rows(q @ heads.k, image)
    if place_keys is not None:
        scores = scores + q @ place_keys
    # What is the same at every position (the keys' bias, the constant) cancels in this softmax.
    shares = scores.softmax(-1)  # (h, T, I)
    mixed = (shares.flatten(0, 1) @ image.rows.t()) @ image.vectors  # (h T, C)
    read = (shares * image.factor) @ known.values
    read = read + mixed.unflatten(0, (heads.count, -1)) @ heads.v.transpose(1, 2)
    v_proj = heads.attention.v_proj
    bias = v_proj.bias if known.constant is None else v_proj(known.constant)
    return heads.write(read + bias.view(heads.count, 1, -1))


def mix_tokens(
    heads: Heads,
    tokens: Tensor,
    queries: Tensor,
    image: ChangedImage,
    place_queries: Tensor | None = None,
) -> Tensor:
    """Attention from the changed image to tokens (1, T, C): each position's shares (h T, I)."""
    k = heads.split(heads.attention.k_proj(tokens)) / heads.root
    scores = image.factor * (k @ queries) + on_rows(k @ heads.q, image)
    if place_queries is not None:
        scores = scores + k @ place_queries
    # Softmax over the tokens, written out: ONNX Runtime's is several times slower off the last axis.
    exponents = (scores - scores.amax(1, keepdim=True)).exp()
    return (exponents / exponents.sum(1, keepdim=True)).flatten(0, 1)


def on_rows(absorbed: Tensor, image: ChangedImage) -> Tensor:
    """Products of token-side vectors (h, T, C) with what changed in the image: (h, T, I)."""
    products = (absorbed.flatten(0, 1) @ image.vectors.t()) @ image.rows
    return products.unflatten(0, (absorbed.shape[0], -1))


def scaled_to_one(values: Tensor, norm: LayerNorm2d) -> Tensor:
    """The second half of a layer norm, for centred (R, c)."""
    return values / (values.square().mean(1, keepdim=True) + norm.eps).sqrt() * norm.weight + norm.bias
