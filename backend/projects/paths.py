"""Which project the thing that a path names belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.exports.models import Export
from backend.images.models import Image
from backend.imports.models import AnnotationImport
from backend.jobs.models import Job
from backend.masks.models import Mask
from backend.models.models import Model
from backend.projects.models import Batch, Project
from backend.training.models import TrainingRun

_OF_BATCHES = select(Batch.project_id)
_OF_IMAGES = _OF_BATCHES.join(Image, Image.batch_id == Batch.id)
# By the name of a path's parameter: the word for the thing, a query for its project, and its id in that.
_THINGS: Mapping[str, tuple[str, Select[Any], Any]] = {
    "project_id": ("project", select(Project.id), Project.id),
    "batch_id": ("batch", _OF_BATCHES, Batch.id),
    "image_id": ("image", _OF_IMAGES, Image.id),
    "mask_id": ("mask", _OF_IMAGES.join(Mask, Mask.image_id == Image.id), Mask.id),
    "export_id": ("export", select(Export.project_id), Export.id),
    "import_id": (
        "import",
        _OF_BATCHES.join(AnnotationImport, AnnotationImport.batch_id == Batch.id),
        AnnotationImport.id,
    ),
    "run_id": ("run", select(TrainingRun.project_id), TrainingRun.id),
    "model_id": ("model", select(Model.project_id), Model.id),  # none of one that all share
    "job_id": ("job", select(Job.project_id), Job.id),
}


@dataclass(frozen=True)
class Owner:
    """`project_id` is that of the thing with this id; `what` is the word for it, such as "image"."""

    what: str
    id: UUID
    project_id: UUID


def find_owner(session: Session, path_params: Mapping[str, Any]) -> Owner | None:
    """None where the path names nothing that belongs to a project, or nothing that is there."""
    for name, value in path_params.items():
        if name in _THINGS:
            what, projects, column = _THINGS[name]
            try:
                id_ = UUID(str(value))
            except ValueError:  # the route says so
                return None
            project_id = session.scalar(projects.where(column == id_))
            return Owner(what, id_, project_id) if project_id else None
    return None
