"""Who may call what: every route with everybody, over real connections."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from backend.app import create_app
from backend.core.database import session_scope, utc_now
from backend.core.security import SESSION_COOKIE
from backend.runtime import Runtime
from backend.users import service as users
from backend.users.models import Role, User, UserSession
from backend.users.signin import start_session
from tests.backend.worlds import add_person

Route = tuple[str, str]

# The least role that a route is for; None: it is public.
LEAST: dict[Route, Role | None] = {
    ("GET", "/api/openapi.json"): None,
    ("GET", "/"): None,
    ("GET", "/api/health"): None,
    ("POST", "/api/session"): None,
    ("POST", "/api/session/link"): None,
    ("DELETE", "/api/session"): None,
    ("POST", "/api/invitations/look"): None,
    ("POST", "/api/invitations/accept"): None,
    ("GET", "/api/session"): Role.ANNOTATOR,
    ("PUT", "/api/session/password"): Role.ANNOTATOR,
    ("GET", "/api/session/browsers"): Role.ANNOTATOR,
    ("DELETE", "/api/session/browsers/{browser_id}"): Role.ANNOTATOR,
    ("DELETE", "/api/session/browsers"): Role.ANNOTATOR,
    ("GET", "/api/tokens"): Role.ANNOTATOR,
    ("POST", "/api/tokens"): Role.ANNOTATOR,
    ("DELETE", "/api/tokens/{token_id}"): Role.ANNOTATOR,
    ("GET", "/api/events"): Role.ANNOTATOR,
    ("GET", "/api/project"): Role.ANNOTATOR,
    ("GET", "/api/projects"): Role.ANNOTATOR,
    ("GET", "/api/images"): Role.ANNOTATOR,
    ("GET", "/api/images/{image_id}"): Role.ANNOTATOR,
    ("GET", "/api/images/{image_id}/picture"): Role.ANNOTATOR,
    ("GET", "/api/images/{image_id}/thumbnail"): Role.ANNOTATOR,
    ("GET", "/api/images/{image_id}/embedding"): Role.ANNOTATOR,
    ("GET", "/api/images/{image_id}/masks"): Role.ANNOTATOR,
    ("GET", "/api/images/{image_id}/overlay"): Role.ANNOTATOR,
    ("PUT", "/api/images/{image_id}/lease"): Role.ANNOTATOR,
    ("DELETE", "/api/images/{image_id}/lease"): Role.ANNOTATOR,
    ("POST", "/api/images/{image_id}/submit"): Role.ANNOTATOR,
    ("POST", "/api/images/{image_id}/skip"): Role.ANNOTATOR,
    ("POST", "/api/images/{image_id}/flag"): Role.ANNOTATOR,
    ("POST", "/api/images/{image_id}/later"): Role.ANNOTATOR,
    ("POST", "/api/images/{image_id}/reopen"): Role.ANNOTATOR,
    ("PUT", "/api/masks/{mask_id}"): Role.ANNOTATOR,
    ("DELETE", "/api/masks/{mask_id}"): Role.ANNOTATOR,
    ("GET", "/api/masks/{mask_id}/logs"): Role.ANNOTATOR,
    ("POST", "/api/masks/{mask_id}/restore"): Role.ANNOTATOR,
    ("POST", "/api/images/{image_id}/accept"): Role.ANNOTATOR,
    ("POST", "/api/images/{image_id}/return"): Role.ANNOTATOR,
    ("POST", "/api/masks/{mask_id}/accept"): Role.ANNOTATOR,
    ("POST", "/api/masks/{mask_id}/reject"): Role.ANNOTATOR,
    ("POST", "/api/masks/{mask_id}/propose"): Role.ANNOTATOR,
    ("GET", "/api/queue"): Role.ANNOTATOR,
    ("GET", "/api/review"): Role.ANNOTATOR,
    ("POST", "/api/review/next"): Role.ANNOTATOR,
    ("POST", "/api/queue/next"): Role.ANNOTATOR,
    ("GET", "/api/models/active"): Role.ANNOTATOR,
    ("GET", "/api/models/{model_id}/decoder"): Role.ANNOTATOR,
    ("POST", "/api/images"): Role.MANAGER,
    ("PATCH", "/api/images"): Role.MANAGER,
    ("POST", "/api/images/decide"): Role.MANAGER,
    ("POST", "/api/images/delete"): Role.MANAGER,
    ("POST", "/api/images/{image_id}/review"): Role.MANAGER,
    ("GET", "/api/batches"): Role.MANAGER,
    ("GET", "/api/dashboard"): Role.MANAGER,
    ("GET", "/api/dashboard/machines"): Role.MANAGER,
    ("GET", "/api/dashboard/{chart}.csv"): Role.MANAGER,
    ("GET", "/api/members"): Role.MANAGER,
    ("GET", "/api/quality"): Role.MANAGER,
    ("POST", "/api/batches/{batch_id}/audits"): Role.MANAGER,
    ("POST", "/api/batches"): Role.MANAGER,
    ("PATCH", "/api/batches/{batch_id}"): Role.MANAGER,
    ("DELETE", "/api/batches/{batch_id}"): Role.MANAGER,
    ("GET", "/api/overview/people"): Role.MANAGER,
    ("GET", "/api/jobs"): Role.MANAGER,
    ("GET", "/api/jobs/overview"): Role.MANAGER,
    ("POST", "/api/jobs/retry"): Role.MANAGER,
    ("POST", "/api/jobs/{job_id}/retry"): Role.MANAGER,
    ("POST", "/api/images/{image_id}/retry"): Role.MANAGER,
    ("GET", "/api/images/{image_id}/transitions"): Role.MANAGER,
    ("PATCH", "/api/project"): Role.MANAGER,
    ("POST", "/api/exports"): Role.MANAGER,
    ("GET", "/api/exports"): Role.MANAGER,
    ("GET", "/api/exports/preview"): Role.MANAGER,
    ("GET", "/api/exports/{export_id}"): Role.MANAGER,
    ("DELETE", "/api/exports/{export_id}"): Role.MANAGER,
    ("POST", "/api/exports/{export_id}/retry"): Role.MANAGER,
    ("GET", "/api/exports/{export_id}/manifest"): Role.MANAGER,
    ("GET", "/api/exports/{export_id}/file"): Role.MANAGER,
    ("GET", "/api/annotation-imports"): Role.MANAGER,
    ("POST", "/api/annotation-imports"): Role.MANAGER,
    ("GET", "/api/annotation-imports/targets"): Role.MANAGER,
    ("GET", "/api/annotation-imports/{import_id}"): Role.MANAGER,
    ("GET", "/api/annotation-imports/{import_id}/problems"): Role.MANAGER,
    ("POST", "/api/annotation-imports/{import_id}/retry"): Role.MANAGER,
    ("DELETE", "/api/annotation-imports/{import_id}"): Role.MANAGER,
    ("GET", "/api/batches/{batch_id}/stage"): Role.MANAGER,
    ("GET", "/api/batches/{batch_id}/stage/preview"): Role.MANAGER,
    ("POST", "/api/batches/{batch_id}/stage"): Role.MANAGER,
    ("POST", "/api/batches/{batch_id}/stage/retry"): Role.MANAGER,
    ("POST", "/api/batches/{batch_id}/stage/cancel"): Role.MANAGER,
    ("GET", "/api/models"): Role.MANAGER,
    ("GET", "/api/models/promotions"): Role.MANAGER,
    ("GET", "/api/models/public"): Role.MANAGER,
    ("GET", "/api/models/{model_id}/re-embedding"): Role.MANAGER,
    ("POST", "/api/models/public/{name}/download"): Role.ADMIN,
    ("POST", "/api/models/public/{name}/cancel"): Role.ADMIN,
    ("PUT", "/api/models/public/{name}/file"): Role.ADMIN,
    ("GET", "/api/training/rules"): Role.MANAGER,
    ("GET", "/api/training/outlook"): Role.MANAGER,
    ("GET", "/api/training/runs"): Role.MANAGER,
    ("GET", "/api/training/runs/{run_id}"): Role.MANAGER,
    ("GET", "/api/training/runs/{run_id}/points"): Role.MANAGER,
    ("PUT", "/api/training/rules/{stage}"): Role.ADMIN,
    ("POST", "/api/training/runs"): Role.ADMIN,
    ("POST", "/api/training/runs/{run_id}/cancel"): Role.ADMIN,
    ("POST", "/api/training/runs/{run_id}/retry"): Role.ADMIN,
    ("POST", "/api/models/rollback"): Role.ADMIN,
    ("POST", "/api/models/{model_id}/promote"): Role.ADMIN,
    ("POST", "/api/projects"): Role.ADMIN,
    ("DELETE", "/api/projects/{project_id}"): Role.ADMIN,
    ("GET", "/api/users"): Role.ADMIN,
    ("PATCH", "/api/users/{user_id}"): Role.ADMIN,
    ("POST", "/api/users/{user_id}/link"): Role.ADMIN,
    ("GET", "/api/invitations"): Role.ADMIN,
    ("POST", "/api/invitations"): Role.ADMIN,
    ("DELETE", "/api/invitations/{invitation_id}"): Role.ADMIN,
}
OUTSIDE_THE_DOCUMENT: set[Route] = {("GET", "/api/openapi.json"), ("GET", "/")}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is about the database."""
    return sqlite_url


