"""The proof that a model learns from few photos: its decoder alone, on 60 photos of nuclei, on a CPU.

    make prove-nuclei DATA=folder    # with nuclei/ below it, in COCO: photos of the 2018 Data Science Bowl

The model has never seen nuclei. Clicks are simulated on the photos that are not trained on, before and after;
docs/learning/ gets a report of each. The last line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import tempfile
import time
from pathlib import Path

from engine.commands.report import print_report
from engine.evaluate.report import Report, make_report
from engine.sam.model import Sam
from engine.sam.registry import load_model, save_checkpoint
from engine.train.datasets import Photo, is_held_out, read_coco
from engine.train.evaluate import spread
from engine.train.manifest import manifest_from_coco, write_manifest
from engine.train.manifest_run import embedded, manifest_recipe, train_decoder

DOCS = Path(__file__).parent.parent / "docs" / "learning"
TRAINED_ON = 60  # photos
MASKS_PER_PHOTO = 3
WANTED = 85  # NoC@85


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--cpu-minutes", type=float, default=20, help="of all cores together")
    parser.add_argument("--photos", type=int, default=60, help="to click on, of those not trained on")
    parser.add_argument("--save", type=Path, help="keep the trained model here")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)

    photos = read_coco(arguments.data / "nuclei")
    # A manifest's held-out tenth would be missing from the 60.
    learnt = spread([photo for photo in photos if not is_held_out(photo.path.name)], TRAINED_ON)
    paths = {photo.path for photo in learnt}
    others = spread([photo for photo in photos if photo.path not in paths], arguments.photos)
    model = load_model(arguments.model)

    before = measure(model, others, "nuclei-before", arguments.model)
    started = time.monotonic(), cpu_seconds()
    trained = learn(model, arguments.data / "nuclei", paths, arguments.cpu_minutes / (os.cpu_count() or 1))
    wall, cpu = time.monotonic() - started[0], cpu_seconds() - started[1]
    if arguments.save:
        save_checkpoint(trained, arguments.save)
    after = measure(trained, others, "nuclei-after", f"{arguments.model}, decoder trained on nuclei")

    noc = [report.sets["nuclei"].row.noc[WANTED] for report in (before, after)]
    result = {
        "bench": "nuclei",
        "trained_on": len(paths),
        "measured_on": len(others),
        "objects": after.mean.objects,
        "cpu_minutes": round(cpu / 60, 1),
        "wall_minutes": round(wall / 60, 1),
        "noc85_before": round(noc[0], 2),
        "noc85_after": round(noc[1], 2),
        "fewer_clicks": round(1 - noc[1] / noc[0], 3),
    }
    print("RESULT", json.dumps(result))


def measure(model: Sam, photos: list[Photo], folder: str, name: str) -> Report:
    report = make_report(model, {"nuclei": photos}, MASKS_PER_PHOTO, name=name)
    report.write(DOCS / folder)
    print_report(report)
    return report


def learn(model: Sam, coco: Path, paths: set[Path], minutes: float) -> Sam:
    """Embedding the photos is part of the minutes that count, and little of them."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        records = (record for record in manifest_from_coco(coco) if record.path in paths)
        write_manifest(folder / "nuclei.jsonl", records)
        start = time.monotonic()
        data = embedded(model, folder / "nuclei.jsonl", folder / "embeddings")
        left = minutes - (time.monotonic() - start) / 60
        recipe = manifest_recipe(
            "decoder",
            left,
            "minutes",
            model.config.image_size,
            checkpoint_minutes=60,
            loader_workers=0,
            seed=0,
        )
        return train_decoder(model, data, folder / "run", recipe)


def cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
