from pathlib import Path

import pytest
import torch

from engine.sam.config import ModelConfig
from engine.sam.model import Sam
from engine.sam.registry import build_model, read_checkpoint

REFERENCE = Path(__file__).parent / "reference"

TINY = ModelConfig(
    family="tinyvit",
    image_size=64,
    widths=(8, 16, 16, 16),
    depths=(1, 1, 1, 1),
    heads=(1, 2, 2, 2),
    decoder_width=32,
    decoder_heads=4,
    decoder_mlp_width=32,
    iou_head_width=16,
)


@pytest.fixture(scope="session")
def small_vit() -> Sam:
    """The reference's small ViT, whose masks follow prompts."""
    return read_checkpoint(REFERENCE / "vit" / "weights.safetensors")


@pytest.fixture
def tiny_model() -> Sam:
    """Random weights, milliseconds per pass."""
    torch.manual_seed(0)
    return build_model(TINY).eval()
