"""The file of an export: written from one state of the database, then read again and counted against it.

It is written in parts (parts.py). Each is read again, every mask decoded, before it is kept; the file is put
together from them, and at last all that is in it is counted, or compared with its checksums.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope
from backend.core.storage import CHUNK_BYTES, Storage
from backend.exports import parts, photos, selection
from backend.exports.models import ExportFormat, Split
from backend.exports.parts import KeptParts, NamedImage, Part
from backend.exports.schemas import ExportIn
from backend.images.models import Image
from backend.layouts import coco, png, sa1b, yolo
from backend.layouts.archive import Archive, ArchiveReader
from backend.layouts.rows import Categories, ImageMasks, ImageRow, LayoutError, MaskRow, Totals
from backend.masks import service as masks
from backend.masks.models import Mask
from backend.projects import service as projects

PROGRESS_EVERY = 1000  # steps
PHOTO_STEPS = 50  # a photo takes about as long as so many masks are written in
MANIFEST_VERSION = 1
MAX_FILE_BYTES = 2**40  # of one file in an archive of ours: no limit
COCO_FILE = "annotations.json"  # beside the folder of photos
COCO_SPLIT_FILE = "annotations/instances_{}.json"  # as in COCO's own archives

Progress = Callable[[float], None]


class ExportError(Exception):
    """Masks that the layout cannot hold, or a file that is not what the database holds."""


@dataclass(frozen=True)
class Written:
    totals: Totals
    manifest: dict[str, Any]


def write_export(
    sessions: sessionmaker[Session],
    storage: Storage,
    file: IO[bytes],
    project_id: UUID,
    wanted: ExportIn,
    created_at: datetime,
    kept: KeptParts,
    on_progress: Progress,
) -> Written:
    """Writes a project's accepted masks to `file`, open for writing and reading, and checks what was written.

    Raises ExportError when the file does not hold the masks and pixels that the database says.
    """
    try:
        with session_scope(sessions, read_only=True) as session:
            masks.read_one_snapshot(session)
            writer = _Writer(session, storage, project_id, wanted, created_at, kept, on_progress)
            manifest = writer.write(file)
        file.seek(0)
        _check(file, wanted, writer.expected)
    except LayoutError as error:
        raise ExportError(str(error)) from error
    file.seek(0, 2)
    return Written(writer.expected, manifest)


_ARCHIVED = {ExportFormat.SA1B: sa1b, ExportFormat.PNG: png, ExportFormat.YOLO: yolo}


class _Writer:
    """One state of the database, on its way into a file."""

    def __init__(
        self,
        session: Session,
        storage: Storage,
        project_id: UUID,
        wanted: ExportIn,
        created_at: datetime,
        kept: KeptParts,
        on_progress: Progress,
    ) -> None:
        self._session = session
        self._storage = storage
        self._project_id = project_id
        self._wanted = wanted
        self._created_at = created_at
        self._kept = kept
        self._categories = Categories(projects.show_project(session, project_id).labels)
        self.expected, empty_images = _totals(session, project_id, wanted)
        self._written = dict.fromkeys(wanted.split.splits if wanted.split else [None], Totals())
        self._manifest = self._about(empty_images)
        steps = 2 * self.expected.masks + self.expected.images * PHOTO_STEPS * wanted.with_photos
        self._steps = _Steps(steps, on_progress)

    def write(self, file: IO[bytes]) -> dict[str, Any]:
        """What the manifest says."""
        if is_one_file(self._wanted):
            self._join_coco(file, None)
            self._check_written()
            return self._manifest
        with Archive(file, self._manifest) as archive:
            if self._wanted.with_photos:
                archive.manifest["photos"] = {}
            if self._wanted.format in _ARCHIVED:
                layout = _ARCHIVED[self._wanted.format]
                files = chain.from_iterable(map(self._parts, self._written))
                readers = (ArchiveReader(part, max_file_bytes=MAX_FILE_BYTES) for part in files)
                layout.join(archive, readers, self._categories)
            else:
                for split in self._written:
                    self._add_coco(archive, split)
            self._check_written()
            if self._wanted.with_photos:
                folder = photos.folder_of(self._wanted.format)
                photos.add_photos(archive, self._storage, folder, self._images())
        return archive.manifest

    def _parts(self, split: Split | None) -> Iterator[IO[bytes]]:
        """Each part of a split as a file, from the start."""
        labels = [(category.id, category.name) for category in self._categories.all]
        layout = [MANIFEST_VERSION, self._wanted.format, self._wanted.with_photos, labels]
        for part in parts.parts_of(self._session, self._project_id, self._wanted, layout, split):
            with TemporaryFile() as file:
                if self._kept.load(part.key, file):
                    self._steps.done(2 * part.totals.masks)
                else:
                    self._write_part(part, file)
                    self._kept.keep(part.key, file)
                file.seek(0)
                yield file
            self._written[split] += part.totals

    def _check_written(self) -> None:
        """Notes what each split has. Raises LayoutError when that is nothing, or not what SQL counts."""
        _compare(sum(self._written.values(), start=Totals()), self.expected)
        for split, totals in self._written.items():
            if split is not None and not totals.images:
                raise LayoutError(
                    f"No image falls into {split}. Give it a larger share, or keep smaller groups together."
                )
            if split is not None:
                counts = {"images": totals.images, "masks": totals.masks}
                self._manifest["split"]["counts"][split.value] = counts

    def _write_part(self, part: Part, file: IO[bytes]) -> None:
        images = self._images_with_masks(part)
        if self._wanted.format in _ARCHIVED:
            layout = _ARCHIVED[self._wanted.format]
            with Archive(file, self._manifest) as archive:
                layout.write(archive, images, self._categories)
            file.seek(0)
            counted = layout.read_totals(ArchiveReader(file, max_file_bytes=MAX_FILE_BYTES))
        else:
            form = coco.as_rle if self._wanted.format == ExportFormat.COCO else coco.as_polygons
            coco.write(file, images, self._categories, segmentation=form, created_at=self._created_at)
            file.seek(0)
            counted = coco.read_totals(file)
        read = Totals()
        for totals in counted:
            read += totals
            self._steps.done(totals.masks)
        _compare(read, part.totals)

    def _images_with_masks(self, part: Part) -> Iterator[ImageMasks]:
        """As the part has them, whatever the order of rows in the database."""
        ids = [named.image.id for named in part.images]
        found = masks.stream_accepted(
            self._session, *selection.conditions(self._project_id, self._wanted.filters), Image.id.in_(ids)
        )
        groups = groupby(found, key=lambda mask: mask.image_id)
        following = next(groups, None)
        for named in part.images:
            row, rows = self._row(named), list[MaskRow]()
            if following is not None and following[0] == row.id:
                rows = [_mask_row(mask, row) for mask in following[1]]
                following = next(groups, None)
            self._steps.done(len(rows))
            yield row, rows

    def _row(self, named: NamedImage) -> ImageRow:
        if self._wanted.with_photos:
            return photos.row_with_photo(self._storage, named)
        image = named.image
        return ImageRow(
            image.id, image.name, image.sha256, image.height, image.width, named.stem, named.folder
        )

    def _join_coco(self, file: IO[bytes], split: Split | None) -> None:
        coco.join(file, self._parts(split), self._categories, created_at=self._created_at)

    def _add_coco(self, archive: Archive, split: Split | None) -> None:
        name = COCO_SPLIT_FILE.format(split.value) if split else COCO_FILE
        with TemporaryFile() as whole:
            self._join_coco(whole, split)
            whole.seek(0)
            archive.add_chunks(name, iter(lambda: whole.read(CHUNK_BYTES), b""))

    def _images(self) -> Iterator[NamedImage]:
        for named, _ in parts.images_of(self._session, self._project_id, self._wanted):
            yield named
            self._steps.done(PHOTO_STEPS)

    def _about(self, empty_images: int) -> dict[str, Any]:
        totals, split = self.expected, self._wanted.split
        return {
            "maskloop_export": MANIFEST_VERSION,
            "format": self._wanted.format.value,
            "created_at": self._created_at.isoformat(),
            "filters": self._wanted.filters.model_dump(mode="json"),
            "counts": {
                "images": totals.images,
                "images_without_masks": empty_images,
                "masks": totals.masks,
                "area_px": totals.area_px,
            },
            "categories": [category.name for category in self._categories.all],
        } | ({"split": split.model_dump(mode="json") | {"counts": {}}} if split else {})


def is_one_file(wanted: ExportIn) -> bool:
    return wanted.format not in _ARCHIVED and not wanted.with_photos and wanted.split is None


def _totals(session: Session, project_id: UUID, wanted: ExportIn) -> tuple[Totals, int]:
    """What the file must hold, and how many of its images have no masks."""
    totals = Totals(*masks.accepted_totals(session, *selection.conditions(project_id, wanted.filters)))
    if not wanted.has_empty_images:
        return totals, 0
    empty_images = masks.count_images_without_masks(
        session, *selection.empty_conditions(project_id, wanted.filters)
    )
    return totals + Totals(images=empty_images), empty_images


def _compare(written: Totals, expected: Totals) -> None:
    if written != expected:
        raise LayoutError(
            f"{written.masks} masks with {written.area_px} pixels on {written.images} images were written; "
            f"the database has {expected.masks}, {expected.area_px} and {expected.images}."
        )


def _check(file: IO[bytes], wanted: ExportIn, expected: Totals) -> None:
    """That what was put together has all that its parts had."""
    if is_one_file(wanted):
        if coco.count_records(file) != (expected.images, expected.masks):
            raise LayoutError("The written file does not have all images and masks of its parts.")
    else:
        ArchiveReader(file, max_file_bytes=MAX_FILE_BYTES).check_sums()


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


class _Steps:
    """Tells progress every so many steps."""

    def __init__(self, total: int, on_progress: Progress) -> None:
        self._total = max(1, total)
        self._done = self._told = 0
        self._on_progress = on_progress

    def done(self, steps: int) -> None:
        self._done += steps
        if self._done >= self._told + PROGRESS_EVERY or self._told == 0:
            self._told = max(1, self._done)
            self._on_progress(min(1.0, self._done / self._total))
