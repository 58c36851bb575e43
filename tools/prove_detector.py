"""How many objects the box detector finds, against the automatic grid alone.

    make prove-detector DATA=folder    # with nuclei/, camvid/ and clothing/ below it, in COCO

For each set a head is trained on stored embeddings of its training photos and asked for 100 boxes on photos
held out. The grid's boxes are those of its masks: as it is set by default, and unfiltered, the 100 with the
highest predicted IoU. An object is found when a box of its own overlaps its box with an IoU of 0.5. The last
line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.automask.generate import generate_masks
from engine.automask.settings import AutomaskSettings
from engine.detector.detect import MOST_BOXES, detect
from engine.detector.recall import recall
from engine.detector.train import DetectorRecipe
from engine.embedding import embed_photo, unpack_embedding
from engine.preprocess import RGB
from engine.sam.model import Sam
from engine.sam.registry import encoder_digest, load_model
from engine.train.datasets import read_coco, split
from engine.train.evaluate import spread
from engine.train.manifest import manifest_from_coco, write_manifest
from engine.train.manifest_run import embedded, train_detector

SETS = ("nuclei", "camvid", "clothing")
UNFILTERED = AutomaskSettings(pred_iou_thresh=0, stability_score_thresh=0)

Boxes = NDArray[np.floating]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--minutes", type=float, default=4, help="of training, each set")
    parser.add_argument("--train-photos", type=int, default=200)
    parser.add_argument("--test-photos", type=int, default=8)
    arguments = parser.parse_args()
    model = load_model(arguments.model)
    result = {name: measure(model, name, arguments) for name in SETS}
    print("RESULT", json.dumps({"bench": "detector", **result}))


def measure(model: Sam, name: str, arguments: argparse.Namespace) -> dict[str, float]:
    training, held_out = split(read_coco(arguments.data / name))
    learnt = {photo.path for photo in spread(training, arguments.train_photos)}
    tested = spread(held_out, arguments.test_photos)
    digest = encoder_digest(model)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        records = manifest_from_coco(arguments.data / name)
        write_manifest(folder / "photos.jsonl", (one for one in records if one.path in learnt))
        data = embedded(model, folder / "photos.jsonl", folder / "embeddings")
        recipe = DetectorRecipe(arguments.minutes, loader_workers=0)
        head = train_detector(model, data, folder / "run", recipe)

    ways: dict[str, Callable[[RGB], Boxes]] = {
        "detector": lambda rgb: detect(head, *unpack_embedding(embed_photo(model, rgb, digest))).boxes,
        "grid": lambda rgb: best_boxes(model, rgb, AutomaskSettings()),
        "grid_unfiltered": lambda rgb: best_boxes(model, rgb, UNFILTERED),
    }
    wanted = [corners(photo.boxes) for photo in tested]
    objects = sum(map(len, wanted))
    figures: dict[str, float] = {"photos": len(tested), "objects": objects}
    for way, boxes_on in ways.items():
        start = time.monotonic()
        found = [boxes_on(photo.read()) for photo in tested]
        figures[f"{way}_seconds"] = round((time.monotonic() - start) / len(tested), 2)
        hits = sum(recall(boxes, truth) * len(truth) for boxes, truth in zip(found, wanted, strict=True))
        figures[f"{way}_recall"] = round(hits / objects, 3)
    print(name, figures, flush=True)
    return figures


def best_boxes(model: Sam, rgb: RGB, settings: AutomaskSettings) -> Boxes:
    """(N, 4) xyxy of the masks with the highest predicted IoU."""
    masks = sorted(generate_masks(model, rgb, settings), key=lambda mask: -mask["predicted_iou"])
    return corners(np.array([mask["bbox"] for mask in masks[:MOST_BOXES]], np.float32).reshape(-1, 4))


def corners(boxes: Boxes) -> Boxes:
    """(N, 4) xywh -> xyxy"""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


if __name__ == "__main__":
    main()
