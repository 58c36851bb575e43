"""Counts of masks, so that figures over a million of them need not look at any.

A row of `mask_tallies` counts the masks of a batch that are alike in day, stage, source, model and author
(of proposals who accepted them), and in whether their image is finished. Whatever changes masks changes the
rows in the same transaction: after each flush, the session adds what is new and takes away what was before.
What a mask was is known, since who changes one has locked its row; and additions read nothing, so that of
two transactions neither loses what the other one adds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Connection, Insert, Select, Table, delete, event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, sessionmaker

from backend.core.database import utc_now
from backend.images.models import FINISHED, Image, WorkState
from backend.masks.histogram import bucket_of
from backend.masks.models import BUCKET_COLUMNS, MASK_TALLIES, Mask, MaskSource, MaskState
from backend.projects.models import Stage

NOBODY = UUID(int=0)  # who made it, or the model, where there is none: no part of a key can be null
KEY = tuple(column.name for column in MASK_TALLIES.primary_key)
COUNTS = tuple(column.name for column in MASK_TALLIES.columns if not column.primary_key)
IMAGES_AT_ONCE = 500
_TALLIED = "tallied"  # of statements that change many masks and take care of the tallies


class Tallied(NamedTuple):
    """What of a mask is counted."""

    image_id: UUID
    state: MaskState
    stage: Stage
    source: MaskSource
    model_id: UUID | None
    author_id: UUID | None
    accepted_by_id: UUID | None
    active_ms: int
    prompts: Mapping[str, Any]
    created_at: datetime
    accepted_at: datetime | None


_COLUMNS = tuple(getattr(Mask, field) for field in Tallied._fields)


class Place(NamedTuple):
    """What of a mask's image is counted with it."""

    batch_id: UUID
    finished: bool


class TallyKey(NamedTuple):
    batch_id: UUID
    day: date
    stage: Stage
    source: MaskSource
    model_id: UUID
    author_id: UUID
    finished: bool


class Changes:
    """What is to be added to rows of tallies."""

    def __init__(self) -> None:
        self._counts: dict[TallyKey, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))

    def add(self, mask: Tallied, place: Place, times: int = 1) -> None:
        """`times` is -1 for a mask that is no more as it was."""
        counts = counts_of(mask)
        if not counts:
            return
        at = mask.accepted_at if mask.state == MaskState.ACCEPTED else mask.created_at
        key = TallyKey(
            place.batch_id,
            (at or mask.created_at).date(),
            mask.stage,
            mask.source,
            mask.model_id or NOBODY,
            mask.accepted_by_id or mask.author_id or NOBODY,
            place.finished,
        )
        for name, count in counts.items():
            self._counts[key][name] += times * count

    def rows(self) -> list[dict[str, Any]]:
        return [
            key._asdict() | counts for key, counts in sorted(self._counts.items()) if any(counts.values())
        ]


def counts_of(mask: Tallied) -> dict[str, int]:
    """By the names of columns; nothing for masks that were rejected or deleted."""
    if mask.state == MaskState.PROPOSED:
        return {"proposals": 1}
    if mask.state != MaskState.ACCEPTED:
        return {}
    if mask.active_ms == 0:
        return {"masks": 1}
    return {
        "masks": 1,
        "timed_masks": 1,
        "active_ms": mask.active_ms,
        "clicks": len(mask.prompts["points"]) + (mask.prompts["box"] is not None),
        BUCKET_COLUMNS[bucket_of(mask.active_ms)]: 1,
    }


def keep_tallies(sessions: sessionmaker[Session]) -> None:
    """Has all sessions keep the tallies, and refuse statements on masks that would pass them by."""
    event.listen(sessions, "before_flush", _date_acceptance)
    event.listen(sessions, "after_flush", _follow)
    event.listen(sessions, "do_orm_execute", _refuse_to_pass_by)


def delete_masks(session: Session, of_images: Select[UUID], *conditions: Any, counted: bool = True) -> None:
    """Deletes masks of these images at once. Not `counted`: their batch goes, and its tallies with it."""
    gone = delete(Mask).where(Mask.image_id.in_(of_images), *conditions)
    gone = gone.execution_options(synchronize_session=False, **{_TALLIED: True})
    if not counted:
        session.execute(gone)
        return
    changes = Changes()
    masks = [Tallied(*row) for row in session.execute(gone.returning(*_COLUMNS))]
    places = _places(session.connection(), {mask.image_id for mask in masks})
    for mask in masks:
        changes.add(mask, places[mask.image_id], -1)
    _write(session.connection(), changes)


