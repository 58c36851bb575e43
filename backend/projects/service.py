"""The rules of projects: their settings and labels, and the batches that images go to."""

import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import Conflict, NotFound, conflict_where_taken
from backend.core.names import one_line
from backend.masks.models import Mask, MaskState
from backend.projects.models import Batch, BatchKind, Project, Stage
from backend.projects.schemas import (
    MAX_LABELS,
    Label,
    ProjectBefore,
    ProjectChange,
    ProjectOut,
    ProjectSettings,
)

FIRST_PROJECT = "My project"
FIRST_BATCH = "First batch"
# Of labels that nobody has chosen a colour for: Okabe and Ito's, which all people tell apart.
LABEL_COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
_OLDEST_PROJECT = select(Project).order_by(Project.created_at, Project.id).limit(1)


def batches_of(project_id: UUID) -> Select[UUID]:
    """A query for the ids of a project's batches."""
    return select(Batch.id).where(Batch.project_id == project_id)


def first_batch(session: Session, project_id: UUID) -> Batch | None:
    mine = select(Batch).where(Batch.project_id == project_id, Batch.kind == BatchKind.WORK)
    return session.scalars(mine.order_by(Batch.created_at, Batch.id).limit(1)).one_or_none()


def ensure_first_batch(session: Session, project_id: UUID) -> Batch:
    """The batch that images go to; makes it when there is none."""
    batch = first_batch(session, project_id)
    if batch is None:
        project = get_project(session, project_id, locked=True)  # of two who make it one waits here
        batch = first_batch(session, project_id) or _make_first_batch(session, project)
    return batch


def get_project(session: Session, project_id: UUID, *, locked: bool = False) -> Project:
    """Raises NotFound (project_not_found)."""
    project = session.get(Project, project_id, with_for_update=locked)
    if project is None:
        raise NotFound("project", project_id)
    return project


def ensure_first_project(session: Session) -> Project:
    """The oldest one; on a fresh database it is made here."""
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


def batch_for_images(session: Session, project_id: UUID, batch_id: UUID | None) -> Batch:
    """The batch that images go to.

    Raises NotFound (batch_not_found), also for one of another project, and Conflict (not_for_images) for
    second looks and audits.
    """
    if batch_id is None:
        return ensure_first_batch(session, project_id)
    batch = get_batch(session, batch_id)
    if batch.project_id != project_id:
        raise NotFound("batch", batch_id)
    if batch.kind != BatchKind.WORK:
        raise Conflict("not_for_images", f"{batch.name} takes no images of its own. Choose another batch.")
    return batch


def batch_names(session: Session, project_id: UUID) -> dict[UUID, str]:
    mine = select(Batch.id, Batch.name).where(Batch.project_id == project_id)
    return {id_: name for id_, name in session.execute(mine)}


def stage_of_batch(session: Session, batch_id: UUID) -> Stage:
    return session.scalars(select(Batch.stage).where(Batch.id == batch_id)).one()


def project_of_batch(session: Session, batch_id: UUID) -> UUID:
    return session.get_one(Batch, batch_id).project_id


def ascii_name(name: str) -> str:
    """A project's name as part of other names: lower-case letters, digits and hyphens; may be empty."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()


def make_project(session: Session, name: str) -> Project:
    """An empty project. Raises Conflict (project_name_taken)."""
    project = Project(name=name)
    with _unique_name(session, name):
        session.add(project)
    return project


def show_project(session: Session, project_id: UUID) -> ProjectOut:
    """Raises NotFound (project_not_found)."""
    project = get_project(session, project_id)
    return ProjectOut(id=project.id, name=project.name, **project.settings)


def changes_since(session: Session, since: datetime) -> Iterable[tuple[UUID, datetime]]:
    """The projects whose settings were changed since then, and when."""
    changed = select(Project.id, Project.updated_at).where(Project.updated_at >= since)
    return [(project_id, at) for project_id, at in session.execute(changed) if at is not None]


def change_project(session: Session, project_id: UUID, change: ProjectChange) -> ProjectOut:
    """Changes what was given.

    Raises Conflict: project_changed where the settings are not those that the change replaces, label_in_use
    for a missing label of masks or proposals, project_name_taken.
    """
    project = get_project(session, project_id, locked=True)
    _check_before(project, change.before)
    if "labels" in change.model_fields_set:
        _check_unused(session, _labels_left_out(ProjectSettings(**project.settings), change))
    if "name" in change.model_fields_set:
        with _unique_name(session, change.name):
            project.name = change.name
            session.flush()
    settings = change.model_dump(mode="json", exclude_unset=True, exclude={"name", "before"})
    project.settings = project.settings | settings
    project.updated_at = utc_now()
    session.flush()
    return show_project(session, project_id)


def get_label(session: Session, batch_id: UUID, label_id: UUID) -> Label:
    """A label of the batch's project. Raises NotFound (label_not_found)."""
    # As JSON: every mask that is saved asks, and there may be thousands of labels.
    for label in get_project(session, project_of_batch(session, batch_id)).settings.get("labels", []):
        if label["id"] == str(label_id):
            return Label.model_validate(label)
    raise NotFound("label", label_id)


