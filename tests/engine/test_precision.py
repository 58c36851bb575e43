"""Which precision is chosen, on this processor and on one without bfloat16."""

import copy
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from engine import precision as precisions
from engine.detector.data import EmbeddedBoxes
from engine.detector.train import DetectorRecipe, train_detector
from engine.encoder import fastest_encoder
from engine.precision import Precision, faster_precision, has_bfloat16, kept_precision
from engine.sam.model import Sam
from engine.train import loop
from engine.train.datasets import Photo, read_coco
from engine.train.loop import train
from engine.train.stored import stored_embeddings
from tests.engine.test_training import StopAt, read_log, recipe, stream

# As oneDNN has it on most laptops.
WITHOUT_BFLOAT16 = {"ONEDNN_MAX_CPU_ISA": "AVX2"}


@pytest.fixture
def shapes(drawn_set: Path) -> list[Photo]:
    return read_coco(drawn_set)


def on_an_old_processor(script: str) -> str:
    """What the script prints there."""
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, env=os.environ | WITHOUT_BFLOAT16, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(("half_ms", "expected"), [(10, "bfloat16"), (38, "float32")])
def test_half_precision_is_chosen_where_it_pays(
    monkeypatch: pytest.MonkeyPatch, half_ms: int, expected: Precision
) -> None:
    monkeypatch.setattr(precisions, "has_bfloat16", lambda device: True)
    passes: list[Precision] = []

    def run_pass(precision: Precision) -> None:
        passes.append(precision)
        time.sleep((40 if precision == "float32" else half_ms) / 1000)

    assert faster_precision("cpu", run_pass) == expected
    assert passes == 3 * ["float32", "bfloat16"]


def test_long_passes_take_one_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precisions, "has_bfloat16", lambda device: True)
    monkeypatch.setattr(precisions, "MEASURE_SECONDS", 0.01)
    passes: list[Precision] = []

    def run_pass(precision: Precision) -> None:
        passes.append(precision)
        time.sleep(0.02)

    faster_precision("cpu", run_pass)
    assert passes == ["float32", "bfloat16"]


def test_processor_without_bfloat16_is_not_measured() -> None:
    told = on_an_old_processor(
        "from engine.precision import faster_precision, has_bfloat16\n"
        "def refuse(precision): raise AssertionError('measured')\n"
        "print(has_bfloat16('cpu'), faster_precision('cpu', refuse))"
    )
    assert told == "False float32"


def test_graphics_card_gets_bfloat16_without_a_measurement() -> None:
    def refuse(precision: Precision) -> None:
        raise AssertionError("measured")

    assert faster_precision("cuda", refuse) == "bfloat16"


@pytest.mark.skipif(not has_bfloat16("cpu"), reason="this processor has no bfloat16")
def test_encoders_precision_is_measured(tiny_model: Sam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precisions, "WORTH_HALF_PRECISION", 0.0)
    assert fastest_encoder(tiny_model).precision == "bfloat16"
    monkeypatch.setattr(precisions, "WORTH_HALF_PRECISION", float("inf"))
    assert fastest_encoder(tiny_model).precision == "float32"


def test_measurement_leaves_a_training_as_it_was(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precisions, "has_bfloat16", lambda device: True)
    monkeypatch.setattr(precisions, "WORTH_HALF_PRECISION", float("inf"))  # float32, whatever was measured
    start = copy.deepcopy(tiny_model)
    measured = train(tiny_model, stream(shapes), recipe(3), tmp_path / "measured")
    given = train(start, stream(shapes), recipe(3), tmp_path / "given", precision="float32")
    for name, tensor in measured.state_dict().items():
        assert torch.equal(tensor, given.state_dict()[name]), name


def test_resumed_training_keeps_its_precision(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Precision:
        raise AssertionError("measured again")

    with pytest.raises(loop.StoppedError):
        train(tiny_model, stream(shapes), recipe(20), tmp_path, watch=StopAt(3), precision="float32")
    monkeypatch.setattr(loop, "faster_precision", refuse)
    train(tiny_model, stream(shapes), recipe(20), tmp_path, resume=True)
    [line] = read_log(tmp_path)
    assert line["precision"] == "float32"


def test_resumed_detector_keeps_its_precision(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Precision:
        raise AssertionError("measured again")

    files = stored_embeddings(tiny_model, shapes, tmp_path / "embeddings")
    samples = EmbeddedBoxes(shapes, files, seed=0)
    channels = tiny_model.config.embedding_channels
    short, long = (DetectorRecipe(length, "steps", photos_per_step=2, loader_workers=0) for length in (2, 20))
    train_detector(samples, channels, "ab", short, tmp_path / "run", precision="float32")
    monkeypatch.setattr("engine.detector.train.faster_precision", refuse)
    train_detector(samples, channels, "ab", long, tmp_path / "run", resume=True)
    [line] = read_log(tmp_path / "run")
    assert line["precision"] == "float32"


def test_precision_that_the_processor_lacks_is_not_kept() -> None:
    told = on_an_old_processor(
        "from engine.precision import kept_precision\n"
        "states = {'precision': 'bfloat16'}, {'precision': 'float32'}, {}\n"
        "print([kept_precision(state, 'cpu') for state in states])"
    )
    assert told == "[None, 'float32', None]"
    assert kept_precision({}, "cuda") == "bfloat16"  # a state of an older release
