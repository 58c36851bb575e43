"""`python -m engine train`: the starter model from photos with masks."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = commands.add_parser("train", help="train a starter model on photos with masks (COCO layout)")
    train.add_argument("--data", type=Path, required=True, help="folder with one folder per set")
    train.add_argument("--out", type=Path, required=True, help="folder for log and weights")
    train.add_argument("--start", help="checkpoint to go on from, or 'starter'; else random weights")
    train.add_argument("--minutes", type=float, default=120)
    train.add_argument("--device", default="cpu")
    train.add_argument("--loader-workers", type=int, default=1)
    train.add_argument("--resume", action="store_true", help="go on from the last state in --out")
    train.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> None:
    from engine.sam.registry import load_model
    from engine.train.starter import recipe, train_starter

    train_starter(
        arguments.data,
        arguments.out,
        recipe(
            arguments.minutes,
            from_scratch=arguments.start is None,
            loader_workers=arguments.loader_workers,
        ),
        start=load_model(arguments.start) if arguments.start else None,
        device=arguments.device,
        resume=arguments.resume,
    )
