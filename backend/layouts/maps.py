"""Label maps of any tool: pictures whose pixels hold the number, or the colour, of their mask.

0, and black, is background.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, FiniteFloat, ValidationError

from backend.layouts.archive import PHOTOS, ArchiveReader
from backend.layouts.map_colours import MapClasses, colour_values, palette_of, read_classes
from backend.layouts.map_files import CLASS_FOLDERS, class_map_of, map_names
from backend.layouts.names import stem
from backend.layouts.rows import AnnotatedImage, Annotation, LayoutError, Refused
from backend.layouts.spool import Places
from backend.masks import rle

__all__ = ["MAX_VALUE", "SIGNATURE_BYTES", "decoded_map", "is_map", "map_names", "read", "read_file"]

MAX_VALUE = 2**16 - 1
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
SIGNATURE_BYTES = 8
NUMBER_MODES = ("1", "L", "P", "I", "I;16", "I;16L", "I;16B", "F")  # of Pillow: one number a pixel
COLOUR_MODES = ("RGB", "RGBA", "LA")
VOID = 255
VOID_COLOUR = (224, 224, 192)  # in VOC's maps: the border of objects, and what nobody wanted to judge
# In a map, neighbours are mostly of one object; in a photo, they mostly differ.
PHOTO_CHANGES, PHOTO_VALUES = 0.4, 32


@dataclass(frozen=True)
class LabelMap:
    values: NDArray[np.uint16]  # (H, W)
    colours: Mapping[int, tuple[int, int, int]] = field(default_factory=dict)  # of values, where it has any
    is_8_bit: bool = False


class _Image(BaseModel):
    file_name: str
    sha256: str | None = None


class _Mask(BaseModel):
    value: int
    label: str | None = None
    visible_px: int | None = None
    predicted_iou: FiniteFloat | None = None
    stability_score: FiniteFloat | None = None
    point: tuple[FiniteFloat, FiniteFloat] | None = None
    crop_box: tuple[int, int, int, int] | None = None


class _Document(BaseModel):
    """What an export of ours says about a map."""

    image: _Image
    masks: list[_Mask]


def is_map(start: bytes) -> bool:
    """Whether a file that begins like this may be one."""
    return start.startswith(SIGNATURES)


def read_file(content: bytes, name: str, *, max_pixels: int) -> AnnotatedImage:
    """A map by itself, named after its image. Raises LayoutError."""
    try:
        return _annotated(decoded_map(content, max_pixels=max_pixels), name, {})
    except LayoutError as error:
        raise LayoutError(f"{name} is no label map: {error}.") from error


def read(archive: ArchiveReader, *, max_pixels: int) -> Iterator[AnnotatedImage]:
    """Label maps named after their images: every number but 0, and VOC's void, is a mask.

    A map that cannot be read is an image with one refused annotation.
    """
    names = map_names(archive)
    classes = read_classes(archive)
    places = Places()
    for name in names:
        places.add(stem(name))
    for name in names:
        try:
            yield _read_map(archive, name, classes, max_pixels, is_shared=places.is_shared(stem(name)))
        except LayoutError as error:
            yield AnnotatedImage(name, None, None, [Refused(name, str(error))], is_stem=True)


def _read_map(
    archive: ArchiveReader, name: str, classes: MapClasses, max_pixels: int, *, is_shared: bool
) -> AnnotatedImage:
    found = decoded_map(archive.read(name), max_pixels=max_pixels, classes=classes)
    described = f"{stem(name)}.json"
    content = archive.read_json(described) if archive.has(described) else None
    if isinstance(content, dict) and {"image", "masks"} <= set(content):
        try:
            return _described(found, name, _Document.model_validate(content))
        except ValidationError as error:
            raise LayoutError(f"{described} does not describe a label map.") from error
    categories: Mapping[int, str] = {}
    if class_name := class_map_of(archive, name):
        kinds = decoded_map(archive.read(class_name), max_pixels=max_pixels, classes=classes)
        categories = _most_frequent(found, kinds, classes)
    elif CLASS_FOLDERS & {part.casefold() for part in PurePosixPath(name).parts}:
        categories = classes.names_in(found.colours, np.unique(found.values).tolist())
    return _annotated(found, name, categories, is_shared=is_shared)


def _annotated(
    found: LabelMap, name: str, categories: Mapping[int, str], *, is_shared: bool = False
) -> AnnotatedImage:
    if _looks_like_photo(found.values):
        raise LayoutError(
            "it looks like a photo: most of its pixels differ from their neighbours. Leave photos out, or "
            f"put them into {PHOTOS} and the maps into masks/"
        )
    height, width = found.values.shape
    annotations = [
        Annotation(
            where=f"{name}, value {value}",
            category=categories.get(value),
            segmentation={"size": [height, width], "counts": rle.encode(runs)},
        )
        for value, runs in _masks_in(_without_void(found))
    ]
    return AnnotatedImage(name, None, (height, width), annotations, is_stem=True, is_shared=is_shared)


def _described(found: LabelMap, name: str, document: _Document) -> AnnotatedImage:
    known = {mask.value: mask for mask in document.masks}
    height, width = found.values.shape
    annotations: list[Annotation | Refused] = []
    for value, runs in _masks_in(found.values):
        mask = known.pop(value, _Mask(value=value))
        annotations.append(
            Annotation(
                where=f"{name}, value {value}",
                category=mask.label,
                segmentation={"size": [height, width], "counts": rle.encode(runs)},
                predicted_iou=mask.predicted_iou,
                stability_score=mask.stability_score,
                point=mask.point,
                crop_box=mask.crop_box,
            )
        )
    annotations += [
        Refused(f"{name}, value {value}", "other masks cover it, so the map has nothing of it")
        for value in known
    ]
    image = document.image
    return AnnotatedImage(image.file_name, image.sha256, (height, width), annotations)


def decoded_map(content: bytes, *, max_pixels: int, classes: MapClasses | None = None) -> LabelMap:
    """A PNG or TIFF with one number a pixel, or with VOC's colours or those of `classes`.

    Raises LayoutError.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "TIFF")) as image:
            if image.width * image.height > max_pixels:
                raise LayoutError(f"it has {image.width} x {image.height} pixels, more than are allowed")
            if (pages := getattr(image, "n_frames", 1)) > 1:
                raise LayoutError(f"it has {pages} pages; save each as a map of its own")
            pixels, mode, palette = np.asarray(image), image.mode, palette_of(image)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise LayoutError(f"it cannot be read ({error})") from error
    if mode in COLOUR_MODES:
        pixels = pixels[..., 0] if mode == "LA" or _is_grey(pixels) else pixels[..., :3]
    elif mode not in NUMBER_MODES:
        raise LayoutError(
            f"its pixels are {mode}; a label map has one whole number a pixel, or VOC's colours"
        )
    if pixels.ndim == 3:
        values, colours = colour_values(pixels, classes or MapClasses())
        return LabelMap(values, colours)
    if mode == "F" and not np.array_equal(pixels, np.rint(pixels)):
        raise LayoutError("it has fractions; a label map has one whole number a pixel")
    if pixels.size and (int(pixels.max()) > MAX_VALUE or int(pixels.min()) < 0):
        raise LayoutError(f"it has numbers below 0 or above {MAX_VALUE}")
    return LabelMap(pixels.astype(np.uint16), palette, is_8_bit=pixels.dtype.itemsize == 1)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    return bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())


