"""The graph that browsers run answers as the model does."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from engine import decoder_export
from engine.decoder_export import DecoderExportError, export_decoder
from engine.predict import Predictor, prompt_tokens
from engine.preprocess import Framing
from engine.sam.model import Sam
from tests.engine.conftest import REFERENCE


@pytest.fixture(scope="module")
def graph(small_vit: Sam, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decoder") / "decoder.onnx"
    export_decoder(small_vit, path)
    return path


PROMPTS = {
    "point": {"points": [[150, 100]], "labels": [1]},
    "points": {"points": [[150, 100], [20, 30], [160, 90], [0, 0]], "labels": [1, 0, 1, 0]},
    "box": {"box": [60, 40, 240, 150]},
    "box and points": {"points": [[150, 100]], "labels": [0], "box": [60, 40, 240, 150]},
}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
@pytest.mark.parametrize("refine", [False, True])
def test_graph_answers_as_the_model(
    small_vit: Sam, graph: Path, prompt: dict[str, list[float]], refine: bool
) -> None:
    image = np.load(REFERENCE / "vit" / "io.npz")["image"]
    predictor = Predictor(small_vit)
    predictor.set_image(image)
    previous = predictor.predict(points=[[150, 100]], labels=[1], multimask=False).low_res_logits
    arguments = prompt | ({"mask_logits": previous} if refine else {})
    candidates = predictor.predict(**arguments, multimask=True)
    single = predictor.predict(**arguments, multimask=False)

    size = small_vit.config.image_size
    coords, labels = prompt_tokens(
        Framing.of(image.shape[:2], size), prompt.get("points"), prompt.get("labels"), prompt.get("box")
    )
    assert predictor._image is not None
    logits, iou = onnxruntime.InferenceSession(graph).run(
        None,
        {
            "image_embedding": predictor._image[0].numpy(),
            "point_coords": coords.numpy(),
            "point_labels": labels.numpy(),
            "mask_input": previous[None] if refine else np.zeros_like(previous[None]),
            "has_mask_input": np.array([refine], np.float32),
        },
    )
    np.testing.assert_allclose(logits[0, :1], single.low_res_logits, atol=1e-3)
    np.testing.assert_allclose(logits[0, 1:], candidates.low_res_logits, atol=1e-3)
    np.testing.assert_allclose(iou[0], np.concatenate([single.scores, candidates.scores]), atol=1e-4)


def test_manifest_describes_the_file(small_vit: Sam, tmp_path: Path) -> None:
    manifest = export_decoder(small_vit, tmp_path / "decoder.onnx")
    assert (manifest.image_size, manifest.grid, manifest.embedding_channels) == (256, 16, 64)
    assert manifest.size_bytes == (tmp_path / "decoder.onnx").stat().st_size


def test_wrong_graph_is_never_left_behind(
    tiny_model: Sam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_graph = decoder_export._write_graph

    def write_other_graph(model: Sam, path: Path) -> None:
        with torch.no_grad():
            model.mask_decoder.mask_tokens.weight += 1
            write_graph(model, path)
            model.mask_decoder.mask_tokens.weight -= 1

    monkeypatch.setattr(decoder_export, "_write_graph", write_other_graph)
    with pytest.raises(DecoderExportError, match="is off by"):
        export_decoder(tiny_model, tmp_path / "decoder.onnx")
    assert not any(tmp_path.iterdir())
