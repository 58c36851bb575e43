"""`python -m engine report`: the evaluation report of one model as table, JSON and picture."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.shared import (
    add_model_options,
    add_set_options,
    chosen_photos,
    model_to_use,
    photo_progress,
)

if TYPE_CHECKING:
    from engine.evaluate.report import Report, Row


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser(
        "report", help="up to 20 simulated clicks: IoU, clicks needed, boundaries, calibration, a picture"
    )
    add_set_options(report)
    add_model_options(report)
    report.add_argument("--out", type=Path, required=True, help="folder for report.json and report.svg")
    report.set_defaults(run=_report)


def _report(arguments: argparse.Namespace) -> None:
    from engine.evaluate.report import ReportError, make_report

    sets = chosen_photos(arguments)
    model = model_to_use(arguments)
    with photo_progress() as progress:
        task = progress.add_task("photos", total=sum(len(photos) for photos in sets.values()))
        try:
            report = make_report(
                model,
                sets,
                arguments.masks,
                name=Path(arguments.model).name,
                on_photo=lambda: progress.advance(task),
            )
        except ReportError as error:
            raise SystemExit(f"error: {error}") from error
    report.write(arguments.out)
    print_report(report)


def print_report(report: Report) -> None:
    """A table with a line for each set and one for their mean, then the figures as one line of JSON."""
    print(_heading(report.mean))
    for name, one in report.sets.items():
        print(_line(name, one.row))
    if len(report.sets) > 1:
        print(_line("mean", report.mean))
    figures = report.as_dict()
    rows = {name: one["row"] for name, one in figures["sets"].items()}
    print("RESULT", json.dumps({"model": report.model, "mean": figures["mean"], **rows}))


def _heading(row: Row) -> str:
    cells = [f"IoU@{clicks}" for clicks in row.mean_iou]
    cells += ["oracle@1"]
    cells += [f"BIoU@{clicks}" for clicks in row.boundary_iou]
    cells += [f"NoC@{percent} (failed)" for percent in row.noc]
    return "  ".join([f"{'set':12} objects", *cells, "harmful", "  ECE"])


def _line(name: str, row: Row) -> str:
    """Each figure below the last letter of its heading."""
    cells = [f"{iou:{len(f'IoU@{clicks}')}.3f}" for clicks, iou in row.mean_iou.items()]
    cells += [f"{row.oracle_iou:8.3f}"]
    cells += [f"{iou:{len(f'BIoU@{clicks}')}.3f}" for clicks, iou in row.boundary_iou.items()]
    cells += [f"{noc:6.2f} ({row.failed[percent]:6.1%})" for percent, noc in row.noc.items()]
    return "  ".join(
        [f"{name:12} {row.objects:7}", *cells, f"{row.harmful_clicks:7.1%}", f"{row.calibration_error:.3f}"]
    )
