import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from pycocotools import mask as coco_mask

from engine.sam.config import ModelConfig
from engine.sam.model import Sam
from engine.sam.registry import build_model, read_checkpoint

REFERENCE = Path(__file__).parent / "reference"
DATA = Path(__file__).parent.parent / "data"

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


TINY_HYBRID = ModelConfig(
    family="hybrid",
    image_size=64,
    widths=(8, 8, 8, 16, 16, 16, 16),
    depths=(1, 1, 2, 1, 1, 1, 1),
    encoder_width=16,
    encoder_depth=1,
    encoder_heads=2,
    decoder_width=32,
    decoder_heads=4,
    decoder_mlp_width=32,
    iou_head_width=16,
)


@pytest.fixture
def tiny_hybrid() -> Sam:
    """As `tiny_model`, of the starter's family."""
    torch.manual_seed(0)
    return build_model(TINY_HYBRID).eval()


@pytest.fixture(scope="session")
def small_vit() -> Sam:
    """The reference's small ViT, whose masks follow prompts."""
    return read_checkpoint(REFERENCE / "vit" / "weights.safetensors")


@pytest.fixture
def tiny_model() -> Sam:
    """Random weights, milliseconds per pass."""
    torch.manual_seed(0)
    return build_model(TINY).eval()


@pytest.fixture(scope="session")
def drawn_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in COCO layout: 12 photos of 80 x 64 pixels, each a bright disc and a bright bar on noise."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "images").mkdir()
    random = np.random.default_rng(5)
    images, annotations = [], []
    for index in range(12):
        name = f"drawn{index}.png"
        rgb = random.integers(0, 60, (64, 80, 3), dtype=np.uint8)
        disc, bar = np.zeros((2, 64, 80), np.uint8)
        cv2.circle(disc, (20, int(random.integers(20, 44))), int(random.integers(8, 15)), 1, -1)
        top = int(random.integers(5, 25))
        cv2.rectangle(bar, (50, top), (70, top + int(random.integers(14, 30))), 1, -1)
        for mask in (disc, bar):
            rgb[mask > 0] = random.integers(120, 256, 3)
            rle = coco_mask.encode(np.asfortranarray(mask))
            segmentation = {"size": rle["size"], "counts": rle["counts"].decode()}
            bbox = coco_mask.toBbox(rle).tolist()
            annotations.append({"image_id": index, "bbox": bbox, "segmentation": segmentation})
        Image.fromarray(rgb).save(folder / "images" / name)
        images.append({"id": index, "file_name": name})
    (folder / "annotations.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    return folder
