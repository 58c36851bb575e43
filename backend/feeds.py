"""What open pages are told: see core/events.py."""

from datetime import datetime
from typing import cast

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse

from backend.core.events import Broadcaster, Event, Feed, event_response
from backend.exports import service as exports
from backend.images import views as images
from backend.imports import service as imports
from backend.models import service as models
from backend.users.dependencies import recognise, require
from backend.users.models import Role

router = APIRouter(tags=["events"], dependencies=[require(Role.ANNOTATOR)])


def image_events(session: Session, since: datetime) -> list[Event]:
    """The changed images, and the summary when there are any."""
    changed = images.images_changed_since(session, since)
    events = [Event("image", f"image:{image.id}", image.model_dump(mode="json")) for image in changed]
    if changed:
        summary = images.summarise(session, images.active_encoder(session))
        events.append(Event("summary", "summary", summary.model_dump(mode="json")))
    return events


def export_events(session: Session, since: datetime) -> list[Event]:
    changed = exports.changed_since(session, since)
    return [Event("export", f"export:{out.id}", out.model_dump(mode="json")) for out in changed]


def annotation_import_events(session: Session, since: datetime) -> list[Event]:
    changed = imports.changed_since(session, since)
    return [Event("annotation_import", f"import:{out.id}", out.model_dump(mode="json")) for out in changed]


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
def follow_events(request: Request) -> EventSourceResponse:
    """Events: `hello` first, then what changes: `image`, `summary`, `export`, `annotation_import`, `model`.

    The stream ends within half a minute after its session, and is no use of it.
    """
    broadcaster = cast(Broadcaster, request.app.state.broadcaster)
    return event_response(broadcaster, lambda: recognise(request) is not None)
