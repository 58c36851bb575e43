"""Shares of images, drawn so that it can be told again which were."""

import hashlib
from uuid import UUID

_DRAWS = 2**64


def is_drawn(image_id: UUID, share: float, what_for: str) -> bool:
    """Whether the image is among the `share` (0 to 1) of all; the same for a larger share, and ever after."""
    digest = hashlib.sha256(f"{what_for}:{image_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * _DRAWS
