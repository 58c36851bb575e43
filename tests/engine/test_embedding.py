import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.embedding import EmbeddingFormatError, embed_image, pack_embedding, unpack_embedding
from engine.preprocess import Framing
from engine.sam.model import Sam

SIZES = {"original_size": (40, 60), "input_size": (43, 64), "encoder_digest": "ab" * 32}


@given(
    st.integers(1, 8), st.integers(1, 9), st.sampled_from(["float16", "float32"]), st.integers(0, 2**32 - 1)
)
def test_packed_embedding_comes_back(channels: int, grid: int, dtype: str, seed: int) -> None:
    array = np.random.default_rng(seed).standard_normal((channels, grid, grid)).astype(np.float32)
    values, header = unpack_embedding(pack_embedding(array, dtype=dtype, **SIZES))
    assert header.shape == array.shape
    assert (header.original_size, header.input_size) == ((40, 60), (43, 64))
    np.testing.assert_array_equal(values, array.astype(dtype).astype(np.float32))


def test_payload_is_aligned_for_typed_arrays() -> None:
    data = pack_embedding(np.zeros((2, 3, 3), np.float32), **SIZES)
    assert (len(data) - 2 * 3 * 3 * 2) % 16 == 0


@pytest.mark.parametrize("damage", [b"", b"MLEM", b"PNG?" + bytes(60)], ids=["empty", "cut", "foreign"])
def test_foreign_bytes_are_refused(damage: bytes) -> None:
    with pytest.raises(EmbeddingFormatError):
        unpack_embedding(damage)


def test_truncated_embedding_is_refused() -> None:
    data = pack_embedding(np.zeros((2, 3, 3), np.float32), **SIZES)
    with pytest.raises(EmbeddingFormatError, match="damaged"):
        unpack_embedding(data[:-2])


def test_photo_is_embedded_on_the_models_grid(tiny_model: Sam) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    embedding = embed_image(tiny_model, rgb)
    config = tiny_model.config
    assert embedding.shape == (config.embedding_channels, config.grid, config.grid)
    assert Framing.of((40, 60), config.image_size).input_size == (43, 64)


def test_grey_photo_is_refused(tiny_model: Sam) -> None:
    with pytest.raises(ValueError, match="uint8 photo"):
        embed_image(tiny_model, np.zeros((40, 60), np.uint8))
