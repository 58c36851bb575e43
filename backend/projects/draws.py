"""Shares of images, drawn so that it can be told again which were."""

import hashlib
from uuid import UUID

_DRAWS = 2**64


def is_drawn(image_id: UUID, share: float, what_for: str) -> bool:
    """Whether the image is among the `share` (0 to 1) of all; the same for a larger share, and ever after."""
    return _draw(str(image_id), what_for) < share * _DRAWS


def place_of(key: str, what_for: str) -> float:
    """A number from 0 to 1 for a key, evenly spread over keys, and the same ever after."""
    return _draw(key, what_for) / _DRAWS


def _draw(key: str, what_for: str) -> int:
    digest = hashlib.sha256(f"{what_for}:{key}".encode()).digest()
    return int.from_bytes(digest[:8])
