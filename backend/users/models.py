"""Tables of people: who they are, what they may do, and how they come in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now

DIGEST_CHARACTERS = 64
MAX_USER_AGENT_CHARACTERS = 300


class Role(StrEnum):
    """What somebody may do in a project; each role may do what those before it may.

    Annotators make masks. Managers also import, export and change the project. What all projects share, which
    is people, models and the system, belongs to admins, who are that in every project.
    """

    ANNOTATOR = "annotator"
    MANAGER = "manager"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


class User(Base):
    """A person. The row stays for good, since masks and decisions point to it; who leaves is disabled."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)  # the name without its upper and lower case
    is_admin: Mapped[bool] = mapped_column(default=False)  # in every project
    password_hash: Mapped[str | None]  # None: comes in by one-time links and API tokens alone
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to a minute


class Membership(Base):
    """The role of a user in a project: annotator or manager."""

    __tablename__ = "memberships"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role, "role"))


# Tokens themselves are nowhere in the database: who reads it, or a backup, cannot come in with what is there.


class UserSession(Base):
    """A browser that is signed in."""

    __tablename__ = "user_sessions"

    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)  # to a minute
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_agent: Mapped[str | None] = mapped_column(String(MAX_USER_AGENT_CHARACTERS))  # of its last use


class OneTimeLink(Base):
    """Signs a person in once; without `expires_at` it waits until a newer one takes its place."""

    __tablename__ = "one_time_links"

    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Base):
    """Lets one person make an account with this role in the project."""

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), unique=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    role: Mapped[Role] = mapped_column(str_enum(Role, "role"))
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """Lets a program act as its user."""

    __tablename__ = "api_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARACTERS), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to a minute
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FailedSignIn(Base):
    """A wrong password, kept as long as it counts against the name and the address."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (
        Index("ix_failed_sign_ins_name_key_at", "name_key", "at"),
        Index("ix_failed_sign_ins_address_at", "address", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name_key: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
