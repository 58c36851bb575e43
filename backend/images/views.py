"""What the page sees of images: each with its embedding's state and mask count, in the order of import."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, func, literal, select, tuple_, union
from sqlalchemy.orm import Session, aliased

from backend.core.database import utc_now
from backend.core.paging import Place, cut
from backend.images.models import DeletedImage, Embedding, Image
from backend.images.schemas import (
    BatchOfImage,
    EmbeddingOut,
    EmbeddingState,
    ImageDetail,
    ImageOut,
    ImagePage,
    Neighbours,
    Summary,
    WorkOut,
)
from backend.images.service import get_image
from backend.jobs.models import Job, JobKind, JobState
from backend.masks import service as masks
from backend.models import service as models
from backend.models.models import Model
from backend.projects.models import Batch
from backend.projects.service import project_of_batch
from backend.users import service as users

SHA256_CHARACTERS = 64
RECENT_EMBEDDINGS = 20  # the estimate follows the machine's present pace
EMBEDDING_STATES = {
    JobState.QUEUED: EmbeddingState.QUEUED,
    JobState.RUNNING: EmbeddingState.COMPUTING,
    JobState.DONE: EmbeddingState.READY,
    JobState.FAILED: EmbeddingState.FAILED,
}

ImageRows = Select[Image, Batch, Embedding, Job]
IMPORT_ORDER = (Image.created_at, Image.id)


def list_images(
    session: Session, project_id: UUID, which: ColumnElement[bool], *, after: str | None, limit: int
) -> ImagePage:
    """`limit` of a project's images `which` behind `after`, or the first."""
    encoders = models.encoders_in(session, project_id)
    rows = _with_state(encoders).where(which).order_by(*IMPORT_ORDER).limit(limit + 1)
    if after is not None:
        rows = rows.where(Place.read(after).rows_behind(*IMPORT_ORDER))
    page, following = cut(_to_out(session, rows), limit, lambda image: (image.created_at, image.id))
    return ImagePage(items=list(page), next=following, summary=summarise(session, project_id, which))


def show_image(session: Session, image_id: UUID, which: ColumnElement[bool]) -> ImageDetail:
    """With its neighbours among the images `which`. Raises NotFound."""
    image = get_image(session, image_id)
    project_id = project_of_batch(session, image.batch_id)
    lineage = models.lineage(session, project_id)
    [out] = _to_out(session, _with_state(models.encoders_of(lineage)).where(Image.id == image_id))
    model = _working_model(session, image, lineage)
    return ImageDetail(
        **out.model_dump(),
        project_id=project_id,
        neighbours=_neighbours(session, image, which),
        model=models.to_out(model) if model else None,
    )


def working_model(session: Session, image: Image) -> Model | None:
    """The model that an image works with.

    The newest of its project's whose encoder has embedded it, or the present one, which it waits for.
    """
    return _working_model(session, image, models.lineage(session, project_of_batch(session, image.batch_id)))


def _working_model(session: Session, image: Image, lineage: Sequence[Model]) -> Model | None:
    there = select(Embedding.encoder_digest).where(Embedding.image_sha256 == image.sha256)
    return models.model_for(lineage, set(session.scalars(there)))


def changes_since(session: Session, since: datetime) -> list[tuple[UUID, datetime]]:
    """Images that are new, or whose embedding, masks, state or lease changed, each with the time of it."""
    embedded = select(Image.id, Embedding.created_at).join(Embedding, Embedding.image_sha256 == Image.sha256)
    content = func.substr(Job.subject, 1, SHA256_CHARACTERS)
    moved = select(Image.id, Job.updated_at).join(Job, content == Image.sha256)
    # A union, not an OR: each part has its index, and this is asked four times a second.
    changes: CompoundSelect[UUID, datetime] = union(
        select(Image.id, Image.created_at).where(Image.created_at >= since),
        embedded.where(Embedding.created_at >= since),
        moved.where(Job.kind == JobKind.EMBED, Job.updated_at >= since),
        masks.changes_since(since),
        select(Image.id, Image.work_updated_at).where(Image.work_updated_at >= since),
    )
    return [(image_id, changed_at) for image_id, changed_at in session.execute(changes)]


