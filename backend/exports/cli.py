"""`maskloop export`: the same file as the button makes, without a running server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from backend.exports import service
from backend.exports.models import ExportFormat
from backend.runtime import open_runtime
from backend.settings import Settings

console = Console()


def export(
    out: Annotated[Path, typer.Argument(help="File to write; an older one is replaced.", dir_okay=False)],
    format_: Annotated[
        ExportFormat, typer.Option("--format", help="Layout of the file.")
    ] = ExportFormat.COCO,
) -> None:
    """Write all accepted masks to a file."""
    runtime = open_runtime(Settings())
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("w+b") as file, Progress(console=console) as progress:
            task = progress.add_task(format_.value, total=1.0)
            totals = service.write_export(
                runtime.sessions, file, lambda done: progress.update(task, completed=done)
            )
            progress.update(task, completed=1.0)
        part.replace(out)
    except (service.ExportError, OSError) as error:
        message = f"Nothing was exported: {error}"
        Console(stderr=True).print(message, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    finally:
        part.unlink(missing_ok=True)
    summary = f"{totals.masks} masks on {totals.images} images written to {out}"
    console.print(summary, markup=False, soft_wrap=True)
