"""Errors as the web sees them: problem+json (RFC 9457) with a stable `code`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.core.database import is_temporary
from backend.core.storage import BlobMissingError

log = structlog.get_logger(__name__)

TRY_AGAIN_AFTER_SECONDS = 2
CODES_BY_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Problem(Exception):  # noqa: N818, the term of RFC 9457
    """An expected failure of a request. `code` is for programs and never changes; `detail` is for people."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = headers


class NotFound(Problem):
    """404 with the code `<what>_not_found`, `what` being one word such as "image"."""

    def __init__(self, what: str, identifier: object) -> None:
        super().__init__(
            status=404,
            code=f"{what}_not_found",
            title=f"No such {what}",
            detail=f"There is no {what} with the id {identifier}.",
        )


class Conflict(Problem):
    """409: the request is well formed but does not fit the present state."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(status=409, code=code, title="Conflict", detail=detail)


@contextmanager
def conflict_where_taken(session: Session, code: str, detail: str) -> Iterator[None]:
    """Raises Conflict where what is written in the block meets a constraint; what was before it stays."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        raise Conflict(code, detail) from error


INTERNAL = Problem(
    status=500,
    code="internal",
    title="Internal error",
    detail="The server made a mistake. Its log says more.",
)

DATABASE_AWAY = Problem(
    status=503,
    code="database_away",
    title="The database is away",
    detail="The database does not answer just now. Try again in a few seconds.",
    headers={"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)},
)


BLOB_MISSING = Problem(
    status=404,
    code="file_missing",
    title="The file is missing",
    detail="This file is missing in the server's storage. Ask an admin to bring it back from a backup; "
    "a photo that has none can be deleted and imported again.",
    headers={"Cache-Control": "no-store"},
)


def problem_response(problem: Problem) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"urn:maskloop:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.errors is not None:
        body["errors"] = problem.errors
    return JSONResponse(
        body, status_code=problem.status, headers=problem.headers, media_type="application/problem+json"
    )


def install_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    def _problem(_request: Request, error: Problem) -> JSONResponse:
        return problem_response(error)

    @app.exception_handler(BlobMissingError)
    def _missing(request: Request, error: BlobMissingError) -> JSONResponse:
        log.error("a file is missing in the storage", path=request.url.path, key=str(error))
        return problem_response(BLOB_MISSING)

    @app.exception_handler(RequestValidationError)
    def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"location": list(item["loc"]), "message": item["msg"]} for item in error.errors()]
        where = "; ".join(f"{'.'.join(map(str, item['location']))}: {item['message']}" for item in errors)
        return problem_response(
            Problem(status=422, code="invalid_request", title="Invalid request", detail=where, errors=errors)
        )

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> JSONResponse:
        code = CODES_BY_STATUS.get(error.status_code, f"http_{error.status_code}")
        title = code.replace("_", " ").capitalize()
        return problem_response(
            Problem(
                status=error.status_code,
                code=code,
                title=title,
                detail=str(error.detail),
                headers=dict(error.headers or {}),
            )
        )


class UnexpectedErrors:
    """Middleware that turns mistakes of ours into 500 problems, and a database that is away into 503.

    A handler for Exception would run outside all other middleware, so that its response had no headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting_start)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise  # too late for another response: the server closes the connection
            if is_temporary(error):
                log.warning("database away", path=scope["path"], error=str(error))
            else:
                log.exception("request failed")
            await problem_response(DATABASE_AWAY if is_temporary(error) else INTERNAL)(scope, receive, send)
