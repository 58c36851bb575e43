"""The model that ships with the project; starter.md is its card. Importing this needs no PyTorch."""

from pathlib import Path

STARTER = Path(__file__).parent / "starter.safetensors"
