"""What becomes of a mask: every verb in every state, over HTTP."""

from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient

from backend.core.database import session_scope
from backend.images.models import Image, WorkState
from backend.masks.models import Mask
from backend.runtime import Runtime
from tests.backend.drawing import add_image, draw, mask_body, propose_for
from tests.backend.worlds import add_person

pytestmark = pytest.mark.usefixtures("exact_tallies")

VERBS = ("save", "delete", "restore", "accept", "reject", "propose")
# By the verbs applied so far: the state after each of VERBS, None where the verb is refused.
OF_PROPOSALS = {
    (): ("accepted", "deleted", "proposed", "accepted", "rejected", "proposed"),
    ("accept",): ("accepted", "deleted", "accepted", "accepted", None, "proposed"),
    ("reject",): ("rejected", "deleted", "rejected", None, "rejected", "proposed"),
    ("delete",): ("deleted", "deleted", "proposed", None, None, None),
    ("accept", "delete"): ("deleted", "deleted", "accepted", None, None, None),
    ("reject", "delete"): ("deleted", "deleted", "rejected", None, None, None),
    ("delete", "restore"): ("accepted", "deleted", "proposed", "accepted", "rejected", "proposed"),
    ("accept", "propose"): ("accepted", "deleted", "proposed", "accepted", "rejected", "proposed"),
    ("accept", "delete", "restore"): ("accepted", "deleted", "accepted", "accepted", None, "proposed"),
}
OF_PEOPLES_MASKS = {
    (): ("accepted", "deleted", "accepted", "accepted", None, None),
    ("delete",): ("deleted", "deleted", "accepted", None, None, None),
    ("delete", "restore"): ("accepted", "deleted", "accepted", "accepted", None, None),
}


@pytest.mark.parametrize("way", OF_PROPOSALS, ids=lambda way: "-".join(way) or "proposed")
def test_every_verb_on_a_proposal(client: TestClient, runtime: Runtime, way: tuple[str, ...]) -> None:
    image_id = add_image(runtime)
    for verb, after, mask_id in zip(
        VERBS, OF_PROPOSALS[way], propose_for(runtime, image_id, len(VERBS)), strict=True
    ):
        check(client, runtime, mask_id, way, verb, after)


@pytest.mark.parametrize("way", OF_PEOPLES_MASKS, ids=lambda way: "-".join(way) or "saved")
def test_every_verb_on_a_persons_mask(client: TestClient, runtime: Runtime, way: tuple[str, ...]) -> None:
    image_id = add_image(runtime)
    for verb, after in zip(VERBS, OF_PEOPLES_MASKS[way], strict=True):
        mask_id = uuid4()
        client.put(f"/api/masks/{mask_id}", json=mask_body(image_id, draw(np.random.default_rng(1))))
        check(client, runtime, mask_id, way, verb, after)


def check(
    client: TestClient, runtime: Runtime, mask_id: UUID, way: tuple[str, ...], verb: str, after: str | None
) -> None:
    for step in way:
        assert ask(client, runtime, mask_id, step) < 300
    before = mask_of(runtime, mask_id)
    statuses = [ask(client, runtime, mask_id, verb) for _ in range(2)]  # a repeat changes nothing
    now = mask_of(runtime, mask_id)
    if after is None:
        assert statuses == [409, 409], (way, verb)
        assert (now.state, now.version) == (before.state, before.version)
    else:
        assert max(statuses) < 300, (way, verb)
        is_changed = verb == "save" or before.state != after
        assert (now.state, now.version) == (after, before.version + is_changed), (way, verb)


def ask(client: TestClient, runtime: Runtime, mask_id: UUID, verb: str) -> int:
    url, mask = f"/api/masks/{mask_id}", mask_of(runtime, mask_id)
    if verb == "save":
        content = mask_body(mask.image_id, draw(np.random.default_rng(5)))
        return client.put(url, json=content | {"base_version": mask.version}).status_code
    return (client.delete(url) if verb == "delete" else client.post(f"{url}/{verb}")).status_code


def mask_of(runtime: Runtime, mask_id: UUID) -> Mask:
    with session_scope(runtime.sessions, read_only=True) as session:
        return session.get_one(Mask, mask_id)


def test_log_is_for_those_who_may_see_the_image(client: TestClient, runtime: Runtime) -> None:
    image_id, mask_id = add_image(runtime), uuid4()
    entries = {"log": [[0, "point", 1, 1, 1]]}
    url = f"/api/masks/{mask_id}"
    assert client.put(url, json=mask_body(image_id, draw(np.random.default_rng(1))) | entries).is_success
    anna = add_person(runtime, "Anna")
    assert client.get(f"{url}/logs", headers=anna.headers).is_success
    with session_scope(runtime.sessions) as session:
        session.get_one(Image, image_id).work_state = WorkState.DONE
    refused = client.get(f"{url}/logs", headers=anna.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