def cookie_of(runtime: Runtime, name: str) -> dict[str, str]:
    """Headers of a browser that is signed in."""
    with session_scope(runtime.sessions) as session:
        user = users.find_by_name(session, name)
        assert user is not None
        _, token = start_session(session, user, seconds=60)
    return {"Cookie": f"{SESSION_COOKIE}={token}", "Sec-Fetch-Site": "same-origin"}


def nobody(_runtime: Runtime) -> dict[str, str]:
    return {}


def unknown_token(_runtime: Runtime) -> dict[str, str]:
    return {"Authorization": "Bearer mlk_nothing"}


def disabled(runtime: Runtime) -> dict[str, str]:
    person = add_person(runtime, "Dora", Role.ADMIN)
    with session_scope(runtime.sessions) as session:
        session.execute(update(User).where(User.id == person.id).values(disabled=True))
    return person.headers


def expired(runtime: Runtime) -> dict[str, str]:
    add_person(runtime, "Emil", Role.ADMIN)
    headers = cookie_of(runtime, "Emil")
    with session_scope(runtime.sessions) as session:
        session.execute(update(UserSession).values(expires_at=utc_now() - timedelta(seconds=1)))
    return headers


def program_of(role: Role) -> Callable[[Runtime], dict[str, str]]:
    return lambda runtime: add_person(runtime, f"A {role}", role).headers


