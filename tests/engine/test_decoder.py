"""The rearranged decoder computes what the model computes, in PyTorch and as the graphs that browsers run."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from engine import decoder_export
from engine.container import unpack
from engine.decoder.click import ClickGraph
from engine.decoder.image_terms import ImageGraph
from engine.decoder.mask_rows import MaskGraph, no_mask_rows
from engine.decoder_export import (
    DecoderExportError,
    DecoderManifest,
    GraphDecoder,
    check_graphs,
    export_decoder,
    unpack_graphs,
    with_half_matrices,
)
from engine.predict import Predictor, prompt_tokens
from engine.preprocess import Framing
from engine.sam.model import Sam
from engine.sam.registry import read_checkpoint
from tests.engine.conftest import REFERENCE


@pytest.fixture
def exact_vit() -> Iterator[Sam]:
    """The reference's small model in double precision, its norms and biases shaken so that each counts."""
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    model = read_checkpoint(REFERENCE / "vit" / "weights.safetensors").double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter += 0.2 * torch.randn_like(parameter)
    yield model
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize(
    ("points", "masked"), [(1, False), (2, False), (9, False), (0, True), (1, True), (4, True), (9, True)]
)
@torch.inference_mode()
def test_rearranging_is_exact(exact_vit: Sam, points: int, masked: bool) -> None:
    config = exact_vit.config
    embedding = torch.randn(1, config.embedding_channels, config.grid, config.grid)
    coords = torch.rand(1, points, 2) * config.image_size
    labels = torch.tensor([[1.0, 0, 2, 3, -1, 1, 0, 1, -1][:points]])
    mask = 4 * torch.randn(1, 1, config.low_res_size, config.low_res_size) if masked else None
    expected_logits, expected_iou = exact_vit.decode(embedding, coords, labels, mask)

    whole = torch.ones(config.grid, config.grid)
    terms = ImageGraph(exact_vit)(embedding, whole)
    rows = no_mask_rows(config.grid**2).double() if mask is None else MaskGraph(exact_vit)(mask)
    click = ClickGraph(exact_vit)
    prompt = coords, labels, rows
    logits, iou = click(terms, *prompt, torch.eye(4), torch.ones(2, 2), whole)
    torch.testing.assert_close(logits, expected_logits, rtol=0, atol=1e-10)
    torch.testing.assert_close(iou, expected_iou, rtol=0, atol=1e-10)

    preview, _ = click(terms, *prompt, torch.eye(4)[2:3], torch.ones(1, 1), whole)
    torch.testing.assert_close(preview, expected_logits[:, 2:3, ::2, ::2], rtol=0, atol=1e-10)

    photo = torch.ones(5, 9)
    terms = ImageGraph(exact_vit)(embedding, photo)
    cut, _ = click(terms, *prompt, torch.eye(4)[[3, 1]], torch.ones(2, 2), photo)
    torch.testing.assert_close(cut, expected_logits[:, [3, 1], :20, :36], rtol=0, atol=1e-10)


@pytest.fixture(scope="module")
def half_vit(small_vit: Sam) -> Sam:
    return with_half_matrices(small_vit)


@pytest.fixture(scope="module")
def exported(small_vit: Sam, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DecoderManifest]:
    path = tmp_path_factory.mktemp("exported") / "decoder"
    return path, export_decoder(small_vit, path)


@pytest.fixture(scope="module")
def graphs(exported: tuple[Path, DecoderManifest]) -> dict[str, bytes]:
    return unpack_graphs(exported[0].read_bytes())


