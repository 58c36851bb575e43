"""The rules of second looks and audits: what is drawn, compared and reported."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from random import SystemRandom
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict
from backend.images.models import Image
from backend.masks import service as masks
from backend.masks.models import Mask, MaskSource, MaskState, MaskVersion
from backend.projects import service as projects
from backend.projects.models import Batch, BatchKind
from backend.quality.intervals import mean_and_shares
from backend.quality.matching import Agreement, mask_ious, match
from backend.quality.models import Comparison
from backend.quality.schemas import EstimateOut, Quality, QualityOut, WorstImage
from backend.quality.twins import add_twin, child_of

THRESHOLDS = (0.75, 0.9)  # of the SAM paper's own audit (arXiv 2304.02643, section 5)
MACHINES = (MaskSource.AUTOMATIC, MaskSource.DETECTED)
WORST_SHOWN = 10


def compare(session: Session, image: Image, batch: Batch) -> None:
    """Notes how a submitted image of a second look or an audit agrees with its original."""
    if batch.kind == BatchKind.WORK or image.original_id is None:
        return
    if batch.kind == BatchKind.AUDIT:
        agreement = _corrections(session, image)
    else:
        originals = masks.accepted_of_image(session, image.original_id)
        agreement = match(originals, masks.accepted_of_image(session, image.id))
    session.merge(
        Comparison(
            image_id=image.id,
            batch_id=batch.id,
            ious=agreement.ious,
            missed=agreement.missed,
            added=agreement.added,
        )
    )


def start_audit(session: Session, batch_id: UUID, count: int) -> Batch:
    """Draws images with automatic masks at random and queues copies, for people to correct their masks.

    Raises NotFound, and Conflict (nothing_to_audit) where no image of the batch has any.
    """
    batch = projects.get_batch(session, batch_id)
    has_automatic = exists().where(Mask.image_id == Image.id, *_is_automatic())
    candidates = session.scalars(select(Image.id).where(Image.batch_id == batch_id, has_automatic)).all()
    if batch.kind != BatchKind.WORK or not candidates:
        raise Conflict(
            "nothing_to_audit",
            f"No image of {batch.name} has automatic masks. Run its automatic stage first.",
        )
    drawn = SystemRandom().sample(list(candidates), min(count, len(candidates)))
    earlier = select(func.count()).where(Batch.parent_id == batch_id, Batch.kind == BatchKind.AUDIT)
    number = (session.scalar(earlier) or 0) + 1
    audit = child_of(batch, BatchKind.AUDIT, f"{batch.name}: audit {number}")
    session.add(audit)
    session.flush()
    for image in session.scalars(select(Image).where(Image.id.in_(drawn)).order_by(Image.created_at)).all():
        _copy_automatic_masks(session, image, add_twin(session, image, audit.id))
    return audit


def show(session: Session, project_id: UUID) -> Quality:
    """A project's second looks and audits, the newest first."""
    kinds = (BatchKind.SECOND_LOOK, BatchKind.AUDIT)
    batches = session.scalars(
        select(Batch)
        .where(Batch.project_id == project_id, Batch.kind.in_(kinds))
        .order_by(Batch.created_at.desc(), Batch.id)
    ).all()
    by_kind: dict[BatchKind, list[QualityOut]] = defaultdict(list)
    for batch in batches:
        by_kind[batch.kind].append(_report(session, batch))
    return Quality(second_looks=by_kind[BatchKind.SECOND_LOOK], audits=by_kind[BatchKind.AUDIT])


def _report(session: Session, batch: Batch) -> QualityOut:
    rows = session.execute(
        select(Comparison, Image.name, Image.original_id)
        .join(Image, Image.id == Comparison.image_id)
        .where(Comparison.batch_id == batch.id)
    ).all()
    found = [comparison for comparison, _, _ in rows]
    figures = mean_and_shares([comparison.ious for comparison in found], THRESHOLDS)
    mean, (above_75, above_90) = figures if figures else (None, (None, None))
    images = select(func.count()).select_from(Image).where(Image.batch_id == batch.id)
    worst = [_worst(*row) for row in rows]
    worst.sort(key=lambda one: (one.mean_iou or 0, -one.missed - one.added))
    return QualityOut(
        batch_id=batch.id,
        name=batch.name,
        parent_id=batch.parent_id,
        created_at=batch.created_at,
        images=session.scalar(images) or 0,
        compared=len(found),
        pairs=sum(len(comparison.ious) for comparison in found),
        missed=sum(comparison.missed for comparison in found),
        added=sum(comparison.added for comparison in found),
        mean_iou=EstimateOut(**asdict(mean)) if mean else None,
        above_75=EstimateOut(**asdict(above_75)) if above_75 else None,
        above_90=EstimateOut(**asdict(above_90)) if above_90 else None,
        worst=worst[:WORST_SHOWN],
    )


def _worst(comparison: Comparison, name: str, original_id: UUID | None) -> WorstImage:
    ious = comparison.ious
    return WorstImage(
        image_id=comparison.image_id,
        original_id=original_id,
        name=name,
        mean_iou=round(sum(ious) / len(ious), 3) if ious else None,
        missed=comparison.missed,
        added=comparison.added,
    )


def _is_automatic() -> tuple[ColumnElement[bool], ...]:
    return (Mask.state == MaskState.ACCEPTED, Mask.source.in_(MACHINES))


def _copy_automatic_masks(session: Session, image: Image, twin: Image) -> None:
    for mask in session.scalars(select(Mask).where(Mask.image_id == image.id, *_is_automatic())).all():
        session.add(
            Mask(
                id=uuid5(twin.id, str(mask.id)),
                image_id=twin.id,
                **{field: getattr(mask, field) for field in _COPIED},
            )
        )


_COPIED = (
    *("stage", "source", "model_id", "rle_counts", "height", "width"),
    *("bbox_x", "bbox_y", "bbox_w", "bbox_h", "area_px"),
    *("predicted_iou", "stability_score", "point", "crop_box", "active_ms", "prompts", "label_id"),
)


def _corrections(session: Session, image: Image) -> Agreement:
    """Each automatic mask against what was made of it; what people added has no counterpart."""
    now = session.scalars(select(Mask).where(Mask.image_id == image.id)).all()
    ious: list[float] = []
    missed = added = 0
    for mask in now:
        is_copy = mask.author_id is None  # what people add has their name
        if not is_copy:
            added += mask.state == MaskState.ACCEPTED
        elif mask.state != MaskState.ACCEPTED:
            ious.append(0.0)
            missed += 1
        else:
            ious.append(round(float(mask_ious([_first_version(session, mask)], [mask])[0, 0]), 4))
    return Agreement(ious, missed, added)


def _first_version(session: Session, mask: Mask) -> Mask:
    """As it was copied: the original's own may have been changed since."""
    changes: Sequence[MaskVersion] = session.scalars(
        select(MaskVersion).where(MaskVersion.mask_id == mask.id).order_by(MaskVersion.version.desc())
    ).all()
    counts = mask.rle_counts
    for change in changes:
        if "rle" in change.before:
            counts = change.before["rle"]["counts"]
    return Mask(height=mask.height, width=mask.width, rle_counts=counts)
