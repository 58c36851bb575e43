"""A mask from what files say about it: COCO's `segmentation` in its three forms, or YOLO's shares."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from backend.layouts import polygons
from backend.layouts.rows import AnnotatedImage, LayoutError, Refused, Share, Totals
from backend.masks import rle


def read_mask(segmentation: object, height: int, width: int) -> rle.Rle:
    """Polygons, runs, or the compressed string of runs, of an image of that size. Raises LayoutError."""
    try:
        if isinstance(segmentation, Share):
            scales = itertools.cycle((width, height))
            pixels = [number * scale for number, scale in zip(segmentation.numbers, scales, strict=False)]
            return rle.parse_any(polygons.rasterised([pixels], height, width), height, width)
        if isinstance(segmentation, list):
            if segmentation and all(isinstance(number, int | float) for number in segmentation):
                segmentation = [segmentation]  # one polygon without the list around it
            return rle.parse_any(polygons.rasterised(segmentation, height, width), height, width)
        if not isinstance(segmentation, dict):
            raise LayoutError("its segmentation is neither polygons nor run lengths")
        size, counts = segmentation.get("size"), segmentation.get("counts")
        if size != [height, width]:
            raise LayoutError(f"its size is {size}, but the image is {[height, width]} (height, width)")
        if not isinstance(counts, str | list):
            raise LayoutError("its counts are neither text nor a list")
        return rle.parse_any(counts, height, width)
    except rle.RleError as error:
        raise LayoutError(str(error)) from error


def totals_of(image: AnnotatedImage) -> Iterator[Totals]:
    """An image of a file of ours, mask by mask. Raises LayoutError for a mask that does not decode."""
    for annotation in image.annotations:
        if isinstance(annotation, Refused) or image.size is None:
            raise LayoutError(f"{image.name} cannot be read again.")
        try:
            mask = read_mask(annotation.segmentation, *image.size)
        except LayoutError as error:
            raise LayoutError(f"{annotation.where} does not decode. {error}") from error
        yield Totals(masks=1, area_px=mask.area_px)
    yield Totals(images=1)
