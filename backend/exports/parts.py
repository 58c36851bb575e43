"""An export in parts: what a part is made of, and parts of an earlier run kept for the next one.

A part holds the masks of consecutive images, in the layout of the whole. Its key is a digest of all that it
is made of, so that a part found under its key is what would be written again. Where a part ends is drawn by
the ids of images: a mask that is saved meanwhile changes the part of its image, and no other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from backend.core.storage import CHUNK_BYTES, BlobMissingError, Storage
from backend.exports import selection
from backend.exports.models import ExportFormat, Split
from backend.exports.schemas import ExportIn
from backend.exports.splits import split_of
from backend.images.models import Image
from backend.layouts.archive import Stems
from backend.layouts.rows import Totals
from backend.masks import service as masks
from backend.masks.service import MaskVersionAt
from backend.projects.draws import is_drawn

PART_MASKS = 1000  # on average; what a killed worker loses at most is a few seconds of work
IMAGE_WEIGHT = 4  # an image costs about as much as so many masks
DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class NamedImage:
    """An image with the name of its files, without an ending, and the split that they are in."""

    image: Image
    stem: str
    split: Split | None

    @property
    def folder(self) -> str:
        return f"{self.split}/" if self.split else ""


@dataclass(frozen=True)
class Part:
    key: str
    images: list[NamedImage]
    totals: Totals


class KeptParts(Protocol):
    def load(self, key: str, file: IO[bytes]) -> bool:
        """Writes the part to `file`; False when there is none, or when it is damaged."""
        ...

    def keep(self, key: str, file: IO[bytes]) -> None: ...


class NoParts:
    """For files that are written in one go."""

    def load(self, key: str, file: IO[bytes]) -> bool:
        return False

    def keep(self, key: str, file: IO[bytes]) -> None:
        pass


@dataclass(frozen=True)
class StoredParts:
    """Parts in the storage, which the next worker reaches wherever it is. Each ends with its SHA-256."""

    storage: Storage
    folder: str

    def load(self, key: str, file: IO[bytes]) -> bool:
        blob_key = f"{self.folder}/{key}"
        digest = hashlib.sha256()
        try:
            left = self.storage.size_bytes(blob_key) - DIGEST_BYTES
            with self.storage.open(blob_key) as blob:
                while chunk := blob.read(max(0, min(CHUNK_BYTES, left))):
                    left -= len(chunk)
                    digest.update(chunk)
                    file.write(chunk)
                is_whole = blob.read() == digest.digest()
        except BlobMissingError:
            return False
        if not is_whole:
            file.seek(0)
            file.truncate()
        return is_whole

    def keep(self, key: str, file: IO[bytes]) -> None:
        digest = hashlib.sha256()
        file.seek(0)
        with self.storage.writing(f"{self.folder}/{key}") as blob:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                blob.write(chunk)
            blob.write(digest.digest())


def parts_of(
    session: Session, project_id: UUID, wanted: ExportIn, layout: object, split: Split | None
) -> Iterator[Part]:
    """What a split of an export is made of, in the order of its file.

    `layout` is all else that its parts depend on.
    """
    layout = [layout, split]
    digest, images, totals = _digest_of(layout), list[NamedImage](), Totals()
    for named, versions in images_of(session, project_id, wanted):
        if named.split != split:
            continue
        image = named.image
        digest.update(_json([str(image.id), image.name, image.sha256, image.height, image.width, named.stem]))
        digest.update(_json([(str(mask.id), mask.version, mask.area_px) for mask in versions]))
        images.append(named)
        totals += Totals(1, len(versions), sum(mask.area_px for mask in versions))
        if is_drawn(image.id, (len(versions) + IMAGE_WEIGHT) / PART_MASKS, "the end of a part"):
            yield Part(digest.hexdigest(), images, totals)
            digest, images, totals = _digest_of(layout), [], Totals()
    if images:
        yield Part(digest.hexdigest(), images, totals)


def images_of(
    session: Session, project_id: UUID, wanted: ExportIn
) -> Iterator[tuple[NamedImage, list[MaskVersionAt]]]:
    """In the order of import, each with its masks as they are now."""
    # Readers of COCO take folders in file names; those of the other layouts expect all files in one.
    stems = Stems(with_folders=wanted.format in (ExportFormat.COCO, ExportFormat.COCO_POLYGONS))
    empty = selection.empty_conditions(project_id, wanted.filters) if wanted.has_empty_images else None
    for image, versions in masks.stream_images(
        session, *selection.conditions(project_id, wanted.filters), empty=empty
    ):
        split = split_of(image, wanted.split) if wanted.split else None
        yield NamedImage(image, stems.of(image.name, image.sha256), split), versions


def _digest_of(layout: object) -> hashlib._Hash:
    return hashlib.sha256(_json(layout))


def _json(content: object) -> bytes:
    return json.dumps(content).encode()
