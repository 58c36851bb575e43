"""The model computes what the public implementation computes."""

import json
from typing import Any

import numpy as np
import pytest
import torch

from engine.predict import Predictor
from engine.preprocess import preprocess
from engine.sam.public import PUBLIC_MODELS
from engine.sam.registry import build_model, read_checkpoint
from tests.engine.conftest import REFERENCE

PROMPTS = ["point", "point_single", "points", "box", "box_points", "refine", "mask_only"]


class Reference:
    """One model of the reference folder: our build of it, and what the public code answered."""

    def __init__(self, family: str) -> None:
        self.io = np.load(REFERENCE / family / "io.npz")
        self.model = read_checkpoint(REFERENCE / family / "weights.safetensors")
        self.predictor = Predictor(self.model)
        self.predictor.set_image(self.io["image"])

    def prompt(self, name: str) -> dict[str, Any]:
        arguments = {
            "points": "point_coords",
            "labels": "point_labels",
            "box": "box",
            "mask_logits": "mask_input",
        }
        given = {ours: f"{name}.{theirs}" for ours, theirs in arguments.items()}
        prompt: dict[str, Any] = {ours: self.io[key] for ours, key in given.items() if key in self.io}
        return prompt | {"multimask": bool(self.io[f"{name}.multimask"])}


@pytest.fixture(scope="module")
def vit() -> Reference:
    return Reference("vit")


@pytest.fixture(scope="module")
def tinyvit() -> Reference:
    return Reference("tinyvit")


@pytest.mark.parametrize("name", ["vit_b", "vit_l", "vit_h", "vit_t"])
def test_tensors_have_the_public_names_and_shapes(name: str) -> None:
    expected = json.loads((REFERENCE / "state_dict_shapes.json").read_text())[name]
    with torch.device("meta"):
        state = build_model(PUBLIC_MODELS[name].config).state_dict()
    assert {key: list(tensor.shape) for key, tensor in state.items()} == expected


def test_photo_is_preprocessed_alike(vit: Reference) -> None:
    pixels, framing = preprocess(vit.io["image"], vit.model.config.image_size)
    assert framing.input_size == tuple(vit.io["input_size"])
    assert np.array_equal(pixels.numpy(), vit.io["preprocessed"])


def test_position_encoding_is_alike(vit: Reference) -> None:
    ours = vit.model.prompt_encoder.dense_positions().detach().numpy()
    np.testing.assert_allclose(ours, vit.io["dense_pe"], atol=1e-6)


def test_vit_embedding_is_alike(vit: Reference) -> None:
    with torch.inference_mode():
        ours = vit.model.image_encoder(torch.from_numpy(vit.io["preprocessed"])).numpy()
    np.testing.assert_allclose(ours, vit.io["image_embedding"], atol=1e-4)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_vit_answers_alike(vit: Reference, prompt: str) -> None:
    logits, low_res, scores = vit.predictor.predict_logits(**vit.prompt(prompt))
    # Logits reach 41 here, where one float32 rounding is 4e-6 and a sum's order decides over many.
    np.testing.assert_allclose(low_res, vit.io[f"{prompt}.low_res_logits"], atol=1e-4, rtol=1e-5)
    np.testing.assert_allclose(scores, vit.io[f"{prompt}.iou"], atol=1e-5)
    # The full-size logits are stored in float16, which is good to 2 ** -11 of the value.
    np.testing.assert_allclose(logits, vit.io[f"{prompt}.logits"], atol=1e-4, rtol=2**-11)


def test_tinyvit_embedding_is_alike(tinyvit: Reference) -> None:
    pixels, _ = preprocess(tinyvit.io["image"], tinyvit.model.config.image_size)
    with torch.inference_mode():
        ours = tinyvit.model.image_encoder(pixels).numpy()
    np.testing.assert_allclose(ours, tinyvit.io["image_embedding"].astype(np.float32), atol=1e-4, rtol=2**-11)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_tinyvit_answers_alike(tinyvit: Reference, prompt: str) -> None:
    _, low_res, scores = tinyvit.predictor.predict_logits(**tinyvit.prompt(prompt))
    stored = tinyvit.io[f"{prompt}.low_res_logits"].astype(np.float32)
    np.testing.assert_allclose(low_res, stored, atol=1e-4, rtol=2**-11)
    np.testing.assert_allclose(scores, tinyvit.io[f"{prompt}.iou"], atol=1e-5)
