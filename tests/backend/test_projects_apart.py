"""Several projects on one server: who is in which, and that none is seen or changed from another."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from backend.core.database import Base, session_scope
from backend.images.models import Image
from backend.jobs.models import Job, JobKind
from backend.projects.models import Batch, Project
from backend.runtime import Runtime
from backend.users.models import Role
from tests.backend.drawing import draw, mask_body
from tests.backend.pictures import photo
from tests.backend.test_users_roles import LEAST
from tests.backend.worlds import Person, add_model, add_person

# Parameters of paths that name things of a project.
THINGS = ("image_id", "mask_id", "batch_id", "export_id", "import_id", "job_id", "project_id")
COCO = b'{"images": [], "annotations": [], "categories": []}'


@dataclass
class World:
    """A project with one of everything; `ids` by the names of paths' parameters."""

    id: UUID
    ids: dict[str, str]

    @property
    def query(self) -> dict[str, str]:
        return {"project": str(self.id)}


def answered(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def fill(client: TestClient, project_id: str, seed: int) -> World:
    """As an admin does it."""
    query = {"project": project_id}
    files = [("files", (f"photo-{seed}.png", BytesIO(photo(seed, (60, 40)))))]
    image_id = answered(client.post("/api/images", params=query, files=files), 200)["files"][0]["image_id"]
    mask_id = str(uuid4())
    body = mask_body(UUID(image_id), draw(np.random.default_rng(seed)))
    answered(client.put(f"/api/masks/{mask_id}", json=body), 201)
    [batch] = answered(client.get("/api/batches", params=query), 200)
    export = answered(client.post("/api/exports", params=query, json={"format": "coco"}), 202)
    imported = client.post(
        "/api/annotation-imports",
        params=query,
        files={"file": ("masks.json", BytesIO(COCO))},
        data={"batch_id": batch["id"]},
    )
    [job, *_] = answered(client.get("/api/jobs", params=query), 200)["items"]
    ids = {
        "image_id": image_id,
        "mask_id": mask_id,
        "batch_id": batch["id"],
        "export_id": export["id"],
        "import_id": answered(imported, 202)["id"],
        "job_id": job["id"],
        "project_id": project_id,
    }
    return World(UUID(project_id), ids)


@pytest.fixture
def here(client: TestClient, runtime: Runtime) -> World:
    """The oldest project."""
    add_model(runtime)
    return fill(client, client.get("/api/project").json()["id"], seed=1)


@pytest.fixture
def there(client: TestClient, here: World) -> World:
    """A newer one."""
    return fill(client, answered(client.post("/api/projects", json={"name": "Cells"}), 201)["id"], seed=2)


@pytest.fixture
def manager(runtime: Runtime, here: World) -> Person:
    """Of the oldest project alone."""
    return add_person(runtime, "Mona", Role.MANAGER, here.id)


def test_whatever_a_path_names_in_another_project_is_not_there(
    client: TestClient, manager: Person, there: World
) -> None:
    asked = 0
    for method, path in LEAST:
        names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
        if not set(names) & set(THINGS):
            continue
        address = path
        for name in names:
            address = address.replace(f"{{{name}}}", there.ids.get(name, str(uuid4())))
        answer = client.request(method, address, headers=manager.headers, json={})
        assert (answer.status_code, answer.json()["code"].split("_")[-1]) == (404, "found"), (method, path)
        asked += 1
    assert asked > 35


def test_lists_hold_what_is_in_their_project(client: TestClient, here: World, there: World) -> None:
    for world, other in ((here, there), (there, here)):
        for path, id_ in (
            ("/api/images", "image_id"),
            ("/api/batches", "batch_id"),
            ("/api/exports", "export_id"),
            ("/api/annotation-imports", "import_id"),
            ("/api/annotation-imports/targets", "batch_id"),
            ("/api/jobs", "job_id"),
        ):
            listed = answered(client.get(path, params=world.query), 200)
            ids = {row["id"] for row in (listed["items"] if isinstance(listed, dict) else listed)}
            assert world.ids[id_] in ids, path
            assert other.ids[id_] not in ids, path
        assert answered(client.get("/api/exports/preview", params=world.query), 200)["mask_count"] == 1
        assert answered(client.get("/api/queue", params=world.query), 200)["counts"]["open"] == 1
        counts = answered(client.get("/api/jobs/overview", params=world.query), 200)["kinds"]
        assert sum(kind["queued"] for kind in counts) == 3  # an embedding, an export, an import
    assert answered(client.get("/api/images"), 200) == answered(
        client.get("/api/images", params=here.query), 200
    )


def test_queue_hands_out_what_is_in_the_project(
    client: TestClient, runtime: Runtime, here: World, there: World
) -> None:
    for world in (here, there):
        anna = add_person(runtime, f"Anna {world.id}", Role.ANNOTATOR, world.id)
        taken = answered(client.post("/api/queue/next", headers=anna.headers), 200)["image"]
        assert taken["id"] == world.ids["image_id"]
        assert answered(client.post("/api/queue/next", headers=anna.headers), 200)["image"] is not None


def test_nothing_is_put_into_another_project(
    client: TestClient, runtime: Runtime, manager: Person, here: World, there: World
) -> None:
    headers = manager.headers
    mask = mask_body(UUID(there.ids["image_id"]), draw(np.random.default_rng(5)))
    saved = client.put(f"/api/masks/{uuid4()}", json=mask, headers=headers)
    assert answered(saved, 404)["code"] == "image_not_found"
    files = [("files", ("new.png", BytesIO(photo(7, (60, 40)))))]
    batch = {"batch": there.ids["batch_id"]}
    assert answered(client.post("/api/images", files=files, params=batch, headers=headers), 404)
    ids = [here.ids["image_id"]]
    moved = client.patch(
        "/api/images", json={"image_ids": ids, "batch_id": there.ids["batch_id"]}, headers=headers
    )
    assert answered(moved, 404)["code"] == "batch_not_found"
    foreign = add_person(runtime, "Theo", Role.ANNOTATOR, there.id)
    assigned = client.patch(
        "/api/images", json={"image_ids": ids, "assigned_to": str(foreign.id)}, headers=headers
    )
    assert answered(assigned, 404)["code"] == "user_not_found"
    theirs = {"image_ids": [there.ids["image_id"]]}
    for path, body in (("decide", {"to": "skip", "note": "blurred"}), ("delete", {})):
        result = answered(client.post(f"/api/images/{path}", json=theirs | body, headers=headers), 200)
        assert (result["changed"], result["refused"][0]["code"]) == (0, "image_not_found")
    with session_scope(runtime.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Image)) == 2


