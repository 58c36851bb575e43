from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.container import pack
from engine.embedding import EmbeddingFormatError, embed_image, embed_photo, pack_embedding, unpack_embedding
from engine.predict import Predictor
from engine.preprocess import Framing
from engine.sam.model import Sam
from engine.sam.registry import encoder_digest

SAYS = Framing((40, 60), (43, 64), 64), "ab" * 32


@given(st.integers(1, 8), st.integers(1, 9), st.floats(1e-6, 1e6), st.integers(0, 2**32 - 1))
def test_packed_embedding_comes_back(channels: int, grid: int, size: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    array = (size * random.standard_normal((channels, grid, grid))).astype(np.float32)
    array[0] = 0
    values, header = unpack_embedding(pack_embedding(array, *SAYS))
    assert header.shape == array.shape
    assert (header.original_size, header.input_size) == ((40, 60), (43, 64))
    half_a_step = np.abs(array).max((1, 2), keepdims=True) / 127 / 2
    assert (np.abs(values - array) <= half_a_step * 1.001).all()


def test_embeddings_of_the_first_release_are_read() -> None:
    array = np.random.default_rng(0).standard_normal((2, 3, 3)).astype(np.float16)
    header = {"dtype": "float16", "shape": [2, 3, 3], "encoder": "ab", "version": 1}
    data = pack(b"MLEM", {**header, "original_size": [40, 60], "input_size": [43, 64]}, array.tobytes())
    np.testing.assert_array_equal(unpack_embedding(data)[0], array.astype(np.float32))


def test_what_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        pack_embedding(np.full((2, 3, 3), np.nan, np.float32), *SAYS)


def test_a_photo_of_a_large_model_takes_little_more_than_a_megabyte() -> None:
    array = np.random.default_rng(0).standard_normal((256, 64, 64)).astype(np.float32)
    assert len(pack_embedding(array, *SAYS)) < 1_100_000


def test_payload_is_aligned_for_typed_arrays() -> None:
    data = pack_embedding(np.zeros((2, 3, 3), np.float32), *SAYS)
    assert (len(data) - 2 * 3 * 3) % 16 == 0


@pytest.mark.parametrize("damage", [b"", b"MLEM", b"PNG?" + bytes(60)], ids=["empty", "cut", "foreign"])
def test_foreign_bytes_are_refused(damage: bytes) -> None:
    with pytest.raises(EmbeddingFormatError):
        unpack_embedding(damage)


def test_truncated_embedding_is_refused() -> None:
    data = pack_embedding(np.zeros((2, 3, 3), np.float32), *SAYS)
    with pytest.raises(EmbeddingFormatError, match="damaged"):
        unpack_embedding(data[:-1])


def test_photo_is_embedded_on_the_models_grid(tiny_model: Sam) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    embedding = embed_image(tiny_model, rgb)
    config = tiny_model.config
    assert embedding.shape == (config.embedding_channels, config.grid, config.grid)
    assert Framing.of((40, 60), config.image_size).input_size == (43, 64)


def test_embedding_prompts_as_its_photo_does_and_another_encoders_is_refused(tiny_model: Sam) -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (48, 64, 3), np.uint8)
    embedding, header = unpack_embedding(embed_photo(tiny_model, rgb, encoder_digest(tiny_model)))
    with_photo, with_embedding = Predictor(tiny_model), Predictor(tiny_model)
    with_photo.set_image(rgb)
    with_embedding.set_embedding(embedding, header)
    answers = [one.predict(points=[[30, 20]], labels=[1]) for one in (with_photo, with_embedding)]
    assert np.allclose(answers[0].low_res_logits, answers[1].low_res_logits, atol=0.1)
    assert answers[1].masks.shape == (3, 48, 64)
    with pytest.raises(ValueError, match="by the encoder another"):
        with_embedding.set_embedding(embedding, replace(header, encoder="another"))


def test_grey_photo_is_refused(tiny_model: Sam) -> None:
    with pytest.raises(ValueError, match="uint8 photo"):
        embed_image(tiny_model, np.zeros((40, 60), np.uint8))
