"""How fast masks are exported and imported, and how much memory that takes.

    make bench-exports

100,000 masks on 1,000 images of 1500 x 1000 pixels, in an SQLite database in a temporary folder. Masks are
unions of ellipses with holes, from a few hundred to some 100,000 pixels. Every format is written, read again
and counted, as by the job, in a process of its own whose peak memory is told; then the COCO file is imported
as proposals. The last line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parent.parent
HEIGHT, WIDTH = 1000, 1500
MASKS_PER_IMAGE = 100
SHAPES = 1000  # different masks; images draw from them
LIMIT_MIB = 2048
IMPORT = "import of coco"


def main() -> None:
    arguments = parse()
    if arguments.measure:
        print(json.dumps(measure(arguments)))
        return
    from backend.exports.models import ExportFormat

    result: dict[str, Any] = {"masks": arguments.masks, "limit_mib": LIMIT_MIB, "formats": {}}
    with TemporaryDirectory(prefix="bench-exports-") as folder:
        seconds = fill(Path(folder), arguments.masks)
        print(f"{arguments.masks} masks laid in {seconds:.0f} s")
        for what in [*(format_.value for format_ in ExportFormat), IMPORT]:
            command = [sys.executable, "-m", "tools.bench_exports", "--masks", str(arguments.masks)]
            command += ["--measure", what, "--folder", folder]
            child = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            measured = json.loads(child.stdout.splitlines()[-1])
            print(
                f"{what:14} {measured['masks_per_second']:>7.0f} masks/s  {measured['seconds']:6.1f} s  "
                f"processor {measured['cpu_seconds']:6.1f} s  "
                f"peak {measured['peak_mib']:5.0f} MiB  file {measured['file_mb']:7.1f} MB"
            )
            result["formats"][what] = measured
    result["under_limit"] = all(row["peak_mib"] < LIMIT_MIB for row in result["formats"].values())
    print("RESULT", json.dumps(result))
    if not result["under_limit"]:
        raise SystemExit(1)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--masks", type=int, default=100_000)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def runtime_in(folder: Path, name: str) -> Any:
    from backend.core.migrations import migrate
    from backend.runtime import open_runtime
    from backend.settings import Settings

    runtime = open_runtime(Settings(data_dir=folder, database_url=f"sqlite:///{folder / name}"))
    migrate(runtime.engine)
    return runtime


def fill(folder: Path, count: int) -> float:
    """Lays images, and masks on them, into a database; seconds."""
    started = time.perf_counter()
    shapes = list(drawn_shapes())
    add_images(runtime_in(folder, "full.db"), count, shapes)
    return time.perf_counter() - started


def add_images(runtime: Any, count: int, shapes: list[dict[str, Any]]) -> None:
    """Images with so many masks in all; without `shapes` the images alone."""
    from sqlalchemy import insert

    from backend.core.database import session_scope, utc_now
    from backend.images.models import Image
    from backend.masks.models import Mask
    from tests.backend.worlds import first_batch

    with session_scope(runtime.sessions) as session:
        batch_id = first_batch(session).id
        for number in range(count // MASKS_PER_IMAGE):
            image_id = UUID(int=number)
            image = {
                "id": image_id,
                "batch_id": batch_id,
                "name": f"{number}.jpg",
                "sha256": f"{number:064x}",
            }
            keys = dict.fromkeys(("original_key", "picture_key", "thumbnail_key"), "none")
            session.execute(insert(Image).values(**image, **keys, width=WIDTH, height=HEIGHT))
            rows = [
                {
                    **shapes[(number * MASKS_PER_IMAGE + turn * 7) % len(shapes)],
                    "id": UUID(int=number * MASKS_PER_IMAGE + turn),
                    "image_id": image_id,
                    "created_at": utc_now(),
                }
                for turn in range(MASKS_PER_IMAGE if shapes else 0)
            ]
            if rows:
                session.connection().execute(insert(Mask), rows)


def drawn_shapes() -> Iterator[dict[str, Any]]:
    import cv2
    import numpy as np

    from backend.masks import rle
    from backend.masks.models import MaskSource
    from backend.projects.models import Stage

    random = np.random.default_rng(1)
    for _ in range(SHAPES):
        bitmap = np.zeros((HEIGHT, WIDTH), np.uint8)
        middle = random.integers((100, 100), (WIDTH - 100, HEIGHT - 100))
        size = float(np.exp(random.uniform(np.log(8), np.log(200))))
        for value in (1, 1, 1, 0, 0):
            place = middle + random.normal(0, size / 2, 2)
            axes = random.uniform(0.2, 1.0, 2) * size * (1.0 if value else 0.3)
            angle = float(random.uniform(0, 180))
            cv2.ellipse(bitmap, place.astype(int), axes.astype(int) + 1, angle, 0, 360, value, -1)
        if not bitmap.any():
            bitmap[middle[1], middle[0]] = 1
        mask = rle.check_runs(rle.runs_of(bitmap.astype(bool)), HEIGHT, WIDTH)
        x, y, width, height = mask.bbox
        yield {
            "stage": Stage.FULLY_AUTOMATIC,
            "source": MaskSource.AUTOMATIC,
            "rle_counts": rle.encode(mask.runs),
            "height": HEIGHT,
            "width": WIDTH,
            "bbox_x": x,
            "bbox_y": y,
            "bbox_w": width,
            "bbox_h": height,
            "area_px": mask.area_px,
            "predicted_iou": 0.9,
            "active_ms": 0,
            "prompts": {"points": [], "box": None, "candidate": None, "strokes": {"brush": 0, "erase": 0}},
        }


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    started = time.perf_counter()
    if arguments.measure == IMPORT:
        path = arguments.folder / "coco"
        import_again(arguments.folder, path, arguments.masks)
    else:
        path = arguments.folder / arguments.measure
        export(arguments.folder, path, arguments.measure, arguments.masks)
    seconds = time.perf_counter() - started
    return {
        "masks_per_second": round(arguments.masks / seconds),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(time.process_time(), 1),  # on a busy machine the fairer figure
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "file_mb": round(path.stat().st_size / 1e6, 1),
    }


def export(folder: Path, path: Path, format_: str, count: int) -> None:
    from backend.core.database import utc_now
    from backend.exports.models import ExportFormat
    from backend.exports.parts import StoredParts
    from backend.exports.schemas import ExportIn
    from backend.exports.writing import write_export
    from tests.backend.worlds import first_project

    runtime = runtime_in(folder, "full.db")
    parts = StoredParts(runtime.storage, f"exports/{format_}")
    with path.open("w+b") as file:
        wanted = ExportIn(format=ExportFormat(format_))
        written = write_export(
            runtime.sessions,
            runtime.storage,
            file,
            first_project(runtime),
            wanted,
            utc_now(),
            parts,
            lambda _done: None,
        )
    assert written.totals.masks == count


def import_again(folder: Path, path: Path, count: int) -> None:
    from backend.core.database import session_scope
    from backend.imports import importing, service
    from backend.imports.reading import open_annotations
    from backend.imports.schemas import ImportedAs
    from tests.backend.worlds import first_batch

    runtime = runtime_in(folder, "empty.db")
    add_images(runtime, count, [])
    with session_scope(runtime.sessions) as session:
        batch = first_batch(session)
        wanted = service.add_import(
            session,
            batch.project_id,
            name=path.name,
            batch_id=batch.id,
            imported_as=ImportedAs.PROPOSED,
            blob_key="none",
            size_bytes=path.stat().st_size,
            by=None,
        )
    with path.open("rb") as file:
        annotations = open_annotations(path.name, file, max_file_bytes=2**40, max_image_pixels=10**8)
        importing.import_annotations(runtime.sessions, wanted, annotations, lambda _done: None)
    with session_scope(runtime.sessions) as session:
        assert service.count_outcomes(session, [wanted.id])[wanted.id]["added"] == count


if __name__ == "__main__":
    main()
