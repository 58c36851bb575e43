"""`maskloop models`: what is there, add one from disk or from the web, use one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from backend.core.database import session_scope
from backend.models import service, tasks
from backend.models.catalogue import public_models
from backend.models.downloader import DownloadError
from backend.models.models import Model
from backend.models.service import ModelError
from backend.runtime import open_runtime
from backend.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Segment Anything models: list, add, pull, use.")
console = Console()


@app.command("list")
def list_models() -> None:
    """Show the models here and those that can be pulled."""
    settings = Settings()
    runtime = open_runtime(settings)
    with session_scope(runtime.sessions, read_only=True) as session:
        models = service.list_models(session)
    here = Table("name", "state", "family", "input", "encoder", title="Models here")
    for model in models:
        size = f"{model.decoder_manifest['image_size']} px"
        here.add_row(model.name, model.state.value, model.family, size, model.encoder_digest[:12])
    console.print(here)
    known = {model.weights_sha256 for model in models}
    web = Table("name", "file", "size", "licence", title="To be had with `maskloop models pull NAME`")
    for public in public_models(settings).values():
        if public.sha256 not in known:
            web.add_row(public.name, public.file_name, f"{public.size_bytes / 1e6:.0f} MB", public.licence)
    console.print(web)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A .pth, .pt or .safetensors checkpoint.", dir_okay=False)],
    name: Annotated[str, typer.Option(help="Name of the model; default: the file's.")] = "",
) -> None:
    """Add a checkpoint file from the disk."""
    with _told_in_a_sentence(), console.status(f"Checking {file.name} and exporting its decoder"):
        model = tasks.register_checkpoint(open_runtime(Settings()), file, name=name or file.stem)
    _say_ready(model)


@app.command()
def pull(name: Annotated[str, typer.Argument(help="vit_b, vit_l, vit_h or vit_t.")]) -> None:
    """Download a public checkpoint and add it; a broken download goes on where it stopped."""
    with _told_in_a_sentence():
        settings = Settings()
        runtime = open_runtime(settings)
        offered = public_models(settings)
        public = offered.get(name)
        if public is None:
            known = ", ".join(offered)
            raise ModelError(f"There is no public model named {name}. There are: {known}.")
        with _download_progress() as progress:
            task = progress.add_task(public.file_name, total=public.size_bytes)
            model = tasks.pull_checkpoint(
                runtime, public, on_progress=lambda done: progress.update(task, completed=done)
            )
    _say_ready(model)


@app.command()
def use(name: Annotated[str, typer.Argument(help="Name of a model here.")]) -> None:
    """Make a model the active one; images wait for its embeddings if its encoder is new."""
    with _told_in_a_sentence():
        runtime = open_runtime(Settings())
        with session_scope(runtime.sessions) as session:
            waiting = service.use_model(session, name)
        todo = (
            f"{waiting} images are queued for its encoder" if waiting else "no image has to be embedded again"
        )
        console.print(f"{name} is the active model; {todo}.")


def _say_ready(model: Model) -> None:
    console.print(f"{model.name} is here. `maskloop models use {model.name}` makes it the active model.")


def _download_progress() -> Progress:
    return Progress(
        "{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    """Expected failures end the command with their message instead of a traceback."""
    try:
        yield
    except (ModelError, DownloadError) as error:
        _refuse(str(error), error)
    except OSError as error:
        place = error.filename or "the data folder"
        _refuse(f"{error.strerror}: {place}. Nothing was added; the same command can be given again.", error)


def _refuse(message: str, cause: Exception) -> NoReturn:
    Console(stderr=True).print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1) from cause
