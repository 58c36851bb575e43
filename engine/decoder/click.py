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
    in_photo,
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
        square = self.factor.square() * unchanged_square
        square = square + quadratic_form(vectors @ vectors.t(), self.rows, 2 * self.factor * crossed)
        # Rounding can bring a sum of squares below zero.
        variance = (square / vectors.shape[1]).clamp(min=0)
        scale = 1 / (variance + norm.eps).sqrt()
        return ChangedImage(self.factor * scale, self.rows * scale, vectors * norm.weight)


class Values(NamedTuple):
    """The tokens' values in an attention from image to tokens.

    A position's shares of a head's tokens have the sum 1. So the last token's value is there at every
    position, the others by what they differ from it, and the last shares need no rows.
    """

    differences: Tensor  # (h, T - 1, d)
    last: Tensor  # (h, 1, d)

    @classmethod
    def of(cls, values: Tensor) -> Values:
        return cls(values[:, :-1] - values[:, -1:], values[:, -1:])

    def times(self, matrices: Tensor, everywhere: Tensor | float = 0.0) -> Tensor:
        """Products with (h, d, X) for the rows of `mix_tokens`, the last with `everywhere` (1, X): (R, X)."""
        rows = (self.differences @ matrices).flatten(0, 1)
        return torch.cat([rows, (self.last @ matrices).sum(0) + everywhere])


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
        photo: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """point_coords (1, N, 2), point_labels (1, N); mask_rows (1 or 17, I); wanted_masks (M, 4) one-hot.

        `detail` (k, k) and `photo` (r, c) count by their shapes only, as a graph needs it. With k = 1 instead
        of 2 every second pixel of every second line is computed, for a preview. The photo lies in the first
        r rows and c columns of the grid; the padding behind it gets no logits.
        Returns low_res_logits (1, M, 2 k r, 2 k c) and iou_predictions (1, 4).
        """
        decoder = self.model.mask_decoder
        prompts = self._tokens(point_coords, point_labels)
        masked = mask_rows.shape[0]
        unchanged = torch.ones_like(terms.base_square)
        image = ChangedImage(unchanged, mask_rows, mask_vectors(self.model)[:masked])
        tokens, image, values = self._first_block(terms, prompts, image, terms.base_mask[:masked])
        crossed = torch.cat([terms.scaled_mask[:masked], values.times(terms.scaled_first)])
        tokens, image = self._second_block(terms, prompts, tokens, image, crossed)

        reader = Heads(decoder.transformer.final_attn_token_to_image)
        known = Known(terms.final_keys, terms.final_values, two_blocks(self.model)[1].norm4.bias)
        places = reader.k @ positions(self.model)
        # Nothing is read from the other tokens any more.
        tokens, prompts = (needed_tokens(values, wanted_masks) for values in (tokens, prompts))
        tokens = decoder.transformer.norm_final_attn(
            tokens + read_image(reader, tokens + prompts, known, image, places)
        )
        kernels = self._kernels(tokens[0, 1:], wanted_masks)
        logits = self._logits(terms, image, kernels, detail.shape[0], (photo.shape[0], photo.shape[1]))
        return logits, decoder.iou_prediction_head(tokens[:, 0])

    def _first_block(
        self, terms: ImageTerms, prompts: Tensor, image: ChangedImage, crossed: Tensor
    ) -> tuple[Tensor, ChangedImage, Values]:
        """Tokens (1, T, C), the image behind the block, and the values that it got.

        `crossed` (R, I) are the products of the unchanged image with what has changed it so far.
        """
        block, _ = two_blocks(self.model)
        reader, writer = Heads(block.cross_attn_token_to_image), Heads(block.cross_attn_image_to_token)
        tokens = block.norm1(block.self_attn(q=prompts, k=prompts, v=prompts))
        known = Known(terms.first_keys, terms.first_values)
        tokens = block.norm2(tokens + read_image(reader, tokens + prompts, known, image))
        tokens = block.norm3(tokens + block.mlp(tokens))

        shares = mix_tokens(writer, tokens + prompts, terms.first_queries, image)
        values = Values.of(writer.split(writer.attention.v_proj(tokens)))
        image = image.plus(shares, values.times(writer.out))
        crossed = torch.cat([crossed, values.times(terms.base_first)])
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
        values = Values.of(writer.split(writer.attention.v_proj(tokens)))
        shift = second_block_shift(self.model)
        image = image.plus(shares, values.times(writer.out, shift))
        crossed = torch.cat([crossed, values.times(terms.scaled_second, terms.scaled_shift)])
        return tokens, image.normed(terms.scaled_square, crossed, block.norm4)

    def _tokens(self, point_coords: Tensor, point_labels: Tensor) -> Tensor:
        decoder = self.model.mask_decoder
        output_tokens = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])[None]
        return torch.cat(
            [output_tokens, self.model.prompt_encoder.embed_points(point_coords, point_labels)], 1
        )

    def _kernels(self, mask_tokens: Tensor, wanted_masks: Tensor) -> Tensor:
        """(M, C) tokens of the wanted masks -> (M, C / 8) what each mask's pixels are multiplied with."""
        mlps = self.model.mask_decoder.output_hypernetworks_mlps
        all_tokens = wanted_masks.t() @ mask_tokens  # (4, C), each in its own place
        kernels = torch.cat([mlps[index](all_tokens[index : index + 1]) for index in range(MASK_TOKENS)])
        return wanted_masks @ kernels

    def _logits(
        self, terms: ImageTerms, image: ChangedImage, kernels: Tensor, detail: int, photo: tuple[int, int]
    ) -> Tensor:
        decoder = self.model.mask_decoder
        norm = cast(LayerNorm2d, decoder.output_upscaling[1])
        matrix, bias = upscaling_matrix(self.model, 0), upscaling_bias(self.model, 0)
        bias = two_blocks(self.model)[1].norm4.bias @ matrix + bias.repeat(4)
        factor, rows = (in_photo(values, 1, photo) for values in (image.factor, image.rows))
        # The bias is one more row, of ones: a product is cheaper than another pass over all pixels.
        rows = torch.cat([rows, torch.ones_like(factor)])
        vectors = centred_pixels(torch.cat([image.vectors @ matrix, bias[None]]))
        upscaled = terms.upscaled * factor.t() + rows.t() @ vectors  # (r c, 4 C / 4)
        pixels = F.gelu(scaled_to_one(upscaled.view(-1, len(norm.weight)), norm))

        # Both transposed convolutions keep a position's pixels together; the last step puts them in place.
        kept = detail * detail
        matrix, bias = upscaling_matrix(self.model, 3), upscaling_bias(self.model, 3)
        pixels = F.gelu((pixels @ matrix[:, : kept * len(bias)]).view(-1, len(bias)) + bias)
        logits = (kernels @ pixels.t()).view(-1, *photo, 2, 2, detail, detail).permute(0, 1, 3, 5, 2, 4, 6)
        return logits.reshape(1, -1, 2 * detail * photo[0], 2 * detail * photo[1])


