"""Invitations: an admin makes one, somebody takes it and has an account."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope, utc_now
from backend.core.errors import NotFound, Problem
from backend.projects.models import Project
from backend.users import service
from backend.users.access import Visitor
from backend.users.models import Invitation, Role, User
from backend.users.passwords import hash_password
from backend.users.schemas import InvitationAccept, InvitationLook, InvitationMade, InvitationOut
from backend.users.signin import start_session
from backend.users.tokens import digest_of, make_token

LASTS = timedelta(days=7)


def invite(session: Session, role: Role, by: UUID, project_id: UUID) -> InvitationMade:
    token, digest = make_token()
    invitation = Invitation(
        digest=digest,
        project_id=project_id,
        role=role,
        created_by=by,
        expires_at=utc_now() + LASTS,
    )
    session.add(invitation)
    session.flush()
    out = _to_out(invitation, service.get_user(session, by).name)
    return InvitationMade(**out.model_dump(), token=token)


def list_open(session: Session, project_id: UUID) -> list[InvitationOut]:
    """Those to the project that somebody can still accept, oldest first."""
    rows = select(Invitation, User.name).join(User, User.id == Invitation.created_by)
    rows = rows.where(_is_open(), Invitation.project_id == project_id)
    return [_to_out(*row) for row in session.execute(rows.order_by(Invitation.created_at, Invitation.id))]


def take_back(session: Session, invitation_id: UUID) -> None:
    """Raises NotFound (invitation_not_found), also for one that was accepted."""
    mine = select(Invitation).where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None))
    invitation = session.scalars(mine.with_for_update()).one_or_none()
    if invitation is None:
        raise NotFound("invitation", invitation_id)
    session.delete(invitation)


def look(session: Session, token: str) -> InvitationLook:
    """Raises Problem 404 `invitation_invalid`."""
    invitation = _find_open(session, token)
    return InvitationLook(
        role=invitation.role,
        project=session.get_one(Project, invitation.project_id).name,
        invited_by=service.get_user(session, invitation.created_by).name,
        expires_at=invitation.expires_at,
    )


def accept(
    sessions: sessionmaker[Session], wanted: InvitationAccept, *, seconds: float
) -> tuple[Visitor, str]:
    """-> (the new user, their session's token)

    Raises Problem 404 `invitation_invalid` and 409 `name_taken`, after which it stays open.
    """
    with session_scope(sessions, read_only=True) as session:
        _find_open(session, wanted.token)
    password_hash = hash_password(wanted.password)  # between transactions: it takes its time
    with session_scope(sessions) as session:
        invitation = _find_open(session, wanted.token)
        user = service.add_user(
            session, wanted.name, invitation.role, invitation.project_id, password_hash=password_hash
        )
        invitation.accepted_by, invitation.accepted_at = user.id, utc_now()
        return start_session(session, user, seconds)


def _find_open(session: Session, token: str) -> Invitation:
    mine = select(Invitation).where(Invitation.digest == digest_of(token), _is_open())
    # Of two who accept it at the same moment the second finds it accepted.
    invitation = session.scalars(mine.with_for_update()).one_or_none()
    if invitation is None:
        raise Problem(
            status=404,
            code="invitation_invalid",
            title="The invitation is over",
            detail="This invitation was accepted or taken back, or is too old. Ask an admin for another one.",
        )
    return invitation


def _is_open() -> ColumnElement[bool]:
    return Invitation.accepted_at.is_(None) & (Invitation.expires_at > utc_now())


def _to_out(invitation: Invitation, created_by_name: str) -> InvitationOut:
    return InvitationOut(
        id=invitation.id,
        role=invitation.role,
        created_by_name=created_by_name,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )
