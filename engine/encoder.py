"""The image encoder as workers run it: the model's own answers, sooner."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from engine.backbone import OnnxBackbone
from engine.precision import Precision, autocast, faster_precision
from engine.sam.config import ModelConfig
from engine.sam.efficientnet import EfficientNetLite
from engine.sam.hybrid_vit import HybridViT
from engine.sam.image_encoder import ImageEncoderViT
from engine.sam.model import Sam
from engine.sam.tiny_vit import ConvNorm, PatchEmbed, PatchMerging, TinyViT


@dataclass(frozen=True)
class Encoder:
    """What `engine.embedding` needs of a model.

    In float32 the answers are the model's; in bfloat16 products are rounded, sums and the neck are not. The
    convolutions of a hybrid ViT are not either: with its finest features rounded, the masks have an IoU of
    0.982 with those from float32, and of 0.996 without.
    """

    config: ModelConfig
    device: torch.device
    precision: Precision
    layers: TinyViT | ImageEncoderViT | HybridViT

    @torch.inference_mode()
    def image_encoder(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, C, g, g) float32."""
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with autocast(self.device, self.precision):
            features = self.layers.features(pixels)
        return self.layers.neck(features.float())


def fastest_encoder(model: Sam) -> Encoder:
    """The model's encoder in the precision that is faster where the model is (`faster_precision`).

    The model itself stays as it is, but is left in eval mode.
    """
    exact = encoder(model, "float32")
    size = model.config.image_size
    pixels = torch.zeros(1, 3, size, size, device=model.device)
    chosen = faster_precision(
        model.device, lambda precision: replace(exact, precision=precision).image_encoder(pixels)
    )
    return replace(exact, precision=chosen)


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
            elif isinstance(child, EfficientNetLite):
                on_cpu = child.stem.conv.weight.device.type == "cpu"
                setattr(module, name, OnnxBackbone(child) if on_cpu else _InFloat32(child))
        if isinstance(module, PatchEmbed | PatchMerging):
            # Else, in bfloat16, every block would add to a sum that is rounded each time.
            module.register_forward_hook(_in_float32)
    return layers


class _InFloat32(nn.Module):
    """A module whose products are not rounded either."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            out: Tensor = self.module(x.float())
        return out


def _in_float32(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return output.float()
