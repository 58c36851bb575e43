"""Training data as a manifest: a JSON Lines file with one record an image, read lazily.

A record, on one line:

    {"id": "…", "path": "images/a.jpg", "width": 640, "height": 480, "embedding": "a.mlem",
     "masks": [{"id": "…", "rle": {"size": [480, 640], "counts": "…"}}]}

Paths are relative to the manifest's folder, or absolute. Width and height are pixels of the oriented photo,
`rle` is COCO's compressed run-length encoding of a mask of that size. `embedding` may be missing.
"""

from __future__ import annotations

import json
import logging
import os
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.files import replacing
from engine.rle import RLE, rle_boxes, rle_problem
from engine.train.datasets import Photo, is_held_out, read_coco

ONE_BAD_IN = 100  # records: with so many bad ones, something is wrong with the whole manifest
NAMED_RECORDS = 10  # of the bad ones, in an error's message

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ManifestMask:
    id: str
    rle: RLE


@dataclass(frozen=True)
class ManifestRecord:
    """One image and its masks."""

    id: str
    path: Path
    width: int  # pixels of the oriented photo
    height: int
    masks: tuple[ManifestMask, ...]
    embedding: Path | None = None

    def photo(self) -> Photo:
        rles = tuple(mask.rle for mask in self.masks)
        return Photo(self.path, rles, rle_boxes(rles))


@dataclass(frozen=True)
class BadRecord:
    line: int  # from 1
    id: str  # "?" where the line does not even say that
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}, record {self.id}: {self.problem}"


class ManifestError(ValueError):
    """A manifest that nothing should be trained on; `bad` has every record that is to blame."""

    def __init__(self, message: str, bad: Sequence[BadRecord] = ()) -> None:
        super().__init__("\n  ".join([message, *map(str, bad[:NAMED_RECORDS])]))
        self.bad = tuple(bad)


class Manifest(Sequence[Photo]):
    """The photos of a manifest, each read from the file when it is asked for.

    In memory are only the records' places in the file and the side of the split that each is on, so that a
    worker process gets its copy in no time.
    """

    def __init__(
        self,
        path: Path,
        offsets: NDArray[np.int64],
        held_out: NDArray[np.bool_],
        bad: tuple[BadRecord, ...] = (),
    ) -> None:
        self.path = path
        self.bad = bad  # the records that were left out
        self._offsets = offsets  # (records,) bytes
        self._held_out = held_out  # (records,)

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> Photo: ...
    @overload
    def __getitem__(self, index: slice) -> Manifest: ...
    def __getitem__(self, index: int | slice) -> Photo | Manifest:
        if isinstance(index, slice):
            return self._part(index)
        return self.record(index).photo()

    def record(self, index: int) -> ManifestRecord:
        return _parse(self.line(index), self.path.parent)

    def line(self, index: int) -> bytes:
        """A record as it is written, with whatever else its author has noted of it."""
        with self.path.open("rb") as file:
            file.seek(int(self._offsets[index]))
            return file.readline()

    def split(self) -> tuple[Manifest, Manifest]:
        """Training photos, held-out photos: the sides that `engine.train.datasets.split` would give them."""
        return self._part(~self._held_out), self._part(self._held_out)

    def _part(self, which: slice | NDArray[np.bool_]) -> Manifest:
        return Manifest(self.path, self._offsets[which], self._held_out[which], self.bad)


def read_manifest(path: Path) -> Manifest:
    """Goes through the file once, checks every record, and notes where each begins.

    The check is thorough, since a run that has trained for hours is no place to find a broken mask, but draws
    no mask. Bad records are logged and left out as long as they are fewer than one in a hundred; records
    without masks are left out too. Raises ManifestError when there are more bad ones or none at all.
    """
    offsets, held_out = array("q"), array("b")
    bad: list[BadRecord] = []
    records = begin = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            begin, here = begin + len(line), begin
            if line.isspace():
                continue
            records += 1
            try:
                record = _parse(line, path.parent)
                _check(record)
            except _RecordError as error:
                bad.append(BadRecord(number, error.record_id, str(error)))
                continue
            if record.masks:
                offsets.append(here)
                held_out.append(is_held_out(record.path.name))
    if not records:
        raise ManifestError(f"{path} has no records")
    if len(bad) * ONE_BAD_IN >= records:
        raise ManifestError(f"{len(bad)} of the {records} records of {path} are bad:", bad)
    for one in bad:
        log.warning("left out of %s: %s", path, one)
    return Manifest(path, np.array(offsets, np.int64), np.array(held_out, np.bool_), tuple(bad))


