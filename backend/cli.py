"""The `maskloop` command."""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.table import Column, Table

from backend.core.database import Turn, one_at_a_time, session_scope
from backend.core.errors import Problem
from backend.core.logging import configure_logging
from backend.core.migrations import migrate
from backend.exports.cli import export
from backend.imports.cli import import_annotations
from backend.jobs.models import JobQueue
from backend.models.cli import app as models_app
from backend.projects.cli import ProjectName, find_project
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.users.cli import app as users_app

app = typer.Typer(no_args_is_help=True, help="Maskloop: click, get a mask, retrain, repeat.")
app.add_typer(models_app, name="models")
app.add_typer(users_app, name="users")
app.command("export")(export)
app.command("import-annotations")(import_annotations)
console = Console()
log = structlog.get_logger(__name__)


@app.callback()
def prepare(context: typer.Context) -> None:
    configure_logging()
    if context.invoked_subcommand in {"import", "import-annotations", "export", "models", "users"}:
        migrate(_runtime().engine)  # these may be the first command on a fresh machine


@app.command()
def run(
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Without accounts, for one person on this machine.")
    ] = False,
) -> None:
    """Start everything: database, web server, workers. Ctrl-C stops it."""
    from backend.supervisor import supervise

    with _start_errors():
        supervise(Settings(auth=False) if no_auth else Settings())


@app.command()
def web() -> None:
    """Start the web server alone, in MASKLOOP_WEB_PROCESSES processes; workers are started apart."""
    from backend.web import serve

    with _start_errors():
        serve(Settings())


@app.command()
def worker(
    queues: Annotated[
        str, typer.Option(help="Take work from these queues only, such as embed,io.", metavar="NAMES")
    ] = ",".join(JobQueue),
    supervised: Annotated[bool, typer.Option(hidden=True, help="End when standard input closes.")] = False,
) -> None:
    """Start one more worker, on this machine or another one with the same database and queue."""
    from backend.jobs.worker import run_worker
    from backend.models.service import ModelError
    from backend.models.tasks import ensure_starter, renew_decoders
    from backend.supervisor import end_with_parent

    try:
        taken = [JobQueue(name.strip()) for name in queues.split(",")]
    except ValueError as error:
        raise typer.BadParameter(
            f"{error}; there are {', '.join(JobQueue)}.", param_hint="--queues"
        ) from error
    if supervised:
        end_with_parent()
        configure_logging(level=logging.WARNING)
    # Before PyTorch is there: its threads else wait for each other by spinning, and where another process has
    # one of the cores, as the web server beside this one, training takes several times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    runtime = _runtime()
    migrate(runtime.engine)  # a worker may be there before the web server
    with one_at_a_time(runtime.engine, Turn.MODELS):
        try:
            ensure_starter(runtime)  # here, because the web server does without PyTorch
        except ModelError as error:  # another model may be there
            log.error("no starter model", reason=str(error))
        renew_decoders(runtime)
    raise typer.Exit(run_worker(runtime, queues=taken))


@app.command()
def beat() -> None:
    """Take back jobs of workers that died, and start training runs that are due; workers do so, too."""
    from backend.jobs.beat import run_beat

    runtime = _runtime()
    migrate(runtime.engine)
    run_beat(runtime)


@app.command("import")
def import_paths(
    paths: Annotated[
        list[Path], typer.Argument(help="Images, zip archives, or folders of them.", exists=True)
    ],
    project: ProjectName = None,
) -> None:
    """Import images; exits with 1 when a file was refused."""
    from backend.images.importing import import_each
    from backend.images.schemas import Verdict
    from backend.images.sources import uploads_of

    runtime = _runtime()
    counts: Counter[Verdict] = Counter()
    try:
        with session_scope(runtime.sessions) as session:
            project_id = find_project(session, project).id
    except Problem as problem:
        Console(stderr=True).print(problem.detail, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from problem
    uploads = uploads_of(paths)
    for file in import_each(runtime.sessions, runtime.storage, runtime.settings, uploads, project_id):
        counts[file.verdict] += 1
        if file.verdict != Verdict.IMPORTED:
            console.print(f"{file.name}: {file.verdict.value}. {file.reason}", markup=False)
    console.print(", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict))
    if counts[Verdict.REFUSED]:
        raise typer.Exit(1)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder, which becomes a data folder of its own.")],
) -> None:
    """Copy database and blobs of an installation on one machine, while it goes on."""
    from backend.backup import BackupError, back_up

    try:
        blobs = back_up(Settings(), folder)
    except BackupError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    console.print(f"{folder} has the database and {blobs} blobs.", markup=False, soft_wrap=True)


@app.command()
def config() -> None:
    """Show every setting, its value and what it means."""
    settings = Settings()
    # A name cut off at a narrow terminal could not be copied.
    table = Table(Column("variable", no_wrap=True), "value", "meaning")
    for name, field in Settings.model_fields.items():
        table.add_row(f"MASKLOOP_{name.upper()}", str(getattr(settings, name)), field.description)
    console.print(table)


@contextmanager
def _start_errors() -> Iterator[None]:
    """Ends with 1 and the sentence for a person when a server cannot start."""
    from backend.web import StartError

    try:
        yield
    except StartError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error


def _runtime() -> Runtime:
    return open_runtime(Settings())


def main() -> None:
    app()


if __name__ == "__main__":
    main()
