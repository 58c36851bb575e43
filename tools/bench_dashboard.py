"""How long the dashboard takes with a million masks, on PostgreSQL and on SQLite.

    make bench-api

20,000 images with 50 masks each, of 60 days, 20 people, 8 models and the three stages. Day, person and model
of an image are drawn at random, so that there are more rows of tallies than work in order leaves. Masks are
laid as they were before there were tallies; the migration counts them. Then `GET /api/dashboard` is asked of
a web server, as it is and with each filter. The last line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
from alembic import command
from sqlalchemy import Connection, Engine, func, insert, select

from backend.core.database import open_engine, session_scope
from backend.core.migrations import alembic_config
from backend.images.models import Embedding, Image, WorkState
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.masks.models import MASK_TALLIES
from backend.models.models import Model, ModelState, Promotion
from backend.projects.models import Batch, BatchKind, Stage
from backend.quality.models import Comparison
from backend.runtime import Runtime, open_runtime
from backend.settings import REPOSITORY, Settings
from backend.users.models import Role
from backend.work.models import Transition
from tests.backend.servers import free_port, postgres_cluster, wait_until
from tests.backend.worlds import Person, add_person, first_project

BARS_MS = {"postgresql": 300, "sqlite": 1000}
BEFORE_TALLIES = "0013"
DAYS, PEOPLE, MODELS = 60, 20, 8
FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)
SECOND_LOOKS = 1000
ENCODER = "e" * 64
AT_ONCE = 5000
SOURCES = {
    Stage.ASSISTED_MANUAL: ("clicked", "clicked", "clicked", "clicked_painted", "edited"),
    Stage.SEMI_AUTOMATIC: ("detected", "detected", "detected", "clicked", "edited"),
    Stage.FULLY_AUTOMATIC: ("automatic",),
}
BY_MACHINES = ("detected", "automatic")
RLE = "".join(random.Random(1).choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabc", k=160))
COLUMNS = (
    *("id", "image_id", "stage", "source", "model_id", "rle_counts", "height", "width"),
    *(
        "bbox_x",
        "bbox_y",
        "bbox_w",
        "bbox_h",
        "area_px",
        "active_ms",
        "prompts",
        "locked",
        "state",
        "version",
    ),
    *("author_id", "created_at", "updated_at"),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--masks", type=int, default=50, help="on each image")
    parser.add_argument("--requests", type=int, default=40, help="with each filter")
    parser.add_argument("--only", choices=list(BARS_MS), help="this database alone")
    arguments = parser.parse_args()
    figures = {"masks": arguments.images * arguments.masks}
    for kind in [arguments.only] if arguments.only else BARS_MS:
        with tempfile.TemporaryDirectory(prefix="bench-dashboard-") as folder, database(kind, folder) as url:
            figures[kind] = measure(url, Path(folder), arguments) | {"bar_ms": BARS_MS[kind]}
    print("RESULT", json.dumps(figures))
    if any(row["slowest_p95_ms"] > row["bar_ms"] for row in figures.values() if isinstance(row, dict)):
        sys.exit(1)


@contextmanager
def database(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/maskloop.db"
    else:
        with postgres_cluster() as cluster:
            yield cluster.create_database()


def measure(url: str, folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    settings = Settings(data_dir=folder, database_url=url)
    engine = open_engine(settings.effective_database_url)
    command.upgrade(alembic_config(engine), BEFORE_TALLIES)
    engine.dispose()
    runtime = open_runtime(settings)
    started = time.perf_counter()
    manager, filters = fill(runtime, arguments.images, arguments.masks)
    filled = time.perf_counter() - started
    command.upgrade(alembic_config(runtime.engine), "head")
    counted = time.perf_counter() - started - filled
    with session_scope(runtime.sessions, read_only=True) as session:
        tallies = session.scalar(select(func.count()).select_from(MASK_TALLIES))
    print(f"\n{runtime.engine.dialect.name}: masks laid in {filled:.0f} s, counted in {counted:.0f} s")
    print(f"{tallies} rows of tallies")
    analyze(runtime.engine)
    runtime.engine.dispose()
    with web_server(settings) as address:
        routes = ask_all(address, manager, filters, arguments.requests)
    return {
        "rows_of_tallies": tallies,
        "migration_seconds": round(counted, 1),
        "load": round(os.getloadavg()[0], 1),
        "routes": routes,
        "slowest_p95_ms": max(row["p95_ms"] for name, row in routes.items() if name != "machines"),
    }


def ask_all(address: str, manager: Person, filters: dict[str, dict[str, str]], times: int) -> dict[str, Any]:
    routes = {}
    print(f"{'':16}{'p50 ms':>10}{'p95 ms':>10}")
    with httpx.Client(base_url=address, headers=manager.headers, timeout=60) as client:
        for name, query in filters.items():
            path = "/api/dashboard/machines" if name == "machines" else "/api/dashboard"
            client.get(path, params=query).raise_for_status()
            seen = []
            for _ in range(times):
                started = time.perf_counter()
                answer = client.get(path, params=query)
                seen.append((time.perf_counter() - started) * 1000)
                answer.raise_for_status()
            routes[name] = {"p50_ms": percentile(seen, 50), "p95_ms": percentile(seen, 95)}
            print(f"{name:16}{routes[name]['p50_ms']:10}{routes[name]['p95_ms']:10}")
    return routes


@contextmanager
def web_server(settings: Settings) -> Iterator[str]:
    port = free_port()
    environment = os.environ | {
        "MASKLOOP_DATABASE_URL": settings.database_url or "",
        "MASKLOOP_DATA_DIR": str(settings.data_dir),
        "MASKLOOP_PORT": str(port),
    }
    with (settings.data_dir / "web.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "web"],
            env=environment,
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: answers(address), seconds=120, what="web server answers")
            yield address
        finally:
            server.terminate()
            server.wait()


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/health", timeout=10).is_success
    except httpx.TransportError:
        return False


# ---- filling ----------------------------------------------------------------------------------------------


def fill(runtime: Runtime, images: int, masks: int) -> tuple[Person, dict[str, dict[str, str]]]:
    """Who may look, and what the figures are filtered by."""
    chance = random.Random(1)
    manager = add_person(runtime, "manager", Role.MANAGER)
    project_id = first_project(runtime)
    people = [add_person(runtime, f"annotator {number}").id for number in range(PEOPLE)]
    models = add_models(runtime, project_id)
    batches = add_batches(runtime, project_id)
    rows = list(image_rows(chance, images, people, models, batches))
    with runtime.engine.begin() as connection:
        add_images(connection, rows, project_id, batches)
        lay(connection, (mask for row in rows for mask in mask_rows(chance, row, masks)))
    last = FIRST + timedelta(days=DAYS - 1)
    week = {"from": str((last - timedelta(days=6)).date()), "to": str(last.date())}
    filters: dict[str, dict[str, str]] = {
        "unfiltered": {},
        "a week": week,
        "a batch": {"batch": str(batches[Stage.ASSISTED_MANUAL])},
        "a stage": {"stage": Stage.SEMI_AUTOMATIC},
        "a person": {"author": str(people[3])},
        "a model": {"model": str(models[3])},
    }
    filters["all of these"] = dict(chain.from_iterable(query.items() for query in filters.values()))
    return manager, filters | {"machines": {}}


def add_models(runtime: Runtime, project_id: UUID) -> list[UUID]:
    ids = [UUID(int=number + 1) for number in range(MODELS)]
    with session_scope(runtime.sessions) as session:
        for number, model_id in enumerate(ids):
            session.add(
                Model(
                    id=model_id,
                    name=f"model-{number}",
                    family="tinyvit",
                    config={},
                    encoder_digest=ENCODER,
                    decoder_digest=f"{number:064x}",
                    weights_sha256=f"{number:064x}",
                    weights_key="none",
                    decoder_key="none",
                    decoder_manifest={},
                    state=ModelState.ACTIVE if number == 0 else ModelState.CANDIDATE,
                )
            )
            session.flush()
            session.add(
                Promotion(
                    project_id=project_id,
                    model_id=model_id,
                    previous_id=ids[number - 1] if number else None,
                    reason="It is better.",
                    promoted_at=FIRST + timedelta(days=number * DAYS / MODELS),
                )
            )
    return ids


def add_batches(runtime: Runtime, project_id: UUID) -> dict[Stage | str, UUID]:
    """One of each stage, and one of second looks."""
    with session_scope(runtime.sessions) as session:
        batches: dict[Stage | str, Batch] = {
            stage: Batch(project_id=project_id, name=stage.value, stage=stage) for stage in Stage
        }
        session.add_all(batches.values())
        session.flush()
        parent = batches[Stage.ASSISTED_MANUAL]
        batches["second look"] = Batch(
            project_id=project_id,
            name="second look",
            stage=parent.stage,
            kind=BatchKind.SECOND_LOOK,
            parent_id=parent.id,
        )
        session.add(batches["second look"])
        session.flush()
        return {name: batch.id for name, batch in batches.items()}


def image_rows(
    chance: random.Random,
    count: int,
    people: list[UUID],
    models: list[UUID],
    batches: dict[Stage | str, UUID],
) -> Iterator[dict[str, Any]]:
    """Images with what their masks have in common. Nine of ten are finished."""
    for number in range(count):
        stage = chance.choice(list(Stage))
        state = chance.choices((WorkState.SUBMITTED, WorkState.DONE, WorkState.OPEN), (60, 30, 10))[0]
        yield {
            "id": UUID(int=chance.getrandbits(128)),
            "number": number,
            "batch_id": batches[stage],
            "stage": stage,
            "state": state,
            "at": FIRST + timedelta(days=chance.randrange(DAYS), minutes=chance.randrange(600)),
            "by": chance.choice(people),
            "model_id": chance.choice(models),
        }


def add_images(
    connection: Connection, rows: list[dict[str, Any]], project_id: UUID, batches: dict[Stage | str, UUID]
) -> None:
    keys = dict.fromkeys(("original_key", "picture_key", "thumbnail_key"), "none")
    size = {"width": 1500, "height": 1000}
    images = [
        {
            "id": row["id"],
            "batch_id": row["batch_id"],
            "original_id": None,
            "name": f"{row['number']}.jpg",
            "sha256": f"{row['number']:064x}",
            "work_state": row["state"],
        }
        for row in rows
    ]
    twins = [
        image
        | {"id": uuid5(image["id"], "twin"), "batch_id": batches["second look"], "original_id": image["id"]}
        for image in images[:SECOND_LOOKS]
    ]
    steps = [
        {"image_id": row["id"], "from_state": before, "to_state": to, "by": str(row["by"]), "at": at}
        for row in rows
        if row["state"] != WorkState.OPEN
        for before, to, at in (
            (WorkState.OPEN, WorkState.SUBMITTED, row["at"]),
            (WorkState.SUBMITTED, WorkState.DONE, row["at"] + timedelta(days=1)),
        )[: 1 + (row["state"] == WorkState.DONE)]
    ]
    embeddings = [
        {"image_sha256": image["sha256"], "encoder_digest": ENCODER, "size_bytes": 2**20} for image in images
    ]
    jobs = [
        {"subject": f"{image['sha256']}:{ENCODER}", "started_at": row["at"], "finished_at": row["at"]}
        for image, row in zip(images, rows, strict=True)
    ]
    chance = random.Random(2)
    comparisons = [
        {"image_id": twin["id"], "ious": [round(chance.betavariate(9, 1), 4) for _ in range(50)]}
        for twin in twins
    ]
    for table, found, common in (
        (Image, images + twins, keys | size),
        (Transition, steps, {}),
        (Embedding, embeddings, {"blob_key": "none", "compute_ms": 100}),
        (
            Job,
            jobs,
            {
                "kind": JobKind.EMBED,
                "queue": JobQueue.EMBED,
                "project_id": project_id,
                "state": JobState.DONE,
            },
        ),
        (Comparison, comparisons, {"batch_id": batches["second look"], "missed": 1, "added": 2}),
    ):
        for some in batched_rows(found, AT_ONCE):
            connection.execute(insert(table), [row | common for row in some])


def mask_rows(chance: random.Random, image: dict[str, Any], count: int) -> Iterator[tuple[Any, ...]]:
    for _ in range(count):
        source = chance.choice(SOURCES[image["stage"]])
        by_machine = source in BY_MACHINES
        clicks = 0 if by_machine else chance.randrange(1, 8)
        prompts = {
            "points": [{"x": 412.5, "y": 97.25, "label": 1}] * clicks,
            "box": None,
            "candidate": None,
            "strokes": {"brush": 0, "erase": 0},
        }
        yield (
            UUID(int=chance.getrandbits(128)),
            image["id"],
            image["stage"].value,
            source,
            image["model_id"],
            RLE,
            *(1000, 1500, 10, 20, 300, 200, 40_000),
            0 if by_machine else int(chance.lognormvariate(9.3, 0.7)),
            json.dumps(prompts),
            False,
            "accepted" if not by_machine or chance.random() < 0.95 else "proposed",
            1,
            None if by_machine else image["by"],
            image["at"],
            image["at"],
        )


def lay(connection: Connection, rows: Iterator[tuple[Any, ...]]) -> None:
    """The fastest way in that each database has."""
    cursor = connection.connection.cursor()
    names = ", ".join(COLUMNS)
    if connection.dialect.name == "postgresql":
        with cursor.copy(f"COPY masks ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    statement = f"INSERT INTO masks ({names}) VALUES ({', '.join('?' * len(COLUMNS))})"
    for some in batched_rows(rows, AT_ONCE):
        cursor.executemany(statement, [tuple(as_sqlite(value) for value in row) for row in some])


def batched_rows(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(rows)
    while some := list(islice(rest, size)):
        yield some


def as_sqlite(value: Any) -> Any:
    """As the types of columns store it there."""
    if isinstance(value, UUID):
        return value.hex
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def analyze(engine: Engine) -> None:
    """PostgreSQL does it by itself in a while."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def percentile(values: list[float], share: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[share - 1], 1)


if __name__ == "__main__":
    main()
