"""Who asks, and whether their role suffices: what every route that is not public depends on."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from backend.core.database import session_scope
from backend.core.dependencies import get_sessions, get_settings
from backend.core.errors import Problem
from backend.core.security import SESSION_COOKIE
from backend.users import access
from backend.users.access import SignedIn
from backend.users.models import MAX_USER_AGENT_CHARACTERS, Role


def current_user(request: Request) -> SignedIn:
    """Raises Problem 401 `not_signed_in`.

    In transactions of its own: that of the request may be for reading only, and work in several transactions
    must not have to wait for it.
    """
    user = recognise(request)
    if user is None:
        raise Problem(
            status=401,
            code="not_signed_in",
            title="Not signed in",
            detail="Sign in first. Programs send an API token as `Authorization: Bearer mlk_...`.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    user_agent = _user_agent(request)
    if access.is_to_be_noted(user, user_agent):
        with session_scope(get_sessions(request)) as session:
            access.note_use(session, user, get_settings(request).session_seconds, user_agent)
    return user


def _user_agent(request: Request) -> str:
    given = request.headers.get("user-agent", "")
    return "".join(filter(str.isprintable, given))[:MAX_USER_AGENT_CHARACTERS]


def recognise(request: Request) -> SignedIn | None:
    """Who asks, without noting that they did; None: nobody who is signed in."""
    scheme, _, api_token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(SESSION_COOKIE)
    with session_scope(get_sessions(request), read_only=True) as session:
        if not get_settings(request).auth:
            return access.first_admin(session)
        if scheme.lower() == "bearer":
            return access.by_api_token(session, api_token.strip())
        return access.by_session(session, cookie) if cookie else None


UserDep = Annotated[SignedIn, Depends(current_user)]


@dataclass(frozen=True)
class _RoleCheck:
    needed: Role

    def __call__(self, user: UserDep) -> None:
        if not user.role.includes(self.needed):
            raise Problem(
                status=403,
                code="not_allowed",
                title="Not allowed",
                detail=f"This needs the role {self.needed}; yours is {user.role}. An admin can change it.",
            )


def require(role: Role) -> Any:
    """For `dependencies` of a router or route: 401 `not_signed_in` or 403 `not_allowed` for all others."""
    return Depends(_RoleCheck(role))


class RoleFirst(APIRoute):
    """For `route_class` of a router with uploads: the role is looked at before the body is read as well.

    FastAPI reads it before it asks dependencies, and who may not upload could fill the disk with gigabytes.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        checks = [asked.dependency for asked in self.dependencies if isinstance(asked.dependency, _RoleCheck)]
        if self.body_field is None:
            return handle

        def check(request: Request) -> None:
            user = current_user(request)
            for is_sufficient in checks:
                is_sufficient(user)

        async def handle_if_allowed(request: Request) -> Response:
            await run_in_threadpool(check, request)
            return await handle(request)

        return handle_if_allowed
