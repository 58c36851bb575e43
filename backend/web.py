"""The web server: what has to hold before it answers, and `maskloop web`, several processes of it."""

import multiprocessing
import os
import signal
import socket
import threading
from ipaddress import ip_address

import uvicorn
from fastapi import FastAPI
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.supervisors import Multiprocess

from backend.app import create_app
from backend.core.database import is_temporary, session_scope
from backend.core.logging import configure_logging
from backend.core.migrations import migrate
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.users import service as users
from backend.users.entrance import entrance

SSE_GRACE_SECONDS = 2
UNRESPONSIVE_AFTER_SECONDS = 30  # a process that says nothing for this long is replaced


class StartError(Exception):
    """Why the server cannot start, in a sentence for a person."""


def serve(settings: Settings) -> None:
    """Answers with `web_processes` processes until SIGINT or SIGTERM. Raises StartError.

    They share one socket, and whichever is free answers; one that dies is started again.
    """
    refuse_to_be_open(settings)
    listener = listen(settings)
    runtime, address = prepare(settings)
    runtime.engine.dispose()  # its connections must not live on in a process that only watches
    Console().print(f"Maskloop answers at {address}", markup=False, soft_wrap=True)
    config = server_config(f"{__name__}:make_app", settings)
    Multiprocess(config, sockets=[listener]).run()


def make_app() -> FastAPI:
    """The application of one of several processes, which are started with nothing but the environment."""
    configure_logging()
    _end_with_parent()
    return create_app(open_runtime(Settings()))


def server_config(app: FastAPI | str, settings: Settings) -> uvicorn.Config:
    """`app`: an application, or where to find the function that makes one in each of several processes."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=settings.web_processes,
        log_config=None,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=SSE_GRACE_SECONDS,
        timeout_worker_healthcheck=UNRESPONSIVE_AFTER_SECONDS,
    )


def prepare(settings: Settings) -> tuple[Runtime, str]:
    """The runtime, its database migrated, and the address to announce. Raises StartError."""
    runtime = open_runtime(settings)
    try:
        migrate(runtime.engine)
        return runtime, _entrance(runtime)
    except SQLAlchemyError as error:
        if not is_temporary(error):
            raise
        where = runtime.engine.url.render_as_string(hide_password=True)
        raise StartError(
            f"The database does not answer: {where}. Start it, or set MASKLOOP_DATABASE_URL."
        ) from error


def refuse_to_be_open(settings: Settings) -> None:
    if not settings.auth and not _is_loopback(settings.host):
        raise StartError(
            f"Without accounts Maskloop does not listen on {settings.host}: anybody there could change "
            "everything. Leave --no-auth out, or use 127.0.0.1."
        )
    if not settings.auth and (names := _names_elsewhere(settings)):
        raise StartError(
            f"Without accounts Maskloop does not answer to {names[0]}: anybody who comes in by that name "
            "could change everything. Leave --no-auth out, or MASKLOOP_PUBLIC_URL and MASKLOOP_ALLOWED_HOSTS."
        )


def listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()
    except OSError as error:
        raise StartError(
            f"Port {settings.port} cannot be used ({error.strerror}). Is Maskloop running already? "
            "MASKLOOP_PORT chooses another one."
        ) from error
    return listener


def _entrance(runtime: Runtime) -> str:
    """The address to announce. Makes the first admin where there are no users."""
    settings = runtime.settings
    with session_scope(runtime.sessions) as session:
        users.ensure_first_admin(session)
    if not settings.auth:
        return settings.url
    with session_scope(runtime.sessions) as session:
        if not _is_loopback(settings.host) and not users.has_admin_with_password(session):
            raise StartError(
                f"No admin has a password yet, so Maskloop does not listen on {settings.host}. "
                f"`maskloop users password {users.FIRST_ADMIN}` sets one."
            )
        return entrance(session, settings.url)


def _names_elsewhere(settings: Settings) -> list[str]:
    """Host names that are not this machine's own, for which there must be a proxy in front."""
    return [name for name in settings.effective_allowed_hosts if not _is_loopback(name.strip("[]"))]


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _end_with_parent() -> None:
    """Has this process end, as by SIGTERM, when the one that started it was killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
