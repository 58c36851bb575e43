"""The rules of batches: making, changing and deleting them, and what managers do to many images at once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, insert, literal, select
from sqlalchemy.orm import Session

from backend.batches.schemas import (
    BatchChange,
    BatchIn,
    ImagesChange,
    ImagesDecision,
    ImagesResult,
    Refusal,
)
from backend.core.database import UtcDateTime, utc_now
from backend.core.errors import Conflict, NotFound, Problem, conflict_where_taken
from backend.images.models import DeletedImage, Image, WorkState
from backend.imports import service as imports
from backend.masks import tallies
from backend.masks.models import Mask, MaskLog, MaskVersion
from backend.projects import service as projects
from backend.projects.models import Batch, BatchKind, Stage
from backend.quality.models import Comparison
from backend.stages import service as stages
from backend.users import service as users
from backend.users.access import SignedIn
from backend.work import review
from backend.work import service as work
from backend.work.models import Transition

TELL_DELETED_FOR = timedelta(days=1)  # pages that are away for longer fetch everything anew


def make_batch(session: Session, project_id: UUID, wanted: BatchIn) -> Batch:
    """An empty batch in the first stage. Raises Conflict (name_taken)."""
    _check_name(session, project_id, wanted.name)
    batch = Batch(project_id=project_id, stage=Stage.ASSISTED_MANUAL, **wanted.model_dump())
    session.add(batch)
    session.flush()
    return batch


def change_batch(session: Session, batch_id: UUID, change: BatchChange) -> Batch:
    """Changes the settings that were given. Raises NotFound and Conflict (name_taken)."""
    batch = projects.get_batch(session, batch_id)
    given = change.model_dump(exclude_unset=True)
    if "name" in given and given["name"] != batch.name:
        _check_name(session, batch.project_id, given["name"])
    for field, value in given.items():
        setattr(batch, field, value)
    return batch


def delete_batch(session: Session, batch_id: UUID) -> int:
    """Deletes a batch with its images, their masks, second looks and audits; how many images.

    Raises NotFound, and Conflict (batch_in_work) while somebody works on one of them.
    """
    batch = projects.get_batch(session, batch_id)
    family = session.scalars(
        select(Batch).where((Batch.id == batch_id) | (Batch.parent_id == batch_id))
    ).all()
    ids = [member.id for member in family]
    held = session.scalar(
        select(Image.name).where(Image.batch_id.in_(ids), Image.lease_until > utc_now()).limit(1)
    )
    if held is not None:
        raise Conflict(
            "batch_in_work", f"Somebody works on {held} now. Delete {batch.name} when nobody does."
        )
    for member_id in ids:
        stages.forget_batch(session, member_id)
    children = [member for member in ids if member != batch_id]
    # First: they refer to their originals.
    count = _delete_images(session, Image.batch_id.in_(children), counted=False)
    count += _delete_images(session, Image.batch_id == batch_id, counted=False)
    tallies.forget_batches(session, ids)
    imports.forget_batch(session, batch_id)
    session.execute(delete(Batch).where(Batch.parent_id == batch_id))
    session.execute(delete(Batch).where(Batch.id == batch_id))
    return count


def change_images(session: Session, project_id: UUID, change: ImagesChange) -> ImagesResult:
    """Orders, assigns or moves images of a project. Raises NotFound for a person or batch that is not in it.

    An image moves unless its content is in the other batch already, or somebody works on it.
    """
    given = change.model_fields_set
    if "assigned_to" in given and change.assigned_to is not None:
        users.get_member(session, project_id, change.assigned_to)
    if "batch_id" in given:
        projects.batch_for_images(session, project_id, change.batch_id)

    def apply(image: Image) -> None:
        if "batch_id" in given and change.batch_id is not None:
            _move(session, image, change.batch_id)
        if "assigned_to" in given:
            image.assigned_to = change.assigned_to
        if "priority" in given:
            image.priority = change.priority
        image.work_updated_at = utc_now()

    return _each(session, project_id, change.image_ids, apply)


def decide_on_images(session: Session, decision: ImagesDecision, user: SignedIn) -> ImagesResult:
    """Takes one decision about many images; those for which it is impossible stay as they are."""
    if decision.to == "skip" and decision.note is None:
        raise Problem(
            status=422,
            code="note_missing",
            title="A note is missing",
            detail="Say why the images are skipped.",
        )

    def apply(image: Image) -> None:
        if decision.to == "accept":
            review.accept(session, image.id, user)
        else:
            work.decide(session, image.id, _STATES[decision.to], str(user.id), decision.note)

    return _each(session, user.project_id, decision.image_ids, apply)


_STATES = {"reopen": WorkState.OPEN, "review": WorkState.IN_REVIEW, "skip": WorkState.SKIPPED}


def delete_images(session: Session, project_id: UUID, image_ids: Sequence[UUID]) -> ImagesResult:
    """Deletes images of a project with their masks and twins; one that somebody works on stays."""

    def apply(image: Image) -> None:
        if work.is_held(image, utc_now()):
            raise Conflict("image_in_use", f"Somebody works on {image.name} now.")
        _delete_images(session, Image.original_id == image.id)
        _delete_images(session, Image.id == image.id)

    return _each(session, project_id, image_ids, apply)


def _each(
    session: Session, project_id: UUID, image_ids: Sequence[UUID], apply: Callable[[Image], None]
) -> ImagesResult:
    changed = 0
    refused = []
    batch_ids = set(session.scalars(projects.batches_of(project_id)))
    for image_id in sorted(set(image_ids)):  # in one order, so that two requests cannot wait for each other
        try:
            with session.begin_nested():
                image = work.lock(session, image_id)
                if image.batch_id not in batch_ids:
                    raise NotFound("image", image_id)
                apply(image)
            changed += 1
        except Problem as problem:
            refused.append(Refusal(image_id=image_id, code=problem.code, reason=problem.detail))
    return ImagesResult(changed=changed, refused=refused)


def _move(session: Session, image: Image, batch_id: UUID) -> None:
    if image.original_id is not None:
        raise Conflict("not_movable", f"{image.name} is there to be compared with its original and stays.")
    if work.is_held(image, utc_now()):
        raise Conflict("image_in_use", f"Somebody works on {image.name} now.")
    with conflict_where_taken(session, "duplicate", f"The picture of {image.name} is in that batch already."):
        image.batch_id = batch_id
        session.flush()
        stages.join_run(session, image)


def _delete_images(session: Session, which: ColumnElement[bool], *, counted: bool = True) -> int:
    """The files stay: other batches may have the same pictures, and jobs may be reading them.

    Not `counted`: the tallies of their masks go with their batch.
    """
    imports.forget_images(session, which)
    images = select(Image.id).where(which)
    masks = select(Mask.id).where(Mask.image_id.in_(images))
    for statement in (
        delete(MaskLog).where(MaskLog.mask_id.in_(masks)),
        delete(MaskVersion).where(MaskVersion.mask_id.in_(masks)),
        delete(Comparison).where(Comparison.image_id.in_(images)),
        delete(Transition).where(Transition.image_id.in_(images)),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    tallies.delete_masks(session, images, counted=counted)
    now = utc_now()
    session.execute(delete(DeletedImage).where(DeletedImage.deleted_at < now - TELL_DELETED_FOR))
    gone = (
        select(Image.id, Batch.project_id, literal(now, UtcDateTime))
        .join(Batch, Batch.id == Image.batch_id)
        .where(which)
    )
    session.execute(insert(DeletedImage).from_select(["id", "project_id", "deleted_at"], gone))
    deleted = session.execute(delete(Image).where(which).execution_options(synchronize_session=False))
    return cast(CursorResult[Any], deleted).rowcount


def _check_name(session: Session, project_id: UUID, name: str) -> None:
    mine = (Batch.project_id == project_id) & (Batch.kind == BatchKind.WORK)
    if session.scalar(select(Batch.id).where(mine, Batch.name == name).limit(1)) is not None:
        raise Conflict("name_taken", f"There is a batch named {name} already. Choose another name.")
