"""Photos in exports: the pictures that masks refer to, where programs for each layout look for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from backend.core.storage import BlobMissingError, Storage
from backend.exports.models import ExportFormat
from backend.exports.parts import NamedImage
from backend.images.models import Image
from backend.images.pictures import SIGNATURE_BYTES, picture_media_type
from backend.layouts.archive import PHOTO_ENDINGS, PHOTOS, Archive
from backend.layouts.rows import ImageRow, LayoutError

ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


def folder_of(format_: ExportFormat) -> str:
    """In the archive; SA-1B has its photos beside their JSON files."""
    return "" if format_ == ExportFormat.SA1B else PHOTOS


def row_with_photo(storage: Storage, named: NamedImage) -> ImageRow:
    """The image by the name and content of its photo. Raises LayoutError when the photo is missing."""
    image = named.image
    sha256 = image.sha256
    if _is_rendition(image):
        digest = hashlib.sha256()
        for chunk in _chunks(storage, image):
            digest.update(chunk)
        sha256 = digest.hexdigest()
    name = _file_name(storage, named)
    return ImageRow(image.id, name, sha256, image.height, image.width, named.stem, named.folder)


def add_photos(archive: Archive, storage: Storage, folder: str, images: Iterable[NamedImage]) -> None:
    """Raises LayoutError when a photo is missing or damaged."""
    count = size_bytes = 0

    def counted(chunks: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal size_bytes
        for chunk in chunks:
            size_bytes += len(chunk)
            yield chunk

    for named in images:
        name = folder + named.folder + _file_name(storage, named)
        sha256 = archive.add_chunks(name, counted(_chunks(storage, named.image)), is_compressed=True)
        if sha256 != named.image.sha256 and not _is_rendition(named.image):
            raise LayoutError(f"The photo {named.image.name} is damaged in the storage; bring it back there.")
        count += 1
    archive.manifest["photos"] = {"folder": folder, "count": count, "size_bytes": size_bytes}


def _is_rendition(image: Image) -> bool:
    """Whether the picture was made from the file that was imported: it lay on its side, or had 16 bits."""
    return image.picture_key != image.original_key


def _file_name(storage: Storage, named: NamedImage) -> str:
    ending = PurePosixPath(named.image.name).suffix
    if _is_rendition(named.image):
        ending = ".png"
    elif ending.lower() not in PHOTO_ENDINGS:
        start = next(_chunks(storage, named.image), b"")
        ending = ENDINGS[picture_media_type(start[:SIGNATURE_BYTES])]
    return named.stem + ending


def _chunks(storage: Storage, image: Image) -> Iterator[bytes]:
    try:
        yield from storage.chunks(image.picture_key)
    except BlobMissingError:
        raise LayoutError(
            f"The photo {image.name} is missing in the storage. "
            "Bring it back there, or export without photos."
        ) from None
