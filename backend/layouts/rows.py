"""What a layout is given to write, and what it gives back when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError

from backend.masks import rle
from backend.projects.schemas import Label

UNLABELLED = "object"  # the name of the category of masks without a label


class LayoutError(Exception):
    """Masks that do not fit into a layout, or a file that is not in it; the message says which and why."""


@dataclass(frozen=True)
class ImageRow:
    """An image as files have it: with its photo, `name` and `sha256` are those of the photo beside it."""

    id: UUID
    name: str
    sha256: str
    height: int
    width: int
    stem: str  # of its files in an archive
    folder: str = ""  # of its files, within the layout's own, such as "train/"

    @property
    def path(self) -> str:
        """Of its files in an archive, without an ending."""
        return self.folder + self.stem


@dataclass(frozen=True)
class MaskRow:
    """A mask with its image, as an export reads them."""

    id: UUID
    image: ImageRow
    rle_counts: str
    area_px: int
    bbox: tuple[int, int, int, int]
    active_ms: int
    predicted_iou: float | None
    stability_score: float | None
    point: tuple[float, float] | None
    crop_box: tuple[int, int, int, int] | None
    stage: str
    source: str
    model_id: UUID | None
    label_id: UUID | None


ImageMasks = tuple[ImageRow, Sequence[MaskRow]]


@dataclass(frozen=True)
class Totals:
    """What a file holds, or what it must hold."""

    images: int = 0
    masks: int = 0
    area_px: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(self.images + other.images, self.masks + other.masks, self.area_px + other.area_px)


@dataclass(frozen=True)
class Share:
    """A polygon as YOLO has it: x, y, x, y, ... as shares of the image's width and height."""

    numbers: Sequence[float]


@dataclass(frozen=True)
class Annotation:
    """A mask as a file has it; `segmentation` is COCO's in any of its forms, or a Share."""

    where: str  # in the file, for a person
    category: str | None
    segmentation: object
    predicted_iou: float | None = None
    stability_score: float | None = None
    point: tuple[float, float] | None = None
    crop_box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class Refused:
    """What cannot be read as a mask."""

    where: str
    reason: str


@dataclass(frozen=True)
class AnnotatedImage:
    """What a file says about one image. Size and digest are None where it does not tell them."""

    name: str
    sha256: str | None
    size: tuple[int, int] | None  # height, width
    annotations: Sequence[Annotation | Refused]
    is_stem: bool = False  # `name` is the image's without the ending, perhaps with a label map's suffix
    is_shared: bool = False  # the file has the base name in other folders, too, so the folder decides
    file: str = ""  # of an archive; the archive's own name where that is one file
    note: str | None = None  # what a person should know of `file`


@dataclass(frozen=True)
class Category:
    """A kind of object; `label` is None for masks without one."""

    id: int
    name: str
    label: Label | None


class Categories:
    """The project's labels in their order, behind `object`, of masks whose label is none or gone."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self.all = [Category(1, UNLABELLED, None)]
        self.all += [Category(number, label.name, label) for number, label in enumerate(labels, start=2)]
        self._by_label = {category.label.id: category for category in self.all if category.label}

    def of(self, row: MaskRow) -> Category:
        return self._by_label.get(row.label_id, self.all[0]) if row.label_id else self.all[0]


def decoded(row: MaskRow) -> rle.Rle:
    """Raises LayoutError, which a row of the database never should."""
    try:
        return rle.parse(row.rle_counts, row.image.height, row.image.width)
    except rle.RleError as error:
        raise LayoutError(f"Mask {row.id} of {row.image.name} does not decode. {error}") from error


def first_fault(error: ValidationError) -> str:
    """Where and why a record of a file is not what it should be."""
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'it'}: {fault['msg']}"
