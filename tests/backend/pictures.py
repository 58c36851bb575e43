"""Files to import: real odd ones from tests/data, and made ones."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).parents[1] / "data"


def data(name: str) -> bytes:
    return (DATA / name).read_bytes()


def encoded(image: Image.Image, image_format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def photo(seed: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small PNG; another one for every seed. `size` is width, height."""
    width, height = size
    return encoded(
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))
    )


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes whose header promises that many pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def pixels(content: bytes) -> np.ndarray:
    """-> (H, W, 3) uint8, as stored: no orientation is applied"""
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))