def browser_of(role: Role) -> Callable[[Runtime], dict[str, str]]:
    def headers(runtime: Runtime) -> dict[str, str]:
        add_person(runtime, f"A {role}", role)
        return cookie_of(runtime, f"A {role}")

    return headers


def answer(server: str, route: Route, headers: dict[str, str]) -> tuple[int, str | None]:
    """Status, and the code of a refusal. What is asked for need not be there: the role is looked at first."""
    method, path = route
    address = re.sub(r"\{\w+\}", lambda _: str(uuid4()), path)
    with httpx.stream(method, server + address, headers=headers, timeout=30) as response:
        if response.status_code not in (401, 403):
            return response.status_code, None
        response.read()
        return response.status_code, response.json()["code"]


@pytest.mark.parametrize(
    ("headers_of", "role"),
    [
        (nobody, None),
        (unknown_token, None),
        (disabled, None),
        (expired, None),
        *[(kind(role), role) for role in Role for kind in (program_of, browser_of)],
    ],
    ids=["nobody", "unknown token", "disabled", "expired"]
    + [f"{role} by {way}" for role in Role for way in ("program", "browser")],
)
def test_every_route_is_for_its_roles_alone(
    server: str, runtime: Runtime, headers_of: Callable[[Runtime], dict[str, str]], role: Role | None
) -> None:
    headers = headers_of(runtime)
    # Signing out comes last: it is meant to end the session.
    for route, least in sorted(LEAST.items(), key=lambda row: row[0] == ("DELETE", "/api/session")):
        status, code = answer(server, route, headers)
        if least is None:
            assert code not in ("not_signed_in", "not_allowed"), route
        elif role is None:
            assert (status, code) == (401, "not_signed_in"), route
        elif not role.includes(least):
            assert (status, code) == (403, "not_allowed"), route
        else:
            assert code is None, route


@pytest.mark.parametrize("path", ["/api/images", "/api/annotation-imports"])
@pytest.mark.parametrize(("headers_of", "status"), [(nobody, 401), (program_of(Role.ANNOTATOR), 403)])
def test_who_may_not_upload_hears_it_before_the_file_is_sent(
    server: str, runtime: Runtime, path: str, headers_of: Callable[[Runtime], dict[str, str]], status: int
) -> None:
    headers = headers_of(runtime) | {
        "Host": "localhost",
        "Content-Type": "multipart/form-data; boundary=part",
        "Content-Length": str(5 * 2**30),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = '--part\r\nContent-Disposition: form-data; name="files"; filename="a.zip"\r\n\r\n' + "x" * 2**16
    url = urlsplit(server)
    with socket.create_connection((url.hostname, url.port), timeout=20) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n{start}".encode())
        assert connection.recv(2**12).startswith(f"HTTP/1.1 {status} ".encode())


def test_no_route_is_left_out_above(runtime: Runtime) -> None:
    documented = {
        (method.upper(), path)
        for path, methods in create_app(runtime).openapi()["paths"].items()
        for method in methods
    }
    assert documented == set(LEAST) - OUTSIDE_THE_DOCUMENT


def test_refusal_names_the_role_that_it_takes(client: TestClient, runtime: Runtime) -> None:
    anna = add_person(runtime, "Anna")
    refused = client.post("/api/exports", json={"format": "coco"}, headers=anna.headers)
    assert refused.json()["detail"] == (
        "This needs the role manager; yours is annotator. An admin can change it."
    )
    asked = client.get("/api/images", headers={"Authorization": ""})
    assert (asked.status_code, asked.headers["www-authenticate"]) == (401, "Bearer")
