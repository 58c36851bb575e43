"""`python -m engine automask`: masks for a folder of photos."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.commands.shared import (
    RUN_AGAIN,
    add_folder_options,
    add_model_options,
    model_to_use,
    work_through,
)

if TYPE_CHECKING:
    from engine.automask import AutomaskSettings


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    automask = commands.add_parser(
        "automask",
        help="all masks of every photo in a folder, without prompts (SA-1B layout)",
        description=RUN_AGAIN,
    )
    add_folder_options(automask, "one JSON file per photo")
    add_model_options(automask)
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
    from engine.automask import generate_masks
    from engine.automask.document import document
    from engine.files import replacing
    from engine.folder import Job, outcomes
    from engine.preprocess import RGB, read_photo

    try:
        settings = settings_from(arguments)
    except ValueError as error:
        raise SystemExit(f"error: {error}") from error
    model = model_to_use(arguments)

    def annotate(jobs: Sequence[Job], photos: Sequence[RGB]) -> list[int]:
        [job], [rgb] = jobs, photos
        records = generate_masks(model, rgb, settings)
        with replacing(job.target) as part:
            part.write_text(json.dumps(document(job.name, rgb, records), allow_nan=False))
        return [len(records)]

    work_through(arguments, ".json", lambda pending: outcomes(pending, read_photo, annotate), "masks")
