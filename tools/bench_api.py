"""How fast the API answers a team of 100 at work, and whether anything is lost or handed out twice.

    make bench-api

Two web servers of one process each, on PostgreSQL and Redis, as docker-compose.yml has them. A team comes in
one after the other; every simulated annotator follows the events as an open page does, takes the next image,
saves masks as a person would who needs a few seconds for each, submits, and goes on. A second round leaves
the pauses out, so that requests wait for each other: it tells how many a second the machine can answer. After
that the database is asked whether all that was accepted is there, and whether any image was with two people.
The clients run on the same cores as the servers. The last line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
from sqlalchemy import select

from backend.core.database import session_scope
from backend.images.models import Image, WorkState
from backend.masks.models import Mask
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.work.models import Transition
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.team import Team, team
from tests.backend.worlds import Person, add_model, add_person

WIDTH, HEIGHT = 640, 480
PATIENCE_SECONDS = 120.0


@dataclass
class Round:
    """What the clients saw: milliseconds by route, statuses, and what the server has accepted."""

    pause_seconds: float
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    masks: set[UUID] = field(default_factory=set)
    submitted: dict[UUID, str] = field(default_factory=dict)  # image -> who
    holders: dict[UUID, str] = field(default_factory=dict)
    handed_out_twice: int = 0
    events: int = 0
    seconds: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--images", type=int, default=3, help="for each client and round")
    parser.add_argument("--masks", type=int, default=4, help="on each image")
    parser.add_argument("--arrive", type=float, default=20.0, help="seconds within which all come in")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds for a mask, on average")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="maskloop-bench-") as folder,
        team(Path(folder), workers=()) as running,
    ):
        figures = measure(running, arguments)
    print("RESULT", json.dumps(figures))
    if any(figures["faults"].values()):
        sys.exit(1)


def measure(running: Team, arguments: argparse.Namespace) -> dict[str, Any]:
    environment = running.environment
    settings = Settings(
        data_dir=Path(environment["MASKLOOP_DATA_DIR"]),
        database_url=environment["MASKLOOP_DATABASE_URL"],
        broker_url=environment["MASKLOOP_BROKER_URL"],
    )
    runtime = open_runtime(settings)
    add_model(runtime)
    people = [add_person(runtime, f"annotator {number}") for number in range(arguments.clients)]
    rounds = []
    for pause_seconds in (arguments.pause, 0.0):
        for _ in range(arguments.clients * arguments.images):
            add_image(runtime, width=WIDTH, height=HEIGHT)
        seen = asyncio.run(work(running, people, arguments, pause_seconds))
        print_round(seen)
        rounds.append(seen)
    at_work, at_once = rounds
    every = [ms for times in at_work.milliseconds.values() for ms in times]
    return {
        "clients": arguments.clients,
        "arrive_seconds": arguments.arrive,
        "pause_seconds": arguments.pause,
        "requests": len(every),
        "p50_ms": percentile(every, 50),
        "p95_ms": percentile(every, 95),
        "p99_ms": percentile(every, 99),
        "routes": {route: routes_figures(times) for route, times in at_work.milliseconds.items()},
        "events": at_work.events,
        "without_pauses_per_second": round(sum(map(len, at_once.milliseconds.values())) / at_once.seconds, 1),
        "faults": faults(runtime, rounds),
    }


async def work(
    running: Team, people: Sequence[Person], arguments: argparse.Namespace, pause_seconds: float
) -> Round:
    seen = Round(pause_seconds)
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(people):
            url = running.web[number % len(running.web)]
            group.create_task(annotate(url, person, arguments, seen, number))
    seen.seconds = time.perf_counter() - started
    return seen


async def annotate(url: str, person: Person, arguments: argparse.Namespace, seen: Round, seed: int) -> None:
    """One person's images."""
    chance, drawing = random.Random(seed), np.random.default_rng(seed)
    bodies = [draw(drawing, width=WIDTH, height=HEIGHT) for _ in range(arguments.masks)]
    await asyncio.sleep(chance.uniform(0, arguments.arrive) if seen.pause_seconds else 0)
    limits = httpx.Limits(max_keepalive_connections=1)
    async with (
        httpx.AsyncClient(
            base_url=f"{url}/api", headers=person.headers, timeout=PATIENCE_SECONDS, limits=limits
        ) as program,
        following(program, seen),
    ):
        await ask(program, seen, "GET", "/session")
        for _ in range(arguments.images):
            taken = (await ask(program, seen, "POST", "/queue/next")).json()["image"]
            image_id = UUID(taken["id"])
            seen.handed_out_twice += image_id in seen.holders
            seen.holders[image_id] = person.name
            await ask(program, seen, "GET", "/images/{id}/masks", id=image_id)
            for bitmap in bodies:
                await asyncio.sleep(chance.uniform(0.5, 1.5) * seen.pause_seconds)
                mask_id = uuid4()
                await ask(program, seen, "PUT", "/masks/{id}", id=mask_id, json=mask_body(image_id, bitmap))
                seen.masks.add(mask_id)
            await ask(program, seen, "GET", "/queue")
            await ask(program, seen, "POST", "/images/{id}/submit", id=image_id)
            seen.submitted[image_id] = str(person.id)


