"""The file of an export: written from one state of the database, then read again and counted against it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope
from backend.exports import selection
from backend.exports.models import ExportFormat
from backend.exports.schemas import ExportIn
from backend.images.models import Image
from backend.layouts import coco, png, sa1b, yolo
from backend.layouts.archive import Archive, ArchiveReader
from backend.layouts.rows import Categories, ImageRow, LayoutError, MaskRow, Totals
from backend.masks import service as masks
from backend.masks.models import Mask
from backend.projects import service as projects

PROGRESS_EVERY = 1000  # masks
WRITING_SHARE = 0.6  # of the progress; the rest is reading again
MANIFEST_VERSION = 1
MAX_FILE_BYTES = 2**40  # of one file in an archive of ours: no limit

Progress = Callable[[float], None]


class ExportError(Exception):
    """Masks that the layout cannot hold, or a file that is not what the database holds."""


@dataclass(frozen=True)
class Written:
    totals: Totals
    manifest: dict[str, Any]


def write_export(
    sessions: sessionmaker[Session],
    file: IO[bytes],
    project_id: UUID,
    wanted: ExportIn,
    created_at: datetime,
    on_progress: Progress,
) -> Written:
    """Writes a project's accepted masks to `file`, open for writing and reading, and checks what was written.

    Raises ExportError when the file does not hold the masks and pixels that the database says.
    """
    conditions = selection.conditions(project_id, wanted.filters)
    try:
        with session_scope(sessions, read_only=True) as session:
            masks.read_one_snapshot(session)
            expected = Totals(*masks.accepted_totals(session, *conditions))
            categories = Categories(projects.show_project(session, project_id).labels)
            manifest = _manifest(wanted, created_at, expected, categories)
            rows = _report_writing(_rows(session, conditions), expected.masks, on_progress)
            if wanted.format in (ExportFormat.COCO, ExportFormat.COCO_POLYGONS):
                form = coco.as_rle if wanted.format == ExportFormat.COCO else coco.as_polygons
                coco.write(file, rows, categories, segmentation=form, created_at=created_at)
            else:
                with Archive(file, manifest) as archive:
                    _ARCHIVED[wanted.format].write(archive, rows, categories)
                manifest = archive.manifest
        file.seek(0)
        _check(file, wanted.format, expected, on_progress)
    except LayoutError as error:
        raise ExportError(str(error)) from error
    file.seek(0, 2)
    return Written(expected, manifest)


_ARCHIVED = {ExportFormat.SA1B: sa1b, ExportFormat.PNG: png, ExportFormat.YOLO: yolo}


def _manifest(
    wanted: ExportIn, created_at: datetime, totals: Totals, categories: Categories
) -> dict[str, Any]:
    return {
        "maskloop_export": MANIFEST_VERSION,
        "format": wanted.format.value,
        "created_at": created_at.isoformat(),
        "filters": wanted.filters.model_dump(mode="json"),
        "counts": {"images": totals.images, "masks": totals.masks, "area_px": totals.area_px},
        "categories": [category.name for category in categories.all],
    }


def _rows(session: Session, conditions: list[Any]) -> Iterator[MaskRow]:
    image_row = None
    for mask, image in masks.stream_accepted(session, *conditions):
        if image_row is None or image_row.id != image.id:
            image_row = _image_row(image)
        yield _mask_row(mask, image_row)


def _image_row(image: Image) -> ImageRow:
    return ImageRow(id=image.id, name=image.name, sha256=image.sha256, height=image.height, width=image.width)


def _mask_row(mask: Mask, image: ImageRow) -> MaskRow:
    return MaskRow(
        id=mask.id,
        image=image,
        rle_counts=mask.rle_counts,
        area_px=mask.area_px,
        bbox=(mask.bbox_x, mask.bbox_y, mask.bbox_w, mask.bbox_h),
        active_ms=mask.active_ms,
        predicted_iou=mask.predicted_iou,
        stability_score=mask.stability_score,
        point=(mask.point[0], mask.point[1]) if mask.point else None,
        crop_box=(mask.crop_box[0], mask.crop_box[1], mask.crop_box[2], mask.crop_box[3])
        if mask.crop_box
        else None,
        stage=mask.stage.value,
        source=mask.source.value,
        model_id=mask.model_id,
        label_id=mask.label_id,
    )


def _check(file: IO[bytes], format_: ExportFormat, expected: Totals, on_progress: Progress) -> None:
    written, reported = Totals(), 0
    for part in _totals_in(file, format_):
        written += part
        if written.masks >= reported + PROGRESS_EVERY:
            reported = written.masks
            on_progress(WRITING_SHARE + (1 - WRITING_SHARE) * min(1.0, written.masks / expected.masks))
    if written != expected:
        raise ExportError(
            f"The written file has {written.masks} masks with {written.area_px} pixels on {written.images} "
            f"images; the database has {expected.masks}, {expected.area_px} and {expected.images}."
        )


def _totals_in(file: IO[bytes], format_: ExportFormat) -> Iterator[Totals]:
    if format_ in _ARCHIVED:
        yield from _ARCHIVED[format_].read_totals(ArchiveReader(file, max_file_bytes=MAX_FILE_BYTES))
    else:
        yield from coco.read_totals(file)


def _report_writing(rows: Iterator[MaskRow], total: int, on_progress: Progress) -> Iterator[MaskRow]:
    for number, row in enumerate(rows):
        if number % PROGRESS_EVERY == 0:
            on_progress(WRITING_SHARE * number / total)
        yield row
