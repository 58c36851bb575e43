"""The project's settings over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient

from backend.core.database import session_scope
from backend.masks.models import Mask
from backend.runtime import Runtime
from tests.backend.drawing import add_image, draw, mask_body, propose_for

DEFAULTS = {
    "name": "My project",
    "overlap_rule": "allow",
    "labels": [],
    "nudge_seconds": 30,
    "guidelines": "",
}


def label(name: str, colour: str = "#e69f00") -> dict[str, Any]:
    return {"id": str(uuid4()), "name": name, "colour": colour}


def shown(client: TestClient) -> dict[str, Any]:
    project = client.get("/api/project").json()
    return {field: value for field, value in project.items() if field != "id"}


def test_settings_are_there_before_the_first_image(client: TestClient) -> None:
    assert shown(client) == DEFAULTS


def test_only_what_is_given_changes(client: TestClient) -> None:
    labels = [label("cat"), label("dog", "#009e73")]
    for change in (
        {"labels": labels},
        {"overlap_rule": "newer_is_cut"},
        {"guidelines": "# Cats\n\nWith their tails."},
        {"nudge_seconds": 0},
    ):
        changed = client.patch("/api/project", json=change)
        assert changed.status_code == 200
        assert {key: changed.json()[key] for key in change} == change
    assert client.get("/api/project").json() == changed.json()
    assert changed.json()["labels"] == labels
    assert client.patch("/api/project", json={}).json() == changed.json()


def test_used_label_stays_until_its_masks_have_another(runtime: Runtime, client: TestClient) -> None:
    cat, dog = label("cat"), label("dog")
    client.patch("/api/project", json={"labels": [cat, dog]})
    url = f"/api/masks/{uuid4()}"
    body = mask_body(add_image(runtime), draw(np.random.default_rng(1)), label_id=cat["id"])
    client.put(url, json=body)
    refused = client.patch("/api/project", json={"labels": [dog], "nudge_seconds": 60})
    assert (refused.status_code, refused.json()["code"]) == (409, "label_in_use")
    assert refused.json()["detail"].startswith("1 mask has the label cat")
    assert shown(client) == DEFAULTS | {"labels": [cat, dog]}

    renamed = cat | {"name": "lion"}
    assert client.patch("/api/project", json={"labels": [renamed, dog]}).json()["labels"] == [renamed, dog]
    client.put(url, json=body | {"label_id": dog["id"], "base_version": 1})
    assert client.patch("/api/project", json={"labels": [dog]}).json()["labels"] == [dog]


def test_label_of_proposals_stays_too(runtime: Runtime, client: TestClient) -> None:
    cat = label("cat")
    client.patch("/api/project", json={"labels": [cat]})
    image_id = add_image(runtime)
    with session_scope(runtime.sessions) as session:
        for mask_id in propose_for(runtime, image_id, 2):
            session.get_one(Mask, mask_id).label_id = UUID(cat["id"])
    refused = client.patch("/api/project", json={"labels": []})
    assert (refused.status_code, refused.json()["code"]) == (409, "label_in_use")
    assert refused.json()["detail"].startswith("2 proposals have the label cat")
    for mask in client.get(f"/api/images/{image_id}/masks").json():
        client.post(f"/api/masks/{mask['id']}/reject")
    assert client.patch("/api/project", json={"labels": []}).json()["labels"] == []


def test_old_list_of_labels_does_not_remove_a_new_one(client: TestClient) -> None:
    cat, dog, owl = label("cat"), label("dog"), label("owl")
    client.patch("/api/project", json={"labels": [cat]})
    client.patch("/api/project", json={"labels": [cat, dog], "before": {"labels": [cat]}})
    stale = {"labels": [cat, owl], "guidelines": "Owls too.", "before": {"labels": [cat], "guidelines": ""}}
    refused = client.patch("/api/project", json=stale)
    assert (refused.status_code, refused.json()["code"]) == (409, "project_changed")
    assert "changed the labels meanwhile" in refused.json()["detail"]
    assert shown(client) == DEFAULTS | {"labels": [cat, dog]}
    other = {"nudge_seconds": 10, "before": {"nudge_seconds": 30}}
    assert client.patch("/api/project", json=other).status_code == 200


@pytest.mark.parametrize(
    "given", ["red\ncell", "  red \t cell\r\n", "red\x00cell", "red\u2028\u2029cell", "red\x85cell"]
)
def test_names_are_one_line(client: TestClient, given: str) -> None:
    [kept] = client.patch("/api/project", json={"labels": [label(given)], "name": given}).json()["labels"]
    assert kept["name"] == shown(client)["name"] == "red cell"
    assert client.post("/api/batches", json={"name": given}).json()["name"] == "red cell"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"overlap_rule": "sometimes"}, "overlap_rule"),
        ({"nudge_seconds": -1}, "nudge_seconds"),
        ({"labels": [label("\n")]}, "name"),
        ({"labels": [label("cat", "red")]}, "colour"),
        ({"labels": [label("cat"), label("Cat ")]}, "the same name"),
        ({"labels": None}, "labels"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_set_is_refused_with_the_reason(
    client: TestClient, change: dict[str, Any], reason: str
) -> None:
    answer = client.patch("/api/project", json=change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert reason in answer.json()["detail"]
    assert shown(client) == DEFAULTS
