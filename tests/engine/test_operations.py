"""The encoders' operations, counted from their sizes, are those that PyTorch counts when they run."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.sam.config import ModelConfig
from engine.sam.operations import encoder_operations
from engine.sam.public import PUBLIC_MODELS
from engine.sam.registry import build_model

CONFIGS = {
    **{name: model.config for name, model in PUBLIC_MODELS.items()},
    "small input": ModelConfig.vit_t(512),
    **{f"hybrid {lite}": ModelConfig.hybrid(lite, blocks=2 * lite) for lite in (0, 1, 2)},
    "odd vit": ModelConfig(
        family="vit",
        image_size=208,
        encoder_width=48,
        encoder_depth=3,
        encoder_heads=3,
        global_attention_blocks=(1,),
        window_size=5,
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_operations_are_those_that_pytorch_counts(name: str) -> None:
    config = CONFIGS[name]
    with torch.device("meta"):  # shapes alone: nothing is computed
        encoder = build_model(config).image_encoder.eval()
        pixels = torch.zeros(1, 3, config.image_size, config.image_size)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        encoder(pixels)
    assert 2 * encoder_operations(config) == counter.get_total_flops()
