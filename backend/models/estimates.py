"""What embedding photos with a model takes, from what workers have measured."""

from dataclasses import dataclass
from statistics import median
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.images import service as images
from backend.images.models import Embedding
from backend.models import service as models
from backend.models.models import Model
from backend.models.schemas import ReEmbedding
from engine.sam.config import ModelConfig
from engine.sam.operations import encoder_operations

RECENT_EMBEDDINGS = 20  # the estimate follows the workers' present pace


@dataclass(frozen=True)
class Pace:
    """How fast the workers embed: `seconds` a photo, with an encoder of `operations` multiply-adds."""

    encoder_digest: str
    seconds: float
    operations: int

    def seconds_with(self, config: ModelConfig) -> float:
        """Scaled by the operations of that encoder, as if both reached the same number of them a second."""
        return self.seconds * encoder_operations(config) / self.operations


def present_pace(session: Session) -> Pace | None:
    """Of the encoder that the workers used last; None while they have embedded nothing."""
    last = session.scalars(
        select(Embedding.encoder_digest).order_by(Embedding.created_at.desc()).limit(1)
    ).one_or_none()
    model = models.find_by_encoder(session, last) if last else None
    seconds = measured_seconds(session, last) if last else None
    if last is None or model is None or seconds is None:
        return None
    return Pace(last, seconds, encoder_operations(ModelConfig.from_dict(model.config)))


def measured_seconds(session: Session, encoder_digest: str) -> float | None:
    """The median of the latest photos: the first of a worker may take far longer."""
    of_encoder = select(Embedding.compute_ms).where(Embedding.encoder_digest == encoder_digest)
    recent = session.scalars(of_encoder.order_by(Embedding.created_at.desc()).limit(RECENT_EMBEDDINGS)).all()
    return median(recent) / 1000 if recent else None


def show_re_embedding(session: Session, project_id: UUID, model: Model) -> ReEmbedding:
    """What putting the model to use in the project would take."""
    seconds = measured_seconds(session, model.encoder_digest)
    pace = present_pace(session) if seconds is None else None
    return ReEmbedding(
        photos=images.count_unembedded(session, project_id, model.encoder_digest),
        seconds_per_photo=pace.seconds_with(ModelConfig.from_dict(model.config)) if pace else seconds,
        is_measured=seconds is not None,
    )
