"""Image embedding and prompt tokens become mask logits with a predicted IoU each."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.sam.config import ModelConfig
from engine.sam.layers import MLP, LayerNorm2d
from engine.sam.transformer import TwoWayTransformer

CANDIDATES = 3  # whole, part, subpart (SAM, section 3)
MASK_TOKENS = 1 + CANDIDATES  # the first is for several prompts, the candidates for one ambiguous prompt
HYPERNETWORK_DEPTH = 3


class MaskDecoder(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.decoder_width
        self.transformer = TwoWayTransformer(config)
        self.iou_token = nn.Embedding(1, width)
        self.mask_tokens = nn.Embedding(MASK_TOKENS, width)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(width, width // 4, kernel_size=2, stride=2),
            LayerNorm2d(width // 4),
            nn.GELU(),
            nn.ConvTranspose2d(width // 4, width // 8, kernel_size=2, stride=2),
            nn.GELU(),
        )
        self.output_hypernetworks_mlps = nn.ModuleList(
            MLP([width] * HYPERNETWORK_DEPTH + [width // 8]) for _ in range(MASK_TOKENS)
        )
        iou_sizes = [width] + [config.iou_head_width] * (config.iou_head_depth - 1) + [MASK_TOKENS]
        self.iou_prediction_head = MLP(iou_sizes)

    def forward(self, image: Tensor, image_pe: Tensor, prompts: Tensor) -> tuple[Tensor, Tensor]:
        """All masks for B prompts.

        image (B, C, g, g): embedding plus mask prompt; image_pe (1, C, g, g); prompts (B, N, C).
        Returns low-resolution logits (B, 4, 4g, 4g) and predicted IoU (B, 4).
        """
        batch, channels, grid, _ = image.shape
        kind = image.device.type
        if torch.is_autocast_enabled(kind):  # once, not before every product with it
            image, image_pe = (t.to(torch.get_autocast_dtype(kind)) for t in (image, image_pe))
        output_tokens = torch.cat([self.iou_token.weight, self.mask_tokens.weight])
        tokens = torch.cat([output_tokens.expand(batch, -1, -1), prompts], dim=1)
        tokens, attended = self.transformer(
            image.flatten(2).transpose(1, 2), image_pe.flatten(2).transpose(1, 2), tokens
        )
        iou_token, mask_tokens = tokens[:, 0], tokens[:, 1 : 1 + MASK_TOKENS]

        upscaled = self.output_upscaling(attended.transpose(1, 2).view(batch, channels, grid, grid))
        kernels = torch.stack(
            [mlp(mask_tokens[:, index]) for index, mlp in enumerate(self.output_hypernetworks_mlps)], dim=1
        )  # (B, 4, C / 8)
        logits = (kernels @ upscaled.flatten(2)).view(batch, MASK_TOKENS, 4 * grid, 4 * grid)
        return logits, self.iou_prediction_head(iou_token)