def show_images(session: Session, image_ids: Collection[UUID]) -> list[tuple[UUID, ImageOut]]:
    """Those that are there, each with its project's id."""
    owners = select(Batch.project_id, Image.id).join(Image, Image.batch_id == Batch.id)
    by_project: dict[UUID, list[UUID]] = defaultdict(list)
    for project_id, image_id in session.execute(owners.where(Image.id.in_(image_ids))):
        by_project[project_id].append(image_id)
    shown = []
    for project_id, ids in by_project.items():
        rows = _with_state(models.encoders_in(session, project_id)).where(Image.id.in_(ids))
        shown += [(project_id, image) for image in _to_out(session, rows.order_by(*IMPORT_ORDER))]
    return shown


def deletions_since(session: Session, since: datetime) -> list[tuple[UUID, datetime]]:
    gone = select(DeletedImage.id, DeletedImage.deleted_at).where(DeletedImage.deleted_at >= since)
    return [(image_id, deleted_at) for image_id, deleted_at in session.execute(gone)]


def projects_of_deleted(session: Session, image_ids: Collection[UUID]) -> set[UUID]:
    """Of images that were deleted a short while ago."""
    owners = select(DeletedImage.project_id).where(DeletedImage.id.in_(image_ids))
    return {project_id for project_id in session.scalars(owners) if project_id}


def active_encoder(session: Session, project_id: UUID) -> str | None:
    """Of the model that new embeddings of the project are computed with."""
    model = models.active_in(session, project_id)
    return model.encoder_digest if model else None


def summarise(session: Session, project_id: UUID, which: ColumnElement[bool]) -> Summary:
    """Counts of a project's images `which` by the state of their embeddings by its present encoder.

    And how long the missing ones will take, during which people go on with earlier ones.
    """
    encoder_digest = active_encoder(session, project_id)
    rows = _with_state([encoder_digest] if encoder_digest else []).with_only_columns(
        Embedding.image_sha256.is_not(None), Job.state, func.count()
    )
    rows = rows.where(which)
    counts = dict.fromkeys(EmbeddingState, 0)
    for embedded, job_state, count in session.execute(
        rows.group_by(Embedding.image_sha256.is_not(None), Job.state)
    ):
        counts[_state(embedded, job_state)] += count
    missing = counts[EmbeddingState.QUEUED] + counts[EmbeddingState.COMPUTING]
    return Summary(
        total=sum(counts.values()),
        **{state.value: count for state, count in counts.items()},
        seconds_left=_seconds_left(session, encoder_digest, missing, counts[EmbeddingState.COMPUTING]),
    )


def stands_behind(image: Image) -> ColumnElement[bool]:
    """In the order of import."""
    return Place(image.created_at, image.id).rows_behind(*IMPORT_ORDER)


def _seconds_left(session: Session, encoder_digest: str | None, missing: int, computing: int) -> float | None:
    """None while nothing is missing, or nothing was computed yet to judge by."""
    recent = (
        select(Embedding.compute_ms)
        .where(Embedding.encoder_digest == encoder_digest)
        .order_by(Embedding.created_at.desc())
        .limit(RECENT_EMBEDDINGS)
    )
    times = session.scalars(recent).all()
    if not missing or not times:
        return None
    return round(sum(times) / len(times) / 1000 * missing / max(1, computing), 1)


def _with_state(encoders: Sequence[str]) -> ImageRows:
    """Images, each with its embedding by the first of these encoders that has made one, if any.

    And with the job of the first encoder, the present one.
    """
    present = literal(encoders[0] if encoders else "")
    embedding = and_(
        Embedding.image_sha256 == Image.sha256, Embedding.encoder_digest == _first_that_embedded(encoders)
    )
    job = and_(Job.kind == JobKind.EMBED, Job.subject == Image.sha256 + literal(":") + present)
    return (
        select(Image, Batch, Embedding, Job)
        .join(Batch, Batch.id == Image.batch_id)
        .outerjoin(Embedding, embedding)
        .outerjoin(Job, job)
    )


