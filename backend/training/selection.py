"""Which masks runs learn from and are tried on, and on which side of the split each image is."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from backend.images.models import Image
from backend.masks.models import Mask, MaskSource, MaskState
from backend.masks.service import ROWS_AT_ONCE
from backend.projects.models import Batch, BatchKind, Stage

HELD_OUT_SHARE = 0.1


def is_held_out(image_sha256: str) -> bool:
    """The side of an image, decided by its content alone: it never changes, whatever comes or goes.

    The same as `engine.train.datasets.is_held_out` has it of this name.
    """
    digest = hashlib.sha256(image_sha256.encode()).digest()
    return int.from_bytes(digest[:8], "big") < HELD_OUT_SHARE * 2**64


def to_learn_from(project_id: UUID) -> ColumnElement[bool]:
    """Accepted masks of the project's work, without those that a person has not so much as looked at.

    On masks, joined to their images and batches.
    """
    untouched = and_(Mask.source == MaskSource.AUTOMATIC, Mask.version == 1)
    return and_(
        Batch.project_id == project_id,
        Batch.kind == BatchKind.WORK,
        Mask.state == MaskState.ACCEPTED,
        ~untouched,
    )


def snapshot_rows(project_id: UUID) -> Select[Image, Mask]:
    """Every mask with its image, in an order that is always the same."""
    return (
        select(Image, Mask)
        .join(Mask, Mask.image_id == Image.id)
        .join(Batch, Batch.id == Image.batch_id)
        .where(to_learn_from(project_id))
        .order_by(Image.sha256, Image.id, Mask.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )


@dataclass(frozen=True)
class NewMasks:
    masks: int
    images: int


def count_new(
    session: Session, project_id: UUID, stage: Stage, since: datetime | None, most: int | None = None
) -> NewMasks:
    """Masks of a stage that were accepted or changed after `since`; counting ends at `most` masks."""
    new = (
        select(Mask.image_id)
        .join(Image, Image.id == Mask.image_id)
        .join(Batch, Batch.id == Image.batch_id)
        .where(to_learn_from(project_id), Mask.stage == stage)
    )
    if since is not None:
        new = new.where(Mask.updated_at > since)
    rows = new.limit(most).subquery()
    counted = select(func.count(), func.count(rows.c.image_id.distinct()))
    masks, images = session.execute(counted).one()
    return NewMasks(masks, images)


def obstacle(session: Session, project_id: UUID) -> str | None:
    """Why there is nothing to learn from, or nothing to be tried on; None when there is."""
    learnt = held_out = 0
    for sha256 in _contents_with_masks(session, project_id):
        if is_held_out(sha256):
            held_out += 1
        else:
            learnt += 1
        if learnt and held_out:
            return None
    there = "No image has" if learnt + held_out == 0 else _images_have(learnt + held_out)
    side = "held out for trying models" if learnt else "to learn from"
    needed = f"none of them is {side}" if learnt + held_out else "a run needs some on at least two images"
    return (
        f"{there} accepted masks, and {needed}. About one image in ten is held out, by its content. "
        "Annotate more first."
    )


def _images_have(count: int) -> str:
    return "1 image has" if count == 1 else f"{count} images have"


def _contents_with_masks(session: Session, project_id: UUID) -> Iterator[str]:
    has_masks = exists().where(Mask.image_id == Image.id, to_learn_from(project_id))
    contents = (
        select(Image.sha256)
        .join(Batch, Batch.id == Image.batch_id)
        .where(Batch.project_id == project_id, Batch.kind == BatchKind.WORK, has_masks)
        .distinct()
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    return iter(session.scalars(contents))
