"""`maskloop users`, where no server runs."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from backend.app import create_app
from backend.cli import app
from backend.core.migrations import migrate
from backend.runtime import open_runtime
from backend.settings import Settings

runner = CliRunner()


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKLOOP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")


def users(*arguments: str, given: str | None = None) -> Result:
    return runner.invoke(app, ["users", *arguments], input=given)


def done(*arguments: str, given: str | None = None) -> str:
    result = users(*arguments, given=given)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def refused(*arguments: str, given: str | None = None) -> str:
    result = users(*arguments, given=given)
    assert result.exit_code == 1
    return result.stderr.strip()


def ask(method: str, path: str, **request: Any) -> Any:
    """The application's answer, on the same data."""
    runtime = open_runtime(Settings())
    migrate(runtime.engine)
    with TestClient(create_app(runtime), base_url="http://localhost") as client:
        answer = client.request(method, path, **request)
        return answer.json() | {"status": answer.status_code}


def test_fresh_machine_has_an_admin() -> None:
    assert "admin" in done("list")
    assert "never" in done("list")


def test_link_lets_somebody_in_once() -> None:
    assert "maskloop users link 'Anna B'" in done("add", " Anna B ", "--role", "manager")
    page, _, token = done("link", "anna b").partition("#")
    assert page == "http://127.0.0.1:8400/enter"
    assert ask("POST", "/api/session/link", json={"token": token})["role"] == "manager"
    assert ask("POST", "/api/session/link", json={"token": token})["status"] == 401


def test_token_works_for_programs() -> None:
    token = done("token", "admin", "--name", "nightly", "--days", "3")
    seen = ask("GET", "/api/session", headers={"Authorization": f"Bearer {token}"})
    assert seen["user"]["name"] == "admin"
    assert seen["expires_at"]


@pytest.mark.parametrize(
    ("options", "given"), [(["--stdin"], "correct horse\n"), ([], "correct horse\ncorrect horse\n")]
)
def test_password_can_be_set(options: list[str], given: str) -> None:
    done("password", "admin", *options, given=given)
    signed_in = ask("POST", "/api/session", json={"name": "admin", "password": "correct horse"})
    assert signed_in["status"] == 200
    assert "yes" in done("list")


def test_disabled_person_stays_out_until_enabled() -> None:
    done("add", "Anna")
    token = done("token", "Anna", "--name", "script")
    done("disable", "anna")
    assert "Anna (disabled)" in done("list")
    assert ask("GET", "/api/session", headers={"Authorization": f"Bearer {token}"})["status"] == 401
    assert "Anna is disabled" in refused("link", "Anna")
    done("enable", "Anna")
    done("link", "Anna")


def test_role_changes() -> None:
    done("add", "Anna")
    done("role", "Anna", "admin")
    done("role", "admin", "annotator")
    assert "the only admin" in refused("role", "Anna", "manager")


@pytest.mark.parametrize(
    ("arguments", "given", "reason"),
    [
        (["link", "Nobody"], None, "There is nobody named Nobody."),
        (["add", "ADMIN"], None, "There is somebody named ADMIN already."),
        (["add", "  "], None, "This name cannot be used"),
        (["password", "admin", "--stdin"], "short\n", "This password cannot be used"),
        (["disable", "admin"], None, "admin is the only admin."),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    arguments: list[str], given: str | None, reason: str
) -> None:
    assert reason in refused(*arguments, given=given)
