"""Models made ready with the engine: read strictly, decoder exported, stored, noted. In that order, so that
a model has a row only when all its files are there."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import IntegrityError

from backend.core.database import session_scope
from backend.jobs import service as jobs
from backend.jobs.models import JobKind
from backend.jobs.run import JobError, JobRun, TakenAwayError
from backend.models import service
from backend.models.catalogue import public_models
from backend.models.downloader import DownloadError, Progress, discard, disk_failure, download, sha256_of
from backend.models.downloads import download_path, upload_key
from backend.models.models import Model
from backend.models.service import ModelError
from backend.runtime import Runtime
from backend.settings import Settings
from engine.sam.public import PublicModel
from engine.weights import STARTER

if TYPE_CHECKING:
    from engine.sam.model import Sam

log = structlog.get_logger(__name__)


PROGRESS_EVERY_SECONDS = 0.5
WAIT_SECONDS = 60.0  # for a run that was taken for dead and still has the file


def download_model(run: JobRun) -> None:
    """Brings the public model `run.subject`, from an uploaded file if there is one, else from the web.

    A run after a killed one on the same machine goes on with its part of the file.
    """
    public = public_models(run.settings).get(run.subject)
    if public is None:
        raise JobError("not_offered", f"{run.subject} is not offered any more. Cancel this download.")
    limit_threads(run.settings)
    try:
        pull_checkpoint(run.runtime, public, _reporting(run, public.size_bytes), wait_seconds=WAIT_SECONDS)
    except DownloadError as error:
        raise JobError(error.code, str(error)) from error
    except ModelError as error:
        raise JobError("not_added", str(error)) from error
    except OSError as error:
        failure = disk_failure(error, run.settings.data_dir)
        raise JobError(failure.code, str(failure)) from error
    except TakenAwayError:
        with session_scope(run.sessions, read_only=True) as session:
            is_cancelled = jobs.find(session, JobKind.DOWNLOAD_MODEL, public.name) is None
        if is_cancelled:  # else another run goes on with the part
            discard(download_path(run.settings, public))
        raise


def _reporting(run: JobRun, size_bytes: int) -> Progress:
    """Reports bytes as progress: at once when all are there, else now and then."""
    reported_at = -PROGRESS_EVERY_SECONDS

    def report(done: int) -> None:
        nonlocal reported_at
        now = time.monotonic()
        if done == size_bytes or now - reported_at >= PROGRESS_EVERY_SECONDS:
            run.report_progress(done / size_bytes)
            reported_at = now

    return report


def load_sam(runtime: Runtime, model: Model) -> "Sam":
    """The model with its weights, where this worker computes, and on as many threads as it may."""
    from engine.sam.registry import read_checkpoint

    limit_threads(runtime.settings)
    with service.weights_file(runtime.storage, model) as path:
        sam = read_checkpoint(path)
    return sam.to(worker_device(runtime.settings))


def limit_threads(settings: Settings) -> None:
    """Has PyTorch use as many threads as this worker may."""
    import torch

    if settings.worker_threads:
        torch.set_num_threads(settings.worker_threads)


def worker_device(settings: Settings) -> str:
    """What this worker computes on, as PyTorch calls it."""
    import torch

    if settings.worker_device != "auto":
        return settings.worker_device
    return "cuda" if torch.cuda.is_available() else "cpu"


def pull_checkpoint(
    runtime: Runtime, public: PublicModel, on_progress: Progress, *, wait_seconds: float = 0.0
) -> Model:
    """Adds a public checkpoint under its own name, uploaded or from the web.

    Raises DownloadError, ModelError and OSError, and what `on_progress` raises.
    """
    with session_scope(runtime.sessions, read_only=True) as session:
        known = service.find_by_weights(session, public.sha256)
        if known is not None:
            return known
        service.check_name(session, public.name)  # before the download, not after it
    path, uploaded = download_path(runtime.settings, public), upload_key(public)
    if runtime.storage.exists(uploaded):
        with service.local_file(runtime.storage, uploaded) as file:
            on_progress(public.size_bytes)
            model = register_checkpoint(runtime, file, name=public.name)
        runtime.storage.delete(uploaded)
    else:
        download(
            public.url,
            path,
            sha256=public.sha256,
            size_bytes=public.size_bytes,
            on_progress=on_progress,
            wait_seconds=wait_seconds,
        )
        model = register_checkpoint(runtime, path, name=public.name)
    discard(path)  # the weights are in storage now
    return model


def register_checkpoint(runtime: Runtime, path: Path, *, name: str) -> Model:
    """Adds the checkpoint file as a candidate model; one that is there already is returned as it is.

    Raises ModelError when the file is no Segment Anything model or the name is taken. A failure half-way
    leaves no row, and doing it again is safe: the blobs' keys come from the file's content.
    """
    if not path.is_file():
        raise ModelError(f"There is no file {path}.")
    weights_sha256 = sha256_of(path)
    with session_scope(runtime.sessions, read_only=True) as session:
        known = service.find_by_weights(session, weights_sha256)
        if known is not None:
            return known
        service.check_name(session, name)

    model = prepare(runtime, path, weights_sha256)
    model.name = name
    try:
        with session_scope(runtime.sessions) as session:
            service.add_model(session, model)
    except IntegrityError as error:
        raise ModelError(f"Another process added {name} or the same file just now.") from error
    return model


def ensure_starter(runtime: Runtime) -> None:
    """Has the shipped starter registered, and active unless the user chose a model of their own.

    Quick when nothing changed: PyTorch is imported only for a starter that is new.
    """
    if not STARTER.is_file():
        raise ModelError(f"The starter model that ships with Maskloop is missing: {STARTER}.")
    weights_sha256 = sha256_of(STARTER)
    with session_scope(runtime.sessions) as session:
        starter = service.find_by_weights(session, weights_sha256)
        if starter is not None:
            service.prefer_starter(session, starter)
            return
    model = prepare(runtime, STARTER, weights_sha256)
    try:
        with session_scope(runtime.sessions) as session:
            service.add_starter(session, model)
    except IntegrityError:
        with session_scope(runtime.sessions, read_only=True) as session:
            if service.find_by_weights(session, weights_sha256) is None:
                raise  # else a server that starts at the same time was faster


def renew_decoders(runtime: Runtime) -> None:
    """Exports the decoders again that an older release wrote in another format.

    One that cannot be exported is logged and left as it is: it must not keep the others from being renewed.
    """
    from engine.decoder import FORMAT_VERSION

    with session_scope(runtime.sessions, read_only=True) as session:
        old = [
            model.id
            for model in service.list_models(session)
            if model.decoder_manifest.get("version") != FORMAT_VERSION
        ]
    for model_id in old:
        with session_scope(runtime.sessions, read_only=True) as session:
            model = service.get_model(session, model_id)
        try:
            with service.weights_file(runtime.storage, model) as path:
                renewed = prepare(runtime, path, model.weights_sha256)
        except ModelError as error:
            log.error("decoder not exported again", model=model.name, reason=str(error))
            continue
        with session_scope(runtime.sessions) as session:
            model = service.get_model(session, model_id)
            old_key = model.decoder_key
            model.decoder_key, model.decoder_manifest = renewed.decoder_key, renewed.decoder_manifest
        log.info("decoder exported again in this release's format", model=model.name)
        if old_key != renewed.decoder_key:
            runtime.storage.delete(old_key)


def prepare(runtime: Runtime, path: Path, weights_sha256: str, *, scratch_dir: Path | None = None) -> Model:
    """The model's row, not yet in the database, with its blobs stored. Raises ModelError.

    Temporary files are in `scratch_dir`, by default the data folder.
    """
    from safetensors import SafetensorError

    from engine.decoder_export import DecoderExportError, export_decoder
    from engine.sam.registry import (
        CheckpointError,
        decoder_digest,
        encoder_digest,
        read_checkpoint,
        save_checkpoint,
    )

    try:
        sam = read_checkpoint(path)
    except CheckpointError as error:
        raise ModelError(f"{error}.") from error
    folder = f"models/{weights_sha256}"
    row = Model(
        family=sam.config.family,
        config=sam.config.as_dict(),
        encoder_digest=encoder_digest(sam),
        decoder_digest=decoder_digest(sam),
        weights_sha256=weights_sha256,
        weights_key=f"{folder}/weights.safetensors",
    )
    with TemporaryDirectory(prefix="adding-model-", dir=scratch_dir or runtime.settings.data_dir) as scratch:
        weights, decoder = Path(scratch) / "weights.safetensors", Path(scratch) / "decoder.mldg"
        try:
            save_checkpoint(sam, weights)
            row.decoder_manifest = export_decoder(sam, decoder).as_dict()
        except (SafetensorError, DecoderExportError) as error:  # the former when the disk is full, too
            raise ModelError(f"{path.name} cannot be made ready: {error}.") from error
        row.decoder_key = f"{folder}/decoder-{row.decoder_manifest['sha256']}.mldg"
        runtime.storage.put_file(row.weights_key, weights)
        runtime.storage.put_file(row.decoder_key, decoder)
    return row
