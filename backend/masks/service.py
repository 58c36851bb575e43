"""The rules of masks: what may be saved, once per id, and how a mask goes and comes back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import Conflict, NotFound, Problem
from backend.images import service as images
from backend.images.models import Image
from backend.masks import rle
from backend.masks.models import Mask, MaskState
from backend.masks.schemas import MaskIn, MaskOut, Prompts, RleSchema
from backend.models import service as models
from backend.projects import service as projects

ROWS_AT_ONCE = 500


def save_mask(session: Session, mask_id: UUID, content: MaskIn) -> tuple[Mask, bool]:
    """The saved mask, and whether this call made it: repeating a save changes nothing.

    Raises Problem: 404 `image_not_found` or `model_not_found`, 409 `mask_conflict` when the id holds another
    mask, 422 `rle_wrong_size`, `rle_invalid` or `mask_empty`.
    """
    existing = session.get(Mask, mask_id)
    if existing is not None:
        return _same_or_conflict(existing, content), False
    mask = _new_mask(session, mask_id, content)
    try:
        with session.begin_nested():
            session.add(mask)
    except IntegrityError:
        existing = session.get(Mask, mask_id)
        if existing is None:
            raise
        return _same_or_conflict(existing, content), False  # another request saved it between look and insert
    return mask, True


def delete_mask(session: Session, mask_id: UUID) -> Mask:
    return _set_state(session, mask_id, MaskState.DELETED)


def restore_mask(session: Session, mask_id: UUID) -> Mask:
    return _set_state(session, mask_id, MaskState.ACCEPTED)


def masks_of_image(session: Session, image_id: UUID) -> Sequence[Mask]:
    """Accepted masks in the order in which they were saved. Raises NotFound for an unknown image."""
    images.get_image(session, image_id)
    accepted = select(Mask).where(Mask.image_id == image_id, Mask.state == MaskState.ACCEPTED)
    return session.scalars(accepted.order_by(Mask.created_at, Mask.id)).all()


def count_by_image(session: Session, image_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many accepted masks each image has; images without any are left out."""
    counted = (
        select(Mask.image_id, func.count())
        .where(Mask.image_id.in_(image_ids), Mask.state == MaskState.ACCEPTED)
        .group_by(Mask.image_id)
    )
    return {image_id: count for image_id, count in session.execute(counted)}


def changed_image_ids(since: datetime) -> Select[UUID]:
    """A query for the images whose masks were saved, deleted or restored since then."""
    return select(Mask.image_id).where(Mask.updated_at >= since)


def read_one_snapshot(session: Session) -> None:
    """Has a fresh reading session see one state of the database in all its queries, as SQLite's do anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def stream_accepted(session: Session) -> Iterator[tuple[Mask, Image]]:
    """All accepted masks, image by image, a few hundred in memory at a time."""
    accepted = (
        select(Mask, Image)
        .join(Image, Image.id == Mask.image_id)
        .where(Mask.state == MaskState.ACCEPTED)
        .order_by(Image.created_at, Image.id, Mask.created_at, Mask.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in session.execute(accepted):
        yield row.Mask, row.Image


def accepted_totals(session: Session) -> tuple[int, int, int]:
    """Images with accepted masks, these masks, and their pixels added up."""
    counted = select(
        func.count(Mask.image_id.distinct()), func.count(), func.coalesce(func.sum(Mask.area_px), 0)
    ).where(Mask.state == MaskState.ACCEPTED)
    images_, masks, area_px = session.execute(counted).one()
    return images_, masks, int(area_px)


def to_out(mask: Mask) -> MaskOut:
    return MaskOut(
        **_content(mask).model_dump(),
        id=mask.id,
        stage=mask.stage,
        bbox=(mask.bbox_x, mask.bbox_y, mask.bbox_w, mask.bbox_h),
        area_px=mask.area_px,
        state=mask.state,
        version=mask.version,
        created_at=mask.created_at,
    )


def _new_mask(session: Session, mask_id: UUID, content: MaskIn) -> Mask:
    image = images.get_image(session, content.image_id)
    if content.model_id is not None:
        models.get_model(session, content.model_id)
    shape = _checked_rle(content.rle, image)
    left, top, width, height = shape.bbox
    return Mask(
        id=mask_id,
        image_id=image.id,
        stage=projects.stage_of_batch(session, image.batch_id),
        source=content.source,
        model_id=content.model_id,
        rle_counts=content.rle.counts,
        height=shape.height,
        width=shape.width,
        bbox_x=left,
        bbox_y=top,
        bbox_w=width,
        bbox_h=height,
        area_px=shape.area_px,
        predicted_iou=content.predicted_iou,
        active_ms=content.active_ms,
        prompts=content.prompts.model_dump(),
    )


def _checked_rle(given: RleSchema, image: Image) -> rle.Rle:
    height, width = given.size
    if (height, width) != (image.height, image.width):
        raise _unprocessable(
            "rle_wrong_size",
            f"The mask is {width} x {height} pixels, but the image is {image.width} x {image.height}.",
        )
    try:
        return rle.parse(given.counts, height, width)
    except rle.RleError as error:
        raise _unprocessable(error.code, str(error)) from error


def _unprocessable(code: str, detail: str) -> Problem:
    return Problem(status=422, code=code, title="The mask cannot be saved", detail=detail)


def _same_or_conflict(mask: Mask, content: MaskIn) -> Mask:
    if _content(mask) != content:
        raise Conflict("mask_conflict", f"Another mask is saved under the id {mask.id}.")
    return mask


def _content(mask: Mask) -> MaskIn:
    """What the client sent when it saved the mask."""
    return MaskIn(
        image_id=mask.image_id,
        rle=RleSchema(size=(mask.height, mask.width), counts=mask.rle_counts),
        active_ms=mask.active_ms,
        source=mask.source,
        model_id=mask.model_id,
        predicted_iou=mask.predicted_iou,
        prompts=Prompts.model_validate(mask.prompts),
    )


def _set_state(session: Session, mask_id: UUID, state: MaskState) -> Mask:
    mask = session.get(Mask, mask_id, with_for_update=True)
    if mask is None:
        raise NotFound("mask", mask_id)
    if mask.state != state:
        mask.state = state
        mask.version += 1
        mask.updated_at = utc_now()
    return mask
