"""`python -m engine eval`: the quality of a model, or of GrabCut, in one line per data set."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from engine.commands.shared import add_model_options, add_set_options, chosen_photos, model_to_use

if TYPE_CHECKING:
    from engine.train.evaluate import Quality


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    evaluate = commands.add_parser("eval", help="mean IoU after 1, 3, 5 and 10 simulated clicks")
    add_set_options(evaluate)
    add_model_options(evaluate)
    evaluate.add_argument("--grabcut", action="store_true", help="OpenCV's GrabCut instead of a model")
    evaluate.set_defaults(run=_evaluate)


def _evaluate(arguments: argparse.Namespace) -> None:
    from engine.train.evaluate import evaluate_grabcut, evaluate_model

    qualities: dict[str, Quality] = {}
    model = None if arguments.grabcut else model_to_use(arguments)
    for name, photos in chosen_photos(arguments).items():
        if model is None:
            qualities[name] = evaluate_grabcut(photos, arguments.masks)
        else:
            qualities[name] = evaluate_model(model, photos, arguments.masks)
        print(_row(name, qualities[name]), flush=True)
    mean = {
        clicks: sum(q.mean_iou[clicks] for q in qualities.values()) / len(qualities)
        for clicks in next(iter(qualities.values())).mean_iou
    }
    method = "grabcut" if arguments.grabcut else arguments.model
    sets = {name: quality.mean_iou for name, quality in qualities.items()}
    print("RESULT", json.dumps({"method": method, "mean": mean, **sets}))


def _row(name: str, quality: Quality) -> str:
    scores = "  ".join(f"{clicks:2} clicks {iou:.3f}" for clicks, iou in quality.mean_iou.items())
    return f"{name:10} {quality.objects:4} objects  {scores}  {quality.seconds:.0f} s"
