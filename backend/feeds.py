"""What open pages are told: see core/events.py."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.core.events import Event, Feed
from backend.exports import service as exports
from backend.images import views as images
from backend.models import service as models


def image_events(session: Session, since: datetime) -> list[Event]:
    """The changed images, and the summary when there are any."""
    changed = images.images_changed_since(session, since)
    events = [Event("image", f"image:{image.id}", image.model_dump(mode="json")) for image in changed]
    if changed:
        summary = images.summarise(session, images.active_encoder(session))
        events.append(Event("summary", "summary", summary.model_dump(mode="json")))
    return events


def export_events(session: Session, since: datetime) -> list[Event]:
    changed = [exports.to_out(session, export) for export in exports.changed_since(session, since)]
    return [Event("export", f"export:{out.id}", out.model_dump(mode="json")) for out in changed]


def model_events(session: Session, since: datetime) -> list[Event]:
    changed = [models.to_out(model) for model in models.changed_since(session, since)]
    return [Event("model", f"model:{out.id}", out.model_dump(mode="json")) for out in changed]


FEEDS: tuple[Feed, ...] = (image_events, export_events, model_events)
