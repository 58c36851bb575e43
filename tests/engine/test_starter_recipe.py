"""The starter's recipe, on small data."""

from pathlib import Path

import pytest
import torch

from engine.__main__ import main
from engine.sam.model import Sam
from engine.sam.registry import load_model, read_checkpoint, save_checkpoint
from engine.train import starter
from tests.engine.conftest import TINY_HYBRID


@pytest.fixture
def sets(drawn_set: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two data folders, which have every set for any use between them."""
    first, second = tmp_path / "data", tmp_path / "more"
    for index, name in enumerate([*starter.FREE_SETS, starter.DRAWINGS]):
        folder = (first, second)[index % 2]
        folder.mkdir(exist_ok=True)
        (folder / name).symlink_to(drawn_set)
    return first, second


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr("sys.argv", ["engine", *map(str, arguments)])
    main()


def test_it_trains_on_sets_of_several_folders_and_leaves_the_file_that_ships(
    tiny_hybrid: Sam, sets: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tiny_hybrid, tmp_path / "tiny.safetensors")
    out = tmp_path / "run"
    given = ["--model", tmp_path / "tiny.safetensors", "--minutes", 0.03, "--loader-workers", 0]
    run(monkeypatch, "train", "--data", *sets, "--out", out, *given)
    shipped = read_checkpoint(out / starter.WEIGHTS)
    assert shipped.config == TINY_HYBRID
    before, after = (dict(model.named_parameters()) for model in (tiny_hybrid, shipped))
    assert not torch.equal(
        before["mask_decoder.mask_tokens.weight"], after["mask_decoder.mask_tokens.weight"]
    )


def test_missing_set_is_named(
    sets: tuple[Path, Path], tiny_hybrid: Sam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tiny_hybrid, tmp_path / "tiny.safetensors")
    given = ["--model", tmp_path / "tiny.safetensors", "--out", tmp_path / "run", "--terms", "all"]
    with pytest.raises(SystemExit, match=r"bsds/annotations\.json"):
        run(monkeypatch, "train", "--data", *sets, *given)


def test_new_encoder_takes_a_trained_decoder() -> None:
    old = load_model("starter")
    new = starter.new_starter(lite=0, blocks=0, decoder=old)
    for part in ("prompt_encoder", "mask_decoder"):
        mine, theirs = (getattr(model, part).state_dict() for model in (new, old))
        assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    assert new.config.encoder_depth == 0


def test_what_has_learnt_already_learns_slower() -> None:
    scratch, decoder, model = (starter.recipe(60, start=start) for start in ("scratch", "decoder", "model"))
    assert [len(recipe.phases) for recipe in (scratch, decoder, model)] == [3, 2, 2]
    assert scratch.learning_rate > decoder.learning_rate > model.learning_rate
    assert (scratch.decoder_rate, decoder.decoder_rate, model.decoder_rate) == (1.0, 0.5, 1.0)
    assert [sum(phase.length for phase in recipe.phases) for recipe in (scratch, decoder, model)] == [60] * 3


def test_freer_sets_are_among_all() -> None:
    assert starter.photo_sets("free").items() <= starter.photo_sets("all").items()
    assert "bsds" not in starter.photo_sets("free")
