"""Which masks an export takes: its filters as conditions, and what they would leave in."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.exports.schemas import ExportChoice, ExportFilters, ExportPreview
from backend.images.models import Image, WorkState
from backend.images.service import in_project
from backend.masks import service as masks
from backend.masks.models import Mask
from backend.models import service as models
from backend.projects import service as projects

# Each filter with the column that it looks at.
COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "batch_ids": Image.batch_id,
    "stages": Mask.stage,
    "sources": Mask.source,
    "review_states": Image.work_state,
    "model_ids": Mask.model_id,
}
LOOKED_THROUGH = (WorkState.SUBMITTED, WorkState.IN_REVIEW, WorkState.DONE)


def conditions(
    project_id: UUID, filters: ExportFilters, *, but: str | None = None
) -> list[ColumnElement[bool]]:
    """That of the project, and one per filter that is not empty, `but` left out."""
    filtered = [
        column.in_(wanted)
        for name, column in COLUMNS.items()
        if name != but and (wanted := getattr(filters, name))
    ]
    return [in_project(project_id), *filtered]


def empty_conditions(project_id: UUID, filters: ExportFilters) -> list[ColumnElement[bool]]:
    """Which images without masks say that there is nothing: an open one may not have been looked at yet."""
    of_images = ExportFilters(
        batch_ids=filters.batch_ids, review_states=filters.review_states or [*LOOKED_THROUGH]
    )
    return conditions(project_id, of_images)


def preview(session: Session, project_id: UUID, filters: ExportFilters) -> ExportPreview:
    """What an export would hold now; the values of each filter are counted under all the others."""
    image_count, mask_count, _ = masks.accepted_totals(session, *conditions(project_id, filters))
    empty = empty_conditions(project_id, filters)
    empty_image_count = masks.count_images_without_masks(session, *empty)
    names: Mapping[str, Callable[[Session], dict[UUID, str]]] = {
        "batch_ids": lambda session: projects.batch_names(session, project_id),
        "model_ids": models.names,
    }
    choices = {}
    for filter_name, column in COLUMNS.items():
        counts = masks.count_accepted_by(session, column, *conditions(project_id, filters, but=filter_name))
        chosen = set(getattr(filters, filter_name))
        named = names[filter_name](session) if filter_name in names else {}
        values = [value for value in {*counts, *chosen} if value is not None]
        choices[filter_name] = sorted(
            (
                ExportChoice(value=str(value), name=named.get(value), masks=counts.get(value, 0))
                for value in values
            ),
            key=lambda choice: (choice.name or "", choice.value),
        )
    return ExportPreview(
        image_count=image_count, mask_count=mask_count, empty_image_count=empty_image_count, **choices
    )