def test_image_says_which_project_it_is_in_whatever_project_is_asked_about(
    client: TestClient, here: World, there: World
) -> None:
    for world in (here, there):
        image = client.get(f"/api/images/{world.ids['image_id']}", params=here.query)
        assert answered(image, 200)["project_id"] == str(world.id)


def test_masks_go_to_their_image_whatever_project_the_page_is_in(
    client: TestClient, runtime: Runtime, here: World, there: World
) -> None:
    anna = add_person(runtime, "Anna", Role.ANNOTATOR, here.id)
    client.patch(f"/api/users/{anna.id}", params=there.query, json={"role": "annotator"})
    mask = mask_body(UUID(here.ids["image_id"]), draw(np.random.default_rng(6)))
    answered(client.put(f"/api/masks/{uuid4()}", json=mask, params=there.query, headers=anna.headers), 201)


def test_role_is_that_of_the_project(client: TestClient, manager: Person, here: World, there: World) -> None:
    headers = manager.headers
    assert answered(client.get("/api/batches", params=there.query, headers=headers), 404)["code"] == (
        "project_not_found"
    )
    answered(client.patch(f"/api/users/{manager.id}", params=there.query, json={"role": "annotator"}), 200)
    session = answered(client.get("/api/session", params=there.query, headers=headers), 200)
    assert (session["role"], session["project_id"]) == ("annotator", str(there.id))
    assert [(one["id"], one["role"]) for one in session["projects"]] == [
        (str(here.id), "manager"),
        (str(there.id), "annotator"),
    ]
    assert answered(client.get("/api/batches", params=here.query, headers=headers), 200)
    assert (
        answered(client.get("/api/batches", params=there.query, headers=headers), 403)["code"]
        == "not_allowed"
    )
    assert client.get(f"/api/images/{there.ids['image_id']}", headers=headers).status_code == 200
    named = f"/api/batches/{there.ids['batch_id']}"
    assert answered(client.patch(named, json={}, headers=headers), 403)["code"] == "not_allowed"
    answered(client.patch(f"/api/users/{manager.id}", params=there.query, json={"role": None}), 200)
    assert client.get("/api/images", params=there.query, headers=headers).status_code == 404


