"""YOLO segmentation archives of other tools: Ultralytics, Roboflow, CVAT, Label Studio.

A text per image has a line per mask. Sizes are not told, so outlines wait for their image as shares of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import yaml

from backend.layouts.archive import ArchiveReader
from backend.layouts.names import split_of
from backend.layouts.rows import AnnotatedImage, Annotation, LayoutError, Refused, Share
from backend.layouts.spool import Places

DATA = ("data.yaml", "data.yml", "dataset.yaml")
LISTS = ("classes.txt", "obj.names", "_darknet.labels")  # a name a line
NOT_LABELS = {"classes.txt", "train.txt", "val.txt", "valid.txt", "test.txt", "notes.txt", "labelmap.txt"}
LABELS = "labels"
BOX_NUMBERS = 4


def is_ultralytics(archive: ArchiveReader) -> bool:
    """By its texts: in a folder of labels, or beside the names of classes."""
    texts = _label_names(archive)
    has_classes = any(PurePosixPath(name).name in (*DATA, *LISTS) for name in archive.names())
    return bool(texts) and (has_classes or LABELS in PurePosixPath(texts[0]).parts[:-1])


def read(archive: ArchiveReader) -> Iterator[AnnotatedImage]:
    """Raises LayoutError when the names of the classes cannot be read."""
    classes = _classes(archive)
    names = _label_names(archive)
    places = Places()
    for name in names:
        places.add(name)
    for name in names:
        lines = archive.read(name).decode(errors="replace").splitlines()
        annotations = [
            _read_line(line, f"{name}, line {number}", classes)
            for number, line in enumerate(lines, start=1)
            if line.strip()
        ]
        split = split_of(str(PurePosixPath(name).parent))
        yield AnnotatedImage(
            name,
            None,
            None,
            annotations,
            is_stem=True,
            is_shared=places.is_shared(name),
            file=f"{split} ({LABELS})" if split else LABELS,
        )


def _label_names(archive: ArchiveReader) -> list[str]:
    """Texts below `labels/`; without such a folder, all but lists of classes or images, and readmes."""
    texts = [name for name in archive.names(".txt") if PurePosixPath(name).name.lower() not in NOT_LABELS]
    in_folder = [name for name in texts if LABELS in PurePosixPath(name).parts[:-1]]
    return in_folder or [name for name in texts if not name.lower().startswith("readme")]


def _classes(archive: ArchiveReader) -> dict[int, str]:
    for name in archive.names():
        if PurePosixPath(name).name in DATA:
            return _classes_in_yaml(archive.read(name), name)
    for name in archive.names():
        if PurePosixPath(name).name in LISTS:
            lines = archive.read(name).decode("utf-8-sig", errors="replace").splitlines()
            return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
    raise LayoutError(f"The archive has no {DATA[0]} and no {LISTS[0]} with the names of its classes.")


def _classes_in_yaml(content: bytes, name: str) -> dict[int, str]:
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise LayoutError(f"{name} is not YAML ({error}).") from error
    names = document.get("names") if isinstance(document, dict) else None
    if isinstance(names, list):
        return {number: str(one) for number, one in enumerate(names)}
    if isinstance(names, dict) and all(str(number).isdecimal() for number in names):
        return {int(number): str(one) for number, one in names.items()}
    raise LayoutError(f"{name} does not list the names of the classes under `names`.")


def _read_line(line: str, where: str, classes: dict[int, str]) -> Annotation | Refused:
    kind, *values = line.split()
    try:
        category = classes.get(int(float(kind)))
        numbers = [float(value) for value in values]
    except ValueError:
        return Refused(where, "it is not the number of a class and places between 0 and 1")
    if category is None:
        return Refused(where, f"the archive names no class {kind}")
    if len(numbers) == BOX_NUMBERS:
        return Refused(where, "it is a box, not an outline; export for segmentation")
    if not all(-1 <= number <= 2 for number in numbers):
        return Refused(where, "its places are not shares of width and height, between 0 and 1")
    return Annotation(where=where, category=category, segmentation=Share(numbers))
