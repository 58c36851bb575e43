"""The rules of masks: what may be saved, once per version, and how a mask goes and comes back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.core.database import utc_now
from backend.core.errors import Conflict, NotFound, Problem
from backend.images import service as images
from backend.images.models import Image
from backend.masks import rle
from backend.masks.effort import added, effort_of
from backend.masks.models import Mask, MaskLog, MaskSource, MaskState, MaskVersion
from backend.masks.schemas import (
    Effort,
    LogEntry,
    MaskContent,
    MaskIn,
    MaskLogOut,
    MaskOut,
    Prompts,
    RleSchema,
)
from backend.masks.states import NoStepError, Verb, next_state
from backend.models import service as models
from backend.projects import service as projects
from backend.projects.models import Stage
from backend.users import service as users

ROWS_AT_ONCE = 500


class MaskVersionAt(NamedTuple):
    """A mask as it is now: what changes a mask changes its version."""

    id: UUID
    version: int
    area_px: int


def save_mask(session: Session, mask_id: UUID, content: MaskIn, *, by: UUID | None) -> tuple[Mask, bool]:
    """The saved mask, and whether this call made it: repeating a save changes nothing, however late.

    `by` is the user who asks; None where no person does.

    Raises Problem: 404 `image_not_found`, `model_not_found`, `label_not_found` or, with a `base_version`,
    `mask_not_found`; 409 `mask_conflict` when the id holds another mask or is not at the base version;
    422 `rle_wrong_size`, `rle_invalid` or `mask_empty`.
    """
    existing = session.get(Mask, mask_id, with_for_update=True)
    if existing is not None:
        return _replace(session, existing, content, by), False
    if content.base_version is not None:
        raise NotFound("mask", mask_id)
    mask = _new_mask(session, mask_id, content, by)
    try:
        with session.begin_nested():
            session.add(mask)
            session.flush()
            _keep_log(session, mask, content.log)
    except IntegrityError:
        existing = session.get(Mask, mask_id, with_for_update=True)
        if existing is None:
            raise
        return _replace(
            session, existing, content, by
        ), False  # another request saved it between look and insert
    return mask, True


def take_step(session: Session, mask_id: UUID, verb: Verb, *, by: UUID | None) -> Mask:
    """Deletes, restores or judges a mask. Raises NotFound, Conflict (not_proposed)."""
    mask = get_mask(session, mask_id, locked=True)
    before = mask.state
    try:
        after = next_state(before, verb, _earlier_states(session, mask_id))
    except NoStepError as error:
        raise Conflict("not_proposed", str(error)) from error
    if after != before:
        mask.state = after
        if verb in (Verb.ACCEPT, Verb.REJECT, Verb.PROPOSE):
            mask.accepted_by_id = by if verb == Verb.ACCEPT else None
        _end_version(session, mask, {"state": before}, by)
    return mask


def get_mask(session: Session, mask_id: UUID, *, locked: bool = False) -> Mask:
    """Raises NotFound (mask_not_found)."""
    mask = session.get(Mask, mask_id, with_for_update=locked)
    if mask is None:
        raise NotFound("mask", mask_id)
    return mask


def count_proposals(session: Session, image_id: UUID) -> int:
    """How many wait for somebody's judgement."""
    proposed = select(func.count()).where(Mask.image_id == image_id, Mask.state == MaskState.PROPOSED)
    return session.scalar(proposed) or 0


def logs_of_mask(session: Session, mask_id: UUID) -> list[MaskLogOut]:
    """What was done to a mask, version by version."""
    logs = select(MaskLog).where(MaskLog.mask_id == mask_id).order_by(MaskLog.version)
    return [MaskLogOut(version=log.version, entries=log.entries) for log in session.scalars(logs)]


def masks_of_image(session: Session, image_id: UUID) -> Sequence[Mask]:
    """Accepted and proposed masks in the order in which they came. Raises NotFound for an unknown image."""
    images.get_image(session, image_id)
    listed = select(Mask).where(
        Mask.image_id == image_id, Mask.state.in_((MaskState.ACCEPTED, MaskState.PROPOSED))
    )
    return session.scalars(listed.order_by(Mask.created_at, Mask.id)).all()


def accepted_of_image(session: Session, image_id: UUID) -> Sequence[Mask]:
    """Without what is only proposed."""
    return [mask for mask in masks_of_image(session, image_id) if mask.state == MaskState.ACCEPTED]


def has_mask(
    *,
    label_id: UUID | None = None,
    sources: Sequence[MaskSource] = (),
    stage: Stage | None = None,
    model_id: UUID | None = None,
) -> ColumnElement[bool]:
    """A condition on images: one of their accepted or proposed masks is like this in all that is given."""
    wanted = [
        column.in_(values)
        for column, values in (
            (Mask.label_id, [label_id] if label_id else ()),
            (Mask.source, sources),
            (Mask.stage, [stage] if stage else ()),
            (Mask.model_id, [model_id] if model_id else ()),
        )
        if values
    ]
    listed = Mask.state.in_((MaskState.ACCEPTED, MaskState.PROPOSED))
    return exists().where(Mask.image_id == Image.id, listed, *wanted) if wanted else true()


