"""Colours in label maps: VOC's, and those that a tool's list of classes names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.layouts.archive import ArchiveReader
from backend.layouts.rows import LayoutError

LABELMAP = "labelmap.txt"  # CVAT and Datumaro: name:r,g,b:parts:actions
CLASS_NAMES = "class_names.txt"  # labelme: a name a line, from -1
BACKGROUND = {"background", "_background_", "__ignore__"}
VOC_COLOURS = 256
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class MapClasses:
    """The classes that an archive names, by the colour or the number of their pixels."""

    by_colour: Mapping[Colour, str] = field(default_factory=dict)
    by_number: Mapping[int, str] = field(default_factory=dict)

    def names_in(self, colours: Mapping[int, Colour], values: Iterable[int]) -> dict[int, str]:
        """Names of those values of a map that have one."""
        named = {
            value: self.by_colour.get(colours[value], "") if value in colours else "" for value in values
        }
        named = {value: name or self.by_number.get(value, "") for value, name in named.items()}
        return {value: name for value, name in named.items() if name and name not in BACKGROUND}


def read_classes(archive: ArchiveReader) -> MapClasses:
    """Raises LayoutError when a list of classes cannot be read."""
    for name in archive.names(".txt"):
        lines = archive.read(name).decode("utf-8-sig", errors="replace").splitlines()
        if PurePosixPath(name).name == LABELMAP:
            return MapClasses(by_colour=dict(_coloured(lines, name)))
        if PurePosixPath(name).name == CLASS_NAMES:
            return MapClasses(by_number={number: line.strip() for number, line in enumerate(lines, start=-1)})
    return MapClasses()


def _coloured(lines: Iterable[str], name: str) -> Iterable[tuple[Colour, str]]:
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        label, _, rest = line.partition(":")
        try:
            red, green, blue = (int(part) for part in rest.partition(":")[0].split(","))
        except ValueError as error:
            raise LayoutError(f"{name} has a line without a colour: {line}") from error
        yield (red, green, blue), label.strip()


def palette_of(image: Image.Image) -> dict[int, Colour]:
    """Colours by value of a picture with a palette."""
    flat = image.getpalette() if image.mode == "P" else None
    return {n: (flat[3 * n], flat[3 * n + 1], flat[3 * n + 2]) for n in range(len(flat) // 3)} if flat else {}


def voc_colours() -> list[Colour]:
    """VOC's colour of each number: its bits, spread over the bits of red, green and blue."""
    colours = []
    for number in range(VOC_COLOURS):
        channels = [0, 0, 0]
        for bit in range(8):
            channels[bit % 3] |= (number >> bit & 1) << (7 - bit // 3)
        colours.append((channels[0], channels[1], channels[2]))
    return colours


def colour_values(
    pixels: NDArray[np.uint8], classes: MapClasses
) -> tuple[NDArray[np.uint16], dict[int, Colour]]:
    """(H, W, 3) colours -> (H, W) numbers of VOC's colours, and of further ones that `classes` names.

    Raises LayoutError at any other colour.
    """
    table = {colour: number for number, colour in enumerate(voc_colours())}
    for colour in classes.by_colour:
        table.setdefault(colour, len(table))
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    present, inverse = np.unique(packed, return_inverse=True)
    colours = [(int(one) >> 16, int(one) >> 8 & 255, int(one) & 255) for one in present]
    unknown = [colour for colour in colours if colour not in table]
    if unknown:
        raise LayoutError(
            f"it has colours, such as {unknown[0]}, that are neither VOC's nor in {LABELMAP}; "
            "save one whole number a pixel (grey or palette)"
        )
    numbers = np.array([table[colour] for colour in colours], np.uint16)
    return numbers[inverse].reshape(packed.shape), {table[colour]: colour for colour in colours}
