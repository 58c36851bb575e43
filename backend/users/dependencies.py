"""Who asks, about which project, and whether their role suffices: what all but public routes depend on."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session

from backend.core.database import session_scope
from backend.core.dependencies import get_sessions, get_settings
from backend.core.errors import NotFound, Problem
from backend.core.security import SESSION_COOKIE
from backend.projects.paths import find_owner
from backend.users import access
from backend.users.access import SignedIn, Visitor
from backend.users.models import MAX_USER_AGENT_CHARACTERS, Role

AskedProject = Annotated[
    UUID | None,
    Query(
        description="The project; without it, one's oldest. Not needed where the path names a thing.",
    ),
]


def current_visitor(request: Request) -> Visitor:
    """Raises Problem 401 `not_signed_in`.

    In transactions of its own: that of the request may be for reading only, and work in several transactions
    must not have to wait for it.
    """
    with session_scope(get_sessions(request), read_only=True) as session:
        who = _recognised(session, request)
    _note_use(request, who)
    return who


def current_user(request: Request, project: AskedProject = None) -> SignedIn:
    """As `current_visitor`, in the project that the request is about.

    Raises NotFound for things of projects that the person is not in, and Problem 403 `no_project`.
    """
    with session_scope(get_sessions(request), read_only=True) as session:
        who = _entered(session, request, _recognised(session, request), project)
    _note_use(request, who)
    return who


def recognise(session: Session, request: Request) -> Visitor | None:
    """Who asks, without noting that they did; None: nobody who is signed in."""
    scheme, _, api_token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(SESSION_COOKIE)
    if not get_settings(request).auth:
        return access.first_admin(session)
    if scheme.lower() == "bearer":
        return access.by_api_token(session, api_token.strip())
    return access.by_session(session, cookie) if cookie else None


def is_still_in(request: Request, user: SignedIn) -> bool:
    """Whether their session, and their place in the project, still hold."""
    with session_scope(get_sessions(request), read_only=True) as session:
        who = recognise(session, request)
        found = access.enter(session, who, user.project_id) if who else None
    return found is not None and found.role == user.role


VisitorDep = Annotated[Visitor, Depends(current_visitor)]
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
            user = current_user(request, _asked_project(request))
            for is_sufficient in checks:
                is_sufficient(user)

        async def handle_if_allowed(request: Request) -> Response:
            await run_in_threadpool(check, request)
            return await handle(request)

        return handle_if_allowed


def _asked_project(request: Request) -> UUID | None:
    try:
        return UUID(request.query_params["project"])
    except (KeyError, ValueError):  # of what is no id the route says so
        return None


def _recognised(session: Session, request: Request) -> Visitor:
    who = recognise(session, request)
    if who is None:
        raise Problem(
            status=401,
            code="not_signed_in",
            title="Not signed in",
            detail="Sign in first. Programs send an API token as `Authorization: Bearer mlk_...`.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return who


def _entered(session: Session, request: Request, who: Visitor, project_id: UUID | None) -> SignedIn:
    owner = find_owner(session, request.path_params)
    if owner is not None:
        user = access.enter(session, who, owner.project_id)
        if user is None:
            raise NotFound(owner.what, owner.id)
    elif project_id is not None:
        user = access.enter(session, who, project_id)
        if user is None:
            raise NotFound("project", project_id)
    else:
        user = access.enter(session, who, None)
        if user is None:
            raise Problem(
                status=403,
                code="no_project",
                title="In no project",
                detail="You are in no project yet. Ask an admin to take you into one.",
            )
    return user


def _note_use(request: Request, who: Visitor) -> None:
    user_agent = _user_agent(request)
    if access.is_to_be_noted(who, user_agent):
        with session_scope(get_sessions(request)) as session:
            access.note_use(session, who, get_settings(request).session_seconds, user_agent)


def _user_agent(request: Request) -> str:
    given = request.headers.get("user-agent", "")
    return "".join(filter(str.isprintable, given))[:MAX_USER_AGENT_CHARACTERS]
