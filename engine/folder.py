"""A folder of photos becomes a folder of results, one file per photo; what is done is not done again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp")


@dataclass(frozen=True)
class Job:
    """One photo to do."""

    photo: Path
    name: str  # below the folder, with slashes
    target: Path  # the file to write; one that is there is complete


@dataclass(frozen=True)
class Outcome:
    job: Job
    results: int  # what the photo gave: masks, say
    error: str | None = None


def jobs(folder: Path, out: Path, suffix: str) -> list[Job]:
    """The photos below `folder` in the order of their names, done or not.

    `out` gets the same folders. A target is named after its photo, with another suffix; where several photos
    differ in the suffix only, behind it.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    names = [path.relative_to(folder) for path in paths]
    same = Counter(name.with_suffix("") for name in names)
    return [
        Job(
            path,
            name.as_posix(),
            out / (name.with_suffix(suffix) if same[name.with_suffix("")] == 1 else f"{name}{suffix}"),
        )
        for path, name in zip(paths, names, strict=True)
    ]


def outcomes(pending: Sequence[Job], work: Callable[[Job], int]) -> Iterator[Outcome]:
    """Does one photo after the other. One that fails is told, and the next one follows."""
    for job in pending:
        try:
            yield Outcome(job, work(job))
        # Pillow and PyTorch raise nearly anything, and a folder of thousands must not stop at one file.
        except Exception as error:
            yield Outcome(job, 0, f"{type(error).__name__}: {error}")
