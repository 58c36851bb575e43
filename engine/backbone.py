"""EfficientNet-Lite in ONNX Runtime: on a CPU its many small convolutions take a third of PyTorch's time."""

from __future__ import annotations

from typing import Any

import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from engine.sam.efficientnet import ConvNorm, EfficientNetLite, InvertedBottleneck
from engine.sam.lite import TAPS

OPSET = 20
IR_VERSION = 10  # of the file format; ONNX Runtime 1.23 reads it
PIXELS = "pixels"


class OnnxBackbone(nn.Module):
    """The answers of an EfficientNetLite in eval mode, for inference on a CPU, always in float32."""

    def __init__(self, backbone: EfficientNetLite) -> None:
        super().__init__()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        # Between two photos its threads would otherwise keep the processor from PyTorch's.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(
            write_backbone(backbone), options, providers=["CPUExecutionProvider"]
        )

    def forward(self, pixels: Tensor) -> list[Tensor]:
        """(B, 3, H, W) -> four feature maps, as `EfficientNetLite` has them."""
        taps = self.session.run(None, {PIXELS: pixels.float().contiguous().numpy()})
        return [torch.from_numpy(tap) for tap in taps]


def write_backbone(backbone: EfficientNetLite) -> bytes:
    """An ONNX file: pixels of any size in, the taps out."""
    graph = _Graph()
    x = graph.convolution(PIXELS, backbone.stem, is_last=False)
    taps = []
    for index, stage in enumerate(backbone.stages):
        for block in stage:  # type: ignore[attr-defined]  # a Sequential
            x = graph.bottleneck(x, block)
        if index in TAPS:
            taps.append(x)
    return graph.finished(taps)


class _Graph:
    """Builds a graph. Each method adds nodes and returns the name of their output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[TensorProto] = []
        self.lowest, self.highest = self._weight(torch.tensor(0.0)), self._weight(torch.tensor(6.0))

    def bottleneck(self, x: str, block: InvertedBottleneck) -> str:
        hidden = x if block.expand is None else self.convolution(x, block.expand, is_last=False)
        hidden = self.convolution(hidden, block.depthwise, is_last=False)
        out = self.convolution(hidden, block.project, is_last=True)
        return self._node("Add", [x, out]) if block.is_residual else out

    def convolution(self, x: str, layer: ConvNorm, *, is_last: bool) -> str:
        """With ReLU6, except for a block's last one."""
        weight, bias = layer.folded()
        first, last = layer.padding
        convolved = self._node(
            "Conv",
            [x, self._weight(weight), self._weight(bias)],
            strides=list(layer.conv.stride),
            pads=[first, first, last, last],
            group=layer.conv.groups,
        )
        return convolved if is_last else self._node("Clip", [convolved, self.lowest, self.highest])

    def finished(self, outputs: list[str]) -> bytes:
        pixels = helper.make_tensor_value_info(PIXELS, TensorProto.FLOAT, ["batch", 3, "height", "width"])
        taps = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "backbone", [pixels], taps, self.weights)
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION).SerializeToString()

    def _node(self, operation: str, inputs: list[str], **attributes: Any) -> str:
        name = f"{operation.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [name], **attributes))
        return name

    def _weight(self, values: Tensor) -> str:
        name = f"weight{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values.detach().float().numpy(), name))
        return name
