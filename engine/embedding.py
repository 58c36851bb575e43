"""The image embedding: computed once per photo and encoder, stored and sent in one small format.

Layout of the bytes (docs/formats.md shows an example):

    4 bytes   b"MLEM"
    4 bytes   length n of the header, unsigned, little-endian
    n bytes   header, JSON in UTF-8, padded with spaces so that the payload starts at a multiple of 16
    rest      the array, little-endian, C order, in the header's dtype and shape
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.preprocess import RGB, preprocess
from engine.sam.model import Sam

MAGIC = b"MLEM"
VERSION = 1
ALIGNMENT = 16
_PREFIX = struct.Struct("<4sI")


class EmbeddingFormatError(ValueError):
    """Bytes that are no embedding, or a damaged one."""


@dataclass(frozen=True)
class EmbeddingHeader:
    dtype: str  # "float16" or "float32"
    shape: tuple[int, int, int]  # channels, rows, columns
    original_size: tuple[int, int]  # height, width of the oriented photo in pixels
    input_size: tuple[int, int]  # height, width of the photo inside the model's square input
    encoder: str  # digest of the encoder that made it
    version: int = VERSION


@torch.inference_mode()
def embed_image(model: Sam, rgb: RGB) -> NDArray[np.float32]:
    """(H, W, 3) uint8, oriented -> (C, g, g) float32."""
    pixels, _ = preprocess(rgb, model.config.image_size)
    return model.image_encoder(pixels.to(model.device))[0].float().cpu().numpy()


def pack_embedding(
    array: NDArray[np.float32],
    *,
    original_size: tuple[int, int],
    input_size: tuple[int, int],
    encoder_digest: str,
    dtype: str = "float16",
) -> bytes:
    """The bytes to store and send for a (C, g, g) embedding."""
    channels, rows, columns = array.shape
    header = EmbeddingHeader(dtype, (channels, rows, columns), original_size, input_size, encoder_digest)
    text = json.dumps(asdict(header), separators=(",", ":")).encode()
    text += b" " * (-(_PREFIX.size + len(text)) % ALIGNMENT)
    payload = np.ascontiguousarray(array, np.dtype(dtype).newbyteorder("<")).tobytes()
    return _PREFIX.pack(MAGIC, len(text)) + text + payload


def unpack_embedding(data: bytes) -> tuple[NDArray[np.float32], EmbeddingHeader]:
    """The (C, g, g) float32 embedding and its header. Raises EmbeddingFormatError."""
    try:
        magic, length = _PREFIX.unpack_from(data)
        if magic != MAGIC:
            raise EmbeddingFormatError("these bytes do not start like an embedding")
        start = _PREFIX.size + length
        fields = json.loads(data[_PREFIX.size : start])
        if fields["version"] != VERSION:
            raise EmbeddingFormatError(f"embedding of version {fields['version']}, this is version {VERSION}")
        header = EmbeddingHeader(
            dtype=fields["dtype"],
            shape=tuple(fields["shape"]),
            original_size=tuple(fields["original_size"]),
            input_size=tuple(fields["input_size"]),
            encoder=fields["encoder"],
        )
        values = np.frombuffer(data, np.dtype(header.dtype).newbyteorder("<"), offset=start)
        return values.reshape(header.shape).astype(np.float32), header
    except (struct.error, KeyError, TypeError, ValueError) as error:
        if isinstance(error, EmbeddingFormatError):
            raise
        raise EmbeddingFormatError(f"damaged embedding: {error}") from error
