"""Annotations become masks: image by image, each whole or not at all, none twice however often it runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope, utc_now
from backend.images.importing import storable
from backend.images.models import Image
from backend.imports.models import AnnotationImport, AnnotationImportImage
from backend.imports.reading import AnnotationFile
from backend.imports.schemas import ImportProblem
from backend.layouts.rows import UNLABELLED, AnnotatedImage, Annotation, LayoutError
from backend.layouts.segmentation import read_mask
from backend.masks import rle
from backend.masks.models import Mask, MaskSource
from backend.masks.schemas import Prompts, Strokes
from backend.projects import service as projects
from backend.projects.schemas import MAX_NAME_CHARACTERS

IDS_AT_ONCE = 500
REPORTS = 200  # of progress, at most
# Of the ids of imported masks, which follow from what they are: the same file twice gives the same ids.
NAMESPACE = UUID("5f0f6c1e-3e6a-4c0e-9a53-6d2f7d0c8b11")


@dataclass(frozen=True)
class _Target:
    """An image that annotations can be for."""

    id: UUID
    height: int
    width: int


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
        targets = _Targets(session, wanted.batch_id)
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


class _Targets:
    """The images of a batch by content and by name."""

    def __init__(self, session: Session, batch_id: UUID) -> None:
        self._by_sha256: dict[str, _Target] = {}
        self._by_name: dict[str, list[_Target]] = defaultdict(list)
        self._by_stem: dict[str, list[_Target]] = defaultdict(list)
        columns = select(Image.id, Image.name, Image.sha256, Image.height, Image.width)
        for id_, name, sha256, height, width in session.execute(columns.where(Image.batch_id == batch_id)):
            target = _Target(id_, height, width)
            self._by_sha256[sha256] = target
            self._by_name[name.casefold()].append(target)
            self._by_stem[PurePath(name).stem.casefold()].append(target)

    def find(self, image: AnnotatedImage) -> _Target:
        """Raises LayoutError when there is none, or when it could be several."""
        if image.sha256 in self._by_sha256:
            return self._by_sha256[image.sha256]
        name = image.name.replace("\\", "/").rpartition("/")[2]
        found = self._by_name.get(name.casefold(), [])
        if not found and image.is_stem:
            found = self._by_stem.get(PurePath(name).stem.casefold(), [])
        if not found:
            raise LayoutError("the batch has no image of this name")
        if len(found) > 1:
            raise LayoutError(
                f"{len(found)} images of the batch have this name, so it is not clear which is meant"
            )
        if image.size not in (None, (found[0].height, found[0].width)):
            raise LayoutError(
                f"the file says {image.size[1]} x {image.size[0]} pixels, "
                f"but the image is {found[0].width} x {found[0].height}"
            )
        return found[0]


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
    targets: _Targets,
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
            session.add(
                AnnotationImportImage(
                    import_id=wanted.id,
                    number=number,
                    name=storable(image.name),
                    image_id=target.id if target else None,
                    added=outcome.added,
                    known=outcome.known,
                    refused=outcome.refused,
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


def _read_masks(annotations: Sequence[Annotation], target: _Target, outcome: _Outcome) -> list[_Read]:
    masks: list[_Read] = []
    for annotation in annotations:
        try:
            masks.append(_Read(annotation, read_mask(annotation.segmentation, target.height, target.width)))
        except LayoutError as error:
            outcome.refuse(annotation.where, str(error))
    return masks


def _add_masks(
    session: Session, wanted: AnnotationImport, target: _Target, masks: Sequence[_Read], outcome: _Outcome
) -> None:
    ids = _ids(target, masks)
    known = _known(session, ids)
    batch = projects.get_batch(session, wanted.batch_id)
    labels: dict[str, UUID | None] = {}
    now = utc_now()
    for order, (id_, read) in enumerate(zip(ids, masks, strict=True)):
        if id_ in known:
            outcome.known += 1
            continue
        try:
            label_id = _label(session, batch.project_id, read.annotation.category, labels)
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


def _ids(target: _Target, masks: Sequence[_Read]) -> list[UUID]:
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


def _label(
    session: Session, project_id: UUID, category: str | None, labels: dict[str, UUID | None]
) -> UUID | None:
    """The id of the category's label, made if there is none. Raises LayoutError when it cannot be."""
    name = storable(category or "").strip()
    if not name:
        return None
    if name not in labels:
        labels[name] = _find_label(session, project_id, name)
    return labels[name]


def _find_label(session: Session, project_id: UUID, name: str) -> UUID | None:
    if len(name) > MAX_NAME_CHARACTERS:
        raise LayoutError(f"its category's name is longer than {MAX_NAME_CHARACTERS} characters")
    if name == UNLABELLED and all(
        label.name.casefold() != UNLABELLED for label in projects.show_project(session, project_id).labels
    ):
        return None
    label = projects.ensure_label(session, project_id, name)
    if label is None:
        raise LayoutError(f"the project has as many labels as it can, so there is none for {name}")
    return label.id
