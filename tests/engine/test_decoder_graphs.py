"""Stored traces spare the tracing, and give the graphs that it gives."""

from pathlib import Path

import pytest
import torch

from engine import decoder_graphs
from engine.decoder_export import check_graphs, with_half_matrices
from engine.decoder_graphs import TRACES, read_traces, write_graphs, write_traces
from engine.sam.config import ModelConfig
from engine.sam.model import Sam
from engine.sam.registry import load_model


@pytest.fixture
def no_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Sam) -> None:
        raise AssertionError("the stored traces were to be taken")

    monkeypatch.setattr(decoder_graphs, "trace_graphs", refuse)


@pytest.mark.timeout(300)
def test_stored_traces_are_those_of_the_present_decoder(tmp_path: Path) -> None:
    written = write_traces(load_model("starter"), tmp_path)
    stored = TRACES / written.name
    assert stored.read_bytes() == written.read_bytes(), "the decoder has changed: `make traces` renews them"


@pytest.mark.usefixtures("no_tracing")
@pytest.mark.parametrize("image_size", [None, ModelConfig.vit_b().image_size])
def test_model_of_the_usual_sizes_gets_its_graphs_from_a_trace(image_size: int | None) -> None:
    model = load_model("starter")
    model.set_image_size(image_size or model.config.image_size)
    torch.manual_seed(1)
    for parameter in model.mask_decoder.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    rounded = with_half_matrices(model)
    check_graphs(rounded, write_graphs(rounded))


def test_there_is_no_trace_for_other_sizes() -> None:
    assert read_traces(ModelConfig(family="tinyvit", image_size=512, decoder_width=128)) is None
