"""`maskloop import-annotations`: the same as on the page, without a running server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from backend.core.database import session_scope
from backend.core.errors import Problem
from backend.imports import importing, service
from backend.imports.reading import open_annotations
from backend.imports.schemas import ImportedAs
from backend.layouts.rows import LayoutError
from backend.projects import service as projects
from backend.projects.cli import ProjectName, find_project
from backend.runtime import open_runtime
from backend.settings import Settings

console = Console()


def import_annotations(
    path: Annotated[
        Path, typer.Argument(help="COCO file, or zip archive of masks.", exists=True, dir_okay=False)
    ],
    batch: Annotated[
        str | None, typer.Option(help="Batch of the images, by name; else the first one.")
    ] = None,
    imported_as: Annotated[
        ImportedAs, typer.Option("--as", help="State of the masks: proposals to look at, or accepted.")
    ] = ImportedAs.PROPOSED,
    project: ProjectName = None,
) -> None:
    """Import masks for images that are here; exits with 1 when an annotation was refused."""
    settings = Settings()
    runtime = open_runtime(settings)
    try:
        with path.open("rb") as file:
            annotations = open_annotations(
                path.name,
                file,
                max_file_bytes=settings.max_file_bytes,
                max_image_pixels=settings.max_image_pixels,
            )
            with session_scope(runtime.sessions) as session:
                project_id = find_project(session, project).id
                first = projects.ensure_first_batch(session, project_id)
                names = projects.batch_names(session, project_id)
                ids = [first.id] if batch is None else [id_ for id_, name in names.items() if name == batch]
                if len(ids) != 1:
                    known = ", ".join(sorted(names.values()))
                    raise LayoutError(f"{len(ids)} batches are named {batch}; there are: {known}.")
                wanted = service.add_import(
                    session,
                    project_id,
                    name=path.name,
                    batch_id=ids[0],
                    imported_as=imported_as,
                    blob_key=str(path),
                    size_bytes=path.stat().st_size,
                    by=None,
                )
            try:
                with Progress(console=console) as progress:
                    task = progress.add_task(path.name, total=1.0)
                    importing.import_annotations(
                        runtime.sessions,
                        wanted,
                        annotations,
                        lambda done: progress.update(task, completed=done),
                    )
                    progress.update(task, completed=1.0)
            finally:
                with session_scope(runtime.sessions) as session:
                    problems = service.problems_of(session, wanted.id)
                    files = service.files_of(session, [wanted.id]).get(wanted.id, [])
                    counts = service.count_outcomes(session, [wanted.id]).get(wanted.id, service.NOTHING_YET)
                    service.forget_import(session, wanted)
    except (LayoutError, Problem) as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    for problem in problems:
        console.print(f"{problem.where}: {problem.reason}", markup=False, soft_wrap=True)
    if len(files) > 1 or any(line.note for line in files):
        for line in files:
            told = f"{line.name}: {line.added} masks added, {line.known} here already, {line.refused} refused"
            console.print(f"{told}; {line.note}" if line.note else told, markup=False, soft_wrap=True)
    console.print(
        f"{counts['added']} masks added, {counts['known']} here already, {counts['refused']} refused"
    )
    if counts["refused"]:
        raise typer.Exit(1)
