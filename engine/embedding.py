"""The image embedding: computed once per photo and encoder, stored and sent in one small format.

Its bytes are a container (engine/container.py) with the magic word MLEM, an EmbeddingHeader and the array,
little-endian, C order, in the header's dtype and shape; docs/formats.md shows an example.

The values of a channel are stored as whole numbers between -127 and 127, to be multiplied by the channel's
scale: a quarter of float32, at a cost in the masks that docs/performance.md states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.container import ContainerError, pack, unpack
from engine.encoder import Encoder
from engine.preprocess import RGB, Framing, preprocess
from engine.sam.model import Sam

MAGIC = b"MLEM"
VERSION = 1
LARGEST = 127  # of the whole numbers


class EmbeddingFormatError(ValueError):
    """Bytes that are no embedding, or a damaged one."""


@dataclass(frozen=True)
class EmbeddingHeader:
    dtype: str  # "int8"; files of older releases have "float16"
    shape: tuple[int, int, int]  # channels, rows, columns
    original_size: tuple[int, int]  # height, width of the oriented photo in pixels
    input_size: tuple[int, int]  # height, width of the photo inside the model's square input
    encoder: str  # digest of the encoder that made it
    scales: tuple[float, ...] = ()  # of the channels, float32 values; none with "float16"
    version: int = VERSION


@torch.inference_mode()
def embed_batch(model: Sam | Encoder, pixels: Sequence[Tensor]) -> NDArray[np.float32]:
    """As `preprocess` gives them, each (1, 3, S, S) -> (B, C, g, g) float32."""
    batch = torch.cat(list(pixels))
    if model.device.type == "cuda":
        batch = batch.pin_memory()
    return model.image_encoder(batch.to(model.device, non_blocking=True)).float().cpu().numpy()


def embed_image(model: Sam | Encoder, rgb: RGB) -> NDArray[np.float32]:
    """(H, W, 3) uint8, oriented -> (C, g, g) float32."""
    embedding: NDArray[np.float32] = embed_batch(model, [preprocess(rgb, model.config.image_size)[0]])[0]
    return embedding


def embed_photo(model: Sam | Encoder, rgb: RGB, encoder_digest: str) -> bytes:
    """(H, W, 3) uint8, oriented -> the bytes to store and send; the digest is the model's."""
    framing = Framing.of(rgb.shape[:2], model.config.image_size)
    return pack_embedding(embed_image(model, rgb), framing, encoder_digest)


def pack_embedding(array: NDArray[np.float32], framing: Framing, encoder_digest: str) -> bytes:
    """The bytes to store and send for a (C, g, g) embedding. Raises ValueError for one that is not finite."""
    if not np.isfinite(array).all():
        raise ValueError("the embedding has values that are not finite")
    channels, rows, columns = array.shape
    scales = np.abs(array).max((1, 2)).astype(np.float32) / np.float32(LARGEST)
    scales[scales == 0] = 1  # a channel of zeros
    header = EmbeddingHeader(
        dtype="int8",
        shape=(channels, rows, columns),
        original_size=framing.original_size,
        input_size=framing.input_size,
        encoder=encoder_digest,
        scales=tuple(scales.tolist()),
    )
    return pack(MAGIC, asdict(header), np.rint(array / scales[:, None, None]).astype(np.int8).tobytes())


def unpack_embedding(data: bytes) -> tuple[NDArray[np.float32], EmbeddingHeader]:
    """The (C, g, g) float32 embedding and its header. Raises EmbeddingFormatError."""
    try:
        fields, payload = unpack(MAGIC, data)
        if fields["version"] != VERSION:
            raise EmbeddingFormatError(f"embedding of version {fields['version']}, this is version {VERSION}")
        header = EmbeddingHeader(
            dtype=fields["dtype"],
            shape=tuple(fields["shape"]),
            original_size=tuple(fields["original_size"]),
            input_size=tuple(fields["input_size"]),
            encoder=fields["encoder"],
            scales=tuple(fields.get("scales", ())),
        )
        stored = np.frombuffer(payload, np.dtype(header.dtype).newbyteorder("<"))
        values = stored.reshape(header.shape).astype(np.float32)
        if header.dtype == "int8":
            values *= np.array(header.scales, np.float32).reshape(-1, 1, 1)
        return values, header
    except EmbeddingFormatError:
        raise
    except ContainerError as error:
        raise EmbeddingFormatError(f"not an embedding: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise EmbeddingFormatError(f"damaged embedding: {error}") from error


def read_embedding(path: Path) -> tuple[NDArray[np.float32], EmbeddingHeader]:
    """As `unpack_embedding`, of a file."""
    return unpack_embedding(path.read_bytes())
