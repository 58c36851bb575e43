"""Background work on images: the embedding of a picture by an encoder."""

import io
import time
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import structlog
from numpy.typing import NDArray
from PIL import Image as PillowImage
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.core.database import session_scope
from backend.images import service
from backend.images.models import Embedding, Image
from backend.jobs.run import JobError, JobRun
from backend.models import service as models
from backend.runtime import Runtime

if TYPE_CHECKING:
    from engine.encoder import Encoder

log = structlog.get_logger(__name__)


def embed(run: JobRun) -> None:
    """Computes and stores the embedding that the job's subject names, unless it is there already."""
    from engine.embedding import embed_photo

    image_sha256, encoder_digest = service.split_subject(run.subject)
    with session_scope(run.sessions, read_only=True) as session:
        if service.find_embedding(session, image_sha256, encoder_digest):
            return
        image = session.scalars(select(Image).where(Image.sha256 == image_sha256).limit(1)).one_or_none()
    if image is None:
        log.info("image was deleted meanwhile, nothing to embed")
        return

    encoder = _encoder(run.runtime, encoder_digest)
    rgb = _read_rgb(run, image)
    started = time.perf_counter()
    data = embed_photo(encoder, rgb, encoder_digest)
    compute_ms = round((time.perf_counter() - started) * 1000)
    key = f"embeddings/{encoder_digest[:16]}/{image_sha256[:2]}/{image_sha256}.mlem"
    run.storage.put(key, data)
    row = Embedding(
        image_sha256=image_sha256,
        encoder_digest=encoder_digest,
        blob_key=key,
        size_bytes=len(data),
        compute_ms=compute_ms,
    )
    try:
        with session_scope(run.sessions) as session:
            session.add(row)
    except IntegrityError:  # a run that was taken for dead finished first, with the same bytes
        log.info("embedding is there already")


def load_engine() -> None:
    """Imports what `embed` needs: in a job, loading PyTorch would hold up the heartbeat for seconds."""
    import engine.embedding
    import engine.sam.registry  # noqa: F401


@lru_cache(maxsize=1)
def _encoder(runtime: Runtime, encoder_digest: str) -> "Encoder":
    import torch

    from engine.encoder import encoder, fastest_encoder
    from engine.sam.registry import read_checkpoint

    if runtime.settings.worker_threads:
        torch.set_num_threads(runtime.settings.worker_threads)
    with session_scope(runtime.sessions, read_only=True) as session:
        model = models.find_by_encoder(session, encoder_digest)
    if model is None:
        raise JobError("model_gone", "The model that was to embed this image is not here any more.")
    with models.weights_file(runtime.storage, model) as path:
        weights = read_checkpoint(path)
    device = runtime.settings.worker_device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    weights = weights.to(device)
    precision = runtime.settings.worker_precision
    chosen = fastest_encoder(weights) if precision == "auto" else encoder(weights, precision)
    log.info("encoder ready", model=model.name, device=device, precision=chosen.precision)
    return chosen


def _read_rgb(run: JobRun, image: Image) -> NDArray[np.uint8]:
    """-> (H, W, 3)"""
    try:
        data = run.storage.get(image.picture_key)
    except FileNotFoundError:
        raise JobError("picture_gone", "The stored picture is missing. Import the image again.") from None
    with PillowImage.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))