def test_admin_is_that_everywhere_and_nobody_in_none(
    client: TestClient, runtime: Runtime, manager: Person, here: World, there: World
) -> None:
    users = answered(client.get("/api/users", params=there.query), 200)
    assert [(user["name"], user["role"], user["is_admin"]) for user in users] == [
        ("admin", "admin", True),
        ("Mona", None, False),
    ]
    answered(client.patch(f"/api/users/{manager.id}", params=here.query, json={"role": "admin"}), 200)
    assert client.get("/api/users", params=there.query, headers=manager.headers).status_code == 200
    answered(client.patch(f"/api/users/{manager.id}", params=here.query, json={"role": None}), 200)
    for path in ("/api/images", "/api/projects", "/api/events"):
        assert answered(client.get(path, headers=manager.headers), 403)["code"] == "no_project"
    session = answered(client.get("/api/session", headers=manager.headers), 200)
    assert (session["role"], session["project_id"], session["projects"]) == (None, None, [])
    assert client.get("/api/tokens", headers=manager.headers).status_code == 200


def test_invitation_is_into_its_project(client: TestClient, here: World, there: World) -> None:
    made = answered(client.post("/api/invitations", params=there.query, json={"role": "annotator"}), 201)
    assert answered(client.get("/api/invitations", params=here.query), 200) == []
    look = answered(client.post("/api/invitations/look", json={"token": made["token"]}), 200)
    assert look["project"] == "Cells"
    wanted = {"token": made["token"], "name": "Ines", "password": "correct horse"}
    session = answered(client.post("/api/invitations/accept", json=wanted), 200)
    assert (session["project_id"], session["role"]) == (str(there.id), "annotator")


def test_projects_are_listed_with_what_is_in_them(
    client: TestClient, manager: Person, here: World, there: World
) -> None:
    [mine] = answered(client.get("/api/projects", headers=manager.headers), 200)
    assert (mine["name"], mine["role"], mine["images"], mine["masks"], mine["people"]) == (
        *("My project", "manager"),
        *(1, 1, 2),
    )
    assert [one["name"] for one in answered(client.get("/api/projects"), 200)] == ["My project", "Cells"]
    taken = client.post("/api/projects", json={"name": "Cells"})
    assert answered(taken, 409)["code"] == "project_name_taken"
    taken = client.patch("/api/project", params=there.query, json={"name": "My project"})
    assert answered(taken, 409)["code"] == "project_name_taken"
    renamed = client.patch("/api/project", params=there.query, json={"name": "Nuclei"})
    assert answered(renamed, 200)["name"] == "Nuclei"


def test_deleted_project_takes_all_of_its_own_along_and_nothing_else(
    client: TestClient, runtime: Runtime, here: World, there: World
) -> None:
    before = count_rows(runtime)
    third = fill(client, answered(client.post("/api/projects", json={"name": "Gone"}), 201)["id"], seed=3)
    add_person(runtime, "Gero", Role.ANNOTATOR, third.id)
    client.post("/api/invitations", params=third.query, json={"role": "annotator"})
    path = f"/api/projects/{third.id}"
    assert answered(client.request("DELETE", path, json={"name": "Cells"}), 409)["code"] == "name_differs"
    answered(client.request("DELETE", path, json={"name": "Gone"}), 204)
    assert client.get("/api/images", params=third.query).status_code == 404
    after = count_rows(runtime)
    # The person and their token stay; embeddings may be another project's; pages are told of the image.
    for table in ("users", "api_tokens", "jobs", "deleted_images"):
        assert after.pop(table) == before.pop(table) + 1, table
    assert after == before
    with session_scope(runtime.sessions) as session:
        kinds = session.scalars(select(Job.kind).where(Job.project_id == third.id)).all()
        assert kinds == [JobKind.EMBED]


def test_only_project_stays_and_so_does_one_in_work(
    client: TestClient, runtime: Runtime, here: World
) -> None:
    path, body = f"/api/projects/{here.id}", {"name": "My project"}
    assert answered(client.request("DELETE", path, json=body), 409)["code"] == "only_project"
    answered(client.post("/api/projects", json={"name": "Cells"}), 201)
    client.put(f"/api/images/{here.ids['image_id']}/lease")
    assert answered(client.request("DELETE", path, json=body), 409)["code"] == "batch_in_work"
    with session_scope(runtime.sessions) as session:
        assert session.scalars(select(Project.name).order_by(Project.name)).all() == ["Cells", "My project"]
        assert session.scalar(select(func.count()).select_from(Batch)) == 1


def count_rows(runtime: Runtime) -> dict[str, int]:
    with session_scope(runtime.sessions) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
