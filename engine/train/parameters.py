"""Which weights learn how fast, and what is left out while they do."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from torch import nn

from engine.sam.image_encoder import Block, ImageEncoderViT
from engine.sam.model import Sam
from engine.train.recipe import Recipe


def parameter_groups(model: Sam, recipe: Recipe) -> list[dict[str, Any]]:
    """For an optimiser, each with its `scale` of the learning rate.

    Decay is for matrices only: norms, biases and embeddings of single tokens are left alone.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            is_matrix = parameter.ndim >= 2 and parameter.shape[0] > 1
            decay = recipe.weight_decay if is_matrix else 0.0
            groups[decay, _rate(name, model, recipe)].append(parameter)
    return [
        {"params": parameters, "weight_decay": decay, "scale": scale}
        for (decay, scale), parameters in groups.items()
    ]


def _rate(name: str, model: Sam, recipe: Recipe) -> float:
    """Factor of the learning rate."""
    if not name.startswith("image_encoder."):
        return recipe.decoder_rate
    if name.startswith("image_encoder.patch_embed.backbone."):
        return recipe.pretrained_rate
    return recipe.layer_decay ** _layers_above(name, model)


def _layers_above(name: str, model: Sam) -> int:
    """Blocks of the image encoder between a parameter and the encoder's end; only ViTs are counted."""
    encoder = model.image_encoder
    if not name.startswith("image_encoder.") or not isinstance(encoder, ImageEncoderViT):
        return 0
    depth = len(encoder.blocks)
    place = name.split(".")
    if place[1] == "blocks":
        return depth - int(place[2])
    return depth + 1 if place[1] in ("patch_embed", "pos_embed") else 0


def freeze_norms(model: Sam) -> None:
    """Has batch norms use the statistics that they have, until the model's mode is set again."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def set_drop_path(model: Sam, rate: float) -> None:
    """Stochastic depth in a ViT's blocks, from none in the first to `rate` in the last."""
    if isinstance(model.image_encoder, ImageEncoderViT):
        blocks = [block for block in model.image_encoder.blocks if isinstance(block, Block)]
        for index, block in enumerate(blocks):
            block.drop_path = rate * index / max(1, len(blocks) - 1)
