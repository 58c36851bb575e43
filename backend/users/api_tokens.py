"""API tokens: what a program acts with in the name of a person."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import NotFound
from backend.users import service
from backend.users.models import ApiToken
from backend.users.schemas import ApiTokenMade, ApiTokenOut
from backend.users.tokens import API_TOKEN_PREFIX, make_token


def make_api_token(session: Session, user_id: UUID, name: str, *, days: int | None) -> ApiTokenMade:
    """Raises Conflict (user_disabled)."""
    service.refuse_disabled(service.get_user(session, user_id))
    token, digest = make_token(API_TOKEN_PREFIX)
    expires_at = utc_now() + timedelta(days=days) if days is not None else None
    row = ApiToken(digest=digest, user_id=user_id, name=name, expires_at=expires_at)
    session.add(row)
    session.flush()
    return ApiTokenMade(**to_out(row).model_dump(), token=token)


def list_api_tokens(session: Session, user_id: UUID) -> list[ApiTokenOut]:
    """Oldest first."""
    mine = select(ApiToken).where(ApiToken.user_id == user_id)
    return [to_out(row) for row in session.scalars(mine.order_by(ApiToken.created_at, ApiToken.id))]


def delete_api_token(session: Session, user_id: UUID, token_id: UUID) -> None:
    """Raises NotFound (token_not_found), also for somebody else's."""
    row = session.get(ApiToken, token_id)
    if row is None or row.user_id != user_id:
        raise NotFound("token", token_id)
    session.delete(row)


def to_out(row: ApiToken) -> ApiTokenOut:
    return ApiTokenOut(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
    )