def ensure_labels(session: Session, project_id: UUID, names: Sequence[str], *, but: str) -> dict[str, UUID]:
    """The ids of the project's labels with these names, by name; case makes no difference.

    Makes the labels that are missing, except `but`. Names for which the project has no room are left out.
    """
    project = get_project(session, project_id, locked=True)
    stored = list(project.settings.get("labels", []))  # as JSON: a thousand labels, thousands of images
    ids = {label["name"].casefold(): UUID(label["id"]) for label in stored}
    found: dict[str, UUID] = {}
    for given in names:
        name = one_line(given)
        folded = name.casefold()
        if folded not in ids and name != but and len(stored) < MAX_LABELS:
            label = Label(id=uuid4(), name=name, colour=LABEL_COLOURS[len(stored) % len(LABEL_COLOURS)])
            stored.append(label.model_dump(mode="json"))
            ids[folded] = label.id
        if folded in ids:
            found[given] = ids[folded]
    if len(stored) > len(project.settings.get("labels", [])):
        project.settings = project.settings | {"labels": stored}
        project.updated_at = utc_now()
        session.flush()
    return found


def _unique_name(session: Session, name: str) -> AbstractContextManager[None]:
    """Raises Conflict (project_name_taken)."""
    return conflict_where_taken(
        session, "project_name_taken", f"There is a project named {name} already. Choose another name."
    )


def _check_before(project: Project, before: ProjectBefore) -> None:
    now = ProjectSettings(**project.settings)
    changed = [
        field.replace("_", " ")
        for field in sorted(before.model_fields_set)
        if getattr(now, field) != getattr(before, field)
    ]
    if changed:
        raise Conflict(
            "project_changed",
            f"Somebody has changed the {' and the '.join(changed)} meanwhile. Look at that, and save again.",
        )


def _labels_left_out(before: ProjectSettings, change: ProjectChange) -> list[Label]:
    kept = {label.id for label in change.labels}
    return [label for label in before.labels if label.id not in kept]


def _check_unused(session: Session, labels: list[Label]) -> None:
    """A deleted mask does not count: should it come back, its label counts as none."""
    counted = (
        select(Mask.label_id, Mask.state, func.count())
        .where(
            Mask.label_id.in_([label.id for label in labels]),
            Mask.state.in_((MaskState.ACCEPTED, MaskState.PROPOSED)),
        )
        .group_by(Mask.label_id, Mask.state)
    )
    counts = {(label_id, state): count for label_id, state, count in session.execute(counted)}
    for label in labels:
        masks = counts.get((label.id, MaskState.ACCEPTED), 0)
        proposals = counts.get((label.id, MaskState.PROPOSED), 0)
        if masks or proposals:
            users = [
                f"{count} {noun}" if count == 1 else f"{count} {noun}s"
                for noun, count in (("mask", masks), ("proposal", proposals))
                if count
            ]
            has = "has" if masks + proposals == 1 else "have"
            raise Conflict(
                "label_in_use",
                f"{' and '.join(users)} {has} the label {label.name}, so it stays. "
                "Give them another label first.",
            )
