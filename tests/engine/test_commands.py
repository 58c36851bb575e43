"""`python -m engine embed` and `export` on files (automask and report are tested with what they do)."""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

from engine.__main__ import main
from engine.embedding import embed_image, unpack_embedding
from engine.preprocess import read_photo
from engine.sam.model import Sam
from engine.sam.registry import encoder_digest, save_checkpoint
from engine.train.manifest import manifest_from_coco, write_manifest


@pytest.fixture
def checkpoint(tiny_model: Sam, tmp_path: Path) -> Path:
    save_checkpoint(tiny_model, tmp_path / "tiny.safetensors")
    return tmp_path / "tiny.safetensors"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["engine", *map(str, arguments)])
    main()


def test_embed_goes_on_where_it_was(
    checkpoint: Path,
    tiny_model: Sam,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    (photos / "more").mkdir(parents=True)
    for index, name in enumerate(["a.png", "more/b.png"]):
        noise = np.random.default_rng(index).integers(0, 256, (40, 60, 3), dtype=np.uint8)
        Image.fromarray(noise).save(photos / name)
    (photos / "broken.jpg").write_bytes(b"\xff\xd8 and no more")
    exact = ("--precision", "float32")  # auto depends on what else the machine does
    with pytest.raises(SystemExit):
        run(monkeypatch, "embed", photos, "--out", out, "--model", checkpoint, *exact)
    told = capsys.readouterr().out
    assert "2 photos, 0 done before, 1 failed" in told
    assert "failed: broken.jpg" in told

    values, header = unpack_embedding((out / "more" / "b.mlem").read_bytes())
    expected = embed_image(tiny_model, read_photo(photos / "more" / "b.png"))
    np.testing.assert_allclose(values, expected, rtol=0, atol=0.51 / 127 * np.abs(expected).max())
    assert (header.original_size, header.encoder) == ((40, 60), encoder_digest(tiny_model))

    (photos / "broken.jpg").unlink()
    (out / "a.mlem").unlink()
    run(monkeypatch, "embed", photos, "--out", out, "--model", checkpoint)
    assert "1 photos, 1 done before, 0 failed" in capsys.readouterr().out
    assert (out / "a.mlem").is_file()


def test_export_writes_graphs_that_onnx_runtime_runs(
    checkpoint: Path, tiny_model: Sam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "graphs"
    run(monkeypatch, "export", "--model", checkpoint, "--out", out)
    assert sorted(path.name for path in out.iterdir()) == ["click.onnx", "image.onnx", "mask.onnx"]
    config = tiny_model.config
    shape = (1, config.embedding_channels, config.grid, config.grid)
    session = onnxruntime.InferenceSession(out / "image.onnx")
    photo = np.ones(shape[2:], np.float32)
    terms = session.run(None, {"image_embedding": np.zeros(shape, np.float32), "photo": photo})
    assert all(np.isfinite(term).all() for term in terms)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--data", "photos", "--steps", 5], "--steps goes with --manifest only"),
        (["--data", "photos", "--model", "starter", "--lite", 0], "--lite goes with a new model only"),
        (["--manifest", "m.jsonl", "--model", "starter", "--terms", "all"], "--terms goes with --data only"),
        (["--manifest", "m.jsonl"], "--manifest needs --model"),
        (
            ["--manifest", "m.jsonl", "--model", "starter", "--recipe", "paper"],
            "--recipe paper needs --steps",
        ),
        (
            ["--manifest", "m.jsonl", "--model", "starter", "--recipe", "paper", "--learns", "decoder"],
            "--recipe is for the whole model",
        ),
    ],
)
def test_train_refuses_options_that_it_would_not_follow(
    given: list[object], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match=said):
        run(monkeypatch, "train", "--out", tmp_path, *given)


def test_train_follows_the_papers_recipe(
    drawn_set: Path, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, out = tmp_path / "drawn.jsonl", tmp_path / "run"
    write_manifest(manifest, manifest_from_coco(drawn_set))
    given = ["--model", checkpoint, "--recipe", "paper", "--steps", 2, "--loader-workers", 0, "--seed", 3]
    run(monkeypatch, "train", "--manifest", manifest, "--out", out, *given)
    state = torch.load(out / "state.pt", weights_only=True)
    assert (state["step"], state["recipe"]["seed"], state["recipe"]["schedule"]) == (2, 3, "steps")


@pytest.mark.parametrize("command", ["embed", "automask"])
def test_what_is_missing_is_said(
    command: str, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="no photos"):
        run(monkeypatch, command, tmp_path / "nowhere", "--out", tmp_path / "out", "--model", checkpoint)
    with pytest.raises(SystemExit, match=r"gone\.pth"):
        run(monkeypatch, command, tmp_path, "--out", tmp_path / "out", "--model", tmp_path / "gone.pth")
