"""COCO files as third-party tools write them, read record by record.

A record that cannot be read is refused by itself; the rest of the file comes in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Annotated, Any

import ijson
from pydantic import BaseModel, BeforeValidator, Field, FiniteFloat, ValidationError

from backend.layouts.names import split_of, tidied
from backend.layouts.rows import AnnotatedImage, Annotation, LayoutError, Refused, first_fault
from backend.layouts.spool import Places, Spool

Records = Callable[[str], Iterable[Any]]


def _as_text(value: object) -> object:
    """Ids are compared as text: tools write 7, 7.0 and "7" for the same image."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_as_text)]


class _Image(BaseModel):
    id: Id
    file_name: str | None = None
    coco_url: str | None = None  # LVIS has no file names
    width: int | None = Field(None, ge=1)
    height: int | None = Field(None, ge=1)
    sha256: str | None = None


class _Annotation(BaseModel):
    image_id: Id
    category_id: Id | None = None
    segmentation: list[Any] | dict[str, Any]
    predicted_iou: FiniteFloat | None = None
    stability_score: FiniteFloat | None = None
    point: tuple[FiniteFloat, FiniteFloat] | None = None
    crop_box: tuple[int, int, int, int] | None = None


class _Category(BaseModel):
    id: Id
    name: Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class _File(BaseModel):
    """Of a file that is in memory: that its lists are lists; what is in them is looked at one by one."""

    images: list[Any]
    categories: list[Any] | None = None
    annotations: list[Any]


@dataclass(frozen=True)
class Document:
    """A COCO file, of which only one image's annotations are in memory at a time."""

    image_count: int  # with annotations
    images: Iterator[AnnotatedImage]
    note: str | None  # what a person should know of the file


def is_coco(content: object) -> bool:
    return isinstance(content, dict) and {"images", "annotations"} <= set(content)


def streamed(file: IO[bytes]) -> Records:
    """The records of each of a file's lists. Raises ijson.JSONError."""

    def records(key: str) -> Iterator[Any]:
        file.seek(0)
        return iter(ijson.items(file, f"{key}.item", use_float=True))

    return records


def loaded(content: object, name: str) -> Records:
    """The same of a file that is in memory. Raises LayoutError when it is none."""
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise LayoutError(f"{name} is no COCO file: {first_fault(error)}.") from error
    return lambda key: getattr(file, key) or []


def read(records: Records, name: str, places: Places, *, split: str | None = None) -> Document:
    """Read a third-party COCO file. `places` collects its images' names, and those of other files beside it.

    With a `split`, images are looked for in its folder: other files may have the same names.
    """
    spool = Spool()
    bad_images = _read_images(records, spool, places, split)
    names = _read_categories(records, spool)
    notes: Counter[str] = Counter()
    for index, record in enumerate(records("annotations")):
        where = f"annotation {index}"
        if _has_no_mask(record):
            notes["captions or keypoints without a mask left out"] += 1
            continue
        if isinstance(record, dict) and _is_crowd(record):
            notes["masks marked iscrowd taken as objects"] += 1
        image_id, annotation = _read_annotation(record, where, names)
        if image_id is not None and not spool.has_image(image_id):
            reason = bad_images.get(image_id, f"the file lists no image {image_id}")
            image_id, annotation = None, Refused(where, reason)
        spool.add(image_id, annotation)
    images = (
        replace(
            image or AnnotatedImage(name, None, None, ()),
            annotations=annotations,
            is_shared=image is not None and places.is_shared(tidied(image.name)),
        )
        for image, annotations in spool.by_image()
    )
    count = spool.count_images()
    said = [f"{number} {what}" for what, number in notes.items()] + ([] if count else ["no masks in it"])
    return Document(count, images, "; ".join(said) or None)


def _read_images(records: Records, spool: Spool, places: Places, split: str | None) -> dict[str, str]:
    """Spool the images; by id, why the records of others are refused."""
    bad: dict[str, str] = {}
    for index, record in enumerate(records("images")):
        try:
            image_id, image = _read_image(record, split)
        except LayoutError as error:
            bad_id = _as_text(record.get("id")) if isinstance(record, dict) else None
            if isinstance(bad_id, str):
                bad[bad_id] = f"its image {bad_id} (images.{index}) is refused: {error}"
            spool.add(None, Refused(f"images.{index}", str(error)))
        else:
            spool.add_image(image_id, image)
            places.add(tidied(image.name))
    return bad


def _read_image(record: object, split: str | None) -> tuple[str, AnnotatedImage]:
    """The id and the image, without its annotations. Raises LayoutError."""
    try:
        read = _Image.model_validate(record)
    except ValidationError as error:
        raise LayoutError(first_fault(error)) from error
    name = (read.file_name or "").strip() or (read.coco_url or "").strip()
    if not name:
        raise LayoutError("it has neither file_name nor coco_url")
    size = None if read.height is None or read.width is None else (read.height, read.width)
    return read.id, AnnotatedImage(_in_split(name, split), read.sha256, size, ())


def _in_split(name: str, split: str | None) -> str:
    if split is None or any(split_of(folder, whole=True) for folder in tidied(name).split("/")[:-1]):
        return name
    return f"{split}/{tidied(name)}"


def _read_categories(records: Records, spool: Spool) -> dict[str, str]:
    """Names by id. Records that cannot be read are refused, and with them the annotations that need them."""
    names: dict[str, str] = {}
    for index, record in enumerate(records("categories")):
        try:
            category = _Category.model_validate(record)
        except ValidationError as error:
            spool.add(None, Refused(f"categories.{index}", first_fault(error)))
        else:
            names[category.id] = category.name
    return names


def _has_no_mask(record: object) -> bool:
    """Files of captions and keypoints lie beside those of masks."""
    if not isinstance(record, dict) or record.get("segmentation"):
        return False
    return "caption" in record or "keypoints" in record


def _is_crowd(record: dict[str, Any]) -> bool:
    """CVAT and Datumaro say so of every mask that they keep as runs; COCO of regions with many objects."""
    return str(record.get("iscrowd")).lower() in ("1", "1.0", "true")


def _read_annotation(
    record: object, where: str, names: dict[str, str]
) -> tuple[str | None, Annotation | Refused]:
    if isinstance(record, dict) and record.get("segmentation") is None:
        return None, Refused(where, "it has no segmentation, so there is no mask in it")
    try:
        read = _Annotation.model_validate(record)
    except ValidationError as error:
        return None, Refused(where, first_fault(error))
    if read.category_id is not None and read.category_id not in names:
        return read.image_id, Refused(where, f"the file lists no category {read.category_id}")
    return read.image_id, Annotation(
        where=where,
        category=None if read.category_id is None else names[read.category_id],
        segmentation=read.segmentation,
        predicted_iou=read.predicted_iou,
        stability_score=read.stability_score,
        point=read.point,
        crop_box=read.crop_box,
    )
