"""Writes a small checkpoint with random weights, and prints what the settings need to offer it.

python -m tests.e2e.weights FILE URL
"""

import hashlib
import json
import sys
from pathlib import Path

import torch

from engine.sam.config import ModelConfig
from engine.sam.registry import build_model, save_checkpoint

# The decoder has the usual sizes, so that its graphs need no trace.
CONFIG = ModelConfig(
    family="vit",
    image_size=512,
    encoder_width=64,
    encoder_depth=2,
    encoder_heads=2,
    global_attention_blocks=(1,),
    window_size=8,
)


def main() -> None:
    path, url = Path(sys.argv[1]), sys.argv[2]
    torch.manual_seed(0)
    save_checkpoint(build_model(CONFIG), path)
    content = path.read_bytes()
    offered = {
        "name": "team",
        "description": "The team's own, for the browser tests.",
        "url": url,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "licence": "Internal",
        "config": CONFIG.as_dict(),
    }
    print(json.dumps([offered]))


if __name__ == "__main__":
    main()