def write_manifest(path: Path, records: Iterable[ManifestRecord]) -> None:
    """Writes all or nothing. Paths below the manifest's folder become relative to it, others absolute."""
    with replacing(path) as part, part.open("w", encoding="utf-8") as file:
        for record in records:
            document = _document(record, Path(os.path.abspath(path.parent)))
            file.write(json.dumps(document, separators=(",", ":")) + "\n")


def manifest_from_coco(folder: Path) -> Iterator[ManifestRecord]:
    """The records of a folder with `annotations.json` and `images/`; images without masks have none.

    >>> write_manifest(Path("bsds.jsonl"), manifest_from_coco(Path("data/bsds")))
    """
    seen: Counter[str] = Counter()
    for photo in read_coco(folder):
        name = photo.path.name
        record_id = f"{name}#{seen[name]}" if seen[name] else name  # a set of masks for each annotator
        seen[name] += 1
        height, width = photo.masks[0]["size"]
        yield ManifestRecord(
            id=record_id,
            path=photo.path,
            width=width,
            height=height,
            masks=tuple(ManifestMask(f"{record_id}/{index}", rle) for index, rle in enumerate(photo.masks)),
        )


def _document(record: ManifestRecord, folder: Path) -> dict[str, Any]:
    def written(file: Path) -> str:
        # Not resolved: where images are links, the link's name is the one that decides the split.
        absolute = Path(os.path.abspath(file))
        return str(absolute.relative_to(folder) if absolute.is_relative_to(folder) else absolute)

    document: dict[str, Any] = {
        "id": record.id,
        "path": written(record.path),
        "width": record.width,
        "height": record.height,
        "masks": [{"id": mask.id, "rle": mask.rle} for mask in record.masks],
    }
    if record.embedding:
        document["embedding"] = written(record.embedding)
    return document


class _RecordError(ValueError):
    def __init__(self, problem: str, record_id: str) -> None:
        super().__init__(problem)
        self.record_id = record_id


def _parse(line: bytes, folder: Path) -> ManifestRecord:
    """A line as a record; what it says is not yet checked. Raises _RecordError."""
    record_id = "?"
    try:
        document = json.loads(line)
        record_id = str(document["id"])
        embedding = document.get("embedding")
        return ManifestRecord(
            id=record_id,
            path=folder / document["path"],
            width=int(document["width"]),
            height=int(document["height"]),
            masks=tuple(ManifestMask(str(mask["id"]), _rle(mask["rle"])) for mask in document["masks"]),
            embedding=folder / embedding if embedding else None,
        )
    except KeyError as error:
        raise _RecordError(f"{error} is missing", record_id) from error
    except (ValueError, TypeError, AttributeError, OverflowError) as error:  # no JSON, or not of this shape
        raise _RecordError(f"not a record: {error}", record_id) from error


def _rle(value: Any) -> RLE:
    height, width = value["size"]
    return {"size": [int(height), int(width)], "counts": str(value["counts"])}


def _check(record: ManifestRecord) -> None:
    """Raises _RecordError where image, sizes and masks do not go together."""
    problem = _image_problem(record)
    if problem is None:
        for mask in record.masks:
            problem = _mask_problem(mask, record)
            if problem:
                break
    if problem:
        raise _RecordError(problem, record.id)


def _image_problem(record: ManifestRecord) -> str | None:
    try:
        with Image.open(record.path) as image:  # reads the header alone
            width, height = image.size
            if _lies_on_its_side(image):
                width, height = height, width
    except FileNotFoundError:
        return f"there is no image file {record.path}"
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return f"the image file {record.path} cannot be read: {error}"
    if (width, height) != (record.width, record.height):
        return f"its image is {width} x {height} pixels, not {record.width} x {record.height}"
    return None


def _lies_on_its_side(image: Image.Image) -> bool:
    if image.format == "PNG" and "exif" not in image.info:
        return False  # Pillow would decode the whole picture to see whether a tag comes after the pixels
    return image.getexif().get(_ORIENTATION, 1) >= _FIRST_TURNED


_ORIENTATION = 0x0112  # EXIF's tag
_FIRST_TURNED = 5  # its values 5 to 8 have width and height exchanged


def _mask_problem(mask: ManifestMask, record: ManifestRecord) -> str | None:
    height, width = mask.rle["size"]
    if (height, width) != (record.height, record.width):
        return f"mask {mask.id} is {width} x {height} pixels, its image {record.width} x {record.height}"
    reason = rle_problem(mask.rle["counts"], record.height * record.width)
    return f"mask {mask.id} has no valid run-length encoding: {reason}" if reason else None
