"""`python -m engine automask`: masks for a folder of photos."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.shared import photo_progress

if TYPE_CHECKING:
    from engine.automask import AutomaskSettings


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    automask = commands.add_parser(
        "automask",
        help="all masks of every photo in a folder, without prompts (SA-1B layout)",
        description="Photos whose file of masks is there already are skipped: run it again to go on.",
    )
    automask.add_argument("folder", type=Path, help="photos, in folders as well")
    automask.add_argument("--out", type=Path, required=True, help="folder for one JSON file per photo")
    automask.add_argument("--model", default="starter", help="'starter' or a checkpoint file")
    automask.add_argument("--device", default="cpu")
    extent = automask.add_mutually_exclusive_group()
    extent.add_argument(
        "--paper",
        action="store_true",
        help="as SA-1B was made: two layers of crops, small regions cleaned up",
    )
    extent.add_argument(
        "--crops",
        type=int,
        default=0,
        metavar="N",
        help="layers of crops: 1 adds 2x2 windows, 2 adds 4x4, each layer with half the points per side",
    )
    automask.add_argument("--points-per-side", type=int, metavar="N", help="points asked along each side")
    automask.add_argument(
        "--pred-iou-thresh", type=float, metavar="IOU", help="keep masks predicted above it"
    )
    automask.add_argument(
        "--stability-score-thresh", type=float, metavar="IOU", help="keep masks this stable"
    )
    automask.set_defaults(run=_automask)


def settings_from(arguments: argparse.Namespace) -> AutomaskSettings:
    """Raises ValueError for numbers that make no sense."""
    from engine.automask import AutomaskSettings

    settings = AutomaskSettings.paper() if arguments.paper else AutomaskSettings()
    if arguments.crops:
        settings = replace(settings, crop_n_layers=arguments.crops, crop_n_points_downscale_factor=2)
    names = ("points_per_side", "pred_iou_thresh", "stability_score_thresh")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    return replace(settings, **given)


def _automask(arguments: argparse.Namespace) -> None:
    from engine.automask.folder import annotate, jobs
    from engine.sam.registry import CheckpointError, load_model

    try:
        settings = settings_from(arguments)
        model = load_model(arguments.model, arguments.device)
    except (CheckpointError, ValueError) as error:
        raise SystemExit(f"error: {error}") from error
    found = jobs(arguments.folder, arguments.out)
    if not found:
        raise SystemExit(f"error: there are no photos in {arguments.folder}")
    pending = [job for job in found if not job.masks.exists()]

    masks, failed = 0, []
    with photo_progress() as progress:
        task = progress.add_task("photos", total=len(pending))
        for outcome in annotate(model, pending, settings):
            masks += outcome.masks
            if outcome.error:
                failed.append(outcome)
            progress.advance(task)
    done, skipped = len(pending) - len(failed), len(found) - len(pending)
    print(f"{done} photos with {masks} masks, {skipped} done before, {len(failed)} failed")
    for outcome in failed:
        print(f"failed: {outcome.job.name}: {outcome.error}")
    if failed:
        raise SystemExit(1)