def _looks_like_photo(values: NDArray[np.uint16]) -> bool:
    if values.shape[1] < 2 or len(np.unique(values)) <= PHOTO_VALUES:
        return False
    return float((values[:, 1:] != values[:, :-1]).mean()) > PHOTO_CHANGES


def _without_void(found: LabelMap) -> NDArray[np.uint16]:
    """255 is void by its colour, or beside other numbers; alone, it is a black and white mask's object."""
    present = set(np.unique(found.values).tolist()) - {0}
    by_colour = found.colours.get(VOID) == VOID_COLOUR
    by_numbers = found.is_8_bit and len(present) > 1 and VOID - 1 not in present
    if VOID not in present or not (by_colour or by_numbers):
        return found.values
    return np.where(found.values == VOID, 0, found.values).astype(np.uint16)


def _most_frequent(found: LabelMap, kinds: LabelMap, classes: MapClasses) -> dict[int, str]:
    """Each object's class: that of most of its pixels."""
    if found.values.shape != kinds.values.shape:
        raise LayoutError("its map of classes has another size")
    names = classes.names_in(kinds.colours, np.unique(kinds.values).tolist())
    categories: dict[int, str] = {}
    for value in np.unique(found.values).tolist():
        kind = int(np.bincount(kinds.values[found.values == value]).argmax())
        if kind in names:
            categories[value] = names[kind]
    return categories


def _masks_in(labels: NDArray[np.uint16]) -> Iterator[tuple[int, rle.Runs]]:
    """Each number in the map but 0, with its pixels' run lengths."""
    columns = labels.ravel(order="F")
    at = np.flatnonzero(columns)
    values = columns[at]
    order = np.argsort(values, kind="stable")  # keeps each mask's pixels in their order
    at, values = at[order], values[order]
    bounds = np.flatnonzero(np.diff(values)) + 1
    for pixels in np.split(at, bounds) if len(at) else []:
        gaps = np.flatnonzero(np.diff(pixels) > 1)
        first = pixels[np.concatenate(([0], gaps + 1))]
        last = pixels[np.concatenate((gaps, [len(pixels) - 1]))] + 1
        edges = np.stack((first, last), axis=1).ravel()
        runs = np.diff(np.concatenate(([0], edges, [len(columns)])))
        yield int(columns[pixels[0]]), runs if runs[-1] else runs[:-1]