async def ask(
    program: httpx.AsyncClient, seen: Round, method: str, route: str, *, id: object = "", **options: Any
) -> httpx.Response:
    started = time.perf_counter()
    answer = await program.request(method, route.format(id=id), **options)
    seen.milliseconds[f"{method} {route}"].append((time.perf_counter() - started) * 1000)
    seen.statuses[answer.status_code] += 1
    answer.raise_for_status()
    return answer


@asynccontextmanager
async def following(program: httpx.AsyncClient, seen: Round) -> AsyncIterator[None]:
    """The event stream of an open page, read while the block runs."""

    async def read(pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            seen.events += piece.count(b"event: ")

    async with program.stream("GET", "/events") as response:
        reading = asyncio.create_task(read(response.aiter_raw()))
        try:
            yield
        finally:
            reading.cancel()


def faults(runtime: Runtime, rounds: Sequence[Round]) -> dict[str, int]:
    """What must not be, counted in the database; all zero when all is well."""
    masks = set().union(*(seen.masks for seen in rounds))
    submitted = {image_id: who for seen in rounds for image_id, who in seen.submitted.items()}
    with session_scope(runtime.sessions, read_only=True) as session:
        stored = set(session.scalars(select(Mask.id)))
        submitters = select(Image.id, Image.work_by).where(Image.work_state == WorkState.SUBMITTED)
        by = {image_id: who for image_id, who in session.execute(submitters)}
        decisions = Counter(session.scalars(select(Transition.image_id)))
        authors: dict[UUID, set[UUID | None]] = defaultdict(set)
        for image_id, author_id in session.execute(select(Mask.image_id, Mask.author_id)):
            authors[image_id].add(author_id)
    return {
        "lost_masks": len(masks - stored),
        "lost_submissions": sum(by.get(image_id) != who for image_id, who in submitted.items()),
        "handed_out_twice": sum(seen.handed_out_twice for seen in rounds),
        "images_of_two_people": sum(len(people) > 1 for people in authors.values()),
        "decided_twice": sum(count > 1 for count in decisions.values()),
        "refused": sum(count for seen in rounds for status, count in seen.statuses.items() if status >= 400),
    }


def print_round(seen: Round) -> None:
    total = sum(map(len, seen.milliseconds.values()))
    pace = f"{seen.pause_seconds:g} s for a mask" if seen.pause_seconds else "without pauses"
    print(f"\n{pace}: {total} requests in {seen.seconds:.1f} s, {total / seen.seconds:.0f} a second")
    print(f"{'':24}{'count':>8}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}")
    for route, times in seen.milliseconds.items():
        figures = routes_figures(times)
        print(
            f"{route:24}{figures['count']:8}{figures['p50_ms']:10}{figures['p95_ms']:10}{figures['p99_ms']:10}"
        )


def routes_figures(times: Sequence[float]) -> dict[str, float]:
    return {"count": len(times), **{f"p{share}_ms": percentile(times, share) for share in (50, 95, 99)}}


def percentile(values: Sequence[float], share: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[share - 1], 1)


if __name__ == "__main__":
    main()
