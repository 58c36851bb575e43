"""From the bytes of a file to a picture: oriented, 8-bit, RGB or grey, the same for browser and model."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
# MPO is what Pillow calls the JPEGs of many phones, with further pictures behind the first.
BROWSER_FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"BM")  # WebP: see `_is_webp`
FOREIGN_FORMATS = {  # (offset, bytes) -> what a person calls it
    (0, b"GIF8"): "GIF",
    (0, b"8BPS"): "Photoshop",
    (0, b"%PDF"): "PDF",
    (0, b"PK\x03\x04"): "ZIP inside another file",
    (4, b"ftypheic"): "HEIC",
    (4, b"ftypmif1"): "HEIC",
    (4, b"ftypavif"): "AVIF",
    (4, b"jP  "): "JPEG 2000",
}
SIGNATURE_BYTES = 16  # enough of a file to tell its format
EXIF_ORIENTATION = 0x0112
THUMBNAIL_SIDE = 320
THUMBNAIL_QUALITY = 85

# `read_picture` has its own limit with its own message; Pillow's would come first with a warning.
Image.MAX_IMAGE_PIXELS = None


class FileRefusedError(Exception):
    """Why a file is not taken: a stable `code` and a sentence for the user."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """`rendition` is a PNG for files that a browser would show differently, None where the file will do."""

    width: int
    height: int
    rendition: bytes | None
    thumbnail: bytes  # JPEG


def read_picture(data: bytes, *, max_pixels: int) -> Picture:
    """Decodes the whole file, so that what is accepted can be shown. Raises FileRefusedError."""
    if not data:
        raise FileRefusedError("empty_file", "The file is empty.")
    with _refusing_what_pillow_refuses(data), Image.open(io.BytesIO(data), formats=FORMATS) as image:
        width, height = image.size
        if width * height > max_pixels:
            raise FileRefusedError(
                "too_many_pixels",
                f"The image has {width} x {height} pixels ({width * height / 1e6:.0f} million); "
                f"the limit is {max_pixels / 1e6:.0f} million.",
            )
        shown_alike = _browser_shows_alike(image, data)
        image.load()
        rgb = image if shown_alike else _flattened(ImageOps.exif_transpose(image))
        return Picture(
            width=rgb.width,
            height=rgb.height,
            rendition=None if shown_alike else _encoded(rgb, "PNG", compress_level=3),
            thumbnail=_thumbnail(rgb),
        )


def picture_media_type(data_start: bytes) -> str:
    """The media type of a stored picture from its first bytes."""
    if data_start.startswith(b"\xff\xd8\xff"):
        return BROWSER_FORMATS["JPEG"]
    return BROWSER_FORMATS["WEBP"] if _is_webp(data_start) else BROWSER_FORMATS["PNG"]


@contextmanager
def _refusing_what_pillow_refuses(data: bytes) -> Iterator[None]:
    try:
        yield
    except UnidentifiedImageError:
        raise _unidentified(data) from None
    except MemoryError:
        raise FileRefusedError("too_many_pixels", "The image does not fit into memory.") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError) as error:
        # Pillow's decoders raise any of these for files that are cut off or damaged.
        raise FileRefusedError("corrupt_image", f"The image is damaged or incomplete ({error}).") from None


def _unidentified(data: bytes) -> FileRefusedError:
    for (offset, signature), name in FOREIGN_FORMATS.items():
        if data[offset:].startswith(signature):
            return FileRefusedError(
                "unsupported_format", f"This is a {name} file. Save it as JPEG, PNG, WebP or TIFF."
            )
    if data.startswith(SIGNATURES) or _is_webp(data):
        return FileRefusedError("corrupt_image", "The image is damaged or incomplete.")
    return FileRefusedError("not_an_image", "The file is not an image.")


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _browser_shows_alike(image: Image.Image, data: bytes) -> bool:
    """Whether a browser shows the very pixels that Pillow decodes: no rotation, no transparency, 8 bits."""
    return (
        image.format in BROWSER_FORMATS
        and image.mode in {"RGB", "L"}
        and "transparency" not in image.info
        and image.getexif().get(EXIF_ORIENTATION, 1) not in range(2, 9)
        and (image.format == "MPO" or getattr(image, "n_frames", 1) == 1)
        and not (image.format == "PNG" and data[24] == 16)  # Pillow and browsers round 16-bit RGB differently
    )


def _flattened(image: Image.Image) -> Image.Image:
    """Any mode -> RGB or L in 8 bits, transparent parts on white."""
    if image.mode.startswith("I;16"):
        return Image.fromarray(_from_16_bit(np.asarray(image)))
    if image.mode in {"I", "F"}:
        return Image.fromarray(_stretched(np.asarray(image)))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    if image.mode in {"1", "L"}:
        return image.convert("L")
    return image.convert("RGB")


def _from_16_bit(grey: NDArray[Any]) -> NDArray[Any]:
    """(H, W) uint16 -> uint8. Cameras of 10 to 14 bits leave the upper bits empty."""
    bits_in_use = max(8, int(grey.max()).bit_length())
    return (grey >> (bits_in_use - 8)).astype(np.uint8)


def _stretched(grey: NDArray[Any]) -> NDArray[Any]:
    """(H, W) integers or floats without a fixed range -> uint8, smallest value black and largest white."""
    values = np.nan_to_num(grey.astype(np.float64), posinf=0, neginf=0)
    low, high = values.min(), values.max()
    return np.asarray((values - low) * (255 / max(high - low, 1e-12))).round().astype(np.uint8)


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return _encoded(small, "JPEG", quality=THUMBNAIL_QUALITY)


def _encoded(image: Image.Image, image_format: str, **options: int) -> bytes:
    image.info = {}  # no colour profile or comment of the file goes along
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()
