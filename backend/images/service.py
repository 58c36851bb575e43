"""Rules of images and embeddings."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.images.models import Embedding, Image, WorkState
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.projects import service as projects
from backend.projects.models import Batch


def get_image(session: Session, image_id: UUID) -> Image:
    """Raises NotFound (image_not_found)."""
    image = session.get(Image, image_id)
    if image is None:
        raise NotFound("image", image_id)
    return image


def in_project(project_id: UUID) -> ColumnElement[bool]:
    """A condition on images."""
    return Image.batch_id.in_(projects.batches_of(project_id))


def names_by_id(session: Session, image_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Images that are gone are left out."""
    named = select(Image.id, Image.name).where(Image.id.in_(image_ids))
    return {image_id: name for image_id, name in session.execute(named)}


def find_by_content(session: Session, batch_id: UUID, sha256: str) -> Image | None:
    return session.scalars(
        select(Image).where(Image.batch_id == batch_id, Image.sha256 == sha256)
    ).one_or_none()


def embedding_subject(image_sha256: str, encoder_digest: str) -> str:
    return f"{image_sha256}:{encoder_digest}"


def split_subject(subject: str) -> tuple[str, str]:
    """-> (image sha256, encoder digest)"""
    image_sha256, _, encoder_digest = subject.partition(":")
    return image_sha256, encoder_digest


def request_embedding(session: Session, image_sha256: str, encoder_digest: str, project_id: UUID) -> None:
    """Queues the embedding unless it is there, under way or failed; for the project that asks first."""
    if find_embedding(session, image_sha256, encoder_digest) is None:
        subject = embedding_subject(image_sha256, encoder_digest)
        job = jobs.enqueue(session, JobKind.EMBED, subject, JobQueue.EMBED, project_id=project_id)
        if job.state == JobState.DONE:  # all images with this content were deleted before it ran
            jobs.run_again(session, job)


def request_missing_embeddings(session: Session, encoder_digest: str, project_ids: Select[UUID]) -> int:
    """Queues what this encoder has not embedded yet of these projects, which work with it now; how many.

    In the order in which the queue hands out images, what is open first.
    """
    embedded = exists().where(
        Embedding.image_sha256 == Image.sha256, Embedding.encoder_digest == encoder_digest
    )
    queued = exists().where(
        Job.kind == JobKind.EMBED, Job.subject == Image.sha256 + literal(":") + literal(encoder_digest)
    )
    missing = session.execute(
        select(Image.sha256, Batch.project_id)
        .join(Batch, Batch.id == Image.batch_id)
        .where(~embedded, ~queued, Batch.project_id.in_(project_ids))
        .order_by(
            Image.work_state != WorkState.OPEN,
            Batch.priority.desc(),
            Image.priority.desc(),
            Image.created_at,
            Image.id,
        )
    ).all()
    first_asked = {image_sha256: project_id for image_sha256, project_id in reversed(missing)}
    contents = dict.fromkeys(image_sha256 for image_sha256, _ in missing)
    wanted = {embedding_subject(sha256, encoder_digest): first_asked[sha256] for sha256 in contents}
    try:
        with session.begin_nested():
            jobs.enqueue_new(session, JobKind.EMBED, wanted, JobQueue.EMBED)
    except IntegrityError:  # an import has queued one of them meanwhile
        for image_sha256 in contents:
            request_embedding(session, image_sha256, encoder_digest, first_asked[image_sha256])
    return len(contents)


def count_unembedded(session: Session, project_id: UUID, encoder_digest: str | None) -> int:
    """How many photos of a project this encoder has yet to embed; None: an encoder that is new."""
    photos = select(func.count(Image.sha256.distinct())).where(in_project(project_id))
    if encoder_digest is not None:
        photos = photos.where(~is_embedded([encoder_digest]))
    return session.scalar(photos) or 0


def is_embedded(encoders: Sequence[str]) -> ColumnElement[bool]:
    """A condition on images: one of these encoders has embedded it."""
    return exists().where(Embedding.image_sha256 == Image.sha256, Embedding.encoder_digest.in_(encoders))


def find_embedding(session: Session, image_sha256: str, encoder_digest: str) -> Embedding | None:
    return session.get(Embedding, (image_sha256, encoder_digest))


def get_embedding(session: Session, image: Image, encoder_digest: str | None) -> Embedding:
    """Raises Conflict (embedding_not_ready)."""
    embedding = find_embedding(session, image.sha256, encoder_digest) if encoder_digest else None
    if embedding is None:
        raise Conflict("embedding_not_ready", f"The embedding of {image.name} is not computed yet.")
    return embedding


def retry_embedding(session: Session, image: Image, encoder_digest: str | None) -> None:
    """Queues a failed embedding again. Raises Conflict (not_failed)."""
    job = None
    if encoder_digest:
        job = jobs.find(session, JobKind.EMBED, embedding_subject(image.sha256, encoder_digest))
    if job is None or not jobs.retry(session, job):
        raise Conflict("not_failed", f"The embedding of {image.name} did not fail.")
