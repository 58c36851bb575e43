"""Images that are annotated once more, in batches of their own, to be compared with their originals."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.images import service as images
from backend.images.models import Image
from backend.projects.draws import is_drawn
from backend.projects.models import Batch, BatchKind


def draw_second_look(session: Session, image: Image, batch: Batch) -> Image | None:
    """Queues a submitted image for a second person if the batch's share draws it; None: it does not."""
    if batch.kind != BatchKind.WORK or not is_drawn(image.id, batch.second_share, "second look"):
        return None
    batch = session.get_one(Batch, batch.id, with_for_update=True)  # of two who submit at once one waits here
    looks = select(Batch).where(Batch.parent_id == batch.id, Batch.kind == BatchKind.SECOND_LOOK)
    second = session.scalars(looks).one_or_none()
    if second is None:
        second = child_of(batch, BatchKind.SECOND_LOOK, f"{batch.name}: second look")
        session.add(second)
        session.flush()
    return images.find_by_content(session, second.id, image.sha256) or add_twin(session, image, second.id)


def child_of(batch: Batch, kind: BatchKind, name: str) -> Batch:
    return Batch(
        project_id=batch.project_id,
        parent_id=batch.id,
        name=name,
        stage=batch.stage,
        kind=kind,
        priority=batch.priority,
    )


def add_twin(session: Session, image: Image, batch_id: UUID) -> Image:
    """The same picture once more, with nothing on it."""
    twin = Image(
        batch_id=batch_id,
        original_id=image.id,
        name=image.name,
        sha256=image.sha256,
        width=image.width,
        height=image.height,
        original_key=image.original_key,
        picture_key=image.picture_key,
        thumbnail_key=image.thumbnail_key,
    )
    session.add(twin)
    session.flush()
    return twin
