"""Annotations become masks: image by image, each whole or not at all, none twice however often it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope, utc_now
from backend.images.models import Image
from backend.imports.matching import Target, Targets
from backend.imports.models import AnnotationImport, AnnotationImportImage
from backend.imports.reading import AnnotationFile
from backend.imports.schemas import ImportProblem
from backend.layouts.names import split_of, storable
from backend.layouts.rows import UNLABELLED, AnnotatedImage, Annotation, LayoutError
from backend.layouts.segmentation import read_mask
from backend.masks import rle
from backend.masks.models import Mask, MaskSource
from backend.masks.schemas import Prompts, Strokes
from backend.projects import service as projects
from backend.projects.schemas import MAX_LABELS, MAX_NAME_CHARACTERS

IDS_AT_ONCE = 500
REPORTS = 200  # of progress, at most
# Of the ids of imported masks, which follow from what they are: the same file twice gives the same ids.
NAMESPACE = UUID("5f0f6c1e-3e6a-4c0e-9a53-6d2f7d0c8b11")


@dataclass(frozen=True)
class _Read:
    """A mask that was read and fits its image."""

    annotation: Annotation
    mask: rle.Rle


def import_annotations(
    sessions: sessionmaker[Session],
    wanted: AnnotationImport,
    file: AnnotationFile,
    on_progress: Callable[[float], None],
) -> None:
    """Goes on behind the images that an earlier run of the same import has done.

    Raises LayoutError where the file is damaged; what stands before stays imported.
    """
    with session_scope(sessions, read_only=True) as session:
        targets = Targets(session, wanted.batch_id)
        done = set(
            session.scalars(
                select(AnnotationImportImage.number).where(AnnotationImportImage.import_id == wanted.id)
            )
        )
    images_per_report = max(1, file.image_count // REPORTS)
    for number, image in enumerate(file.images):
        if number % images_per_report == 0:
            on_progress(min(1.0, number / max(1, file.image_count)))
        if number not in done:
            _import_image(sessions, wanted, number, image, targets)


@dataclass
class _Outcome:
    added: int = 0
    known: int = 0
    refused: int = 0
    problems: list[ImportProblem] = field(default_factory=list)

    def refuse(self, where: str, reason: str) -> None:
        self.refused += 1
        self.note(where, reason)

    def note(self, where: str, reason: str) -> None:
        self.problems.append(ImportProblem(where=storable(where), reason=storable(reason)))


def _import_image(
    sessions: sessionmaker[Session],
    wanted: AnnotationImport,
    number: int,
    image: AnnotatedImage,
    targets: Targets,
) -> None:
    outcome, target, masks = _Outcome(), None, list[_Read]()
    annotations: list[Annotation] = []
    for annotation in image.annotations:
        if isinstance(annotation, Annotation):
            annotations.append(annotation)
        else:
            outcome.refuse(annotation.where, annotation.reason)
    try:
        target = targets.find(image) if annotations else None
    except LayoutError as error:
        outcome.refused += len(annotations)
        outcome.note(image.name, str(error))
    if target is not None:
        masks = _read_masks(annotations, target, outcome)  # slow: no transaction is open
    try:
        with session_scope(sessions) as session:
            if target is not None:
                _add_masks(session, wanted, target, masks, outcome)
                if split := split_of(image.file):
                    session.execute(update(Image).where(Image.id == target.id).values(split=split))
            session.add(
                AnnotationImportImage(
                    import_id=wanted.id,
                    number=number,
                    name=storable(image.name),
                    image_id=target.id if target else None,
                    added=outcome.added,
                    known=outcome.known,
                    refused=outcome.refused,
                    file=storable(image.file or wanted.name),
                    split=split_of(image.file),
                    note=image.note,
                    problems=[problem.model_dump() for problem in outcome.problems],
                )
            )
    except IntegrityError:
        with session_scope(sessions, read_only=True) as session:
            is_gone = session.get(AnnotationImport, wanted.id) is None
            # Another run of the job, whose worker was taken for dead, may have done this image meanwhile.
            is_done = session.get(AnnotationImportImage, (wanted.id, number)) is not None
            is_deleted = target is not None and session.get(Image, target.id) is None
        if is_deleted and not is_gone:
            raise LayoutError(f"{image.name} was deleted during the import; import the file again") from None
        if not is_gone and not is_done:
            raise


def _read_masks(annotations: Sequence[Annotation], target: Target, outcome: _Outcome) -> list[_Read]:
    masks: list[_Read] = []
    for annotation in annotations:
        try:
            masks.append(_Read(annotation, read_mask(annotation.segmentation, target.height, target.width)))
        except LayoutError as error:
            outcome.refuse(annotation.where, str(error))
    return masks


def _add_masks(
    session: Session, wanted: AnnotationImport, target: Target, masks: Sequence[_Read], outcome: _Outcome
) -> None:
    ids = _ids(target, masks)
    known = _known(session, ids)
    batch = projects.get_batch(session, wanted.batch_id)
    new = [read.annotation.category for id_, read in zip(ids, masks, strict=True) if id_ not in known]
    labels = _labels(session, batch.project_id, new) if new else {}
    now = utc_now()
    for order, (id_, read) in enumerate(zip(ids, masks, strict=True)):
        if id_ in known:
            outcome.known += 1
            continue
        try:
            label_id = _label(read.annotation.category, labels)
        except LayoutError as error:
            outcome.refuse(read.annotation.where, str(error))
            continue
        outcome.added += 1
        x, y, width, height = read.mask.bbox
        session.add(
            Mask(
                id=id_,
                image_id=target.id,
                stage=batch.stage,
                source=MaskSource.IMPORTED,
                rle_counts=rle.encode(read.mask.runs),
                height=target.height,
                width=target.width,
                bbox_x=x,
                bbox_y=y,
                bbox_w=width,
                bbox_h=height,
                area_px=read.mask.area_px,
                predicted_iou=read.annotation.predicted_iou,
                stability_score=read.annotation.stability_score,
                point=list(read.annotation.point) if read.annotation.point else None,
                crop_box=list(read.annotation.crop_box) if read.annotation.crop_box else None,
                active_ms=0,
                prompts=Prompts(points=[], strokes=Strokes(brush=0, erase=0)).model_dump(),
                label_id=label_id,
                state=wanted.mask_state,
                author_id=wanted.created_by,
                created_at=now + timedelta(microseconds=order),  # masks of an image keep the file's order
                updated_at=now,
            )
        )


def _ids(target: Target, masks: Sequence[_Read]) -> list[UUID]:
    """From image, category and pixels; where a file has the same mask several times, from its turn, too."""
    turns: Counter[str] = Counter()
    ids = []
    for read in masks:
        content = f"{target.id}/{(read.annotation.category or '').casefold()}/{rle.encode(read.mask.runs)}"
        ids.append(uuid5(NAMESPACE, f"{content}/{turns[content]}"))
        turns[content] += 1
    return ids


def _known(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    known: set[UUID] = set()
    for start in range(0, len(ids), IDS_AT_ONCE):
        known.update(session.scalars(select(Mask.id).where(Mask.id.in_(ids[start : start + IDS_AT_ONCE]))))
    return known


def _labels(session: Session, project_id: UUID, categories: Iterable[str | None]) -> dict[str, UUID | None]:
    """The ids of the categories' labels, made where there are none; those that cannot be are left out."""
    names = {storable(category or "").strip() for category in categories}
    usable = {name for name in names if 0 < len(name) <= MAX_NAME_CHARACTERS}
    found = projects.ensure_labels(session, project_id, sorted(usable), but=UNLABELLED)
    return {"": None, UNLABELLED: None} | found


def _label(category: str | None, labels: dict[str, UUID | None]) -> UUID | None:
    """Raises LayoutError when there is no label for the category."""
    name = storable(category or "").strip()
    if len(name) > MAX_NAME_CHARACTERS:
        raise LayoutError(f"its category's name is longer than {MAX_NAME_CHARACTERS} characters")
    if name not in labels:
        raise LayoutError(
            f"the project has {MAX_LABELS} labels, the most it can, so there is none for {name}"
        )
    return labels[name]
