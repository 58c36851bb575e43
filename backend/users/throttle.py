"""Guessing passwords is slow: too many wrong ones, and the name or the address has to wait.

It is counted in the database, so that it holds over several web processes.
"""

import math
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope, utc_now
from backend.core.errors import Problem
from backend.users.models import FailedSignIn

WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 5
MOST_BY_ADDRESS = 20


def begin_attempt(sessions: sessionmaker[Session], name_key: str, address: str) -> None:
    """Counts an attempt as failed before its password is looked at; `forgive` takes that back.

    Raises Problem 429 `too_many_attempts`; such an attempt does not count.
    """
    now = utc_now()
    attempt = FailedSignIn(name_key=name_key, address=address, at=now)
    with session_scope(sessions) as session:
        session.execute(delete(FailedSignIn).where(FailedSignIn.at <= now - WINDOW))
        session.add(attempt)
    # A transaction later, so that those who try at the same moment see each other.
    with session_scope(sessions) as session:
        free_at = max(
            _free_at(session, FailedSignIn.name_key == name_key, MOST_BY_NAME, now),
            _free_at(session, FailedSignIn.address == address, MOST_BY_ADDRESS, now),
        )
        if free_at > now:
            session.execute(delete(FailedSignIn).where(FailedSignIn.id == attempt.id))
    if free_at > now:
        raise _too_many(free_at - now)


def forgive(session: Session, name_key: str, address: str) -> None:
    """After a right password: mistakes made with this name at this address count no longer."""
    mine = (FailedSignIn.name_key == name_key) & (FailedSignIn.address == address)
    session.execute(delete(FailedSignIn).where(mine))


def _free_at(session: Session, whose: ColumnElement[bool], most: int, now: datetime) -> datetime:
    """When the next attempt is allowed, the one under way being among those counted."""
    counted = select(FailedSignIn.at).where(whose, FailedSignIn.at > now - WINDOW)
    last_too_many = session.scalar(counted.order_by(FailedSignIn.at.desc()).offset(most).limit(1))
    return last_too_many + WINDOW if last_too_many else now


def _too_many(pause: timedelta) -> Problem:
    seconds = math.ceil(pause.total_seconds())
    minutes = math.ceil(seconds / 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return Problem(
        status=429,
        code="too_many_attempts",
        title="Too many attempts",
        detail=f"There were too many wrong passwords. Try again in {wait}, or ask an admin for a link.",
        headers={"Retry-After": str(seconds)},
    )
