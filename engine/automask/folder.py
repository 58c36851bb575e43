"""A folder of photos becomes a folder of masks, one JSON file per photo in SA-1B's layout.

    {"image": {"image_id": 1, "width": 640, "height": 480, "file_name": "street/1.jpg"},
     "annotations": [{"id": 1, "segmentation": ..., "bbox": ..., ...}, ...]}

The annotations are `MaskRecord`s, numbered from 1 within their photo.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.automask.generate import generate_masks
from engine.automask.records import MaskRecord
from engine.automask.settings import AutomaskSettings
from engine.files import replacing
from engine.preprocess import RGB, read_photo
from engine.sam.model import Sam

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp")
ID_BYTES = 6  # of the name's SHA-256: JavaScript reads whole numbers of up to 53 bits exactly


@dataclass(frozen=True)
class Job:
    """One photo to do."""

    path: Path
    name: str  # below the folder, with slashes
    masks: Path  # the file to write


@dataclass(frozen=True)
class Outcome:
    job: Job
    masks: int
    error: str | None = None


def jobs(folder: Path, out: Path) -> list[Job]:
    """The photos below `folder` in the order of their names, done or not.

    `out` gets the same folders. A file of masks is named after its photo, with .json for the suffix; where
    several photos differ in the suffix only, behind it.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    names = [path.relative_to(folder) for path in paths]
    same = Counter(name.with_suffix("") for name in names)
    return [
        Job(
            path,
            name.as_posix(),
            out / (name.with_suffix(".json") if same[name.with_suffix("")] == 1 else f"{name}.json"),
        )
        for path, name in zip(paths, names, strict=True)
    ]


def annotate(model: Sam, pending: list[Job], settings: AutomaskSettings) -> Iterator[Outcome]:
    """Writes the masks of one photo after the other. A photo that fails is told, and the next one follows."""
    for job in pending:
        try:
            rgb = read_photo(job.path)
            records = generate_masks(model, rgb, settings)
        # Pillow and PyTorch raise nearly anything, and a folder of thousands must not stop at one file.
        except Exception as error:
            yield Outcome(job, 0, f"{type(error).__name__}: {error}")
            continue
        # A file that is there counts as done when the command runs again.
        with replacing(job.masks) as part:
            part.write_text(json.dumps(document(job.name, rgb, records), allow_nan=False))
        yield Outcome(job, len(records))


def document(name: str, rgb: RGB, records: list[MaskRecord]) -> dict[str, Any]:
    """What the file of a photo's masks holds."""
    height, width = rgb.shape[:2]
    image_id = int.from_bytes(hashlib.sha256(name.encode()).digest()[:ID_BYTES])
    return {
        "image": {"image_id": image_id, "width": width, "height": height, "file_name": name},
        "annotations": [{"id": number, **record} for number, record in enumerate(records, start=1)],
    }
