"""What open pages are told: see core/events.py."""

from datetime import datetime
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
from backend.projects.models import BatchKind, Stage
from backend.users.access import SignedIn
from backend.users.dependencies import UserDep, is_still_in, require
from backend.users.models import Role
from backend.work.service import IN_QUEUE
from backend.work.visibility import workers_on_twins

router = APIRouter(tags=["events"], dependencies=[require(Role.ANNOTATOR)])


def image_events(session: Session, since: datetime) -> list[Event]:
    """The changed and the deleted images, and the summary when there are any."""
    changed = images.images_changed_since(session, since)
    kept_from = workers_on_twins(session, [image.id for _, image in changed])
    events = [
        Event(
            "image",
            f"image:{image.id}",
            image.model_dump(mode="json"),
            _audience_of(image, kept_from.get(image.id, frozenset())),
            project_id,
        )
        for project_id, image in changed
    ]
    deleted = images.images_deleted_since(session, since)
    events += [_gone(image_id) for _, image_id in deleted]
    for project_id in {project_id for project_id, _ in (*changed, *deleted) if project_id}:
        summary = images.summarise(session, in_project(project_id), images.active_encoder(session))
        body = summary.model_dump(mode="json")
        events.append(Event("summary", f"summary:{project_id}", body, Audience(), project_id))
    return events


def _audience_of(image: ImageOut, kept_from: frozenset[str]) -> Audience | None:
    """What the queue may hand to anybody is told to all in the project (compare work/visibility.py).

    It is `kept_from` those who worked on the same picture, as is who works on it now.
    """
    work, gone = image.work, _gone(image.id)
    theirs = frozenset(str(user_id) for user_id in (work.by, work.held_by, work.assigned_to) if user_id)
    is_open = work.state in IN_QUEUE and work.assigned_to is None
    if is_open and (image.batch.stage != Stage.FULLY_AUTOMATIC or image.batch.kind == BatchKind.AUDIT):
        others = kept_from - theirs
        return Audience(others, everybody=True, instead=gone) if others else None
    return Audience(theirs, instead=gone)


def _gone(image_id: UUID) -> Event:
    return Event("image_gone", f"image:{image_id}", {"id": str(image_id)})


def export_events(session: Session, since: datetime) -> list[Event]:
    changed = exports.changed_since(session, since)
    return [
        Event("export", f"export:{out.id}", out.model_dump(mode="json"), Audience(), project_id)
        for project_id, out in changed
    ]


def annotation_import_events(session: Session, since: datetime) -> list[Event]:
    changed = imports.changed_since(session, since)
    return [
        Event("annotation_import", f"import:{out.id}", out.model_dump(mode="json"), Audience(), project_id)
        for project_id, out in changed
    ]


def model_events(session: Session, since: datetime) -> list[Event]:
    changed = [models.to_out(model) for model in models.changed_since(session, since)]
    return [Event("model", f"model:{out.id}", out.model_dump(mode="json")) for out in changed]


FEEDS: tuple[Feed, ...] = (
    image_events,
    export_events,
    annotation_import_events,
    model_events,
)


@router.get("/events", response_class=EventSourceResponse)
def follow_events(request: Request, user: UserDep) -> EventSourceResponse:
    """Events: `hello` first, then what changes in the project.

    That is `image`, `summary`, `export`, `annotation_import`; and `model`.

    Annotators are told of images that are theirs or in their queue; of one that is neither they get
    `image_gone`, and no `summary`, `export` and `annotation_import`.
    The stream ends within half a minute after its session, and is no use of it.
    """
    broadcaster = cast(Broadcaster, request.app.state.broadcaster)
    return event_response(
        broadcaster, lambda event: _told_to(user, event), lambda: is_still_in(request, user)
    )


def _told_to(user: SignedIn, event: Event) -> Event | None:
    if event.project_id not in (None, user.project_id):
        return None
    audience = event.audience
    if audience is None or user.role.includes(Role.MANAGER) or audience.includes(str(user.id)):
        return event
    return audience.instead
