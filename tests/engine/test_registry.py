"""Checkpoints: recognised when they are ones, refused with a reason when they are not."""

import json
from pathlib import Path

import pytest
import torch

from engine.sam.config import ModelConfig
from engine.sam.model import Sam
from engine.sam.registry import (
    CheckpointError,
    build_model,
    decoder_digest,
    encoder_digest,
    load_model,
    read_checkpoint,
    save_checkpoint,
)
from tests.engine.conftest import TINY


@pytest.fixture(scope="module")
def public_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file shaped like mobile_sam.pt, with random weights."""
    path = tmp_path_factory.mktemp("public") / "mobile_sam.pt"
    torch.save(build_model(ModelConfig.vit_t()).state_dict(), path)
    return path


def test_public_checkpoint_is_recognised_by_its_tensors(public_file: Path) -> None:
    assert read_checkpoint(public_file).config == ModelConfig.vit_t()


def test_truncated_checkpoint_is_refused(public_file: Path, tmp_path: Path) -> None:
    truncated = tmp_path / "mobile_sam.pt"
    truncated.write_bytes(public_file.read_bytes()[:1_000_000])
    with pytest.raises(CheckpointError, match="damaged or no checkpoint"):
        read_checkpoint(truncated)


def test_truncated_safetensors_is_refused(tiny_model: Sam, tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"
    save_checkpoint(tiny_model, path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="damaged or no checkpoint"):
        read_checkpoint(path)


def test_unknown_shapes_need_a_config(tiny_model: Sam, tmp_path: Path) -> None:
    path = tmp_path / "tiny.pth"
    torch.save(tiny_model.state_dict(), path)
    with pytest.raises(CheckpointError, match=r"tiny\.json"):
        read_checkpoint(path)
    (tmp_path / "tiny.json").write_text(json.dumps(TINY.as_dict()))
    assert read_checkpoint(path).config.as_dict() == TINY.as_dict()


def test_wrong_config_is_refused(tiny_model: Sam, tmp_path: Path) -> None:
    path = tmp_path / "tiny.pth"
    torch.save(tiny_model.state_dict(), path)
    (tmp_path / "tiny.json").write_text(json.dumps(TINY.as_dict() | {"decoder_width": 64}))
    with pytest.raises(CheckpointError, match="does not fit its config"):
        read_checkpoint(path)


def test_config_with_unknown_field_is_refused(tiny_model: Sam, tmp_path: Path) -> None:
    path = tmp_path / "tiny.pth"
    torch.save(tiny_model.state_dict(), path)
    (tmp_path / "tiny.json").write_text(json.dumps(TINY.as_dict() | {"colour": 3}))
    with pytest.raises(CheckpointError, match="colour"):
        read_checkpoint(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04K\x01."], ids=["empty", "text", "pickle"])
def test_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.pth"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"model\.pth"):
        read_checkpoint(path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no such file"):
        read_checkpoint(tmp_path / "nothing.pth")


def test_saved_model_comes_back(tiny_model: Sam, tmp_path: Path) -> None:
    save_checkpoint(tiny_model, tmp_path / "tiny.safetensors")
    back = read_checkpoint(tmp_path / "tiny.safetensors")
    assert encoder_digest(back) == encoder_digest(tiny_model)
    assert decoder_digest(back) == decoder_digest(tiny_model)


def test_digests_tell_encoder_and_decoder_apart(tiny_model: Sam) -> None:
    encoder, decoder = encoder_digest(tiny_model), decoder_digest(tiny_model)
    with torch.no_grad():
        tiny_model.mask_decoder.mask_tokens.weight += 1
    assert encoder_digest(tiny_model) == encoder
    assert decoder_digest(tiny_model) != decoder


def test_starter_ships_with_the_project() -> None:
    starter = load_model("starter")
    assert starter.config.family == "hybrid"
    assert not starter.training


def test_image_size_belongs_to_the_vits_weights(small_vit: Sam) -> None:
    with pytest.raises(ValueError, match="one image size"):
        small_vit.set_image_size(512)
