"""What managers see of the queue: counts by kind, workers, and single jobs with what they are about."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.paging import Place, cut
from backend.images.models import Embedding, Image
from backend.images.service import split_subject
from backend.jobs.models import Job, JobKind, JobQueue, JobState, Worker
from backend.jobs.schemas import JobOut, JobPage, JobsOverview, KindOut, UnservedQueue, WorkerOut

COUNTS = ("queued", "running", "failed", "done_last_hour")
RECENT_EMBEDDINGS = 20  # the estimate follows the machine's present pace


def show_overview(session: Session, project_id: UUID, *, stale_seconds: float) -> JobsOverview:
    """A project's jobs, and all workers, alive until they have given no sign for `stale_seconds`."""
    workers = list_workers(session, stale_seconds)
    return JobsOverview(
        kinds=_count_by_kind(session, project_id),
        unserved=_unserved_queues(session, project_id, workers),
        workers=workers,
    )


def list_jobs(
    session: Session,
    project_id: UUID,
    *,
    state: JobState | None,
    kind: JobKind | None,
    before: str | None,
    limit: int,
) -> JobPage:
    """`limit` jobs of a project, the last changed ones first."""
    rows = select(Job).where(Job.project_id == project_id)
    rows = rows.order_by(Job.updated_at.desc(), Job.id.desc()).limit(limit + 1)
    if state is not None:
        rows = rows.where(Job.state == state)
    if kind is not None:
        rows = rows.where(Job.kind == kind)
    if before is not None:
        rows = rows.where(Place.read(before).rows_ahead(Job.updated_at, Job.id))
    found = session.scalars(rows).all()
    page, following = cut(found, limit, lambda job: (job.updated_at, job.id))
    return JobPage(items=show_jobs(session, page), next=following)


def show_jobs(session: Session, jobs: Sequence[Job]) -> list[JobOut]:
    images = _images_of(session, jobs)
    return [_to_out(job, images.get(job.id)) for job in jobs]


def show_job(session: Session, job: Job) -> JobOut:
    [out] = show_jobs(session, [job])
    return out


def _count_by_kind(session: Session, project_id: UUID) -> list[KindOut]:
    last_hour = utc_now() - timedelta(hours=1)
    counts: dict[JobKind, dict[str, int]] = {kind: dict.fromkeys(COUNTS, 0) for kind in JobKind}
    since: dict[tuple[JobKind, JobState], datetime | None] = {}
    unfinished = (JobState.QUEUED, JobState.RUNNING, JobState.FAILED)
    by_state = select(Job.kind, Job.state, func.count(), func.min(Job.updated_at), func.min(Job.started_at))
    for kind, state, count, first_queued, first_started in session.execute(
        by_state.where(Job.project_id == project_id, Job.state.in_(unfinished)).group_by(Job.kind, Job.state)
    ):
        counts[kind][state.value] = count
        since[kind, state] = first_queued if state == JobState.QUEUED else first_started
    done = select(Job.kind, func.count()).where(Job.project_id == project_id)
    done = done.where(Job.state == JobState.DONE, Job.updated_at >= last_hour)
    for kind, count in session.execute(done.group_by(Job.kind)):
        counts[kind]["done_last_hour"] = count
    return [
        KindOut(
            kind=kind,
            **counts[kind],
            waiting_since=since.get((kind, JobState.QUEUED)),
            running_since=since.get((kind, JobState.RUNNING)),
            seconds_each=_seconds_of_an_embedding(session) if kind == JobKind.EMBED else None,
        )
        for kind in JobKind
    ]


def _seconds_of_an_embedding(session: Session) -> float | None:
    recent = select(Embedding.compute_ms).order_by(Embedding.created_at.desc()).limit(RECENT_EMBEDDINGS)
    times = session.scalars(recent).all()
    return round(sum(times) / len(times) / 1000, 1) if times else None


def _unserved_queues(session: Session, project_id: UUID, workers: Sequence[WorkerOut]) -> list[UnservedQueue]:
    served = {queue for worker in workers if worker.alive for queue in worker.queues}
    waiting = select(Job.queue, func.count()).where(Job.project_id == project_id)
    waiting = waiting.where(Job.state == JobState.QUEUED).group_by(Job.queue)
    queued = {queue: count for queue, count in session.execute(waiting)}
    return [
        UnservedQueue(queue=queue, queued=queued[queue])
        for queue in JobQueue
        if queue in queued and queue not in served
    ]


def list_workers(session: Session, stale_seconds: float) -> list[WorkerOut]:
    fresh = utc_now() - timedelta(seconds=stale_seconds)
    workers = session.scalars(select(Worker).order_by(Worker.host, Worker.pid)).all()
    return [
        WorkerOut(
            id=worker.id,
            host=worker.host,
            pid=worker.pid,
            queues=[JobQueue(name) for name in worker.queues],
            heartbeat_at=worker.heartbeat_at,
            alive=worker.heartbeat_at > fresh,
        )
        for worker in workers
    ]


def _images_of(session: Session, jobs: Sequence[Job]) -> dict[UUID, Image]:
    """By the jobs that are about them: embeddings name a content, others an image at their end, if any."""
    contents = {job.id: split_subject(job.subject)[0] for job in jobs if job.kind == JobKind.EMBED}
    ids: dict[UUID, UUID] = {}
    for job in jobs:
        if job.kind != JobKind.EMBED:
            with suppress(ValueError):
                ids[job.id] = UUID(job.subject.rpartition(":")[2])
    rows = select(Image).where(Image.sha256.in_(contents.values()) | Image.id.in_(ids.values()))
    # The first of those with the same content is the last one to be put into its place.
    images = session.scalars(rows.order_by(Image.created_at.desc(), Image.id.desc())).all()
    by_content = {image.sha256: image for image in images}
    by_id = {image.id: image for image in images}
    found = {job_id: by_content.get(content) for job_id, content in contents.items()}
    found |= {job_id: by_id.get(image_id) for job_id, image_id in ids.items()}
    return {job_id: image for job_id, image in found.items() if image is not None}


def _to_out(job: Job, image: Image | None) -> JobOut:
    return JobOut(
        id=job.id,
        kind=job.kind,
        image_id=image.id if image else None,
        image_name=image.name if image else None,
        state=job.state,
        attempts=job.attempts,
        progress=job.progress,
        error_code=job.error_code,
        error=job.error,
        created_at=job.created_at,
        started_at=job.started_at,
        updated_at=job.updated_at,
        finished_at=job.finished_at,
    )
