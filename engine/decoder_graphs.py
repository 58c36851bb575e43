"""The decoder's graphs as ONNX: traced by PyTorch, or a stored trace with a model's own weights in it.

Tracing takes the better part of a minute, and depends on a decoder's sizes alone. So traces of the
starter's and of the public models' decoder are kept without weights in engine/traces, by `make traces`.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxscript.optimizer
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.export import Dim

from engine.container import join_parts, pack, split_parts, unpack
from engine.decoder.click import ClickGraph
from engine.decoder.image_terms import ImageGraph, ImageTerms
from engine.decoder.mask_rows import MaskGraph
from engine.files import replacing
from engine.sam.config import ModelConfig
from engine.sam.mask_decoder import MASK_TOKENS
from engine.sam.model import Sam

OPSET = 20
SMALLEST_HALF = 1024  # values: below it half precision saves nothing worth a cast
TRACES = Path(__file__).parent / "traces"
MAGIC = b"MLDT"
SIZES = (
    "image_size",
    "decoder_width",
    "decoder_heads",
    "decoder_mlp_width",
    "iou_head_depth",
    "iou_head_width",
)

Traces = dict[str, onnx.ModelProto]


def write_graphs(model: Sam) -> dict[str, bytes]:
    """The three graphs by name, as bytes of ONNX files."""
    traces = read_traces(model.config)
    if traces is None:
        traces = trace_graphs(model)
    for name, part in _parts(model).items():
        _put_weights(traces[name], part)
    return {name: finished(trace) for name, trace in traces.items()}


# ---- traces -----------------------------------------------------------------------------------------------


def read_traces(config: ModelConfig) -> Traces | None:
    """The stored traces of a decoder of these sizes, without weights; None where there are none."""
    path = TRACES / _file_name(config)
    if not path.exists():
        return None
    places, payload = unpack(MAGIC, path.read_bytes())
    return {name: onnx.load_from_string(part) for name, part in split_parts(places, payload).items()}


def write_traces(model: Sam, folder: Path = TRACES) -> Path:
    """Traces the model's decoder and stores that without weights."""
    traces, parts = trace_graphs(model), _parts(model)
    for name, trace in traces.items():
        _take_weights(trace, parts[name])
    stored = {name: trace.SerializeToString(deterministic=True) for name, trace in traces.items()}
    path = folder / _file_name(model.config)
    with replacing(path) as part:
        part.write_bytes(pack(MAGIC, *join_parts(stored)))
    return path


def _file_name(config: ModelConfig) -> str:
    return "-".join(str(getattr(config, size)) for size in SIZES) + ".mldt"


def trace_graphs(model: Sam) -> Traces:
    """By name, not optimized, since some of that depends on the weights."""
    inputs = example_inputs(model, points=3)
    photo = torch.ones(model.config.grid - 1, model.config.grid - 2)
    parts = _parts(model)
    # Inference mode's tensors would send the exporter on a far slower way.
    with torch.no_grad():
        terms = parts["image"](inputs["image_embedding"], photo)
        rows = parts["mask"](inputs["mask_input"])
    click_inputs = {
        **terms._asdict(),
        "point_coords": inputs["point_coords"],
        "point_labels": inputs["point_labels"],
        "mask_rows": rows,
        "wanted_masks": torch.eye(MASK_TOKENS),
        "detail": torch.ones(2, 2),
        "photo": photo,
    }
    any_shape = {0: Dim.DYNAMIC, 1: Dim.DYNAMIC}
    any_size = {
        "upscaled": {0: Dim.DYNAMIC},
        "point_coords": {1: Dim.DYNAMIC},
        "point_labels": {1: Dim.DYNAMIC},
        "mask_rows": {0: Dim.DYNAMIC},
        "wanted_masks": {0: Dim.DYNAMIC},
        "detail": any_shape,
        "photo": any_shape,
    }
    return {
        "image": trace_graph(
            parts["image"],
            {"image_embedding": inputs["image_embedding"], "photo": photo},
            list(ImageTerms._fields),
            {"photo": any_shape},
        ),
        "mask": trace_graph(parts["mask"], {"mask_input": inputs["mask_input"]}, ["mask_rows"]),
        "click": trace_graph(parts["click"], click_inputs, ["low_res_logits", "iou_predictions"], any_size),
    }


