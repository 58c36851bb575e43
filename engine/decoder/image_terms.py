"""What a click needs to know of the image, computed once per image."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from engine.decoder.parts import (
    Heads,
    centred,
    centred_pixels,
    in_photo,
    mask_vectors,
    positions,
    second_block_shift,
    two_blocks,
    upscaling_matrix,
)
from engine.sam.model import Sam


class ImageTerms(NamedTuple):
    """Products with the image as it is without the prompt.

    "image": the embedding without a mask prompt. "base": that plus what the first block adds everywhere,
    centred over the channels. "scaled": base times the weight of that block's last norm, centred again.
    Standard deviations are divided by later.
    """

    first_keys: Tensor  # (h, d, I) of image with positions, in the first attention from tokens to image
    first_values: Tensor  # (h, I, d) of image
    first_queries: Tensor  # (h, d, I) of image with positions, in the first attention from image to tokens
    second_keys: Tensor  # (h, d, I) of scaled base, in the second attention from tokens to image
    second_values: Tensor  # (h, I, d)
    second_queries: Tensor  # (h, d, I) likewise, in the second attention from image to tokens
    final_keys: Tensor  # (h, d, I) of scaled, in the final attention from tokens to image
    final_values: Tensor  # (h, I, d)
    upscaled: Tensor  # (r c, 4 C / 4) of scaled, where the photo is
    # For the variances: products with all that a prompt can add.
    base_first: Tensor  # (h, d, I) of base with what the first attention from image to tokens writes
    base_mask: Tensor  # (17, I) of base with what a mask prompt adds
    scaled_first: Tensor  # (h, d, I)
    scaled_mask: Tensor  # (17, I)
    scaled_second: Tensor  # (h, d, I) of scaled with what the second attention from image to tokens writes
    scaled_shift: Tensor  # (1, I) of scaled with what the second block adds everywhere
    base_square: Tensor  # (1, I)
    scaled_square: Tensor  # (1, I)


class ImageGraph(nn.Module):
    """image_embedding (1, C, g, g), photo (r, c) -> ImageTerms.

    `photo` counts by its shape only: the photo lies in the first r rows and c columns of the grid.
    """

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.model = model

    def forward(self, image_embedding: Tensor, photo: Tensor) -> ImageTerms:
        first, second = two_blocks(self.model)
        read_first, write_first = (
            Heads(first.cross_attn_token_to_image),
            Heads(first.cross_attn_image_to_token),
        )
        read_second = Heads(second.cross_attn_token_to_image)
        write_second = Heads(second.cross_attn_image_to_token)
        read_final = Heads(self.model.mask_decoder.transformer.final_attn_token_to_image)

        image = image_embedding[0].flatten(1) + self.model.prompt_encoder.no_mask_embed.weight.t()  # (C, I)
        image_at = image + positions(self.model)
        base = centred(image + write_first.attention.out_proj.bias[:, None], 0)
        normed = base * first.norm4.weight[:, None]
        scaled = centred(normed, 0)
        scaled_normed = scaled * second.norm4.weight[:, None]
        shown = in_photo(scaled_normed, 1, (photo.shape[0], photo.shape[1]))
        # What is added to base reaches `scaled` times the norm's weight and centred; here that is moved to
        # the other side of the product.
        scaled_back = centred(scaled * first.norm4.weight[:, None], 0)

        return ImageTerms(
            first_keys=read_first.k @ image_at,
            first_values=image.t() @ read_first.v.transpose(1, 2),
            first_queries=write_first.q @ image_at
            + write_first.attention.q_proj.bias.view(write_first.count, -1, 1),
            second_keys=read_second.k @ normed,
            second_values=normed.t() @ read_second.v.transpose(1, 2),
            second_queries=write_second.q @ normed,
            final_keys=read_final.k @ scaled_normed,
            final_values=scaled_normed.t() @ read_final.v.transpose(1, 2),
            upscaled=centred_pixels(shown.t() @ upscaling_matrix(self.model, 0)),
            base_first=write_first.out @ base,
            base_mask=mask_vectors(self.model) @ base,
            scaled_first=write_first.out @ scaled_back,
            scaled_mask=mask_vectors(self.model) @ scaled_back,
            scaled_second=write_second.out @ scaled,
            scaled_shift=second_block_shift(self.model) @ scaled,
            base_square=(base * base).sum(0, keepdim=True),
            scaled_square=(scaled * scaled).sum(0, keepdim=True),
        )
