"""Files and folders on this machine as uploads."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from backend.images.importing import Upload

NOT_IMAGES = {".md", ".txt", ".json"}  # notes that lie beside images, such as their sources


def uploads_of(paths: Iterable[Path]) -> Iterator[Upload]:
    """The files named and, in name order, those in the folders named; each is open while it is consumed."""
    for path in paths:
        for file in _files_in(path) if path.is_dir() else [path]:
            with file.open("rb") as opened:
                yield Upload(_name_of(file, path), opened)


def _name_of(file: Path, path: Path) -> str:
    """With the folders inside the one that was named."""
    return file.relative_to(path).as_posix() if path.is_dir() else file.name


def _files_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() not in NOT_IMAGES:
            yield path
