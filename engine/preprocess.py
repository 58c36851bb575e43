"""From an oriented photo to the model's input, exactly as the reference does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional as F

from engine.sam.config import PIXEL_MEAN, PIXEL_STD

RGB = NDArray[np.uint8]


@dataclass(frozen=True)
class Framing:
    """How a photo sits in the model's square input: longest side fitted, padded right and bottom."""

    original_size: tuple[int, int]  # height, width of the photo
    input_size: tuple[int, int]  # height, width inside the square
    image_size: int  # side of the square

    @classmethod
    def of(cls, original_size: tuple[int, int], image_size: int) -> Framing:
        height, width = original_size
        scale = image_size / max(height, width)
        # Rounded half up and not below one pixel, as in ResizeLongestSide of the reference.
        fitted = max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5))
        return cls((height, width), fitted, image_size)

    def to_input(self, xy: NDArray[np.floating]) -> NDArray[np.float32]:
        """(..., 2) pixels of the photo -> pixels of the model's input."""
        scale = np.array(
            [self.input_size[1] / self.original_size[1], self.input_size[0] / self.original_size[0]]
        )
        return (xy * scale).astype(np.float32)

    def to_original(self, low_res_logits: Tensor) -> Tensor:
        """(B, M, 4g, 4g) -> (B, M, H, W) logits, bilinear in the reference's two steps."""
        side = (self.image_size, self.image_size)
        logits = F.interpolate(low_res_logits, side, mode="bilinear", align_corners=False)
        logits = logits[..., : self.input_size[0], : self.input_size[1]]
        return F.interpolate(logits, self.original_size, mode="bilinear", align_corners=False)


def read_photo(path: Path) -> RGB:
    """(H, W, 3) uint8, turned upright as its EXIF says; transparency shows what lies below it."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def resize_to_input(rgb: RGB, framing: Framing) -> RGB:
    """(H, W, 3) -> (h, w, 3) at the framing's input size; Pillow's bilinear, as the reference's."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"expected an (H, W, 3) uint8 photo, got {rgb.shape} {rgb.dtype}")
    height, width = framing.input_size
    return np.asarray(Image.fromarray(rgb).resize((width, height), Image.Resampling.BILINEAR))


def normalise(pixels: Tensor, image_size: int) -> Tensor:
    """(B, 3, h, w) values 0-255 -> (B, 3, S, S) float32, zeros right and below the photo."""
    mean = torch.tensor(PIXEL_MEAN, device=pixels.device).view(3, 1, 1)
    std = torch.tensor(PIXEL_STD, device=pixels.device).view(3, 1, 1)
    height, width = pixels.shape[-2:]
    return F.pad((pixels.float() - mean) / std, (0, image_size - width, 0, image_size - height))


Prepared = tuple[Tensor, Framing]


def preprocess(rgb: RGB, image_size: int) -> Prepared:
    """(H, W, 3) uint8 -> (1, 3, S, S) float32 and how the photo sits in it."""
    framing = Framing.of(rgb.shape[:2], image_size)
    resized = torch.from_numpy(resize_to_input(rgb, framing).copy())
    return normalise(resized.permute(2, 0, 1)[None], image_size), framing
