"""Handing in an image, and what follows from it."""

from uuid import UUID

from sqlalchemy.orm import Session

from backend.images.models import Image
from backend.projects.models import Batch
from backend.quality import service as quality
from backend.quality import twins
from backend.work import service
from backend.work.review import state_after_submit


def submit(session: Session, image_id: UUID, holder: str) -> Image:
    """Says that an image's masks are complete: it is submitted, or goes to review if it is drawn.

    Raises NotFound and Conflict as `service.decide` does.
    """
    image = service.lock(session, image_id)
    batch = session.get_one(Batch, image.batch_id)
    image = service.decide(session, image_id, state_after_submit(batch, image_id), holder)
    twins.draw_second_look(session, image, batch)
    quality.compare(session, image, batch)
    return image
