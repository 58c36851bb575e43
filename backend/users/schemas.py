"""People, sessions, invitations and API tokens on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.users.models import Role

MOST_TOKEN_DAYS = 3650

# Without control characters, of which PostgreSQL's text cannot hold NUL.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Password = Annotated[str, StringConstraints(min_length=10, max_length=200)]
GivenPassword = Annotated[str, StringConstraints(max_length=200)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Person(BaseModel):
    id: UUID
    name: str


class ProjectOfUser(BaseModel):
    """A project that somebody is in."""

    id: UUID
    name: str
    role: Role


class SessionOut(BaseModel):
    """Who asks, and what they may do. `auth` is false where everybody is the local admin."""

    user: Person
    project_id: UUID | None = Field(description="That one is in now; null: in none.")
    role: Role | None = Field(description="In that project.")
    projects: list[ProjectOfUser] = Field(description="All of one's own, oldest first.")
    has_password: bool
    expires_at: datetime | None = Field(description="Unless it is used before; null: not by itself.")
    auth: bool


class BrowserOut(BaseModel):
    """A browser in which the person is signed in."""

    id: str
    user_agent: str | None = Field(description="What it calls itself; null: it was not used since.")
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_this_one: bool = Field(description="Whether it is the one that asks.")


class SignIn(Body):
    name: Name
    password: GivenPassword


class TokenIn(Body):
    token: Token


class PasswordChange(Body):
    current: GivenPassword | None = Field(default=None, description="Needed when there is one.")
    new: Password


class MemberOut(BaseModel):
    """Somebody whom images can be assigned to."""

    id: UUID
    name: str
    role: Role


class UserOut(BaseModel):
    id: UUID
    name: str
    role: Role | None = Field(description="In the project; null: not in it.")
    is_admin: bool = Field(description="In every project.")
    projects: list[ProjectOfUser] = Field(description="That they were taken into.")
    has_password: bool
    disabled: bool
    created_at: datetime
    last_seen_at: datetime | None


class UserChange(Body):
    """What is left out stays as it is."""

    role: Role | None = Field(
        default=None, description="In the project, or admin of all; null takes the person out of the project."
    )
    disabled: bool = False
    name: Name = ""


class LinkOut(BaseModel):
    """`token` goes behind `/enter#`; it is told this once."""

    token: str
    expires_at: datetime


class InvitationIn(Body):
    role: Role


class InvitationOut(BaseModel):
    id: UUID
    role: Role
    created_by_name: str
    created_at: datetime
    expires_at: datetime


class InvitationMade(InvitationOut):
    """`token` is told this once."""

    token: str


class InvitationLook(BaseModel):
    """What an invitation is to."""

    role: Role
    project: str
    invited_by: str
    expires_at: datetime


class InvitationAccept(Body):
    token: Token
    name: Name
    password: Password


class ApiTokenIn(Body):
    name: Name
    days: Annotated[int, Field(ge=1, le=MOST_TOKEN_DAYS)] | None = Field(
        default=None, description="How long it lasts; null: until it is deleted."
    )


class ApiTokenOut(BaseModel):
    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class ApiTokenMade(ApiTokenOut):
    """`token` is told this once; programs send it as `Authorization: Bearer ...`."""

    token: str
