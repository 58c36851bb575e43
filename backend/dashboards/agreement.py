"""How far second looks and audits agree, from what was noted when they were submitted."""

from collections.abc import Sequence
from itertools import chain
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backend.core.times import utc_day
from backend.dashboards.schemas import AgreementOut, Bin, Filters
from backend.projects.models import Batch, BatchKind
from backend.quality.models import Comparison
from backend.quality.service import THRESHOLDS

EDGES = np.linspace(0, 1, 21).round(2)


def agreement(session: Session, project_id: UUID, filters: Filters) -> list[AgreementOut]:
    """Of second looks and audits; figures are of all pairs of masks together."""
    found: dict[BatchKind, list[list[float]]] = {BatchKind.SECOND_LOOK: [], BatchKind.AUDIT: []}
    rows = (
        select(Batch.kind, Comparison.ious)
        .join_from(Comparison, Batch, Batch.id == Comparison.batch_id)
        .where(Batch.project_id == project_id, Batch.kind.in_(found), *_wanted(filters))
    )
    for kind, ious in session.execute(rows):
        found[kind].append(ious)
    return [
        _of_kind(kind, np.fromiter(chain.from_iterable(ious), np.float64)) for kind, ious in found.items()
    ]


def _of_kind(kind: BatchKind, ious: NDArray[np.float64]) -> AgreementOut:
    counts = np.histogram(ious, EDGES)[0].tolist()
    shares = [float(np.mean(ious > threshold)) if ious.size else None for threshold in THRESHOLDS]
    return AgreementOut(
        kind=kind,
        compared=ious.size,
        mean_iou=_rounded(float(ious.mean())) if ious.size else None,
        share_075=_rounded(shares[0]),
        share_090=_rounded(shares[1]),
        histogram=[
            Bin(start=start, to=to, masks=count)
            for start, to, count in zip(EDGES[:-1].tolist(), EDGES[1:].tolist(), counts, strict=True)
        ],
    )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _wanted(filters: Filters) -> Sequence[ColumnElement[bool]]:
    """Batches are those whose images were annotated again; days, those of the comparison."""
    conditions: list[ColumnElement[bool]] = []
    if filters.batch:
        conditions.append(Batch.parent_id.in_(filters.batch))
    if filters.stage:
        conditions.append(Batch.stage.in_(filters.stage))
    if filters.first_day is not None:
        conditions.append(utc_day(Comparison.compared_at) >= filters.first_day)
    if filters.last_day is not None:
        conditions.append(utc_day(Comparison.compared_at) <= filters.last_day)
    return conditions
