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
from backend.core.storage import Storage
from backend.images import service
from backend.images.models import Embedding, Image
from backend.jobs.run import JobError, JobRun
from backend.models import service as models
from backend.models.tasks import load_sam
from backend.runtime import Runtime

if TYPE_CHECKING:
    from engine.embedding import EmbeddingHeader
    from engine.encoder import Encoder

log = structlog.get_logger(__name__)


def embed(run: JobRun) -> None:
    """Computes and stores the embedding that the job's subject names, unless it is there already."""
    image_sha256, encoder_digest = service.split_subject(run.subject)
    with session_scope(run.sessions, read_only=True) as session:
        if service.find_embedding(session, image_sha256, encoder_digest):
            return
        image = session.scalars(select(Image).where(Image.sha256 == image_sha256).limit(1)).one_or_none()
    if image is None:
        log.info("image was deleted meanwhile, nothing to embed")
        return
    _compute_embedding(run.runtime, image, encoder_digest)


def embedding_of(runtime: Runtime, image: Image, encoder_digest: str) -> bytes:
    """The stored embedding, computed and stored first where nobody has. Raises JobError."""
    with session_scope(runtime.sessions, read_only=True) as session:
        stored = service.find_embedding(session, image.sha256, encoder_digest)
    if stored is not None:
        try:
            return runtime.storage.get(stored.blob_key)
        except FileNotFoundError:
            raise JobError("embedding_gone", "The stored embedding is missing from the storage.") from None
    return _compute_embedding(runtime, image, encoder_digest)


def unpacked_embedding(
    runtime: Runtime, image: Image, encoder_digest: str
) -> tuple[NDArray[np.float32], "EmbeddingHeader"]:
    """As `embedding_of`, as the engine takes it. Raises JobError, also when the file is another encoder's."""
    from engine.embedding import EmbeddingFormatError, unpack_embedding

    try:
        embedding, header = unpack_embedding(embedding_of(runtime, image, encoder_digest))
    except EmbeddingFormatError as error:
        raise JobError("embedding_damaged", f"The stored embedding cannot be read: {error}.") from error
    if header.encoder != encoder_digest:
        raise JobError(
            "encoder_differs",
            "The stored embedding is of another encoder, so this model cannot work with it.",
        )
    return embedding, header


def read_rgb(storage: Storage, image: Image) -> NDArray[np.uint8]:
    """-> (H, W, 3). Raises JobError."""
    try:
        data = storage.get(image.picture_key)
    except FileNotFoundError:
        raise JobError("picture_gone", "The stored picture is missing. Import the image again.") from None
    with PillowImage.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


def load_engine() -> None:
    """Imports what `embed` needs: in a job, loading PyTorch would hold up the heartbeat for seconds."""
    import engine.embedding
    import engine.sam.registry  # noqa: F401


def _compute_embedding(runtime: Runtime, image: Image, encoder_digest: str) -> bytes:
    from engine.embedding import embed_photo

    encoder = _encoder(runtime, encoder_digest)
    rgb = read_rgb(runtime.storage, image)
    started = time.perf_counter()
    data = embed_photo(encoder, rgb, encoder_digest)
    compute_ms = round((time.perf_counter() - started) * 1000)
    key = f"embeddings/{encoder_digest[:16]}/{image.sha256[:2]}/{image.sha256}.mlem"
    runtime.storage.put(key, data)
    row = Embedding(
        image_sha256=image.sha256,
        encoder_digest=encoder_digest,
        blob_key=key,
        size_bytes=len(data),
        compute_ms=compute_ms,
    )
    try:
        with session_scope(runtime.sessions) as session:
            session.add(row)
    except IntegrityError:  # a run that was taken for dead finished first, with the same bytes
        log.info("embedding is there already")
    return data


@lru_cache(maxsize=1)
def _encoder(runtime: Runtime, encoder_digest: str) -> "Encoder":
    from engine.encoder import encoder, fastest_encoder

    with session_scope(runtime.sessions, read_only=True) as session:
        model = models.find_by_encoder(session, encoder_digest)
    if model is None:
        raise JobError("model_gone", "The model that was to embed this image is not here any more.")
    weights = load_sam(runtime, model)
    precision = runtime.settings.worker_precision
    chosen = fastest_encoder(weights) if precision == "auto" else encoder(weights, precision)
    log.info("encoder ready", model=model.name, device=str(weights.device), precision=chosen.precision)
    return chosen
