"""Figures of masks, from their tallies: a few thousand rows whatever the number of masks."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from backend.dashboards.schemas import Filters
from backend.masks.histogram import median_ms
from backend.masks.models import BUCKET_COLUMNS, MASK_TALLIES, MaskSource
from backend.masks.tallies import COUNTS, NOBODY
from backend.projects.models import Batch, BatchKind, Stage

TALLIES = MASK_TALLIES.c
MS_AN_HOUR = 3_600_000
_PLACES = {name: place for place, name in enumerate(COUNTS)}
_FIRST_BUCKET = _PLACES[BUCKET_COLUMNS[0]]

Group = TypeVar("Group", bound=Hashable)


class Pace(TypedDict):
    """What masks cost people, by the names of the fields that have it on the wire."""

    mean_seconds: float | None
    median_seconds: float | None
    clicks_per_mask: float | None


@dataclass(frozen=True)
class Tally:
    """Sums over masks that have something in common, in the order of COUNTS."""

    counts: NDArray[np.int64]

    @property
    def masks(self) -> int:
        return self._count("masks")

    @property
    def proposals(self) -> int:
        return self._count("proposals")

    @property
    def timed_masks(self) -> int:
        return self._count("timed_masks")

    @property
    def active_ms(self) -> int:
        return self._count("active_ms")

    @property
    def hours(self) -> float:
        return round(self.active_ms / MS_AN_HOUR, 2)

    @property
    def masks_per_hour(self) -> float | None:
        return round(self.timed_masks * MS_AN_HOUR / self.active_ms, 1) if self.active_ms else None

    @property
    def machine_share(self) -> float | None:
        return round(1 - self.timed_masks / self.masks, 4) if self.masks else None

    def pace(self) -> Pace:
        if not self.timed_masks:
            return Pace(mean_seconds=None, median_seconds=None, clicks_per_mask=None)
        median = median_ms(self.counts[_FIRST_BUCKET:].tolist())
        return Pace(
            mean_seconds=round(self.active_ms / self.timed_masks / 1000, 1),
            median_seconds=None if median is None else round(median / 1000, 1),
            clicks_per_mask=round(self._count("clicks") / self.timed_masks, 2),
        )

    def _count(self, name: str) -> int:
        return int(self.counts[_PLACES[name]])


NOTHING = Tally(np.zeros(len(COUNTS), np.int64))


@dataclass(frozen=True)
class Cell:
    """Masks that are alike in these; None where the query did not tell them apart."""

    tally: Tally
    stage: Stage | None = None
    day: date | None = None
    source: MaskSource | None = None
    model_id: UUID | None = None
    author_id: UUID | None = None


def by_day(session: Session, project_id: UUID, filters: Filters) -> list[Cell]:
    """Of each stage, day and source."""
    columns = (TALLIES.stage, TALLIES.day, TALLIES.source)
    return [
        Cell(tally, stage=stage, day=day, source=source)
        for (stage, day, source), tally in _sums(session, project_id, filters, columns)
    ]


def by_maker(session: Session, project_id: UUID, filters: Filters) -> list[Cell]:
    """Of each model and author."""
    return [
        Cell(tally, model_id=model_id, author_id=author_id)
        for (model_id, author_id), tally in _sums(
            session, project_id, filters, (TALLIES.model_id, TALLIES.author_id)
        )
    ]


def grouped(cells: Sequence[Cell], key: Callable[[Cell], Group | None]) -> dict[Group, Tally]:
    """The cells added up; those without a key, or that are nobody's, belong to no group."""
    groups: dict[Group, list[NDArray[np.int64]]] = {}
    for cell in cells:
        group = key(cell)
        if group is not None and group != NOBODY:
            groups.setdefault(group, []).append(cell.tally.counts)
    return {group: Tally(np.sum(counts, axis=0)) for group, counts in groups.items()}


def total(cells: Sequence[Cell]) -> Tally:
    return Tally(np.sum([NOTHING.counts, *(cell.tally.counts for cell in cells)], axis=0))


@dataclass(frozen=True)
class Share:
    """Accepted masks of a batch by one author with one model, whatever else is filtered by."""

    batch_id: UUID
    author_id: UUID
    model_id: UUID
    finished: bool  # whether their images are
    first_day: date
    last_day: date
    masks: int
    active_ms: int


def shares(session: Session, project_id: UUID) -> list[Share]:
    key = (TALLIES.batch_id, TALLIES.author_id, TALLIES.model_id, TALLIES.finished)
    days = (func.min(TALLIES.day), func.max(TALLIES.day))
    rows = (
        select(*key, *days, _sum(TALLIES.masks), _sum(TALLIES.active_ms))
        .join_from(MASK_TALLIES, Batch, Batch.id == TALLIES.batch_id)
        .where(*_of_project(project_id), TALLIES.masks > 0)
        .group_by(*key)
    )
    return [Share(*row) for row in session.execute(rows)]


def _sums(
    session: Session, project_id: UUID, filters: Filters, columns: Sequence[ColumnElement[Any]]
) -> list[tuple[tuple[Any, ...], Tally]]:
    rows = (
        select(*columns, *(_sum(TALLIES[name]) for name in COUNTS))
        .join_from(MASK_TALLIES, Batch, Batch.id == TALLIES.batch_id)
        .where(*_of_project(project_id), *_wanted(filters))
        .group_by(*columns)
    )
    depth = len(columns)
    return [
        (tuple(row[:depth]), Tally(np.array(row[depth:], np.int64))) for row in session.execute(rows).all()
    ]


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _of_project(project_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """Second looks and audits annotate again what is annotated: their masks do not count, as in exports."""
    return Batch.project_id == project_id, Batch.kind == BatchKind.WORK


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        column.in_(values)
        for column, values in (
            (TALLIES.batch_id, filters.batch),
            (TALLIES.stage, filters.stage),
            (TALLIES.author_id, filters.author),
            (TALLIES.model_id, filters.model),
        )
        if values
    ]
    if filters.first_day is not None:
        conditions.append(TALLIES.day >= filters.first_day)
    if filters.last_day is not None:
        conditions.append(TALLIES.day <= filters.last_day)
    return conditions
