"""Batches as managers see them, from aggregates over SQL."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session

from backend.batches.schemas import BatchOut, ImageCounts
from backend.core.database import utc_now
from backend.images.models import Image, WorkState
from backend.images.service import is_embedded
from backend.jobs.models import Job, JobKind, JobState
from backend.masks.models import MASK_TALLIES
from backend.projects.models import Batch


def list_batches(session: Session, project_id: UUID, encoders: Sequence[str]) -> list[BatchOut]:
    """A project's, in the order in which the queue hands them out."""
    mine = select(Batch).where(Batch.project_id == project_id)
    batches = session.scalars(mine.order_by(Batch.priority.desc(), Batch.created_at, Batch.id)).all()
    return _show(session, batches, encoders)


def show_batch(session: Session, batch: Batch, encoders: Sequence[str]) -> BatchOut:
    [out] = _show(session, [batch], encoders)
    return out


def _show(session: Session, batches: Sequence[Batch], encoders: Sequence[str]) -> list[BatchOut]:
    ids = [batch.id for batch in batches]
    images = count_images(session, ids, encoders)
    masks = _count_masks(session, ids)
    return [
        BatchOut(
            id=batch.id,
            name=batch.name,
            kind=batch.kind,
            parent_id=batch.parent_id,
            stage=batch.stage,
            priority=batch.priority,
            review_share=batch.review_share,
            second_share=batch.second_share,
            peer_review=batch.peer_review,
            created_at=batch.created_at,
            **_figures(images[batch.id], masks.get(batch.id, {})),
        )
        for batch in batches
    ]


def _figures(images: ImageCounts, masks: Mapping[str, float]) -> dict[str, object]:
    finished = images.finished
    per_image = masks.get("on_finished", 0) / finished if finished else None
    per_mask = masks["active_ms"] / masks["by_people"] / 1000 if masks.get("by_people") else None
    return {
        "images": images,
        "masks": int(masks.get("accepted", 0)),
        "proposals": int(masks.get("proposed", 0)),
        "masks_per_image": None if per_image is None else round(per_image, 1),
        "timed_masks": int(masks.get("by_people", 0)),
        "seconds_per_mask": None if per_mask is None else round(per_mask, 1),
        "seconds_left": None
        if per_image is None or masks.get("active_ms", 0) == 0
        else round(images.left * masks["active_ms"] / 1000 / finished),
    }


def count_images(
    session: Session, batch_ids: Sequence[UUID], encoders: Sequence[str]
) -> dict[UUID, ImageCounts]:
    """Of each batch."""
    state = _shown_state(encoders)
    rows = (
        select(Image.batch_id, state, func.count())
        .where(Image.batch_id.in_(batch_ids))
        .group_by(Image.batch_id, state)
    )
    counts = {batch_id: dict.fromkeys(ImageCounts.model_fields, 0) for batch_id in batch_ids}
    for batch_id, shown, count in session.execute(rows):
        counts[batch_id][shown] += count
        counts[batch_id]["total"] += count
    return {batch_id: ImageCounts(**of_batch) for batch_id, of_batch in counts.items()}


def _shown_state(encoders: Sequence[str]) -> ColumnElement[str]:
    """A name of ImageCounts for each image. Only where one case does not hold is the next one looked at."""
    present = literal(encoders[0] if encoders else "")
    has_failed = exists().where(
        Job.kind == JobKind.EMBED,
        Job.subject == Image.sha256 + literal(":") + present,
        Job.state == JobState.FAILED,
    )
    return case(
        (and_(Image.lease_until > utc_now(), Image.work_state != WorkState.IN_REVIEW), "in_work"),
        (Image.work_state != WorkState.OPEN, Image.work_state),
        (is_embedded(encoders), "ready"),
        (has_failed, "failed"),
        else_="waiting",
    )


def _count_masks(session: Session, batch_ids: Sequence[UUID]) -> dict[UUID, dict[str, float]]:
    counts = MASK_TALLIES.c
    rows = (
        select(
            counts.batch_id,
            func.sum(counts.masks).label("accepted"),
            func.sum(counts.proposals).label("proposed"),
            func.sum(case((counts.finished, counts.masks), else_=0)).label("on_finished"),
            # Machines spend no time: what has cost a person some counts, corrections of their masks included.
            func.sum(counts.timed_masks).label("by_people"),
            func.sum(counts.active_ms).label("active_ms"),
        )
        .where(counts.batch_id.in_(batch_ids))
        .group_by(counts.batch_id)
    )
    return {
        row.batch_id: {
            "accepted": row.accepted,
            "proposed": row.proposed,
            "on_finished": row.on_finished,
            "by_people": row.by_people,
            "active_ms": float(row.active_ms),
        }
        for row in session.execute(rows)
    }
