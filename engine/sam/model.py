"""The whole model: encode an image once, decode it for every prompt."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from engine.sam.config import Family, ModelConfig
from engine.sam.hybrid_vit import HybridViT
from engine.sam.image_encoder import ImageEncoderViT
from engine.sam.mask_decoder import MaskDecoder
from engine.sam.prompt_encoder import PADDING, PromptEncoder
from engine.sam.tiny_vit import TinyViT

MASK_THRESHOLD = 0.0  # logits above it are the mask


_ENCODERS: dict[Family, type[ImageEncoderViT | TinyViT | HybridViT]] = {
    "vit": ImageEncoderViT,
    "tinyvit": TinyViT,
    "hybrid": HybridViT,
}


class Sam(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.image_encoder = _ENCODERS[config.family](config)
        self.prompt_encoder = PromptEncoder(config)
        self.mask_decoder = MaskDecoder(config)

    @property
    def device(self) -> torch.device:
        return self.prompt_encoder.no_mask_embed.weight.device

    def set_image_size(self, image_size: int) -> None:
        """Changes the size of the model's input; a plain ViT's weights fit one size only."""
        if self.config.family == "vit" and image_size != self.config.image_size:
            raise ValueError(
                "a ViT's position tables belong to one image size: build it for the size you want"
            )
        self.config = replace(self.config, image_size=image_size)
        self.prompt_encoder.set_sizes(self.config)

    def decode(
        self, embedding: Tensor, coords: Tensor, labels: Tensor, mask_logits: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Masks for B prompts.

        embedding (B or 1, C, g, g); coords (B, N, 2) xy in pixels of the model's input; labels (B, N) as
        in prompt_encoder; mask_logits (B, 1, 4g, 4g) of an earlier prediction. A prompt without a box
        needs its padding point: see `pad_points`.
        Returns low-resolution logits (B, 4, 4g, 4g) and predicted IoU (B, 4).
        """
        prompts = self.prompt_encoder.embed_points(coords, labels)
        if mask_logits is None:
            dense = self.prompt_encoder.no_mask()
        else:
            dense = self.prompt_encoder.embed_masks(mask_logits)
        image = (embedding + dense).expand(coords.shape[0], -1, -1, -1)
        return self.mask_decoder(image, self.prompt_encoder.dense_positions(), prompts)


def pad_points(coords: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Appends the padding point that the model was trained to expect where no box is given."""
    origin = coords.new_zeros(coords.shape[0], 1, 2)
    padding = labels.new_full((labels.shape[0], 1), PADDING)
    return torch.cat([coords, origin], dim=1), torch.cat([labels, padding], dim=1)
