"""A team's own model, small, which the settings offer for download."""

import hashlib
from pathlib import Path
from typing import Any

import torch

from engine.sam.config import ModelConfig
from engine.sam.registry import build_model, save_checkpoint

FILE = "team.safetensors"
PATH = "/api/models/public/team"
# The decoder has the usual sizes, so that its graphs need no trace.
TINY = ModelConfig(
    family="vit",
    image_size=512,
    encoder_width=16,
    encoder_depth=1,
    encoder_heads=2,
    global_attention_blocks=(),
    window_size=4,
)


def write_weights(folder: Path) -> bytes:
    """What the file of the model holds; it is in the folder, too."""
    torch.manual_seed(0)
    save_checkpoint(build_model(TINY), folder / FILE)
    return (folder / FILE).read_bytes()


def extra_model(url: str, content: bytes, **changes: object) -> dict[str, Any]:
    return {
        "name": "team",
        "description": "The team's own.",
        "url": url,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "licence": "Internal",
        "config": TINY.as_dict(),
    } | changes
