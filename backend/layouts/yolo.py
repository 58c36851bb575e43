"""YOLO's segmentation layout: a text file per image, one line and one polygon per mask.

Holes are cut open (polygons.py) and parts joined (joining.py) by ways there and back along pixel edges. Edges
lie a tenth of a pixel inside the mask. Readers that truncate coordinates to pixels and paint the outline too,
as Ultralytics does, thus get the same mask as readers that count crossings.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from backend.layouts import polygons
from backend.layouts.archive import Archive, ArchiveReader
from backend.layouts.joining import joined
from backend.layouts.rows import (
    AnnotatedImage,
    Annotation,
    Categories,
    ImageMasks,
    LayoutError,
    MaskRow,
    Refused,
    Totals,
    decoded,
)
from backend.layouts.segmentation import totals_of

IMAGES = "images.csv"
CLASSES = "classes.txt"
DATA = "data.yaml"
COMMON = (IMAGES, CLASSES, DATA)  # about all images, at the end of an archive
SPLITS = ("train", "val", "test")
COLUMNS = ("labels", "file_name", "width", "height", "sha256")
DECIMALS = 6  # half a thousandth of a pixel in images of a thousand, far less than the inset
INSET = 0.1


def write(archive: Archive, images: Iterable[ImageMasks], categories: Categories) -> None:
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(COLUMNS)
    for image, masks in images:
        name = f"labels/{image.path}.txt"
        rows.writerow((name, image.name, image.width, image.height, image.sha256))
        archive.add(name, "".join(_line(row, categories) for row in masks).encode())
    _add_common(archive, table.getvalue().encode(), categories)


def join(archive: Archive, parts: Iterable[ArchiveReader], categories: Categories) -> None:
    """Puts what `write` has written into several archives into one."""
    header = ",".join(COLUMNS).encode() + b"\n"
    table = bytearray(header)
    for part in parts:
        archive.take(part, but=COMMON)
        table += part.read(IMAGES).removeprefix(header)
    _add_common(archive, bytes(table), categories)


def _add_common(archive: Archive, table: bytes, categories: Categories) -> None:
    names = [category.name for category in categories.all]
    archive.add(IMAGES, table)
    archive.add(CLASSES, "".join(f"{name}\n" for name in names).encode())
    archive.add(DATA, _data_yaml(names, archive.manifest).encode())


def read_totals(archive: ArchiveReader) -> Iterator[Totals]:
    """What `write` has written. Raises LayoutError for a mask that does not decode."""
    for image in read(archive):
        yield from totals_of(image)


def read(archive: ArchiveReader) -> Iterator[AnnotatedImage]:
    """An archive that `write` has made: others do not say how large their images are. Raises LayoutError."""
    for needed in (IMAGES, CLASSES):
        if not archive.has(needed):
            raise LayoutError(f"The archive has no {needed}. Export from Maskloop, or convert it to COCO.")
    names = archive.read(CLASSES).decode(errors="replace").splitlines()
    table = csv.DictReader(io.StringIO(archive.read(IMAGES).decode(errors="replace")))
    for record in table:
        try:
            labels, file_name = record["labels"], record["file_name"]
            size = int(record["height"]), int(record["width"])
            lines = archive.read(labels).decode(errors="replace").splitlines()
        except (KeyError, ValueError, TypeError) as error:
            raise LayoutError(f"Line {table.line_num} of {IMAGES} cannot be read.") from error
        annotations = [
            _read_line(line, f"{PurePosixPath(labels).name}, line {number}", names, size)
            for number, line in enumerate(lines, start=1)
        ]
        yield AnnotatedImage(file_name, record.get("sha256"), size, annotations)


def _read_line(line: str, where: str, names: list[str], size: tuple[int, int]) -> Annotation | Refused:
    height, width = size
    try:
        number, *values = line.split()
        name = names[int(number)]
        places = np.array(values, np.float64)
    except (ValueError, IndexError):
        return Refused(where, "it is not the number of a class and places between 0 and 1")
    places[0::2] *= width
    places[1::2] *= height
    return Annotation(where=where, category=name, segmentation=[places.tolist()])


def _line(row: MaskRow, categories: Categories) -> str:
    width, height = row.image.width, row.image.height
    outline = joined(polygons.outlines(decoded(row), inset=INSET))
    places = (f"{x / width:.{DECIMALS}f} {y / height:.{DECIMALS}f}" for x, y in outline)
    return f"{categories.of(row).id - 1} {' '.join(places)}\n"


def _data_yaml(names: list[str], manifest: Mapping[str, Any]) -> str:
    missing = "# Put each photo at the place of its labels with images/ for labels/; images.csv names it."
    split = manifest.get("split")
    sets = {"train": "images", "val": "images"}  # readers ask for both
    if split:
        sets = {name: f"images/{name}" for name in SPLITS if split[name]}
    lines = [
        *([] if "photos" in manifest else [missing]),
        "path: .",
        *(f"{name}: {folder}" for name, folder in sets.items()),
        "names:",
        # A text of JSON is one of YAML, whatever is in it.
        *(f"  {number}: {json.dumps(name, ensure_ascii=False)}" for number, name in enumerate(names)),
    ]
    return "\n".join(lines) + "\n"
