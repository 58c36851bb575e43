"""The work of an image encoder, counted from its sizes. Without PyTorch."""

from __future__ import annotations

from collections.abc import Callable

from engine.sam.config import Family, ModelConfig
from engine.sam.lite import EXPANSION, KERNELS, STEM_WIDTH, STRIDES, TAPS

CHANNELS = 3
MLP_RATIO = 4  # of every family, as in image_encoder.py, tiny_vit.py and hybrid_vit.py


def encoder_operations(config: ModelConfig) -> int:
    """Multiply-adds that embed one photo: matrix products, convolutions and attention."""
    features, width = _FEATURES[config.family](config)
    return features + _neck(config, width)


def _vit(config: ModelConfig) -> tuple[int, int]:
    width, side = config.encoder_width, config.image_size // config.patch_size
    total = side**2 * CHANNELS * config.patch_size**2 * width
    for index in range(config.encoder_depth):
        window = side if index in config.global_attention_blocks else config.window_size
        tokens = _padded(side, window) ** 2
        relative_positions = 2 * tokens * window * width
        total += _attention(tokens, window, width) + relative_positions + _mlp(side**2, width)
    return total, width


def _tiny_vit(config: ModelConfig) -> tuple[int, int]:
    widths, side = config.widths, config.image_size // 4
    stem = widths[0] // 2
    total = (2 * side) ** 2 * 9 * CHANNELS * stem + side**2 * 9 * stem * widths[0]
    for index, width in enumerate(widths):
        window = config.window_sizes[index]
        if index == 0:  # inverted bottlenecks
            block = side**2 * (2 * width + 9) * MLP_RATIO * width
        else:
            local_convolution = side**2 * 9 * width
            tokens = _padded(side, window) ** 2
            block = _attention(tokens, window, width) + local_convolution + _mlp(side**2, width)
        total += config.depths[index] * block
        if index + 1 < len(widths):  # narrows the grid after every stage but the last two
            after = widths[index + 1]
            total += side**2 * width * after
            side = side if index == 2 else side // 2
            total += side**2 * (9 + after) * after
    return total, widths[-1]


def _hybrid(config: ModelConfig) -> tuple[int, int]:
    width, tokens = config.encoder_width, config.grid**2
    side, before = config.image_size // 2, STEM_WIDTH
    total = side**2 * 9 * CHANNELS * before
    for stage, (after, depth) in enumerate(zip(config.widths, config.depths, strict=True)):
        for block in range(depth):
            hidden = before * (EXPANSION if stage else 1)
            if stage:  # widens, before the stride
                total += side**2 * before * hidden
            side //= STRIDES[stage] if block == 0 else 1
            total += side**2 * hidden * (KERNELS[stage] ** 2 + after)
            before = after
        if stage in TAPS:  # a matrix product on the embedding's grid, or on the coarser one of stride 32
            total += side**2 * after * width
    block = tokens * 9 * width + _attention(tokens, config.grid, width) + _mlp(tokens, width)
    return total + config.encoder_depth * block, width


_FEATURES: dict[Family, Callable[[ModelConfig], tuple[int, int]]] = {
    "vit": _vit,
    "tinyvit": _tiny_vit,
    "hybrid": _hybrid,
}


def _neck(config: ModelConfig, width: int) -> int:
    channels = config.embedding_channels
    return config.grid**2 * (width * channels + 9 * channels**2)


def _attention(tokens: int, window: int, width: int) -> int:
    projections = 4 * tokens * width**2
    return projections + 2 * tokens * window**2 * width


def _mlp(tokens: int, width: int) -> int:
    return 2 * MLP_RATIO * tokens * width**2


def _padded(side: int, window: int) -> int:
    """Windows are filled up at the grid's edge."""
    return -(-side // window) * window
