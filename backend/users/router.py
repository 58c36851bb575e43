"""HTTP of people: sessions, invitations, users and API tokens."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response, status
from sqlalchemy.orm import Session

from backend.core.database import session_scope, utc_now
from backend.core.dependencies import SessionDep, SessionsDep, SettingsDep
from backend.core.errors import NotFound
from backend.core.security import SESSION_COOKIE
from backend.settings import Settings
from backend.users import access, api_tokens, browsers, invitations, service, signin
from backend.users.access import Visitor
from backend.users.dependencies import AskedProject, UserDep, VisitorDep, current_visitor, require
from backend.users.models import Role
from backend.users.schemas import (
    ApiTokenIn,
    ApiTokenMade,
    ApiTokenOut,
    BrowserOut,
    InvitationAccept,
    InvitationIn,
    InvitationLook,
    InvitationMade,
    InvitationOut,
    LinkOut,
    MemberOut,
    PasswordChange,
    Person,
    SessionOut,
    SignIn,
    TokenIn,
    UserChange,
    UserOut,
)

# The longest that browsers keep one: the server decides when a session is over.
COOKIE_SECONDS = 400 * 24 * 3600

router = APIRouter(tags=["users"])
public = APIRouter()
own = APIRouter(dependencies=[Depends(current_visitor)])
admins = APIRouter(dependencies=[require(Role.ADMIN)])

UserId = Annotated[UUID, Path(description="Id of the user.")]


@public.post("/session")
def sign_in(
    wanted: SignIn, request: Request, response: Response, sessions: SessionsDep, settings: SettingsDep
) -> SessionOut:
    """Signs in by name and password. 401 `wrong_password`, 429 `too_many_attempts` with `Retry-After`."""
    person, token = signin.sign_in(
        sessions,
        wanted.name,
        wanted.password,
        address=_address(request),
        seconds=settings.session_seconds,
    )
    _set_cookie(request, response, token)
    with session_scope(sessions, read_only=True) as session:
        return _session_out(session, person, settings)


@public.post("/session/link")
def sign_in_by_link(
    link: TokenIn, request: Request, response: Response, session: SessionDep, settings: SettingsDep
) -> SessionOut:
    """Signs in by a link that works once. 401 `link_used`."""
    person, token = signin.sign_in_by_link(session, link.token, settings.session_seconds)
    _set_cookie(request, response, token)
    return _session_out(session, person, settings)


@public.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
def sign_out(request: Request, response: Response, session: SessionDep) -> None:
    """Ends the session that the cookie is of, if there is one."""
    if token := request.cookies.get(SESSION_COOKIE):
        signin.end_session(session, token)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")


@own.get("/session")
def show_session(
    who: VisitorDep, session: SessionDep, settings: SettingsDep, project: AskedProject = None
) -> SessionOut:
    """Who asks. 401 `not_signed_in`, 404 `project_not_found`."""
    return _session_out(session, who, settings, project)


@own.put("/session/password", status_code=status.HTTP_204_NO_CONTENT)
def change_password(
    change: PasswordChange, request: Request, user: VisitorDep, sessions: SessionsDep
) -> None:
    """Sets one's password and ends one's other sessions. 401 `wrong_password`, 429 `too_many_attempts`."""
    signin.change_password(sessions, user, change.current, change.new, address=_address(request))


@own.get("/session/browsers")
def list_browsers(user: VisitorDep, session: SessionDep) -> list[BrowserOut]:
    """Where one is signed in, those used last at the beginning."""
    return browsers.list_browsers(session, user)


@own.delete("/session/browsers", status_code=status.HTTP_204_NO_CONTENT)
def sign_out_others(user: VisitorDep, session: SessionDep) -> None:
    """Signs one out everywhere but here."""
    browsers.sign_out_others(session, user)


@own.delete("/session/browsers/{browser_id}", status_code=status.HTTP_204_NO_CONTENT)
def sign_out_browser(browser_id: str, user: VisitorDep, session: SessionDep) -> None:
    """Signs one out in one browser. 404 `browser_not_found`."""
    browsers.sign_out(session, user.id, browser_id)


@public.post("/invitations/look")
def look_at_invitation(invitation: TokenIn, session: SessionDep) -> InvitationLook:
    """What an invitation is to. 404 `invitation_invalid`."""
    return invitations.look(session, invitation.token)


@public.post("/invitations/accept")
def accept_invitation(
    wanted: InvitationAccept,
    request: Request,
    response: Response,
    sessions: SessionsDep,
    settings: SettingsDep,
) -> SessionOut:
    """Makes an account and signs in. 404 `invitation_invalid`, 409 `name_taken`."""
    person, token = invitations.accept(sessions, wanted, seconds=settings.session_seconds)
    _set_cookie(request, response, token)
    with session_scope(sessions, read_only=True) as session:
        return _session_out(session, person, settings)


@admins.get("/invitations")
def list_invitations(session: SessionDep, user: UserDep) -> list[InvitationOut]:
    """Those to the project that somebody can still accept."""
    return invitations.list_open(session, user.project_id)


@admins.post("/invitations", status_code=status.HTTP_201_CREATED)
def invite(wanted: InvitationIn, user: UserDep, session: SessionDep) -> InvitationMade:
    """Makes an invitation into the project for one person; its token is told this once."""
    return invitations.invite(session, wanted.role, user.id, user.project_id)


@admins.delete("/invitations/{invitation_id}", status_code=status.HTTP_204_NO_CONTENT)
def take_back_invitation(invitation_id: UUID, session: SessionDep) -> None:
    """Ends an invitation that nobody has accepted."""
    invitations.take_back(session, invitation_id)


@router.get("/members", dependencies=[require(Role.MANAGER)])
def list_members(session: SessionDep, user: UserDep) -> list[MemberOut]:
    """Who can be given work."""
    return service.list_members(session, user.project_id)


@admins.get("/users")
def list_users(session: SessionDep, user: UserDep) -> list[UserOut]:
    """Everybody, those who came first at the beginning."""
    return service.list_users(session, user.project_id)


@admins.patch("/users/{user_id}")
def change_user(user_id: UserId, change: UserChange, session: SessionDep, user: UserDep) -> UserOut:
    """Renames, gives a role in the project, disables or enables.

    409 `name_taken`, and `last_admin` when nobody would be left who can do this.
    """
    return service.change_user(session, user_id, change, user.project_id)


@admins.post("/users/{user_id}/link", status_code=status.HTTP_201_CREATED)
def make_link(user_id: UserId, session: SessionDep) -> LinkOut:
    """A link that signs the person in once, such as after a forgotten password; earlier ones end."""
    expires_at = utc_now() + signin.LINK_LASTS
    token = signin.make_link(session, service.get_user(session, user_id), expires_at=expires_at)
    return LinkOut(token=token, expires_at=expires_at)


@own.get("/tokens")
def list_tokens(user: VisitorDep, session: SessionDep) -> list[ApiTokenOut]:
    """One's own API tokens."""
    return api_tokens.list_api_tokens(session, user.id)