def forget_batches(session: Session, batch_ids: Iterable[UUID]) -> None:
    session.execute(delete(MASK_TALLIES).where(MASK_TALLIES.c.batch_id.in_(batch_ids)))


def _date_acceptance(session: Session, *_: object) -> None:
    for mask in {*session.new, *session.dirty}:
        # The default of a new one's state is not there yet.
        is_accepted = isinstance(mask, Mask) and mask.state in (None, MaskState.ACCEPTED)
        if is_accepted and mask.accepted_at is None:
            mask.accepted_at = (mask.created_at if mask in session.new else None) or utc_now()


def _follow(session: Session, *_: object) -> None:
    """After a flush: all rows are written, and objects still know what they were before."""
    masks = [mask for mask in {*session.new, *session.dirty, *session.deleted} if isinstance(mask, Mask)]
    images = [image for image in session.dirty if isinstance(image, Image)]
    moved = {
        image.id: before
        for image in images
        if (before := _place(_before(image, "batch_id"), _before(image, "work_state")))
        != _place(image.batch_id, image.work_state)
    }
    if not masks and not moved:
        return
    connection = session.connection()
    changes = Changes()
    places = _places(connection, {mask.image_id for mask in masks}) | moved
    for mask in masks:
        if mask not in session.new:
            changes.add(_tallied(mask, before=True), places[mask.image_id], -1)
        if mask not in session.deleted:
            changes.add(_tallied(mask), places[mask.image_id])
    if moved:
        _move(connection, changes, moved)
    _write(connection, changes)


def _move(connection: Connection, changes: Changes, moved: Mapping[UUID, Place]) -> None:
    """Counts all masks of the images where these are now, instead of where they were."""
    # Waits for who saves new masks on them now; who saves some later waits for this.
    connection.execute(select(Image.id).where(Image.id.in_(moved)).with_for_update())
    places = _places(connection, moved)
    # Who changes one of these has locked it, and read where the image was.
    for row in connection.execute(select(*_COLUMNS).where(Mask.image_id.in_(moved)).with_for_update()):
        mask = Tallied(*row)
        changes.add(mask, moved[mask.image_id], -1)
        changes.add(mask, places[mask.image_id])


def _tallied(mask: Mask, *, before: bool = False) -> Tallied:
    """As it is, or was when the flush began."""
    return Tallied(*(_before(mask, field) if before else getattr(mask, field) for field in Tallied._fields))


def _before(thing: Mask | Image, field: str) -> Any:
    """What the field was when the flush began."""
    history = cast(InstanceState[Any], inspect(thing)).attrs[field].history
    return history.deleted[0] if history.deleted else getattr(thing, field)


def _places(connection: Connection, image_ids: Iterable[UUID]) -> dict[UUID, Place]:
    ids = list(image_ids)
    found: dict[UUID, Place] = {}
    for start in range(0, len(ids), IMAGES_AT_ONCE):
        some = Image.id.in_(ids[start : start + IMAGES_AT_ONCE])
        for image_id, batch_id, work_state in connection.execute(
            select(Image.id, Image.batch_id, Image.work_state).where(some)
        ):
            found[image_id] = _place(batch_id, work_state)
    return found


def _place(batch_id: UUID, work_state: WorkState) -> Place:
    return Place(batch_id, work_state in FINISHED)


def _write(connection: Connection, changes: Changes) -> None:
    if rows := changes.rows():
        connection.execute(_addition(connection.dialect.name), rows)


@cache
def _addition(dialect: str) -> Insert:
    """Adds to the row of a key, or makes it."""
    dialects: dict[str, Callable[[Table], postgresql.Insert | sqlite.Insert]] = {
        "postgresql": postgresql.insert,
        "sqlite": sqlite.insert,
    }
    row = dialects[dialect](MASK_TALLIES)
    sums = {name: MASK_TALLIES.c[name] + row.excluded[name] for name in COUNTS}
    return row.on_conflict_do_update(index_elements=KEY, set_=sums)


def _refuse_to_pass_by(statement: ORMExecuteState) -> None:
    is_change = statement.is_insert or statement.is_update or statement.is_delete
    if not is_change or statement.execution_options.get(_TALLIED):
        return
    mapper = statement.bind_mapper
    if mapper is not None and mapper.class_ is Mask:
        raise TypeError("masks change through their session, or through tallies.delete_masks")