def count_by_image(session: Session, image_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many accepted masks each image has; images without any are left out."""
    counted = (
        select(Mask.image_id, func.count())
        .where(Mask.image_id.in_(image_ids), Mask.state == MaskState.ACCEPTED)
        .group_by(Mask.image_id)
    )
    return {image_id: count for image_id, count in session.execute(counted)}


def changes_since(since: datetime) -> Select[UUID, datetime]:
    """A query for the images whose masks were saved, deleted or restored since then, and when."""
    return select(Mask.image_id, Mask.updated_at).where(Mask.updated_at >= since)


def read_one_snapshot(session: Session) -> None:
    """Has a fresh reading session see one state of the database in all its queries, as SQLite's do anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def stream_accepted(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Mask]:
    """The accepted masks that are exported, image by image, a few hundred in memory at a time.

    `conditions` are on masks and images; an image that repeats another one is never among them.
    """
    accepted = (
        select(Mask)
        .join(Image, Image.id == Mask.image_id)
        .where(*_exported(), *conditions)
        .order_by(Image.created_at, Image.id, Mask.created_at, Mask.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    yield from session.scalars(accepted)


def stream_images(
    session: Session,
    *conditions: ColumnElement[bool],
    empty: Sequence[ColumnElement[bool]] | None = None,
) -> Iterator[tuple[Image, list[MaskVersionAt]]]:
    """The images of what `stream_accepted` gives, in its order, each with its masks as they are now.

    With `empty`, conditions on images, also those images without accepted masks for which they hold.
    """
    masks = (
        select(Mask.image_id, Mask.id, Mask.version, Mask.area_px, Mask.created_at)
        .join(Image, Image.id == Mask.image_id)
        .where(*_exported(), *conditions)
        .subquery()
    )
    has_masks = masks.c.id.is_not(None)
    wanted = has_masks if empty is None else or_(has_masks, and_(*_without_masks(), *empty))
    listed = (
        select(Image, masks.c.id, masks.c.version, masks.c.area_px)
        .join(masks, masks.c.image_id == Image.id, isouter=empty is not None)
        .where(wanted)
        .order_by(Image.created_at, Image.id, masks.c.created_at, masks.c.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for _, group in groupby(session.execute(listed), key=lambda row: row[0].id):
        rows = list(group)
        yield rows[0][0], [MaskVersionAt(*row[1:]) for row in rows if row[1] is not None]


def count_images_without_masks(session: Session, *conditions: ColumnElement[bool]) -> int:
    """Those that `stream_images` adds for these conditions."""
    counted = select(func.count()).select_from(Image).where(*_without_masks(), *conditions)
    return session.scalar(counted) or 0


def accepted_totals(session: Session, *conditions: ColumnElement[bool]) -> tuple[int, int, int]:
    """Images of what `stream_accepted` gives, these masks, and their pixels added up."""
    counted = (
        select(func.count(Mask.image_id.distinct()), func.count(), func.coalesce(func.sum(Mask.area_px), 0))
        .join(Image, Image.id == Mask.image_id)
        .where(*_exported(), *conditions)
    )
    images_, masks, area_px = session.execute(counted).one()
    return images_, masks, int(area_px)


def count_accepted_by(
    session: Session, column: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]
) -> dict[Any, int]:
    """How many of what `stream_accepted` gives have each value of a column of masks or images."""
    counted = (
        select(column, func.count())
        .select_from(Mask)
        .join(Image, Image.id == Mask.image_id)
        .where(*_exported(), *conditions)
        .group_by(column)
    )
    return {value: count for value, count in session.execute(counted)}


def _exported() -> tuple[ColumnElement[bool], ...]:
    """Images that repeat others, for second looks and audits, are annotated to judge, not to be used."""
    return Mask.state == MaskState.ACCEPTED, Image.original_id.is_(None)


def _without_masks() -> tuple[ColumnElement[bool], ...]:
    any_accepted = exists().where(Mask.image_id == Image.id, Mask.state == MaskState.ACCEPTED)
    return Image.original_id.is_(None), ~any_accepted


def show_masks(session: Session, found: Sequence[Mask]) -> list[MaskOut]:
    names = users.names_by_id(session, [mask.author_id for mask in found])
    return [_to_out(mask, names.get(str(mask.author_id))) for mask in found]


def show_mask(session: Session, mask: Mask) -> MaskOut:
    [out] = show_masks(session, [mask])
    return out


def _to_out(mask: Mask, author_name: str | None) -> MaskOut:
    return MaskOut(
        **_content(mask).model_dump(),
        id=mask.id,
        stage=mask.stage,
        bbox=(mask.bbox_x, mask.bbox_y, mask.bbox_w, mask.bbox_h),
        area_px=mask.area_px,
        stability_score=mask.stability_score,
        state=mask.state,
        version=mask.version,
        effort=Effort.model_validate(mask.effort) if mask.effort is not None else None,
        author_id=mask.author_id,
        author_name=author_name,
        created_at=mask.created_at,
    )


def _new_mask(session: Session, mask_id: UUID, content: MaskContent, by: UUID | None) -> Mask:
    image = images.get_image(session, content.image_id)
    stage = projects.stage_of_batch(session, image.batch_id)
    mask = Mask(id=mask_id, image_id=image.id, stage=stage, author_id=by)
    _write(session, mask, content, image)
    return mask


def _replace(session: Session, mask: Mask, content: MaskIn, by: UUID | None) -> Mask:
    """Writes the content over the version that it is based on, unless that has been done before."""
    base_version = content.base_version or 0
    wanted = MaskContent(**content.model_dump(exclude={"base_version", "log"}))
    before = _content(mask)
    state = next_state(mask.state, Verb.SAVE, ())
    is_judged = state != mask.state  # a proposal that is saved as it is has been accepted
    if (wanted == before and not is_judged) or wanted == _content_at(session, mask, base_version + 1):
        return mask
    if content.base_version is None or wanted.image_id != mask.image_id:
        raise Conflict("mask_conflict", f"Another mask is saved under the id {mask.id}.")
    if base_version != mask.version:
        raise Conflict(
            "mask_conflict",
            f"The mask was changed elsewhere meanwhile: it is at version {mask.version}, and this change was "
            f"made on version {base_version}. Drop the change and make it again.",
        )
    _write(session, mask, wanted, images.get_image(session, mask.image_id))
    old, new = before.model_dump(mode="json"), wanted.model_dump(mode="json")
    changed = {field: value for field, value in old.items() if value != new[field]}
    if is_judged:
        changed["state"], mask.state = mask.state, state
        mask.accepted_by_id = by
    if "rle" in changed and mask.stability_score is not None:
        changed["stability_score"], mask.stability_score = (
            mask.stability_score,
            None,
        )  # it was the old shape's
    _end_version(session, mask, changed, by)
    _keep_log(session, mask, content.log)
    return mask


def _keep_log(session: Session, mask: Mask, log: Sequence[LogEntry] | None) -> None:
    if log is None:
        return
    session.add(MaskLog(mask_id=mask.id, version=mask.version, entries=list(log)))
    more = effort_of(log)
    before = Effort.model_validate(mask.effort or {})
    mask.effort = added(before, more).model_dump()


def _content_at(session: Session, mask: Mask, version: int) -> MaskContent | None:
    """What the mask was at that version; None when it has not come so far."""
    if version > mask.version:
        return None
    content = _content(mask).model_dump(mode="json")
    ended = select(MaskVersion).where(MaskVersion.mask_id == mask.id, MaskVersion.version >= version)
    for change in session.scalars(ended.order_by(MaskVersion.version.desc())):
        content |= {field: value for field, value in change.before.items() if field in content}
    return MaskContent.model_validate(content)


def _write(session: Session, mask: Mask, content: MaskContent, image: Image) -> None:
    if content.model_id is not None:
        owner = models.get_model(session, content.model_id).project_id
        if owner is not None and owner != projects.project_of_batch(session, image.batch_id):
            raise NotFound("model", content.model_id)
    if content.label_id not in (None, mask.label_id):
        projects.get_label(session, image.batch_id, content.label_id)
    shape = _checked_rle(content.rle, image)
    mask.source = content.source
    mask.model_id = content.model_id
    mask.rle_counts = content.rle.counts
    mask.height, mask.width = shape.height, shape.width
    mask.bbox_x, mask.bbox_y, mask.bbox_w, mask.bbox_h = shape.bbox
    mask.area_px = shape.area_px
    mask.predicted_iou = content.predicted_iou
    mask.active_ms = content.active_ms
    mask.prompts = content.prompts.model_dump()
    mask.label_id = content.label_id
    mask.locked = content.locked


def _end_version(session: Session, mask: Mask, before: dict[str, Any], by: UUID | None) -> None:
    """Notes what a change has replaced, and whose change it was."""
    session.add(MaskVersion(mask_id=mask.id, version=mask.version, before=before, changed_by=by))
    mask.version += 1
    mask.updated_at = utc_now()


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


def _content(mask: Mask) -> MaskContent:
    """What the client sent when it saved the mask."""
    return MaskContent(
        image_id=mask.image_id,
        rle=RleSchema(size=(mask.height, mask.width), counts=mask.rle_counts),
        active_ms=mask.active_ms,
        source=mask.source,
        model_id=mask.model_id,
        predicted_iou=mask.predicted_iou,
        prompts=Prompts.model_validate(mask.prompts),
        label_id=mask.label_id,
        locked=mask.locked,
    )


def _earlier_states(session: Session, mask_id: UUID) -> list[MaskState]:
    """Oldest first, without the present one."""
    ended = select(MaskVersion.before).where(MaskVersion.mask_id == mask_id).order_by(MaskVersion.version)
    return [MaskState(before["state"]) for before in session.scalars(ended) if "state" in before]
