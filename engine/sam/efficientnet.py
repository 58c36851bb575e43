"""EfficientNet-Lite without its classifier: convolutional features at strides 4, 8, 16 and 32.

The Lite variants of EfficientNet have ReLU6 and no squeeze-and-excitation; engine/sam/lite.py has the sizes.
"""

from __future__ import annotations

from contextlib import nullcontext
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.sam.lite import EXPANSION, KERNELS, STEM_WIDTH, STRIDES, TAPS

NORM_EPS = 1e-3  # of the released weights' batch norms


class EfficientNetLite(nn.Module):
    """(B, 3, S, S) pixels -> four feature maps, at strides 4, 8, 16 and 32."""

    def __init__(self, widths: tuple[int, ...], depths: tuple[int, ...]) -> None:
        super().__init__()
        self.stem = ConvNorm(3, STEM_WIDTH, kernel=3, stride=2)
        stages = zip(pairwise((STEM_WIDTH, *widths)), depths, KERNELS, STRIDES, strict=True)
        self.stages = nn.ModuleList(
            nn.Sequential(
                *(
                    InvertedBottleneck(
                        before if block == 0 else after,
                        after,
                        expansion=EXPANSION if index else 1,
                        kernel=kernel,
                        stride=stride if block == 0 else 1,
                    )
                    for block in range(depth)
                )
            )
            for index, ((before, after), depth, kernel, stride) in enumerate(stages)
        )

    def forward(self, pixels: Tensor) -> list[Tensor]:
        x = F.relu6(self.stem(pixels))
        taps = []
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if index in TAPS:
                taps.append(x)
        return taps


class InvertedBottleneck(nn.Module):
    """MBConv: widen, depth-wise convolution, narrow; a residual where the shapes agree."""

    def __init__(self, before: int, after: int, *, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        hidden = before * expansion
        self.expand = ConvNorm(before, hidden) if expansion > 1 else None
        self.depthwise = ConvNorm(hidden, hidden, kernel=kernel, stride=stride, groups=hidden)
        self.project = ConvNorm(hidden, after)
        self.is_residual = stride == 1 and before == after

    def forward(self, x: Tensor) -> Tensor:
        hidden = x if self.expand is None else F.relu6(self.expand(x))
        out: Tensor = self.project(F.relu6(self.depthwise(hidden)))
        return x + out if self.is_residual else out


class ConvNorm(nn.Module):
    """A convolution without bias and a batch norm; one convolution while the norm keeps its statistics."""

    def __init__(self, before: int, after: int, *, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, after, kernel, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(after, eps=NORM_EPS)
        # TensorFlow's "same" padding of an even side: with stride 2, one more on the right and below.
        extra = kernel - stride
        self.padding = (extra // 2, extra - extra // 2)

    def forward(self, x: Tensor) -> Tensor:
        first, last = self.padding
        if first != last:
            x, first = F.pad(x, (first, last, first, last)), 0
        stride, groups = self.conv.stride, self.conv.groups
        if self.norm.training:
            convolved = F.conv2d(x, self.conv.weight, None, stride, first, 1, groups)
            return self.norm(convolved)
        weight, bias = self.folded()
        # On a CPU the gradient of a depth-wise convolution takes three times as long in bfloat16.
        exact = groups > 1 and torch.is_grad_enabled() and x.device.type == "cpu"
        with torch.autocast("cpu", enabled=False) if exact else nullcontext():
            return F.conv2d(x.float() if exact else x, weight, bias, stride, first, 1, groups)

    def folded(self) -> tuple[Tensor, Tensor]:
        """Weight and bias of the one convolution that does the same; gradients flow to conv and norm."""
        norm = self.norm
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        return self.conv.weight * scale.view(-1, 1, 1, 1), norm.bias - norm.running_mean * scale