PROMPTS: dict[str, dict[str, Any]] = {
    "point": {"points": [[150, 100]], "labels": [1]},
    "points": {"points": [[150, 100], [20, 30], [160, 90], [0, 0]], "labels": [1, 0, 1, 0]},
    "box": {"box": [60, 40, 240, 150]},
    "box and points": {"points": [[150, 100]], "labels": [0], "box": [60, 40, 240, 150]},
}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
@pytest.mark.parametrize("refine", [False, True])
def test_graphs_answer_as_the_model(
    half_vit: Sam, graphs: dict[str, bytes], prompt: dict[str, Any], refine: bool
) -> None:
    image = np.load(REFERENCE / "vit" / "io.npz")["image"]
    predictor = Predictor(half_vit)
    predictor.set_image(image)
    previous = predictor.predict(points=[[150, 100]], labels=[1], multimask=False).low_res_logits
    arguments = prompt | ({"mask_logits": previous} if refine else {})
    candidates = predictor.predict(**arguments, multimask=True)
    single = predictor.predict(**arguments, multimask=False)

    framing = Framing.of(image.shape[:2], half_vit.config.image_size)
    coords, labels = prompt_tokens(framing, prompt.get("points"), prompt.get("labels"), prompt.get("box"))
    assert predictor._image is not None
    decoder = GraphDecoder(graphs)
    terms = decoder.terms(predictor._image[0].numpy())
    click = terms, coords.numpy(), labels.numpy(), previous[None] if refine else None
    logits, iou = decoder.click(*click)
    np.testing.assert_allclose(logits[0, :1], single.low_res_logits, atol=1e-3)
    np.testing.assert_allclose(logits[0, 1:], candidates.low_res_logits, atol=1e-3)
    np.testing.assert_allclose(iou[0], np.concatenate([single.scores, candidates.scores]), atol=1e-4)

    one, _ = decoder.click(*click, masks=(2,))
    np.testing.assert_allclose(one, logits[:, 2:3], atol=1e-4)
    preview, _ = decoder.click(*click, masks=(0,), detail=1)
    np.testing.assert_allclose(preview, logits[:, :1, ::2, ::2], atol=1e-4)
    cut, _ = decoder.click(decoder.terms(predictor._image[0].numpy(), (11, 16)), *click[1:])
    np.testing.assert_allclose(cut, logits[:, :, :44], atol=1e-4)


def test_manifest_describes_the_file(exported: tuple[Path, DecoderManifest]) -> None:
    path, manifest = exported
    assert (manifest.image_size, manifest.grid, manifest.embedding_channels) == (256, 16, 64)
    assert manifest.size_bytes == path.stat().st_size
    graphs = unpack_graphs(path.read_bytes())
    assert list(graphs) == ["image", "mask", "click"]
    trial = unpack(b"MLDG", path.read_bytes())[0]["trial"]
    assert (trial["image_size"], trial["grid"], trial["channels"]) == (256, 16, 64)
    decoder = GraphDecoder(graphs)
    terms = decoder.terms(np.sin(np.arange(64 * 16 * 16), dtype=np.float32).reshape(1, 64, 16, 16))
    middle = np.array([[[128, 128], [0, 0]]], np.float32), np.array([[1, -1]], np.float32)
    logits, _ = decoder.click(terms, *middle, masks=(1,))
    np.testing.assert_allclose(logits[0, 0, ::8, ::8], trial["answer"], atol=1e-3)
    for graph in graphs.values():
        onnx.checker.check_model(onnx.load_from_string(graph))


def test_every_matrix_in_the_file_takes_two_bytes_a_weight(half_vit: Sam, graphs: dict[str, bytes]) -> None:
    stored = {
        tuple(tensor.dims): tensor.data_type
        for tensor in onnx.load_from_string(graphs["click"]).graph.initializer
    }
    mlp = half_vit.mask_decoder.transformer.layers[0].mlp.lin1.weight
    assert stored[tuple(mlp.t().shape)] == onnx.TensorProto.FLOAT16
    assert onnx.TensorProto.FLOAT in stored.values()  # biases and norms


def test_wrong_graphs_are_never_left_behind(
    small_vit: Sam, half_vit: Sam, graphs: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy.deepcopy(small_vit)
    other.mask_decoder.mask_tokens.weight.data += 1
    monkeypatch.setattr(decoder_export, "write_graphs", lambda _: graphs)
    with pytest.raises(DecoderExportError, match="is off by"):
        export_decoder(other, tmp_path / "decoder")
    assert not any(tmp_path.iterdir())
    check_graphs(half_vit, graphs)