def _parts(model: Sam) -> dict[str, nn.Module]:
    return {"image": ImageGraph(model), "mask": MaskGraph(model), "click": _FlatClick(ClickGraph(model))}


class _FlatClick(nn.Module):
    """A ClickGraph whose image terms are arguments of their own, as a graph's inputs are."""

    def __init__(self, click: ClickGraph) -> None:
        super().__init__()
        self.click = click

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        terms = len(ImageTerms._fields)
        return self.click(ImageTerms(*inputs[:terms]), *inputs[terms:])


# ---- one graph --------------------------------------------------------------------------------------------


def trace_graph(
    module: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: list[str],
    any_size: Mapping[str, Any] | None = None,
) -> onnx.ModelProto:
    """`module` as PyTorch writes it. `any_size` names the axes of inputs whose length is free."""
    # It warns that torchvision is missing, which no graph here uses, and of changes inside PyTorch itself.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    shapes = (tuple(any_size.get(name) for name in inputs),) if any_size else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _AnyInputs(module).eval(),
            tuple(inputs.values()),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_shapes=shapes,
            opset_version=OPSET,
            dynamo=True,
            optimize=False,
            verbose=False,
        )
    assert program is not None
    trace: onnx.ModelProto = program.model_proto
    del trace.metadata_props[:]
    del trace.graph.metadata_props[:]  # the names of all weights, those of the encoder included
    for node in trace.graph.node:
        del node.metadata_props[:]  # where in our sources each node comes from: half a megabyte
    return trace


def finished(trace: onnx.ModelProto) -> bytes:
    """An ONNX file: optimized, its matrices in half precision where that loses nothing."""
    graph = onnxscript.optimizer.optimize(trace)
    store_in_half(graph)
    return graph.SerializeToString()


def store_in_half(graph: onnx.ModelProto) -> None:
    """Keeps every large constant in half precision where that loses nothing, with a cast behind it, which
    ONNX Runtime carries out when it loads the graph."""
    for tensor in list(graph.graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        half = values.astype(np.float16)
        if values.size < SMALLEST_HALF or not np.array_equal(half.astype(np.float32), values):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        cast = onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT)
        graph.graph.node.insert(0, cast)


def _take_weights(trace: onnx.ModelProto, part: nn.Module) -> None:
    weights = _weights(part)
    for tensor in trace.graph.initializer:
        if tensor.name in weights:
            tensor.ClearField("raw_data")


def _put_weights(trace: onnx.ModelProto, part: nn.Module) -> None:
    weights = _weights(part)
    for tensor in trace.graph.initializer:
        if tensor.name in weights:
            tensor.CopyFrom(numpy_helper.from_array(weights[tensor.name].detach().numpy(), tensor.name))


def _weights(part: nn.Module) -> dict[str, Tensor]:
    """By the names that a trace gives them."""
    wrapped = _AnyInputs(part)
    return {
        **dict(wrapped.named_parameters(remove_duplicate=False)),
        **dict(wrapped.named_buffers(remove_duplicate=False)),
    }


class _AnyInputs(nn.Module):
    """Any module, with its inputs as the exporter's shapes name them: one list."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Tensor) -> Any:
        return self.module(*inputs)


def example_inputs(model: Sam, points: int) -> dict[str, Tensor]:
    """Random inputs: `points` prompt points, the last of them padding."""
    random = torch.Generator().manual_seed(points)
    config = model.config
    labels = torch.randint(0, 2, (1, points), generator=random).float()
    labels[0, -1] = -1
    low_res = config.low_res_size
    return {
        "image_embedding": torch.randn(
            1, config.embedding_channels, config.grid, config.grid, generator=random
        ),
        "point_coords": torch.rand(1, points, 2, generator=random) * config.image_size,
        "point_labels": labels,
        "mask_input": torch.randn(1, 1, low_res, low_res, generator=random) * 4,
    }
