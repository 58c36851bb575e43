"""What routers ask for. It hangs on `app.state`, so that several applications can live in one process."""

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import POSTGRES_CONNECTIONS, session_scope
from backend.core.storage import Storage
from backend.settings import Settings

READING_METHODS = {"GET", "HEAD", "OPTIONS"}
SPARE_CONNECTIONS = 4


def get_settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def get_storage(request: Request) -> Storage:
    return cast(Storage, request.app.state.storage)


def get_sessions(request: Request) -> sessionmaker[Session]:
    return cast(sessionmaker[Session], request.app.state.sessions)


def get_session(request: Request) -> Iterator[Session]:
    """One transaction per request, read-only for reading methods."""
    with session_scope(get_sessions(request), read_only=request.method in READING_METHODS) as session:
        yield session


SettingsDep = Annotated[Settings, Depends(get_settings)]
StorageDep = Annotated[Storage, Depends(get_storage)]
# For work that needs several short transactions instead of one per request.
SessionsDep = Annotated[sessionmaker[Session], Depends(get_sessions)]
# Scope "function": the commit happens before the response leaves, so that "201" is never said too early.
# The limit leaves connections to the short transactions beside those of requests. Without it, requests could
# hold all connections while they wait for a thread, and others all threads while they wait for a connection.
SessionDep = Annotated[
    Session, Depends(get_session, scope="function", max_concurrency=POSTGRES_CONNECTIONS - SPARE_CONNECTIONS)
]
