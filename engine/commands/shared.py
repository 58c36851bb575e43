"""What several commands have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from engine.folder import Job, Outcome
    from engine.sam.model import Sam
    from engine.train.datasets import Photo

PRECISIONS = ("auto", "float32", "bfloat16")  # engine.precision.PrecisionChoice, without PyTorch
RUN_AGAIN = "Photos whose file is there already are skipped: run it again to go on."


def add_model_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", default="starter", help="'starter' or a checkpoint file")
    command.add_argument("--device", default="cpu")


def model_to_use(arguments: argparse.Namespace) -> Sam:
    """For the options of `add_model_options`. Raises SystemExit where there is no such model."""
    from engine.sam.registry import CheckpointError, load_model

    try:
        return load_model(arguments.model, arguments.device)
    except CheckpointError as error:
        raise SystemExit(f"error: {error}") from error


def add_folder_options(command: argparse.ArgumentParser, result: str) -> None:
    command.add_argument("folder", type=Path, help="photos, in folders as well")
    command.add_argument("--out", type=Path, required=True, help=f"folder for {result}")


def work_through(
    arguments: argparse.Namespace,
    suffix: str,
    work: Callable[[Sequence[Job]], Iterator[Outcome]],
    results: str = "",
) -> None:
    """Does every photo of the folder that is not done yet, with progress, and says how it went.

    `work` writes the files of photos, whose names end with `suffix`, and tells how many `results` each has.
    Raises SystemExit(1) at the end when photos failed.
    """
    from engine.folder import jobs

    found = jobs(arguments.folder, arguments.out, suffix)
    if not found:
        raise SystemExit(f"error: there are no photos in {arguments.folder}")
    pending = [job for job in found if not job.target.exists()]

    made, failed = 0, []
    with photo_progress() as progress:
        task = progress.add_task("photos", total=len(pending))
        for outcome in work(pending):
            made += outcome.results
            if outcome.error:
                failed.append(outcome)
            progress.advance(task)
    done, skipped = len(pending) - len(failed), len(found) - len(pending)
    with_results = f" with {made} {results}" if results else ""
    print(f"{done} photos{with_results}, {skipped} done before, {len(failed)} failed")
    for outcome in failed:
        print(f"failed: {outcome.job.name}: {outcome.error}")
    if failed:
        raise SystemExit(1)


def add_set_options(command: argparse.ArgumentParser) -> None:
    """Which objects of which photos to click on."""
    command.add_argument(
        "--data", type=Path, nargs="+", required=True, help="folders with one folder per set"
    )
    command.add_argument("--sets", nargs="+", required=True, help="folders to measure, one row each")
    command.add_argument("--all-photos", nargs="*", default=[], help="sets that were never trained on")
    command.add_argument("--photos", type=int, default=20, help="photos of each set")
    command.add_argument("--masks", type=int, default=5, help="masks of each photo")


def chosen_photos(arguments: argparse.Namespace) -> dict[str, list[Photo]]:
    """By set, for the options of `add_set_options`. Raises SystemExit where a set has no such photos."""
    from engine.train.datasets import DataError, read_sets, split
    from engine.train.evaluate import spread

    try:
        found = read_sets(arguments.data, arguments.sets)
    except DataError as error:
        raise SystemExit(f"error: {error}") from error
    sets = {}
    for name, photos in found.items():
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
