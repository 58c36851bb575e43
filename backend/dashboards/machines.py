"""What the machines do: queues, jobs by the hour, failures, storage."""

from uuid import UUID

from sqlalchemy.orm import Session

from backend.core.storage import Storage
from backend.dashboards.schemas import MachinesOut


def show(session: Session, project_id: UUID, storage: Storage, *, stale_seconds: float) -> MachinesOut:
    raise NotImplementedError
