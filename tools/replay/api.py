"""The server's API as the replay uses it: what a page, and a manager's program, would ask."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from tools.replay.photos import TruePhoto

Json = dict[str, Any]
UPLOADED_AT_ONCE = 20


class ReplayError(Exception):
    """Why the replay cannot go on, as a sentence."""


class Api:
    """Everything is about one project once `make_project` has made it."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=f"{url.rstrip('/')}/api/", headers=headers, timeout=120)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        return self._ask("GET", path, params=query).json()

    def put(self, path: str, body: Json) -> Any:
        return self._ask("PUT", path, json=body).json()

    def post(self, path: str, body: Json | None = None, **more: Any) -> Any:
        return self._ask("POST", path, json=body, **more).json()

    def delete(self, path: str) -> None:
        self._ask("DELETE", path)

    def bytes_of(self, path: str, **query: Any) -> bytes:
        return self._ask("GET", path, params=query).content

    # ---- what takes more than one request ------------------------------------------------------------------

    def make_project(self, name: str) -> None:
        names = {project["name"] for project in self.get("projects")}
        number = next(n for n in range(1, len(names) + 2) if (f"{name} {n}" if n > 1 else name) not in names)
        project = self.post("projects", {"name": f"{name} {number}" if number > 1 else name})
        self._http.params = self._http.params.set("project", project["id"])

    def upload(self, batch_id: str, photos: Sequence[TruePhoto]) -> dict[str, TruePhoto]:
        """Photos by the ids of their images."""
        ids: dict[str, TruePhoto] = {}
        for start in range(0, len(photos), UPLOADED_AT_ONCE):
            part = photos[start : start + UPLOADED_AT_ONCE]
            files = [("files", (photo.name, photo.content)) for photo in part]
            report = self.post("images", files=files, params={"batch": batch_id})
            for file, photo in zip(report["files"], part, strict=True):
                if file["verdict"] != "imported":
                    raise ReplayError(
                        f"{file['name']} was not imported: {file['reason'] or file['verdict']}."
                    )
                ids[file["image_id"]] = photo
        return ids

    def wait_until_embedded(self, image_ids: Sequence[str], *, patience: float = 600) -> None:
        """Until every image works with the model in use."""
        encoder = self.get("models/active")["encoder_digest"]
        end = time.monotonic() + patience
        for image_id in image_ids:
            while True:
                image = self.get(f"images/{image_id}")
                if image["embedding"]["state"] == "failed":
                    raise ReplayError(f"{image['name']} was not embedded: {image['embedding']['error']}")
                is_there = image["embedding"]["state"] == "ready"
                if is_there and image["model"]["encoder_digest"] == encoder:
                    break
                if time.monotonic() > end:
                    raise ReplayError(f"{image['name']} was not embedded in {patience:.0f} seconds.")
                time.sleep(0.2)

    def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        answer = self._http.request(method, path, **content)
        if answer.is_error:
            try:
                reason = answer.json()["detail"]
            except (ValueError, KeyError):
                reason = answer.text
            raise ReplayError(f"{method} {path} was answered with {answer.status_code}: {reason}")
        return answer
