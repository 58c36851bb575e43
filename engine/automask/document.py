"""The file of a photo's masks, in SA-1B's layout.

    {"image": {"image_id": 1, "width": 640, "height": 480, "file_name": "street/1.jpg"},
     "annotations": [{"id": 1, "segmentation": ..., "bbox": ..., ...}, ...]}

The annotations are `MaskRecord`s, numbered from 1 within their photo.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from engine.automask.records import MaskRecord
from engine.preprocess import RGB

ID_BYTES = 6  # of the name's SHA-256: JavaScript reads whole numbers of up to 53 bits exactly


def document(name: str, rgb: RGB, records: Sequence[MaskRecord]) -> dict[str, Any]:
    """What the file of a photo's masks holds; ready for JSON."""
    height, width = rgb.shape[:2]
    image_id = int.from_bytes(hashlib.sha256(name.encode()).digest()[:ID_BYTES])
    return {
        "image": {"image_id": image_id, "width": width, "height": height, "file_name": name},
        "annotations": [{"id": number, **record} for number, record in enumerate(records, start=1)],
    }
