"""Masks that machines make: how they are added, and what detectors learn from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from backend.images.models import Image
from backend.masks import rle
from backend.masks.models import Mask, MaskSource, MaskState
from backend.masks.schemas import Point, Prompts, Strokes
from backend.masks.service import ROWS_AT_ONCE
from backend.masks.tallies import delete_masks
from backend.projects.models import Batch, BatchKind, Stage


@dataclass(frozen=True, kw_only=True)
class MachineMask:
    """A mask that no person has drawn, with the one prompt that it is the answer to; pixels of the image."""

    id: UUID  # the same whenever the same work is done again
    source: MaskSource
    state: MaskState
    model_id: UUID
    rle_counts: str
    predicted_iou: float
    stability_score: float
    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom
    point: tuple[float, float] | None = None
    crop_box: tuple[int, int, int, int] | None = None  # x, y, width, height


def add_machine_masks(session: Session, image: Image, found: Sequence[MachineMask], stage: Stage) -> int:
    """Adds the masks whose ids are new; how many."""
    known = set(session.scalars(select(Mask.id).where(Mask.id.in_([mask.id for mask in found]))))
    new = [mask for mask in found if mask.id not in known]
    session.add_all([_machine_mask(mask, image, stage) for mask in new])
    session.flush()
    return len(new)


def remove_untouched_proposals(session: Session, batch_id: UUID) -> None:
    """Takes away what a detector proposed for a batch and nobody has accepted, corrected or rejected."""
    of_batch = select(Image.id).where(Image.batch_id == batch_id)
    delete_masks(
        session,
        of_batch,
        Mask.source == MaskSource.DETECTED,
        Mask.state == MaskState.PROPOSED,
        Mask.version == 1,
    )


def begun_by_people() -> ColumnElement[bool]:
    """A condition on images: people have drawn or imported a mask there, or judged a machine's."""
    from_people = or_(Mask.source.not_in((MaskSource.DETECTED, MaskSource.AUTOMATIC)), Mask.version > 1)
    return exists().where(Mask.image_id == Image.id, Mask.state == MaskState.ACCEPTED, from_people)


def rles_of_image(session: Session, image_id: UUID) -> list[str]:
    """The run-length strings of its masks that were not deleted; rejected ones are among them."""
    kept = select(Mask.rle_counts).where(Mask.image_id == image_id, Mask.state != MaskState.DELETED)
    return list(session.scalars(kept))


def first_stage_boxes(session: Session, project_id: UUID) -> Iterator[tuple[str, int, int, int, int]]:
    """The image's content, x, y, width and height of the project's accepted masks of the first stage."""
    rows = (
        select(Image.sha256, Mask.bbox_x, Mask.bbox_y, Mask.bbox_w, Mask.bbox_h)
        .join(Image, Image.id == Mask.image_id)
        .join(Batch, Batch.id == Image.batch_id)
        .where(
            Mask.state == MaskState.ACCEPTED,
            Mask.stage == Stage.ASSISTED_MANUAL,
            Batch.kind == BatchKind.WORK,
            Batch.project_id == project_id,
        )
        .order_by(Image.sha256, Mask.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    return ((sha256, x, y, width, height) for sha256, x, y, width, height in session.execute(rows))


def count_machine_masks(session: Session, batch_id: UUID, stage: Stage) -> int:
    """Masks that no person has drawn, in a batch's present stage; rejected ones do not count."""
    counted = (
        select(func.count())
        .select_from(Mask)
        .join(Image, Image.id == Mask.image_id)
        .where(
            Image.batch_id == batch_id,
            Mask.stage == stage,
            Mask.author_id.is_(None),
            Mask.source != MaskSource.IMPORTED,
            Mask.state.in_((MaskState.PROPOSED, MaskState.ACCEPTED)),
        )
    )
    return session.scalar(counted) or 0


def _machine_mask(found: MachineMask, image: Image, stage: Stage) -> Mask:
    shape = rle.parse(found.rle_counts, image.height, image.width)
    points = [] if found.point is None else [Point(x=found.point[0], y=found.point[1], label=1)]
    prompts = Prompts(points=points, box=found.box, strokes=Strokes(brush=0, erase=0))
    return Mask(
        id=found.id,
        image_id=image.id,
        stage=stage,
        source=found.source,
        model_id=found.model_id,
        rle_counts=found.rle_counts,
        height=shape.height,
        width=shape.width,
        bbox_x=shape.bbox[0],
        bbox_y=shape.bbox[1],
        bbox_w=shape.bbox[2],
        bbox_h=shape.bbox[3],
        area_px=shape.area_px,
        predicted_iou=found.predicted_iou,
        stability_score=found.stability_score,
        point=list(found.point) if found.point is not None else None,
        crop_box=list(found.crop_box) if found.crop_box is not None else None,
        active_ms=0,
        prompts=prompts.model_dump(),
        state=found.state,
    )
