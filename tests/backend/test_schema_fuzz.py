"""Requests made up from the OpenAPI document: whatever they are, none is answered with a mistake of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis import GenerationMode

from backend.app import create_app
from backend.runtime import Runtime
from backend.users.models import Role
from tests.backend.drawing import draw, mask_body
from tests.backend.worlds import add_model, add_person, import_photos

EXAMPLES = 25  # of each operation, with ids that nothing has and with those of things that are there
ENDLESS = {"/api/events"}


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return create_app(runtime)


@pytest.fixture
def known(app: FastAPI, runtime: Runtime) -> tuple[dict[str, str], dict[str, str]]:
    """An admin's headers, and the id of one thing of each kind by the name of its parameter."""
    admin = add_person(runtime, "admin", Role.ADMIN)
    model_id = add_model(runtime)
    runtime.storage.put("models/none", b"decoder")
    image_id = import_photos(runtime, 1)[0]
    with TestClient(app, base_url="http://localhost", headers=admin.headers) as program:

        def made(method: str, path: str, body: dict[str, Any]) -> str:
            return str(program.request(method, f"/api/{path}", json=body).raise_for_status().json()["id"])

        mask_id = "01890000-0000-7000-8000-000000000001"
        bitmap = draw(np.random.default_rng(1), width=64, height=48)
        ids = {
            "image_id": str(image_id),
            "model_id": str(model_id),
            "user_id": str(add_person(runtime, "Anna").id),
            "mask_id": made("PUT", f"masks/{mask_id}", mask_body(image_id, bitmap)),
            "export_id": made("POST", "exports", {"format": "coco"}),
            "invitation_id": made("POST", "invitations", {"role": "annotator"}),
            "token_id": made("POST", "tokens", {"name": "another", "days": None}),
        }
    return admin.headers, ids


@pytest.mark.long
@pytest.mark.timeout(300)
def test_no_request_is_answered_with_a_mistake_of_ours(
    app: FastAPI, known: tuple[dict[str, str], dict[str, str]]
) -> None:
    headers, ids = known
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    statuses: dict[str, set[int]] = {}
    mistakes: dict[str, str] = {}  # operation -> the request

    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in ENDLESS:
            continue

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            strategies.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode),
            strategies.booleans(),
        )
        def ask(case: schemathesis.Case, is_known: bool) -> None:
            if is_known:
                case.path_parameters = {
                    name: ids.get(name, value) for name, value in (case.path_parameters or {}).items()
                }
                if isinstance(case.body, dict) and "image_id" in case.body:
                    case.body["image_id"] = ids["image_id"]
            response = case.call(base_url="http://localhost", headers=headers)
            statuses.setdefault(case.operation.label, set()).add(response.status_code)
            if response.status_code >= 500:
                mistakes[case.operation.label] = case.as_curl_command()

        ask()
    assert mistakes == {}
    assert {200} <= statuses["GET /api/images"]
    assert statuses["GET /api/images/{image_id}"] >= {200, 404}
