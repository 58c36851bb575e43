"""The image encoder as workers run it: the model's own answers, sooner."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from engine.sam import efficientnet
from engine.sam.config import ModelConfig
from engine.sam.hybrid_vit import HybridViT
from engine.sam.image_encoder import ImageEncoderViT
from engine.sam.model import Sam
from engine.sam.tiny_vit import ConvNorm, PatchEmbed, PatchMerging, TinyViT

# Half precision costs a little of the masks (docs/performance.md): it must be worth it.
WORTH_HALF_PRECISION = 1.3

Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class Encoder:
    """What `engine.embedding` needs of a model.

    In float32 the answers are the model's; in bfloat16 products are rounded, sums and the neck are not.
    """

    config: ModelConfig
    device: torch.device
    precision: Precision
    layers: TinyViT | ImageEncoderViT | HybridViT

    @torch.inference_mode()
    def image_encoder(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, C, g, g) float32."""
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bfloat16"):
            features = self.layers.features(pixels)
        return self.layers.neck(features.float())


def fastest_encoder(model: Sam) -> Encoder:
    """The faster of float32 and bfloat16 where the model is: on a CPU by measurement, on a GPU bfloat16.

    The measurement takes four passes. The model itself stays as it is, but is left in eval mode.
    """
    half = encoder(model, "bfloat16")
    if model.device.type != "cpu":
        return half
    exact = replace(half, precision="float32")
    return half if _seconds(exact) > WORTH_HALF_PRECISION * _seconds(half) else exact


def encoder(model: Sam, precision: Precision) -> Encoder:
    layers = model.eval().image_encoder
    if isinstance(layers, TinyViT | HybridViT):
        layers = _folded(layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs
    return Encoder(model.config, model.device, precision, layers)


def _folded(layers: TinyViT | HybridViT) -> TinyViT | HybridViT:
    """A copy whose batch norms are part of the convolutions before them."""
    layers = copy.deepcopy(layers)
    for module in list(layers.modules()):
        for name, child in module.named_children():
            if isinstance(child, ConvNorm):
                setattr(module, name, fuse_conv_bn_eval(child.c, child.bn))
            elif isinstance(child, efficientnet.ConvNorm):
                setattr(module, name, child.as_convolution())
        if isinstance(module, PatchEmbed | PatchMerging):
            # Else, in bfloat16, every block would add to a sum that is rounded each time.
            module.register_forward_hook(_in_float32)
    return layers


def _in_float32(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return output.float()


def _seconds(encoder: Encoder) -> float:
    """Of the second pass: the first one sets up what the others use."""
    size = encoder.config.image_size
    pixels = torch.zeros(1, 3, size, size, device=encoder.device)
    encoder.image_encoder(pixels)
    start = time.perf_counter()
    encoder.image_encoder(pixels)
    return time.perf_counter() - start
