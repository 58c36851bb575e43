"""The image embedding: computed once per photo and encoder, stored and sent in one small format.

Its bytes are a container (engine/container.py) with the magic word MLEM, an EmbeddingHeader and the array,
little-endian, C order, in the header's dtype and shape; docs/formats.md shows an example.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.container import ContainerError, pack, unpack
from engine.preprocess import RGB, preprocess
from engine.sam.model import Sam

MAGIC = b"MLEM"
VERSION = 1


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
    payload = np.ascontiguousarray(array, np.dtype(dtype).newbyteorder("<")).tobytes()
    return pack(MAGIC, asdict(header), payload)


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
        )
        values = np.frombuffer(payload, np.dtype(header.dtype).newbyteorder("<"))
        return values.reshape(header.shape).astype(np.float32), header
    except EmbeddingFormatError:
        raise
    except ContainerError as error:
        raise EmbeddingFormatError(f"not an embedding: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise EmbeddingFormatError(f"damaged embedding: {error}") from error
