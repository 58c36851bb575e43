"""What several commands have in common."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from engine.train.datasets import Photo


def add_set_options(command: argparse.ArgumentParser) -> None:
    """Which objects of which photos to click on."""
    command.add_argument("--data", type=Path, required=True, help="folder with one folder per set")
    command.add_argument("--sets", nargs="+", required=True, help="folders to measure, one row each")
    command.add_argument("--all-photos", nargs="*", default=[], help="sets that were never trained on")
    command.add_argument("--photos", type=int, default=20, help="photos of each set")
    command.add_argument("--masks", type=int, default=5, help="masks of each photo")


def chosen_photos(arguments: argparse.Namespace) -> dict[str, list[Photo]]:
    """By set, for the options of `add_set_options`. Raises SystemExit where a set has no such photos."""
    from engine.train.datasets import read_coco, split
    from engine.train.evaluate import spread

    sets = {}
    for name in arguments.sets:
        if not (arguments.data / name / "annotations.json").is_file():
            raise SystemExit(f"error: there is no annotations.json in {arguments.data / name}")
        photos = read_coco(arguments.data / name)
        _, held_out = split(photos)
        sets[name] = spread(photos if name in arguments.all_photos else held_out, arguments.photos)
        if not sets[name]:
            raise SystemExit(f"error: no photo of {name} is held out; is it one for --all-photos?")
    return sets


def photo_progress() -> Progress:
    """A bar with an estimate, on standard error: results go to standard output, for a file or a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True))
