"""Every size of a Segment Anything model, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from engine.sam.lite import DEPTHS, TAPS, WIDTHS

Family = Literal["vit", "tinyvit", "hybrid"]

# ImageNet statistics of 0-255 RGB, as in segment-anything's Sam class: every model's input is normalised so.
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)

EMBEDDING_STRIDE = 16  # every family: one embedding position per 16x16 pixels of the model's input

# The encoder's fields that count, by family.
_ENCODER_FIELDS: dict[Family, frozenset[str]] = {
    "vit": frozenset(
        (
            "patch_size",
            "encoder_width",
            "encoder_depth",
            "encoder_heads",
            "global_attention_blocks",
            "window_size",
        )
    ),
    "tinyvit": frozenset(("widths", "depths", "heads", "window_sizes")),
    # `widths` and `depths` are those of EfficientNet-Lite's seven stages.
    "hybrid": frozenset(("widths", "depths", "encoder_width", "encoder_depth", "encoder_heads")),
}
_ANY_ENCODER = frozenset[str]().union(*_ENCODER_FIELDS.values())


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Sizes of one model; `family` decides which of the encoder's fields count.

    Defaults are the public models': the decoder's from segment-anything's build_sam.py, the ViT fields
    those of ViT-B there, the TinyViT fields those of TinyViT-5M in MobileSAM's build_sam.py.
    """

    family: Family
    image_size: int = 1024

    patch_size: int = 16
    encoder_width: int = 768
    encoder_depth: int = 12
    encoder_heads: int = 12
    global_attention_blocks: tuple[int, ...] = (2, 5, 8, 11)
    window_size: int = 14

    widths: tuple[int, ...] = (64, 128, 160, 320)
    depths: tuple[int, ...] = (2, 2, 6, 2)
    heads: tuple[int, ...] = (2, 4, 5, 10)
    window_sizes: tuple[int, ...] = (7, 7, 14, 7)

    decoder_width: int = 256
    decoder_heads: int = 8
    decoder_mlp_width: int = 2048
    iou_head_depth: int = 3
    iou_head_width: int = 256

    def __post_init__(self) -> None:
        if self.family not in _ENCODER_FIELDS:
            known = ", ".join(repr(family) for family in _ENCODER_FIELDS)
            raise ValueError(f"unknown model family {self.family!r}: use one of {known}")
        step = max(TAPS.values()) if self.family == "hybrid" else EMBEDDING_STRIDE
        if self.image_size % step:
            raise ValueError(f"image_size must be a multiple of {step}, got {self.image_size}")

    @property
    def grid(self) -> int:
        """Positions along one side of the square image embedding."""
        return self.image_size // EMBEDDING_STRIDE

    @property
    def embedding_channels(self) -> int:
        return self.decoder_width

    @property
    def low_res_size(self) -> int:
        """Side of the low-resolution logits: the decoder upscales the grid twice by two."""
        return self.grid * 4

    @classmethod
    def vit_b(cls) -> ModelConfig:
        return cls(family="vit")

    @classmethod
    def vit_l(cls) -> ModelConfig:
        return cls(
            family="vit",
            encoder_width=1024,
            encoder_depth=24,
            encoder_heads=16,
            global_attention_blocks=(5, 11, 17, 23),
        )

    @classmethod
    def vit_h(cls) -> ModelConfig:
        return cls(
            family="vit",
            encoder_width=1280,
            encoder_depth=32,
            encoder_heads=16,
            global_attention_blocks=(7, 15, 23, 31),
        )

    @classmethod
    def vit_t(cls, image_size: int = 1024) -> ModelConfig:
        return cls(family="tinyvit", image_size=image_size)

    @classmethod
    def hybrid(cls, lite: int = 2, blocks: int = 2, image_size: int = 512) -> ModelConfig:
        """EfficientNet-Lite 0, 1 or 2 below `blocks` transformer blocks with global attention."""
        return cls(
            family="hybrid",
            image_size=image_size,
            widths=WIDTHS[lite],
            depths=DEPTHS[lite],
            encoder_width=256,
            encoder_depth=blocks,
            encoder_heads=8,
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ModelConfig:
        """Reads what `as_dict` or a config.json holds; unknown names are an error, not ignored."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown fields in the model's config: {', '.join(unknown)}")
        sizes: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**sizes)

    def as_dict(self) -> dict[str, Any]:
        """Only the fields that count for this family, lists for tuples, ready for JSON."""
        unused = _ANY_ENCODER - _ENCODER_FIELDS[self.family]
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name not in unused
        }
