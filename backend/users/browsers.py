"""Browsers in which a person is signed in, and how they end a session from afar."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import NotFound
from backend.users.access import Visitor
from backend.users.models import UserSession
from backend.users.schemas import BrowserOut

# Of the digest: enough to name a session of a person's own.
ID_CHARACTERS = 16


def list_browsers(session: Session, person: Visitor) -> list[BrowserOut]:
    """Those used last at the beginning."""
    mine = select(UserSession).where(UserSession.user_id == person.id, UserSession.expires_at > utc_now())
    return [
        BrowserOut(
            id=row.digest[:ID_CHARACTERS],
            user_agent=row.user_agent,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            is_this_one=row.digest == _digest_of(person),
        )
        for row in session.scalars(mine.order_by(UserSession.last_used_at.desc(), UserSession.digest))
    ]


def sign_out(session: Session, user_id: UUID, browser_id: str) -> None:
    """Raises NotFound (browser_not_found), also for somebody else's."""
    mine = select(UserSession).where(UserSession.user_id == user_id)
    for row in session.scalars(mine):
        if row.digest[:ID_CHARACTERS] == browser_id:
            session.delete(row)
            return
    raise NotFound("browser", browser_id)


def sign_out_others(session: Session, person: Visitor) -> None:
    """Ends every session of a person but the one that they ask with; a program ends them all."""
    others = (UserSession.user_id == person.id) & (UserSession.digest != (_digest_of(person) or ""))
    session.execute(delete(UserSession).where(others))


def _digest_of(person: Visitor) -> str | None:
    return person.via.digest if isinstance(person.via, UserSession) else None