@own.post("/tokens", status_code=status.HTTP_201_CREATED)
def make_token(wanted: ApiTokenIn, user: VisitorDep, session: SessionDep) -> ApiTokenMade:
    """Makes an API token; it is told this once."""
    return api_tokens.make_api_token(session, user.id, wanted.name, days=wanted.days)


@own.delete("/tokens/{token_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_token(token_id: UUID, user: VisitorDep, session: SessionDep) -> None:
    """Ends one of one's own API tokens."""
    api_tokens.delete_api_token(session, user.id, token_id)


def _set_cookie(request: Request, response: Response, token: str) -> None:
    # Strict is enough for links from other pages: they open a page that is public, and it asks by itself.
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=COOKIE_SECONDS,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _session_out(
    session: Session, person: Visitor, settings: Settings, project_id: UUID | None = None
) -> SessionOut:
    present = access.enter(session, person, project_id)
    if project_id is not None and present is None:
        raise NotFound("project", project_id)
    return SessionOut(
        user=Person(id=person.id, name=person.name),
        project_id=present.project_id if present else None,
        role=present.role if present else None,
        projects=service.own_projects(session, person),
        has_password=person.has_password,
        expires_at=person.expires_at,
        auth=settings.auth,
    )


for part in (public, own, admins):
    router.include_router(part)
