"""TinyViT as MobileSAM uses it: convolutions first, windowed attention after, stride 16 in all."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.sam.config import ModelConfig
from engine.sam.layers import embedding_neck, window_partition, window_unpartition

EXPANSION = 4  # of the inverted bottlenecks and of the MLPs
CLASSES = 1000  # checkpoints keep the classifier of their pre-training, which is never called


class TinyViT(nn.Module):
    """(B, 3, S, S) normalised pixels -> (B, C, S/16, S/16) image embedding."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        widths = config.widths
        self.patch_embed = PatchEmbed(widths[0])
        stages: list[nn.Module] = []
        for index, width in enumerate(widths):
            blocks: list[nn.Module] = [
                AttentionBlock(width, config.heads[index], config.window_sizes[index])
                if index
                else ConvBlock(width)
                for _ in range(config.depths[index])
            ]
            stages.append(Stage(blocks, _downsample(widths, index)))
        self.layers = nn.ModuleList(stages)
        self.norm_head = nn.LayerNorm(widths[-1])
        self.head = nn.Linear(widths[-1], CLASSES)
        self.neck = embedding_neck(widths[-1], config.embedding_channels)
        self.register_load_state_dict_pre_hook(_fit_classifier)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.neck(self.features(pixels))

    def features(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, width, S/16, S/16): all but the neck."""
        x = self.patch_embed(pixels)
        for layer in self.layers:
            x = layer(x)
        return x


def _fit_classifier(model: TinyViT, state: dict[str, Tensor], prefix: str, *_: object) -> None:
    """Gives the unused classifier as many rows as the weights have, so that any of them load strictly."""
    weight = state.get(f"{prefix}head.weight")
    if weight is not None and weight.shape[0] != model.head.out_features:
        model.head = nn.Linear(model.head.in_features, weight.shape[0])


def _downsample(widths: tuple[int, ...], index: int) -> PatchMerging | None:
    """Halves the grid after every stage but the last two: MobileSAM keeps the third at stride 16."""
    if index + 1 == len(widths):
        return None
    return PatchMerging(widths[index], widths[index + 1], stride=1 if index == 2 else 2)


class ConvNorm(nn.Sequential):
    """Convolution without bias, then batch normalisation."""

    def __init__(
        self, before: int, after: int, kernel: int = 1, stride: int = 1, groups: int = 1, scale: float = 1.0
    ) -> None:
        super().__init__()
        self.c = nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(after)
        nn.init.constant_(self.bn.weight, scale)


class PatchEmbed(nn.Module):
    """(B, 3, S, S) -> (B, width, S/4, S/4)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.seq = nn.Sequential(
            ConvNorm(3, width // 2, kernel=3, stride=2), nn.GELU(), ConvNorm(width // 2, width, 3, stride=2)
        )

    def forward(self, pixels: Tensor) -> Tensor:
        return self.seq(pixels)


class Stage(nn.Module):
    def __init__(self, blocks: list[nn.Module], downsample: PatchMerging | None) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x if self.downsample is None else self.downsample(x)


class ConvBlock(nn.Module):
    """Inverted bottleneck (MBConv): widen, depth-wise 3x3, narrow, add."""

    def __init__(self, width: int) -> None:
        super().__init__()
        hidden = width * EXPANSION
        self.conv1 = ConvNorm(width, hidden)
        self.conv2 = ConvNorm(hidden, hidden, kernel=3, groups=hidden)
        self.conv3 = ConvNorm(hidden, width, scale=0.0)  # starts as identity

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.gelu(self.conv2(F.gelu(self.conv1(x))))
        return F.gelu(x + self.conv3(hidden))


class PatchMerging(nn.Module):
    """Changes the width and, with stride 2, halves the grid."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(before, after)
        self.conv2 = ConvNorm(after, after, kernel=3, stride=stride, groups=after)
        self.conv3 = ConvNorm(after, after)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x)))))


class AttentionBlock(nn.Module):
    """Windowed attention, a depth-wise 3x3 that lets windows talk to each other, an MLP."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.attn = WindowAttention(width, heads, window)
        self.local_conv = ConvNorm(width, width, kernel=3, groups=width)
        self.mlp = Mlp(width)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        tokens = x.permute(0, 2, 3, 1)
        windows = self.attn(window_partition(tokens, self.window))
        tokens = tokens + window_unpartition(windows, height, width)
        tokens = self.local_conv(tokens.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        tokens = tokens + self.mlp(tokens)
        return tokens.permute(0, 3, 1, 2)


class WindowAttention(nn.Module):
    """Attention within one window, biased by the absolute distance in rows and columns (LeViT)."""

    distances: Tensor

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, width * 3)
        self.proj = nn.Linear(width, width)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))
        self.register_buffer("distances", _absolute_distances(window), persistent=False)

    def forward(self, windows: Tensor) -> Tensor:
        count, height, width, channels = windows.shape
        # The layout is q, k, v within each head, unlike the ViT's.
        qkv = self.qkv(self.norm(windows)).view(count, height * width, self.heads, 3, channels // self.heads)
        q, k, v = qkv.permute(3, 0, 2, 1, 4).unbind(0)  # each (windows, heads, tokens, C / heads)
        bias = self.attention_biases[:, self.distances][None]
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        return self.proj(out.transpose(1, 2).reshape(count, height, width, channels))


def _absolute_distances(window: int) -> Tensor:
    """(tokens, tokens) index into the biases: rows apart * window + columns apart."""
    y, x = torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")
    y, x = y.flatten(), x.flatten()
    return (y[:, None] - y).abs() * window + (x[:, None] - x).abs()


class Mlp(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, width * EXPANSION)
        self.fc2 = nn.Linear(width * EXPANSION, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(self.norm(x))))
