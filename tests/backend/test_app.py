"""What every response has, and who is kept out."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from backend.core.body_limit import MOST_BYTES
from backend.runtime import Runtime


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is about the database."""
    return sqlite_url


@pytest.fixture
def frontend(runtime: Runtime) -> Path:
    folder = runtime.settings.frontend_dir
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "assets" / "app-1a2b.js").write_text("code")
    (folder.parent / "secret.txt").write_text("secret")
    return folder


def test_health(client: TestClient) -> None:
    health = client.get("/api/health").json()
    assert health.pop("version")
    assert health == {"status": "ok", "database": "ok", "queue": "embedded", "workers": 0}


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/nothing", "/api/images/no-uuid"])
def test_every_response_is_isolated(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self' 'wasm-unsafe-eval'" in headers["content-security-policy"]
    assert headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "page_not_found"),
        ("GET", "/api/images/no-uuid", 422, "invalid_request"),
        ("DELETE", "/api/images", 405, "method_not_allowed"),
        ("POST", "/api/images", 422, "invalid_request"),
    ],
)
def test_errors_are_problems(client: TestClient, method: str, path: str, status: int, code: str) -> None:
    response = client.request(method, path)
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:maskloop:problem:{code}"
    assert problem["title"]
    assert problem["detail"]


def test_unexpected_error_tells_nothing(client: TestClient, runtime: Runtime) -> None:
    runtime.engine.dispose()
    (Path(runtime.engine.url.database or "")).write_bytes(b"no database any more")
    response = client.get("/api/images")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert "database" not in response.text
    assert response.headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:8400", "192.0.2.1"])
def test_foreign_host_names_are_refused(client: TestClient, host: str) -> None:
    response = client.get("/api/health", headers={"Host": host})
    assert (response.status_code, response.json()["code"]) == (400, "foreign_host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8400", "127.0.0.1:9", "[::1]", "[::1]:8400"])
def test_own_host_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:9999", "null", "http://localhost.evil.example"]
)
def test_other_websites_cannot_change_anything(client: TestClient, origin: str) -> None:
    files = {"files": ("a.png", b"")}
    response = client.post("/api/images", files=files, headers={"Origin": origin})
    assert (response.status_code, response.json()["code"]) == (403, "foreign_origin")


def test_own_pages_and_programs_can(client: TestClient) -> None:
    files = {"files": ("a.png", b"")}
    assert client.post("/api/images", files=files, headers={"Origin": "http://localhost"}).status_code == 200
    assert client.post("/api/images", files=files).status_code == 200


def test_missing_frontend_says_how_to_build_it(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 503
    assert "npm --prefix frontend" in response.text


@pytest.mark.usefixtures("frontend")
def test_frontend_is_served(client: TestClient) -> None:
    for page in ("/", "/images/0190", "/models"):
        response = client.get(page)
        assert response.text == "<title>page</title>"
        assert response.headers["cache-control"] == "no-cache"
    asset = client.get("/assets/app-1a2b.js")
    assert asset.text == "code"
    assert "immutable" in asset.headers["cache-control"]
    assert client.get("/assets/gone.js").status_code == 404


@pytest.mark.usefixtures("frontend")
@pytest.mark.parametrize("path", ["/../secret.txt", "/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt"])
def test_files_beside_the_frontend_stay_secret(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "secret" not in response.text.replace("secret.txt", "")


def test_openapi_document_names_every_route(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/health", "/api/images", "/api/events", "/api/masks/{mask_id}", "/api/exports"} <= set(paths)


@pytest.mark.parametrize("announced", [True, False])
def test_bodies_that_would_fill_the_memory_are_refused(client: TestClient, announced: bool) -> None:
    body = b'{"note": "' + bytes(MOST_BYTES) + b'"}'
    pieces = body if announced else iter([body[:1000], body[1000:]])
    response = client.post(
        f"/api/images/{uuid4()}/skip", content=pieces, headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_long_bodies_within_the_limit_are_read(client: TestClient) -> None:
    response = client.post(f"/api/images/{uuid4()}/skip", json={"note": "a" * (MOST_BYTES - 100)})
    assert response.json()["code"] != "too_large"


def test_uploads_may_be_larger(client: TestClient) -> None:
    files = {"files": ("a.png", bytes(MOST_BYTES + 1))}
    assert client.post("/api/images", files=files).status_code == 200


def test_every_path_that_is_no_page_is_not_found(client: TestClient, frontend: Path) -> None:
    router = (Path(__file__).parents[2] / "frontend/src/router.tsx").read_text()
    pages = [path.replace("$imageId", str(uuid4())) for path in re.findall(r'path: "([^"]*)"', router)]
    assert len(pages) > 9
    for within in ("", f"/p/{uuid4()}"):
        assert {client.get(within + page).status_code for page in pages} == {200}
        for page in ("/nothing", "/images/1/2", "/imagesx", "/people/1"):
            missing = client.get(within + page)
            assert (missing.status_code, missing.text) == (404, "<title>page</title>")
