"""`maskloop export`: the same file as the page makes, without a running server."""

import hashlib
import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from backend.core.database import session_scope, utc_now
from backend.core.errors import Problem
from backend.exports.models import ExportFormat, SplitGroup
from backend.exports.parts import NoParts
from backend.exports.schemas import ExportFilters, ExportIn, ExportSplit
from backend.exports.writing import ExportError, write_export
from backend.images.models import WorkState
from backend.masks.models import MaskSource
from backend.models import service as models
from backend.projects import service as projects
from backend.projects.cli import ProjectName, find_project
from backend.projects.models import Stage
from backend.runtime import open_runtime
from backend.settings import Settings

console = Console()


def export(
    out: Annotated[Path, typer.Argument(help="File to write; an older one is replaced.", dir_okay=False)],
    format_: Annotated[
        ExportFormat,
        typer.Option("--format", help="Layout: docs/formats.md. Zip archives but for COCO without photos."),
    ] = ExportFormat.COCO,
    batch: Annotated[
        list[str], typer.Option(help="Only images of this batch, by name; again for more.")
    ] = [],  # noqa: B006
    stage: Annotated[list[Stage], typer.Option(help="Only masks made in this stage.")] = [],  # noqa: B006
    source: Annotated[list[MaskSource], typer.Option(help="Only masks made this way.")] = [],  # noqa: B006
    review_state: Annotated[list[WorkState], typer.Option(help="Only images in this state.")] = [],  # noqa: B006
    model: Annotated[list[str], typer.Option(help="Only masks made with this model, by name.")] = [],  # noqa: B006
    photos: Annotated[
        bool, typer.Option("--photos", help="The pictures that the masks refer to, too, in a zip archive.")
    ] = False,
    empty_images: Annotated[
        bool | None,
        typer.Option(help="Images looked through that have no mask; default: in all formats but sa1b."),
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="Split into train/val/test by these percentages.", metavar="80/10/10")
    ] = None,
    split_by: Annotated[
        SplitGroup, typer.Option(help="What stays together; prefix: images whose names begin alike.")
    ] = SplitGroup.IMAGE,
    prefix_end: Annotated[
        str, typer.Option(help="With --split-by prefix: a prefix ends before the first of these.")
    ] = "_",
    project: ProjectName = None,
    manifest: Annotated[
        Path | None, typer.Option(help="Write settings, counts and the file's SHA-256 here.", dir_okay=False)
    ] = None,
) -> None:
    """Write accepted masks to a file."""
    shares = _shares(split, split_by, prefix_end)
    runtime = open_runtime(Settings())
    part = out.with_name(f".{out.name}.part")
    try:
        with session_scope(runtime.sessions) as session:
            project_id = find_project(session, project).id
            filters = ExportFilters(
                batch_ids=_ids(batch, projects.batch_names(session, project_id), "batch"),
                stages=stage,
                sources=source,
                review_states=review_state,
                model_ids=_ids(model, models.names(session), "model"),
            )
        wanted = ExportIn(
            format=format_,
            filters=filters,
            with_photos=photos,
            with_empty_images=empty_images,
            split=shares,
        )
        with part.open("w+b") as file, Progress(console=console) as progress:
            task = progress.add_task(format_.value, total=1.0)
            written = write_export(
                runtime.sessions,
                runtime.storage,
                file,
                project_id,
                wanted,
                utc_now(),
                NoParts(),
                lambda done: progress.update(task, completed=done),
            )
            progress.update(task, completed=1.0)
        if manifest is not None:
            with part.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            about = {"file_name": out.name, "size_bytes": part.stat().st_size, "sha256": sha256}
            manifest.write_text(json.dumps(written.manifest | about, indent=1, ensure_ascii=False) + "\n")
        part.replace(out)
    except (ExportError, OSError, Problem, ValidationError) as error:
        reason = _first_message(error) if isinstance(error, ValidationError) else error
        message = f"Nothing was exported: {reason}"
        Console(stderr=True).print(message, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    finally:
        part.unlink(missing_ok=True)
    summary = f"{written.totals.masks} masks on {written.totals.images} images written to {out}"
    console.print(summary, markup=False, soft_wrap=True)


def _shares(text: str | None, group_by: SplitGroup, separator: str) -> ExportSplit | None:
    """`80/10/10` or, without a test set, `80/20`. Raises typer.BadParameter."""
    if text is None:
        return None
    shares = text.split("/")
    if len(shares) not in (2, 3) or not all(share.isdecimal() for share in shares):
        raise typer.BadParameter("Give whole percentages, as in 80/10/10 or 80/20.", param_hint="--split")
    train, val, test = [*map(int, shares), 0][:3]
    try:
        return ExportSplit(train=train, val=val, test=test, group_by=group_by, separator=separator)
    except ValidationError as error:
        raise typer.BadParameter(_first_message(error), param_hint="--split") from error


def _first_message(error: ValidationError) -> str:
    return error.errors()[0]["msg"].removeprefix("Value error, ")


def _ids(wanted: list[str], names: dict[UUID, str], what: str) -> list[UUID]:
    """Ids of all that have one of the names. Raises ExportError for a name that nothing has."""
    for name in wanted:
        if name not in names.values():
            known = ", ".join(sorted(set(names.values()))) or "none"
            raise ExportError(f"there is no {what} named {name}; there are: {known}.")
    return [id_ for id_, name in names.items() if name in wanted]
