"""What every worker looks at every few seconds: runs that are due, and runs that no worker survives."""

import structlog
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope
from backend.core.errors import Conflict
from backend.training import progress, service

log = structlog.get_logger(__name__)


def start_due_runs(sessions: sessionmaker[Session]) -> None:
    """Looks first without holding up anybody who writes: mostly there is nothing to do."""
    with session_scope(sessions, read_only=True) as session:
        due = service.rules_that_are_due(session)
        has_lost = bool(progress.given_up(session))
        abandoned = progress.abandoned(session)
    if has_lost:
        with session_scope(sessions) as session:
            progress.fail_given_up(session)
    for run_id in abandoned:
        with session_scope(sessions) as session:
            progress.let_go(session, run_id)
    for rule, trigger in due:
        try:
            with session_scope(sessions) as session:
                run = service.start_due_run(session, rule, trigger)
        except Conflict as conflict:  # another worker was faster
            log.debug("no run started", project=str(rule.project_id), reason=conflict.code)
        else:
            log.info("run started", run=str(run.id), stage=rule.stage.value, trigger=trigger.value)
