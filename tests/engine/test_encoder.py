"""What workers embed with gives the model's embeddings."""

import numpy as np
import pytest
import torch

from engine.embedding import embed_image
from engine.encoder import encoder
from engine.sam.model import Sam


@pytest.fixture
def photo() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (50, 64, 3), dtype=np.uint8)


def shaken(model: Sam) -> Sam:
    """With batch statistics that count: those of a new model change nothing."""
    torch.manual_seed(1)
    with torch.no_grad():
        for name, buffer in model.image_encoder.named_buffers():
            if name.endswith("running_mean"):
                buffer += torch.randn_like(buffer)
            elif name.endswith("running_var"):
                buffer *= 0.5 + torch.rand_like(buffer)
        for norm in (m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)):
            norm.weight += 0.5 * torch.rand_like(norm.weight)
    return model


@pytest.mark.parametrize("fixture", ["tiny_model", "tiny_hybrid", "small_vit"])
def test_float32_gives_the_models_answers(
    fixture: str, photo: np.ndarray, request: pytest.FixtureRequest
) -> None:
    model: Sam = request.getfixturevalue(fixture)
    if fixture != "small_vit":
        shaken(model)
    expected = embed_image(model, photo)
    np.testing.assert_allclose(embed_image(encoder(model, "float32"), photo), expected, atol=2e-5)
    half = embed_image(encoder(model, "bfloat16"), photo)
    assert half.dtype == np.float32
    assert 1e-6 < np.abs(half - expected).mean() < 0.03 * np.abs(expected).mean()
    np.testing.assert_array_equal(embed_image(model, photo), expected)  # the model stayed as it was
