"""The database: declarative base, column types alike on SQLite and PostgreSQL, sessions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

SQLITE_BUSY_SECONDS = 30
POSTGRES_CONNECTIONS = 12  # of each process
POSTGRES_CONNECT_SECONDS = 5  # a host that swallows packets would keep a request for minutes


class Turn(IntEnum):
    """What processes do one after the other: numbers that nothing else locks in this database."""

    SETUP = 8400
    MODELS = 8401


class Base(DeclarativeBase):
    # Named constraints, so that migrations can drop what they made on either database.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC `datetime` in Python; SQLite, which has no time zones, stores it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


def str_enum(kind: type[StrEnum], name: str) -> Enum:
    """A column type that stores the enum's values as text.

    Without a CHECK constraint: a new value must not need a rewrite of the table on SQLite.
    """
    return Enum(
        kind,
        name=name,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def open_engine(url: str) -> Engine:
    """An engine for `url`. SQLite gets WAL, foreign keys, a busy timeout and its parent folder."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=POSTGRES_CONNECTIONS,
            max_overflow=0,  # those beyond `pool_size` would be opened and closed again and again
            connect_args={"connect_timeout": POSTGRES_CONNECT_SECONDS},
        )

    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late; see `_begin`
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot wait for another writer: SQLite answers
        # "database is locked" at once. Taking the write lock at the start lets the busy timeout do its work.
        read_only = connection.get_execution_options().get("maskloop_read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def is_temporary(error: BaseException) -> bool:
    """Whether the same transaction may well succeed later: the database is away, overloaded or locked."""
    if isinstance(error, DBAPIError):
        if isinstance(
            error.orig, sqlite3.Error
        ):  # its OperationalError is also what a wrong statement raises
            primary_code = error.orig.sqlite_errorcode & 0xFF
            return primary_code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    # The second: a connection broke inside a savepoint, whose end then finds nothing to go on with.
    return isinstance(error, PoolTimeoutError | PendingRollbackError)


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def one_at_a_time(engine: Engine, turn: Turn) -> Iterator[None]:
    """Lets one process after the other through the block.

    On SQLite it does nothing: there, whatever writes has the whole database to itself from its start.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(select(func.pg_advisory_lock(turn)))
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(turn)))


def take_turns(session: Session, turn: Turn) -> None:
    """The same for the rest of a session's transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(turn)))


@contextmanager
def session_scope(sessions: sessionmaker[Session], *, read_only: bool = False) -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back when it raises.

    A `read_only` session takes no write lock on SQLite, so that it never waits for a writer.
    """
    if read_only:
        engine = sessions.kw["bind"]
        session = sessions(bind=engine.execution_options(maskloop_read_only=True))
    else:
        session = sessions()
    with session, session.begin():
        yield session
