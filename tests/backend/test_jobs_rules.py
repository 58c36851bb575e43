"""The life of a job on both databases; who loses a race must notice."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from backend.core.database import session_scope, utc_now
from backend.jobs import service
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.runtime import Runtime


def new_job(runtime: Runtime, subject: str = "a:b", project_id: UUID | None = None) -> UUID:
    with session_scope(runtime.sessions) as session:
        return service.enqueue(session, JobKind.EMBED, subject, JobQueue.EMBED, project_id=project_id).id


def look(runtime: Runtime, job_id: UUID) -> Job:
    with session_scope(runtime.sessions, read_only=True) as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def age(runtime: Runtime, job_id: UUID, **columns: timedelta) -> None:
    """Moves timestamps of the row into the past."""
    values = {name: utc_now() - ago for name, ago in columns.items()}
    with session_scope(runtime.sessions) as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def messages(runtime: Runtime) -> list[str]:
    return [path.name for path in runtime.settings.queue_dir.glob("*.msg")]


def sweep(runtime: Runtime, *, max_attempts: int = 3) -> tuple[int, int]:
    with session_scope(runtime.sessions) as session:
        taken_back = service.take_back_stale(session, stale_seconds=15, max_attempts=max_attempts)
        resent = service.resend_lost(session, JobQueue.EMBED)
    return taken_back, resent


def test_same_work_is_queued_once(runtime: Runtime) -> None:
    assert new_job(runtime) == new_job(runtime)
    assert len(messages(runtime)) == 1


def test_same_work_queued_at_the_same_time_is_one_job(runtime: Runtime) -> None:
    barrier = Barrier(4)
    ids: list[UUID] = []

    def queue() -> None:
        barrier.wait()
        ids.append(new_job(runtime))

    threads = [Thread(target=queue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == 1


def test_message_leaves_only_after_the_commit(runtime: Runtime) -> None:
    with session_scope(runtime.sessions) as session:
        job = service.enqueue(session, JobKind.EMBED, "a:b", JobQueue.EMBED)
        with session.begin_nested():
            pass  # releasing a savepoint is not the commit
        assert messages(runtime) == []
    assert len(messages(runtime)) == 1
    assert look(runtime, job.id).sent_at is not None


def test_rolled_back_job_sends_nothing(runtime: Runtime) -> None:
    with runtime.sessions() as session:
        service.enqueue(session, JobKind.EMBED, "a:b", JobQueue.EMBED)
        session.rollback()
        session.commit()
    assert messages(runtime) == []


@pytest.fixture
def broken_queue(runtime: Runtime) -> Iterator[None]:
    """The message folder is not there; it comes back when the test ends it."""
    folder = runtime.settings.queue_dir
    folder.rename(folder.with_name("gone"))
    yield
    folder.with_name("gone").rename(folder)


@pytest.mark.usefixtures("broken_queue")
def test_unreachable_queue_leaves_the_job_queued(runtime: Runtime) -> None:
    job = look(runtime, new_job(runtime))
    assert (job.state, job.sent_at) == (JobState.QUEUED, None)


def test_two_claims_of_one_job(runtime: Runtime) -> None:
    job_id = new_job(runtime)
    barrier = Barrier(4)
    tokens: list[UUID | None] = []

    def claim() -> None:
        barrier.wait()
        with session_scope(runtime.sessions) as session:
            tokens.append(service.claim(session, job_id))

    threads = [Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(token is not None for token in tokens) == 1
    assert look(runtime, job_id).attempts == 1


def test_run_that_lost_its_claim_changes_nothing(runtime: Runtime) -> None:
    job_id = new_job(runtime)
    with session_scope(runtime.sessions) as session:
        first = service.claim(session, job_id)
    assert first is not None
    age(runtime, job_id, heartbeat_at=timedelta(seconds=16))
    assert sweep(runtime)[0] == 1
    with session_scope(runtime.sessions) as session:
        second = service.claim(session, job_id)
        assert second is not None
        assert not service.heartbeat(session, first)
        assert not service.report_progress(session, first, 0.5)
        assert not service.fail(session, first, code="x", message="x")
        assert not service.finish(session, first)
        assert service.finish(session, second)
    job = look(runtime, job_id)
    assert (job.state, job.attempts, job.error) == (JobState.DONE, 2, None)


def test_job_with_a_fresh_heartbeat_is_left_alone(runtime: Runtime) -> None:
    job_id = new_job(runtime)
    with session_scope(runtime.sessions) as session:
        service.claim(session, job_id)
    age(runtime, job_id, heartbeat_at=timedelta(seconds=14), sent_at=timedelta(hours=1))
    assert sweep(runtime) == (0, 0)


def test_job_that_lost_too_many_workers_is_given_up(runtime: Runtime) -> None:
    job_id = new_job(runtime)
    for _ in range(3):
        with session_scope(runtime.sessions) as session:
            assert service.claim(session, job_id)
        age(runtime, job_id, heartbeat_at=timedelta(seconds=16))
        assert sweep(runtime)[0] == 1
    job = look(runtime, job_id)
    assert (job.state, job.error_code) == (JobState.FAILED, "worker_lost")
    assert "3 times" in (job.error or "")
    with session_scope(runtime.sessions) as session:
        job = session.get_one(Job, job_id)
        assert service.retry(session, job)
        assert not service.retry(session, job)
    assert (look(runtime, job_id).state, look(runtime, job_id).attempts) == (JobState.QUEUED, 0)


def test_lost_message_is_sent_again_when_its_queue_stands_still(runtime: Runtime) -> None:
    job_id = new_job(runtime)
    age(runtime, job_id, sent_at=timedelta(seconds=9))
    assert sweep(runtime) == (0, 0)
    age(runtime, job_id, sent_at=timedelta(seconds=11))
    assert sweep(runtime) == (0, 1)
    assert sweep(runtime) == (0, 0)
    assert len(messages(runtime)) == 2


def test_waiting_behind_others_is_not_being_lost(runtime: Runtime) -> None:
    waiting, running = new_job(runtime, "a:b"), new_job(runtime, "c:d")
    with session_scope(runtime.sessions) as session:
        token = service.claim(session, running)
    assert token is not None
    age(runtime, waiting, sent_at=timedelta(minutes=5))
    assert sweep(runtime) == (0, 0)
    with session_scope(runtime.sessions) as session:
        service.finish(session, token)
    assert sweep(runtime) == (0, 0)
    age(runtime, running, finished_at=timedelta(seconds=11))
    assert sweep(runtime) == (0, 1)


def test_two_sweepers_at_once_send_one_message(runtime: Runtime) -> None:
    job_id = new_job(runtime)
    age(runtime, job_id, sent_at=timedelta(seconds=11))
    barrier = Barrier(4)
    results: list[tuple[int, int]] = []

    def run() -> None:
        barrier.wait()
        results.append(sweep(runtime))

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(0, 0), (0, 0), (0, 0), (0, 1)]
    assert len(messages(runtime)) == 2  # the first and one more


def test_two_sweepers_at_once_take_back_once(runtime: Runtime) -> None:
    job_id = new_job(runtime)
    with session_scope(runtime.sessions) as session:
        service.claim(session, job_id)
    age(runtime, job_id, heartbeat_at=timedelta(seconds=16))
    barrier = Barrier(4)
    results: list[int] = []

    def run() -> None:
        barrier.wait()
        results.append(sweep(runtime)[0])

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 0, 0, 1]


def test_unknown_job_is_no_error(runtime: Runtime) -> None:
    with session_scope(runtime.sessions) as session:
        assert service.claim(session, uuid4()) is None
