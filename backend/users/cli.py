"""`maskloop users`: who is there, and how they come in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from backend.core.database import session_scope, utc_now
from backend.core.errors import Problem
from backend.projects.cli import ProjectName, find_project
from backend.runtime import open_runtime
from backend.settings import Settings
from backend.users import api_tokens, service, signin
from backend.users.entrance import link_address
from backend.users.models import Role, User
from backend.users.passwords import hash_password
from backend.users.schemas import MOST_TOKEN_DAYS, Name, Password, UserChange

app = typer.Typer(no_args_is_help=True, help="People: list, add, let in, keep out.")
console = Console()

UserName = Annotated[str, typer.Argument(metavar="NAME", help="Name of a user.")]


@app.command("list")
def list_users(project: ProjectName = None) -> None:
    """Show everybody, with their role in the project."""
    with _session() as session:
        users = service.list_users(session, find_project(session, project).id)
    table = Table("name", "role", "password", "last seen")
    for user in users:
        seen = user.last_seen_at.strftime("%Y-%m-%d %H:%M UTC") if user.last_seen_at else "never"
        name = f"{user.name} (disabled)" if user.disabled else user.name
        table.add_row(name, user.role.value if user.role else "-", "yes" if user.has_password else "no", seen)
    console.print(table)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What they sign in with and others see.")],
    role: Annotated[Role, typer.Option(help="What they may do in the project.")] = Role.ANNOTATOR,
    project: ProjectName = None,
) -> None:
    """Add somebody, without a password."""
    with _session() as session:
        user = service.add_user(session, _checked(Name, name), role, find_project(session, project).id)
    _say(f"{user.name} is here as {role}. `maskloop users link '{user.name}'` prints an address to come in.")


@app.command()
def link(name: UserName) -> None:
    """Print an address that signs somebody in once, within a day."""
    with _session() as session:
        token = signin.make_link(session, _find(session, name), expires_at=utc_now() + signin.LINK_LASTS)
    typer.echo(link_address(Settings().url, token))


@app.command()
def password(
    name: UserName,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read it from the first line of the input.")] = False,
) -> None:
    """Set somebody's password and sign them out everywhere."""
    with _session() as session:
        _find(session, name)
    given = typer.get_text_stream("stdin").readline().rstrip("\r\n") if stdin else _ask()
    password_hash = hash_password(_checked(Password, given))
    with _session() as session:
        user = _find(session, name)
        service.set_password(session, user, password_hash)
    _say(f"{user.name} has a new password.")


@app.command()
def disable(name: UserName) -> None:
    """Keep somebody out from now on; what they made stays."""
    with _session() as session:
        user = _find(session, name)
        _change(session, user, UserChange(disabled=True))
    _say(f"{user.name} is out: sessions, links and API tokens have ended.")


@app.command()
def enable(name: UserName) -> None:
    """Let somebody in again."""
    with _session() as session:
        user = _find(session, name)
        _change(session, user, UserChange(disabled=False))
    _say(f"{user.name} can sign in again.")


@app.command()
def role(
    name: UserName,
    role: Annotated[Role, typer.Argument(help="What they may do; admin: in every project.")],
    project: ProjectName = None,
) -> None:
    """Change what somebody may do in a project."""
    with _session() as session:
        user = _find(session, name)
        _change(session, user, UserChange(role=role), project)
    _say(f"{user.name} is {role} now.")


@app.command()
def token(
    user: UserName,
    name: Annotated[str, typer.Option(help="What it is for.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=MOST_TOKEN_DAYS, help="How long it lasts; default: for good.")
    ] = None,
) -> None:
    """Print a new API token of somebody's: programs send it as `Authorization: Bearer TOKEN`."""
    with _session() as session:
        made = api_tokens.make_api_token(session, _find(session, user).id, _checked(Name, name), days=days)
    typer.echo(made.token)


@contextmanager
def _session() -> Iterator[Session]:
    """With the first admin in it. Expected failures end the command with their sentence, not a traceback."""
    try:
        with session_scope(open_runtime(Settings()).sessions) as session:
            service.ensure_first_admin(session)
            yield session
    except Problem as problem:
        _refuse(problem.detail, problem)


def _find(session: Session, name: str) -> User:
    user = service.find_by_name(session, name)
    if user is None:
        raise Problem(
            status=404,
            code="user_not_found",
            title="No such user",
            detail=f"There is nobody named {name}. `maskloop users list` shows who is there.",
        )
    return user


def _change(session: Session, user: User, change: UserChange, project: str | None = None) -> None:
    service.change_user(session, user.id, change, find_project(session, project).id)


def _ask() -> str:
    given: str = typer.prompt("New password", hide_input=True, confirmation_prompt="The same again")
    return given


def _checked(kind: Any, given: str) -> str:
    """What was given, cleaned up, if the web server would take it as well."""
    try:
        accepted: str = TypeAdapter(kind).validate_python(given)
    except ValidationError as error:
        what = "password" if kind is Password else "name"
        _refuse(f"This {what} cannot be used: {error.errors()[0]['msg']}.", error)
    return accepted


def _say(sentence: str) -> None:
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _refuse(message: str, cause: Exception) -> NoReturn:
    Console(stderr=True).print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1) from cause
