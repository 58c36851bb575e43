"""Images and masks for tests, made without a browser."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from backend.core.database import session_scope
from backend.images.models import Image
from backend.masks import machine
from backend.masks.machine import MachineMask
from backend.masks.models import MaskSource, MaskState
from backend.projects.models import Stage
from backend.runtime import Runtime
from tests.backend.worlds import add_model, first_batch

Bitmap = NDArray[np.uint8]


def add_image(
    runtime: Runtime, *, name: str = "photo.jpg", width: int = 60, height: int = 40, id: UUID | None = None
) -> UUID:
    """A row only: masks never look at an image's pixels."""
    with session_scope(runtime.sessions) as session:
        image = Image(
            id=id or uuid4(),
            batch_id=first_batch(session).id,
            name=name,
            sha256=hashlib.sha256(uuid4().bytes).hexdigest(),
            width=width,
            height=height,
            original_key="original",
            picture_key="picture",
            thumbnail_key="thumbnail",
        )
        session.add(image)
    return image.id


def draw(random: np.random.Generator, *, width: int = 60, height: int = 40) -> Bitmap:
    """A few rectangles and some single pixels; (height, width), at least one pixel set."""
    bitmap = np.zeros((height, width), np.uint8)
    for _ in range(3):
        y, x = random.integers(0, height), random.integers(0, width)
        bitmap[y : y + random.integers(1, height), x : x + random.integers(1, width)] = 1
    bitmap[random.random((height, width)) < 0.02] = 1
    return bitmap


def counts_of(bitmap: Bitmap) -> str:
    return str(coco_mask.encode(np.asfortranarray(bitmap))["counts"].decode())


def mask_body(image_id: UUID, bitmap: Bitmap, **changes: Any) -> dict[str, Any]:
    """What the page sends to save a mask."""
    body = {
        "image_id": str(image_id),
        "rle": {"size": list(bitmap.shape), "counts": counts_of(bitmap)},
        "active_ms": 4200,
        "source": "clicked",
        "model_id": None,
        "predicted_iou": 0.87,
        "prompts": {
            "points": [{"x": 12.5, "y": 7, "label": 1}, {"x": 3, "y": 3, "label": 0}],
            "box": None,
            "candidate": None,
            "strokes": {"brush": 0, "erase": 1},
        },
    }
    return body | changes


def propose_for(runtime: Runtime, image_id: UUID, count: int = 1) -> list[UUID]:
    """Proposals as a detector's job leaves them."""
    random = np.random.default_rng(9)
    model_id = add_model(runtime, encoder_digest=uuid4().hex * 2, active=False)
    with session_scope(runtime.sessions) as session:
        found = [
            MachineMask(
                id=uuid4(),
                source=MaskSource.DETECTED,
                state=MaskState.PROPOSED,
                model_id=model_id,
                rle_counts=counts_of(draw(random)),
                predicted_iou=0.8,
                stability_score=0.9,
                box=(1, 2, 30, 20),
            )
            for _ in range(count)
        ]
        machine.add_machine_masks(session, session.get_one(Image, image_id), found, Stage.SEMI_AUTOMATIC)
    return [mask.id for mask in found]
