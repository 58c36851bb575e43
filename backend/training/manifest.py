"""A snapshot's manifest: an image with its masks a line, complete, so that a run reads no mask's row again.

The lines are records of `engine.train.manifest`, with what else there is to know of images and masks.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import IO, Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.images.models import Image
from backend.masks import rle
from backend.masks.models import Mask
from backend.masks.rle import RleError
from backend.training.selection import is_held_out, snapshot_rows

IMAGES = "images"  # the folder beside the manifest where pictures are to lie, named after their contents


class CorruptMaskError(Exception):
    """A mask that cannot be learnt from, in a sentence for a person."""


@dataclass
class Totals:
    images: int = 0
    masks: int = 0
    held_out_images: int = 0
    held_out_masks: int = 0


def write_manifest(session: Session, project_id: UUID, file: IO[bytes]) -> tuple[Totals, str]:
    """What was written, and its SHA-256. Raises CorruptMaskError."""
    totals, digest = Totals(), hashlib.sha256()
    for image, masks in _by_image(session, project_id):
        side = is_held_out(image.sha256)
        document = _document(image, masks, held_out=side)
        line = json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        file.write(line)
        digest.update(line)
        totals.images += 1
        totals.masks += len(masks)
        totals.held_out_images += side
        totals.held_out_masks += side * len(masks)
    return totals, digest.hexdigest()


def _by_image(session: Session, project_id: UUID) -> Iterator[tuple[Image, list[Mask]]]:
    rows = session.execute(snapshot_rows(project_id))
    for _, group in groupby(rows, key=lambda row: row[0].id):
        found = [(image, mask) for image, mask in group]
        yield found[0][0], [mask for _, mask in found]


def _document(image: Image, masks: list[Mask], *, held_out: bool) -> dict[str, Any]:
    return {
        "id": str(image.id),
        "name": image.name,
        "sha256": image.sha256,
        "path": f"{IMAGES}/{image.sha256}",
        "picture_key": image.picture_key,
        "width": image.width,
        "height": image.height,
        "held_out": held_out,
        "masks": [_mask_document(mask, image) for mask in masks],
    }


def _mask_document(mask: Mask, image: Image) -> dict[str, Any]:
    try:
        rle.parse(mask.rle_counts, image.height, image.width)
    except RleError as error:
        raise CorruptMaskError(
            f"The mask {mask.id} on {image.name} is damaged: {error} Delete it, then try again."
        ) from error
    return {
        "id": str(mask.id),
        "version": mask.version,
        "source": mask.source.value,
        "digest": hashlib.sha256(f"{image.height}x{image.width}:{mask.rle_counts}".encode()).hexdigest(),
        "rle": {"size": [image.height, image.width], "counts": mask.rle_counts},
    }
