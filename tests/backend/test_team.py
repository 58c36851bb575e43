"""A day of a team: two web servers, a worker for embeddings and one for files, and what goes wrong."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest

from backend.settings import REPOSITORY
from backend.users.models import Role
from tests.backend.drawing import draw, mask_body
from tests.backend.servers import wait_until
from tests.backend.team import Team, team
from tests.backend.test_events import Told, following

PHOTOS = sorted((REPOSITORY / "samples").glob("*.jpg"))[:3]


class Member:
    """Somebody of the team, at one of its web servers; asks again while it says 503."""

    def __init__(self, url: str, token: str) -> None:
        self.headers = {"Authorization": f"Bearer {token}"}
        self.put_off = 0
        self._program = httpx.Client(base_url=f"{url}/api/", headers=self.headers, timeout=60)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        answers: list[httpx.Response] = []

        def is_answered() -> bool:
            answers.append(self._program.request(method, path, **options))
            self.put_off += answers[-1].status_code == 503
            return answers[-1].status_code != 503

        wait_until(is_answered, what=f"{method} {path} is answered")
        answers[-1].raise_for_status()
        return answers[-1].json() if answers[-1].content else None


def masks_told(told: Told, image_id: str) -> int:
    counts = [data["mask_count"] for name, data in told if name == "image" and data["id"] == image_id]
    return counts[-1] if counts else 0


def embedded(member: Member) -> int:
    return int(member.ask("GET", "images")["summary"]["ready"])


def export(member: Member) -> dict[str, Any]:
    made = member.ask("POST", "exports", json={"format": "coco"})
    path = f"exports/{made['id']}"
    wait_until(lambda: member.ask("GET", path)["state"] == "done", seconds=60, what="the export is done")
    return dict(member.ask("GET", f"{path}/file"))


class Saving:
    """Saves one mask after the other until it is told to stop."""

    def __init__(self, member: Member, image: dict[str, Any]) -> None:
        self.saved: list[UUID] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._save, args=(member, image))
        self._thread.start()

    def stop(self) -> list[UUID]:
        self._over.set()
        self._thread.join()
        return self.saved

    def _save(self, member: Member, image: dict[str, Any]) -> None:
        random = np.random.default_rng(3)
        while not self._over.is_set():
            bitmap = draw(random, width=image["width"], height=image["height"])
            mask_id = uuid4()
            member.ask("PUT", f"masks/{mask_id}", json=mask_body(image["id"], bitmap))
            self.saved.append(mask_id)


@pytest.mark.timeout(300)
@pytest.mark.long
def test_a_day_of_a_team(tmp_path: Path) -> None:
    with team(tmp_path) as running:
        boss = Member(running.web[0], running.command("users", "token", "admin", "--name", "boss"))
        anna = Member(running.web[1], _annotator(running, "Anna"))

        # Photos come in through one web server; the worker's embeddings are seen through the other.
        files = [("files", (photo.name, photo.read_bytes())) for photo in PHOTOS]
        assert boss.ask("POST", "images", files=files)["imported"] == len(PHOTOS)
        wait_until(lambda: embedded(anna) == len(PHOTOS), seconds=120, what="all photos are embedded")

        # Work at one web server is told by the other one's events.
        with following(running.web[0], boss.headers) as told:
            image = anna.ask("POST", "queue/next")["image"]
            bitmap = draw(np.random.default_rng(1), width=image["width"], height=image["height"])
            first = str(uuid4())
            anna.ask("PUT", f"masks/{first}", json=mask_body(image["id"], bitmap))
            wait_until(lambda: masks_told(told, image["id"]) == 1, what="the mask is told")
        assert [mask["id"] for mask in boss.ask("GET", f"images/{image['id']}/masks")] == [first]
        assert boss.ask("POST", "queue/next")["image"]["id"] != image["id"]

        # PostgreSQL is restarted while masks are saved: who asks is told to come back, and nothing is lost.
        saving = Saving(anna, image)
        wait_until(lambda: len(saving.saved) >= 5, what="masks are saved")
        running.postgres.stop("fast")
        wait_until(lambda: anna.put_off, what="somebody is told to come back")
        running.postgres.start()
        seen = len(saving.saved)
        wait_until(lambda: len(saving.saved) >= seen + 5, what="masks are saved again")
        expected = {first, *map(str, saving.stop())}
        assert {mask["id"] for mask in boss.ask("GET", f"images/{image['id']}/masks")} == expected

        # The worker for embeddings is killed at work; exports go on, and another worker ends what it began.
        more = [("files", (photo.name, photo.read_bytes() + b" ")) for photo in PHOTOS]
        boss.ask("POST", "images", files=more)
        wait_until(lambda: boss.ask("GET", "images")["summary"]["computing"], what="an embedding is computed")
        running.kill("embed")
        assert len(export(boss)["annotations"]) == len(expected)
        running.start("embed")
        wait_until(lambda: embedded(boss) == 2 * len(PHOTOS), seconds=120, what="all photos are embedded")
        wait_until(lambda: boss.ask("GET", "health")["workers"] == 2, what="both workers are counted")


def _annotator(running: Team, name: str) -> str:
    running.command("users", "add", name, "--role", Role.ANNOTATOR)
    return running.command("users", "token", name, "--name", "tests")
