"""A folder of photos becomes a folder of results, one file per photo; what is done is not done again."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")

READERS = 4  # threads
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


def outcomes(
    pending: Sequence[Job],
    read: Callable[[Path], Read],
    work: Callable[[Sequence[Job], Sequence[Read]], Sequence[int]],
    batch: int = 1,
) -> Iterator[Outcome]:
    """Does so many photos at once; those that follow are read meanwhile, by threads.

    `work` gets jobs with what was read for them and returns how many results each has. A photo that fails is
    told, and the next one follows; a batch that fails is done again one by one.
    """
    to_come = iter(pending)
    with ThreadPoolExecutor(READERS) as readers:
        ahead = deque((job, readers.submit(read, job.photo)) for job in islice(to_come, 2 * batch))
        ready: list[tuple[Job, Read]] = []
        while ahead:
            job, reading = ahead.popleft()
            ahead.extend((job, readers.submit(read, job.photo)) for job in islice(to_come, 1))
            # Pillow and PyTorch raise nearly anything, and a folder of thousands must not stop at one file.
            try:
                ready.append((job, reading.result()))
            except Exception as error:
                yield _failed(job, error)
            if ready and (len(ready) == batch or not ahead):
                yield from _worked(ready, work)
                ready = []


def _worked(
    ready: Sequence[tuple[Job, Read]], work: Callable[[Sequence[Job], Sequence[Read]], Sequence[int]]
) -> Iterator[Outcome]:
    jobs = [job for job, _ in ready]
    try:
        results = work(jobs, [read for _, read in ready])
    except Exception as error:  # nearly anything, as in reading
        if len(ready) == 1:
            yield _failed(jobs[0], error)
        else:
            for one in ready:
                yield from _worked([one], work)
    else:
        yield from (Outcome(job, count) for job, count in zip(jobs, results, strict=True))


def _failed(job: Job, error: Exception) -> Outcome:
    return Outcome(job, 0, f"{type(error).__name__}: {error}")
