"""Projects and batches. For now there is one of each, made on first use."""

from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.masks.models import Mask, MaskState
from backend.projects.models import Batch, BatchKind, Project, Stage
from backend.projects.schemas import MAX_LABELS, Label, ProjectChange, ProjectOut, ProjectSettings

FIRST_PROJECT = "My project"
FIRST_BATCH = "First batch"
# Of labels that nobody has chosen a colour for: Okabe and Ito's, which all people tell apart.
LABEL_COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
_OLDEST_BATCH = (
    select(Batch).where(Batch.kind == BatchKind.WORK).order_by(Batch.created_at, Batch.id).limit(1)
)
_OLDEST_PROJECT = select(Project).order_by(Project.created_at, Project.id).limit(1)
FIRST_PROJECT_ID = _OLDEST_PROJECT.with_only_columns(Project.id).scalar_subquery()


def first_batch(session: Session) -> Batch | None:
    return session.scalars(_OLDEST_BATCH).one_or_none()


def ensure_first_batch(session: Session) -> Batch:
    """The batch that images go to; makes it, with its project, when there is none."""
    batch = first_batch(session)
    if batch is None:
        project = ensure_first_project(session)
        session.refresh(project, with_for_update=True)  # of two who make it at the same moment one waits here
        batch = first_batch(session) or _make_first_batch(session, project)
    return batch


def ensure_first_project(session: Session) -> Project:
    project = session.scalars(_OLDEST_PROJECT).one_or_none()
    if project is None:
        project = Project(name=FIRST_PROJECT)
        try:
            with session.begin_nested():
                session.add(project)
        except IntegrityError:  # another request made it at the same moment
            project = session.scalars(_OLDEST_PROJECT).one()
    return project


def _make_first_batch(session: Session, project: Project) -> Batch:
    batch = Batch(project_id=project.id, name=FIRST_BATCH, stage=Stage.ASSISTED_MANUAL)
    session.add(batch)
    session.flush()
    return batch


def get_batch(session: Session, batch_id: UUID) -> Batch:
    """Raises NotFound (batch_not_found)."""
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound("batch", batch_id)
    return batch


def batch_for_images(session: Session, batch_id: UUID | None) -> Batch:
    """The batch that images go to. Raises NotFound; Conflict (not_for_images) for second looks and audits."""
    if batch_id is None:
        return ensure_first_batch(session)
    batch = get_batch(session, batch_id)
    if batch.kind != BatchKind.WORK:
        raise Conflict("not_for_images", f"{batch.name} takes no images of its own. Choose another batch.")
    return batch


def batch_names(session: Session) -> dict[UUID, str]:
    return {id_: name for id_, name in session.execute(select(Batch.id, Batch.name))}


def stage_of_batch(session: Session, batch_id: UUID) -> Stage:
    return session.scalars(select(Batch.stage).where(Batch.id == batch_id)).one()


def show_project(session: Session) -> ProjectOut:
    """The one project as it is, or as it will be made."""
    project = session.scalars(_OLDEST_PROJECT).one_or_none()
    name, settings = (project.name, project.settings) if project else (FIRST_PROJECT, {})
    return ProjectOut(name=name, **settings)


def change_project(session: Session, change: ProjectChange) -> ProjectOut:
    """Changes the settings that were given. Raises Conflict (label_in_use) for a missing label of masks."""
    batch = ensure_first_batch(session)
    project = session.get_one(Project, batch.project_id, with_for_update=True)
    if "labels" in change.model_fields_set:
        _check_unused(session, _labels_left_out(ProjectSettings(**project.settings), change))
    project.settings = project.settings | change.model_dump(mode="json", exclude_unset=True)
    return show_project(session)


def get_label(session: Session, label_id: UUID) -> Label:
    """Raises NotFound (label_not_found)."""
    for label in show_project(session).labels:
        if label.id == label_id:
            return label
    raise NotFound("label", label_id)


def ensure_label(session: Session, name: str) -> Label | None:
    """The label of that name, whatever its upper and lower case, made now if there is none.

    None when the project has as many as it can.
    """
    project = session.get_one(Project, ensure_first_batch(session).project_id, with_for_update=True)
    labels = ProjectSettings(**project.settings).labels
    for label in labels:
        if label.name.casefold() == name.casefold():
            return label
    if len(labels) >= MAX_LABELS:
        return None
    label = Label(id=uuid4(), name=name, colour=LABEL_COLOURS[len(labels) % len(LABEL_COLOURS)])
    stored = [known.model_dump(mode="json") for known in [*labels, label]]
    project.settings = project.settings | {"labels": stored}
    session.flush()
    return label


def _labels_left_out(before: ProjectSettings, change: ProjectChange) -> list[Label]:
    kept = {label.id for label in change.labels}
    return [label for label in before.labels if label.id not in kept]


def _check_unused(session: Session, labels: list[Label]) -> None:
    """A deleted mask does not count: should it come back, its label counts as none."""
    for label in labels:
        count = session.scalar(
            select(func.count()).where(Mask.label_id == label.id, Mask.state == MaskState.ACCEPTED)
        )
        if count:
            masks = "1 mask has" if count == 1 else f"{count} masks have"
            raise Conflict(
                "label_in_use", f"{masks} the label {label.name}, so it stays. Give them another label first."
            )
