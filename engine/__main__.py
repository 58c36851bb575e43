"""`python -m engine ...`: the engine by itself, without web server, database or queue."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.train.evaluate import Quality


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = parser.add_subparsers(required=True)

    train = commands.add_parser("train", help="train a starter model on photos with masks (COCO layout)")
    train.add_argument("--data", type=Path, required=True, help="folder with one folder per set")
    train.add_argument("--out", type=Path, required=True, help="folder for log and weights")
    train.add_argument("--start", help="checkpoint to go on from, or 'starter'; else random weights")
    train.add_argument("--minutes", type=float, default=120)
    train.add_argument("--device", default="cpu")
    train.add_argument("--loader-workers", type=int, default=1)
    train.add_argument("--resume", action="store_true", help="go on from the last state in --out")
    train.set_defaults(run=_train)

    evaluate = commands.add_parser("eval", help="mean IoU after 1, 3, 5 and 10 simulated clicks")
    evaluate.add_argument("--data", type=Path, required=True, help="folder with one folder per set")
    evaluate.add_argument("--sets", nargs="+", required=True, help="folders to measure, one row each")
    evaluate.add_argument("--all-photos", nargs="*", default=[], help="sets that were never trained on")
    evaluate.add_argument("--model", default="starter", help="'starter', a checkpoint file, or 'grabcut'")
    evaluate.add_argument("--photos", type=int, default=20, help="photos of each set")
    evaluate.add_argument("--masks", type=int, default=5, help="masks of each photo")
    evaluate.set_defaults(run=_evaluate)

    arguments = parser.parse_args()
    arguments.run(arguments)


def _train(arguments: argparse.Namespace) -> None:
    from engine.sam.registry import load_model
    from engine.train.starter import recipe, train_starter

    train_starter(
        arguments.data,
        arguments.out,
        recipe(arguments.minutes, loader_workers=arguments.loader_workers),
        start=load_model(arguments.start) if arguments.start else None,
        device=arguments.device,
        resume=arguments.resume,
    )


def _evaluate(arguments: argparse.Namespace) -> None:
    from engine.sam.registry import load_model
    from engine.train.datasets import read_coco, split
    from engine.train.evaluate import evaluate_grabcut, evaluate_model, spread

    qualities: dict[str, Quality] = {}
    model = None if arguments.model == "grabcut" else load_model(arguments.model)
    for name in arguments.sets:
        photos = read_coco(arguments.data / name)
        _, held_out = split(photos)
        chosen = spread(photos if name in arguments.all_photos else held_out, arguments.photos)
        if model is None:
            qualities[name] = evaluate_grabcut(chosen, arguments.masks)
        else:
            qualities[name] = evaluate_model(model, chosen, arguments.masks)
        print(_row(name, qualities[name]), flush=True)
    mean = {
        clicks: sum(q.mean_iou[clicks] for q in qualities.values()) / len(qualities)
        for clicks in next(iter(qualities.values())).mean_iou
    }
    result = {"model": arguments.model, "mean": mean} | {name: q.mean_iou for name, q in qualities.items()}
    print("RESULT", json.dumps(result))


def _row(name: str, quality: Quality) -> str:
    scores = "  ".join(f"{clicks:2} clicks {iou:.3f}" for clicks, iou in quality.mean_iou.items())
    return f"{name:10} {quality.objects:4} objects  {scores}  {quality.seconds:.0f} s"


if __name__ == "__main__":
    main()
