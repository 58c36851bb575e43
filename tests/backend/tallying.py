"""Tallies as they are kept, and as a count of all masks from the beginning gives them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from sqlalchemy import select

from backend.core.database import session_scope
from backend.images.models import Image
from backend.masks.models import MASK_TALLIES, Mask, MaskState
from backend.masks.tallies import COUNTS, KEY, NOBODY
from backend.runtime import Runtime

EDGES_SECONDS = np.geomspace(0.5, 600, 31)

Tallies = dict[tuple[Any, ...], dict[str, int]]


def tallies(runtime: Runtime) -> Tallies:
    """By their key, without rows of which nothing is left."""
    with session_scope(runtime.sessions, read_only=True) as session:
        rows = session.execute(select(MASK_TALLIES)).mappings().all()
    return {tuple(row[name] for name in KEY): present for row in rows if (present := _above_zero(row))}


def counted(runtime: Runtime) -> Tallies:
    found: Tallies = defaultdict(lambda: defaultdict(int))
    with session_scope(runtime.sessions, read_only=True) as session:
        rows = session.execute(select(Mask, Image).join(Image, Image.id == Mask.image_id)).all()
    for mask, image in rows:
        batch_id, is_finished = image.batch_id, image.work_state in ("submitted", "in_review", "done")
        person_id = mask.accepted_by_id or mask.author_id
        key = (mask.stage, mask.source, mask.model_id or NOBODY, person_id or NOBODY, is_finished)
        if mask.state == MaskState.PROPOSED:
            found[(batch_id, mask.created_at.date(), *key)]["proposals"] += 1
        elif mask.state == MaskState.ACCEPTED:
            counts = found[(batch_id, mask.accepted_at.date(), *key)]
            counts["masks"] += 1
            if mask.active_ms:
                prompts = mask.prompts
                counts["timed_masks"] += 1
                counts["active_ms"] += mask.active_ms
                counts["clicks"] += len(prompts["points"]) + (1 if prompts["box"] else 0)
                bucket = int(np.searchsorted(EDGES_SECONDS.round(3), mask.active_ms / 1000, side="right"))
                counts[f"bucket_{bucket:02}"] += 1
    return {key: _above_zero(counts) for key, counts in found.items()}


def _above_zero(row: Any) -> dict[str, int]:
    return {name: row[name] for name in COUNTS if row[name]}
