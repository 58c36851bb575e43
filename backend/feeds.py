"""What open pages are told: see core/events.py."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import cast
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse

from backend.core.events import Audience, Broadcaster, Event, Feed, event_response
from backend.exports import service as exports
from backend.images import views as images
from backend.images.schemas import ImageOut
from backend.images.service import in_project
from backend.imports import service as imports
from backend.models import service as models
from backend.models.models import Model
from backend.projects import service as projects
from backend.projects.models import BatchKind, Stage
from backend.training import service as training
from backend.users.access import SignedIn
from backend.users.dependencies import UserDep, is_still_in, require
from backend.users.models import Role
from backend.work.service import IN_QUEUE
from backend.work.visibility import reviewed_by_peers, workers_on_twins

router = APIRouter(tags=["events"], dependencies=[require(Role.ANNOTATOR)])


def image_events(session: Session, image_ids: Collection[UUID]) -> list[Event]:
    """The changed images, and the summary of each project that they are in."""
    changed = images.show_images(session, image_ids)
    ids = [image.id for _, image in changed]
    by_peers, kept_from = reviewed_by_peers(session, ids), workers_on_twins(session, ids)
    events = [
        _image_event(project_id, image, image.id in by_peers, kept_from.get(image.id, frozenset()))
        for project_id, image in changed
    ]
    return events + _summaries(session, {project_id for project_id, _ in changed})


def _image_event(project_id: UUID, image: ImageOut, by_peers: bool, kept_from: frozenset[str]) -> Event:
    """What the queue may hand to anybody, or `by_peers` for review, is told to all (see work/visibility.py).

    It is `kept_from` those who worked on the same picture, as is who works on it now. Others are told
    who works on it, but not of each mask: that was most of what a large team's pages had to read.
    """
    work, gone = image.work, _gone(image.id)
    event = Event("image", f"image:{image.id}", image.model_dump(mode="json"))
    theirs = {str(user_id) for user_id in (work.by, work.held_by, work.assigned_to) if user_id}
    is_open = work.state in IN_QUEUE and work.assigned_to is None
    # Open images that have masks in the automatic stage are those that people had begun.
    is_by_hand = (
        image.batch.stage != Stage.FULLY_AUTOMATIC
        or image.batch.kind == BatchKind.AUDIT
        or image.mask_count > 0
    )
    rest = gone
    if by_peers or (is_open and is_by_hand):
        in_passing = f"{work.state} {work.held_by} {image.embedding.state}"
        rest = replace(event, once=in_passing) if work.held_by else event
    by_id = dict.fromkeys(() if by_peers else kept_from, gone) | dict.fromkeys(theirs, event)
    return replace(event, audience=Audience(by_id, rest), project_id=project_id)


def _gone(image_id: UUID) -> Event:
    return Event("image_gone", f"image:{image_id}", {"id": str(image_id)}, once="gone")


def deletion_events(session: Session, image_ids: Collection[UUID]) -> list[Event]:
    project_ids = images.projects_of_deleted(session, image_ids)
    return [*map(_gone, image_ids), *_summaries(session, project_ids)]


def _summaries(session: Session, project_ids: Iterable[UUID]) -> list[Event]:
    return [
        Event(
            "summary",
            f"summary:{project_id}",
            images.summarise(session, project_id, in_project(project_id)).model_dump(mode="json"),
            Audience(),
            project_id,
        )
        for project_id in project_ids
    ]


def export_events(session: Session, export_ids: Collection[UUID]) -> list[Event]:
    return [
        Event("export", f"export:{out.id}", out.model_dump(mode="json"), Audience(), project_id)
        for project_id, out in exports.show_by_id(session, export_ids)
    ]


def annotation_import_events(session: Session, import_ids: Collection[UUID]) -> list[Event]:
    return [
        Event("annotation_import", f"import:{out.id}", out.model_dump(mode="json"), Audience(), project_id)
        for project_id, out in imports.show_by_id(session, import_ids)
    ]


def training_events(session: Session, run_ids: Collection[UUID]) -> list[Event]:
    return [
        Event("training_run", f"training_run:{out.id}", out.model_dump(mode="json"), Audience(), project_id)
        for project_id, out in training.show_by_id(session, run_ids)
    ]


def model_events(session: Session, model_ids: Collection[UUID]) -> list[Event]:
    return [_model_event(model, model.project_id) for model in models.by_id(session, model_ids)]


def promotion_events(session: Session, promotion_ids: Collection[UUID]) -> list[Event]:
    """The models that a project works with from now on."""
    return [_model_event(model, project_id) for project_id, model in models.promoted(session, promotion_ids)]


def _model_event(model: Model, project_id: UUID | None) -> Event:
    body = models.to_out(model).model_dump(mode="json")
    return Event("model", f"model:{model.id}", body, project_id=project_id)


def project_events(session: Session, project_ids: Collection[UUID]) -> list[Event]:
    shown = [projects.show_project(session, project_id) for project_id in project_ids]
    return [
        Event("project", f"project:{out.id}", out.model_dump(mode="json"), project_id=out.id) for out in shown
    ]


FEEDS = (
    Feed(projects.changes_since, project_events),
    Feed(images.changes_since, image_events),
    Feed(images.deletions_since, deletion_events),
    Feed(exports.changes_since, export_events),
    Feed(imports.changes_since, annotation_import_events),
    Feed(training.changes_since, training_events),
    Feed(models.changes_since, model_events),
    Feed(models.promotions_since, promotion_events),
)


@router.get("/events", response_class=EventSourceResponse)
def follow_events(request: Request, user: UserDep) -> EventSourceResponse:
    """Events: `hello` first, then what changes in the project.

    That is `image`, `summary`, `export`, `annotation_import`, `training_run`; and `model`.

    Annotators are told of images that are theirs or in their queue; of one that is neither they get
    `image_gone`, and no `summary`, `export`, `annotation_import` and `training_run`.
    The stream ends within half a minute after its session, and is no use of it.
    """
    broadcaster = cast(Broadcaster, request.app.state.broadcaster)
    return event_response(
        broadcaster, lambda event: _told_to(user, event), lambda: is_still_in(request, user)
    )


def _told_to(user: SignedIn, event: Event) -> Event | None:
    if event.project_id not in (None, user.project_id):
        return None
    if event.audience is None or user.role.includes(Role.MANAGER):
        return event
    return event.audience.told(str(user.id))