def needed_tokens(tokens: Tensor, wanted_masks: Tensor) -> Tensor:
    """Of (1, T, C) the predicted IoU's token and the wanted masks': (1, 1 + M, C)."""
    return torch.cat([tokens[:, :1], (wanted_masks @ tokens[0, 1 : 1 + MASK_TOKENS])[None]], dim=1)


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
    """Attention from the changed image to tokens (1, T, C).

    Each position's shares of all tokens but the last, head by head, and a row of ones: (h (T - 1) + 1, I).
    """
    k = heads.split(heads.attention.k_proj(tokens)) / heads.root
    scores = image.factor * (k @ queries) + on_rows(k @ heads.q, image)
    if place_queries is not None:
        scores = scores + k @ place_queries
    # Softmax over the tokens, written out: ONNX Runtime's is several times slower off the last axis.
    exponents = (scores - scores.amax(1, keepdim=True)).exp()
    shares = exponents[:, :-1] / exponents.sum(1, keepdim=True)
    return torch.cat([shares.flatten(0, 1), torch.ones_like(image.factor)])


def on_rows(absorbed: Tensor, image: ChangedImage) -> Tensor:
    """Products of token-side vectors (h, T, C) with what changed in the image: (h, T, I)."""
    products = (absorbed.flatten(0, 1) @ image.vectors.t()) @ image.rows
    return products.unflatten(0, (absorbed.shape[0], -1))


def quadratic_form(gram: Tensor, rows: Tensor, linear: Tensor) -> Tensor:
    """At each position r^T gram r + r^T linear, for symmetric gram (R, R), rows r and linear (R, I): (1, I).

    In two halves, so that what gram has twice is multiplied once.
    """
    half = rows.shape[0] // 2
    upper = rows[:half] * (gram[:half, :half] @ rows[:half] + linear[:half])
    both = torch.cat([2 * gram[half:, :half], gram[half:, half:]], dim=1) @ rows
    lower = rows[half:] * (both + linear[half:])
    return upper.sum(0, keepdim=True) + lower.sum(0, keepdim=True)


def scaled_to_one(values: Tensor, norm: LayerNorm2d) -> Tensor:
    """The second half of a layer norm, for centred (R, c)."""
    return values / (values.square().mean(1, keepdim=True) + norm.eps).sqrt() * norm.weight + norm.bias