def _first_that_embedded(encoders: Sequence[str]) -> ColumnElement[str]:
    if len(encoders) < 2:
        return literal(encoders[0] if encoders else "")
    stored = aliased(Embedding)
    order = case({encoder: place for place, encoder in enumerate(encoders)}, value=stored.encoder_digest)
    return (
        select(stored.encoder_digest)
        .where(stored.image_sha256 == Image.sha256, stored.encoder_digest.in_(encoders))
        .order_by(order)
        .limit(1)
        .correlate(Image)
        .scalar_subquery()
    )


def _to_out(session: Session, rows: ImageRows) -> list[ImageOut]:
    found = session.execute(rows).all()
    images = [image for image, _, _, _ in found]
    mask_counts = masks.count_by_image(session, [image.id for image in images])
    people = [person for image in images for person in (image.work_by, image.lease_holder, image.assigned_to)]
    names = users.names_by_id(session, people)
    return [
        ImageOut(
            id=image.id,
            name=image.name,
            width=image.width,
            height=image.height,
            created_at=image.created_at,
            mask_count=mask_counts.get(image.id, 0),
            thumbnail_url=f"/api/images/{image.id}/thumbnail",
            picture_url=f"/api/images/{image.id}/picture",
            embedding=_embedding_out(embedding, job),
            work=_work_out(image, names),
            batch=BatchOfImage(id=batch.id, name=batch.name, stage=batch.stage, kind=batch.kind),
            priority=image.priority,
            split=image.split,
        )
        for image, batch, embedding, job in found
    ]


def _embedding_out(embedding: Embedding | None, job: Job | None) -> EmbeddingOut:
    state = _state(embedding is not None, job.state if job else None)
    failure = job if state == EmbeddingState.FAILED else None
    return EmbeddingOut(
        state=state,
        error_code=failure.error_code if failure else None,
        error=failure.error if failure else None,
        attempts=job.attempts if job else 0,
        compute_ms=embedding.compute_ms if embedding else None,
    )


def _state(embedded: bool, job_state: JobState | None) -> EmbeddingState:
    if embedded:  # the row is what counts: its job may still be about to say that it is done
        return EmbeddingState.READY
    return EMBEDDING_STATES[job_state] if job_state else EmbeddingState.QUEUED


def _work_out(image: Image, names: Mapping[str, str]) -> WorkOut:
    held = image.lease_until is not None and image.lease_until > utc_now()
    holder = image.lease_holder if held else None
    return WorkOut(
        state=image.work_state,
        note=image.work_note,
        by=image.work_by,
        by_name=names.get(image.work_by or ""),
        at=image.work_at,
        held_by=holder,
        held_by_name=names.get(holder or ""),
        held_until=image.lease_until if held else None,
        assigned_to=image.assigned_to,
        assigned_to_name=names.get(str(image.assigned_to)),
    )


def _neighbours(session: Session, image: Image, which: ColumnElement[bool]) -> Neighbours:
    behind = and_(which, stands_behind(image))
    before = tuple_(*IMPORT_ORDER) < tuple_(image.created_at, image.id)
    descending = [column.desc() for column in IMPORT_ORDER]
    position = session.scalar(select(func.count()).select_from(Image).where(which, before)) or 0
    return Neighbours(
        previous_id=session.scalar(select(Image.id).where(which, before).order_by(*descending).limit(1)),
        next_id=session.scalar(select(Image.id).where(behind).order_by(*IMPORT_ORDER).limit(1)),
        position=position + 1,
        total=session.scalar(select(func.count()).select_from(Image).where(which)) or 0,
    )
