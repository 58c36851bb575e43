"""Every mask the model can find in a photo without being asked for one (Segment Anything, appendix B).

A grid of points is asked over the photo and over crops of it. What the model is not sure of, what would
change with the threshold, what a crop cuts off and what is there twice goes. The records are those of the
reference's SamAutomaticMaskGenerator; the way there is another: a mask is upscaled by itself and only where
it is, and becomes RLE at once, so that memory hardly grows with the number of masks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.automask.boxes import Box, box_around, distinct, is_cut_off
from engine.automask.crops import Crop, crops
from engine.automask.points import PointDecoder
from engine.automask.records import MaskRecord
from engine.automask.regions import fill_holes, remove_islands
from engine.automask.settings import AutomaskSettings
from engine.automask.upscale import Upscaler
from engine.preprocess import RGB, Framing, preprocess
from engine.rle import RLE, decode_rle, encode_rle, rle_area
from engine.sam.model import Sam


@torch.inference_mode()
def generate_masks(model: Sam, rgb: RGB, settings: AutomaskSettings | None = None) -> list[MaskRecord]:
    """The masks of an oriented (H, W, 3) uint8 photo, in the reference's order.

    Without `settings`, the reference's defaults. Raises ValueError when `rgb` is no such photo.
    """
    settings = settings or AutomaskSettings()
    model.eval()
    windows = crops(rgb.shape[:2], settings)
    found: list[Found] = []
    for crop in windows:
        in_crop = list(_ask_crop(model, rgb, crop, settings))
        found += _distinct(in_crop, [mask.predicted_iou for mask in in_crop], settings.box_nms_thresh)
    if len(windows) > 1:
        # What was seen from nearer comes first.
        ranks = [1 / (mask.crop.width * mask.crop.height) for mask in found]
        found = _distinct(found, ranks, settings.crop_nms_thresh)
    if settings.min_mask_region_area:
        found = _cleaned_up(found, settings)
    return [mask.record() for mask in found]


@dataclass(frozen=True)
class Found:
    """A mask that passed the filters so far."""

    rle: RLE  # of the whole photo, as all that follows
    box: Box
    predicted_iou: float
    stability_score: float
    point: tuple[float, float]  # xy
    crop: Crop

    def record(self) -> MaskRecord:
        left, top, right, bottom = self.box
        return MaskRecord(
            segmentation=self.rle,
            area=rle_area(self.rle),
            bbox=[left, top, right - left, bottom - top],
            predicted_iou=self.predicted_iou,
            point_coords=[list(self.point)],
            stability_score=self.stability_score,
            crop_box=self.crop.xywh,
        )


def _ask_crop(model: Sam, rgb: RGB, crop: Crop, settings: AutomaskSettings) -> Iterator[Found]:
    """What the points of one crop find, one mask at a time."""
    size = rgb.shape[:2]
    pixels, framing = preprocess(rgb[crop.top : crop.bottom, crop.left : crop.right], model.config.image_size)
    upscaler = Upscaler(framing, model.config.low_res_size, model.device)
    decoder = PointDecoder(model, model.image_encoder(pixels.to(model.device)), upscaler.needed)
    for candidate in _candidates(decoder, framing, crop, settings):
        mask = upscaler.stable_mask(candidate.logits, settings.stability_score_offset)
        if mask is None or mask.stability_score < settings.stability_score_thresh:
            continue
        if settings.max_image_share and mask.mask.sum() >= settings.max_image_share * size[0] * size[1]:
            continue
        corner = (crop.top + mask.corner[0], crop.left + mask.corner[1])
        box = box_around(mask.mask, corner)
        if is_cut_off(box, crop, size, settings.crop_edge_tolerance):
            continue
        yield Found(
            rle=encode_rle(mask.mask, corner, size),
            box=box,
            predicted_iou=candidate.predicted_iou,
            stability_score=float(mask.stability_score),
            point=(crop.left + candidate.point[0], crop.top + candidate.point[1]),
            crop=crop,
        )


@dataclass(frozen=True)
class Candidate:
    """One of a point's masks that the model is sure enough of."""

    logits: Tensor  # (rows, columns), low resolution
    predicted_iou: float
    point: tuple[float, float]  # xy in pixels of the crop


def _candidates(
    decoder: PointDecoder, framing: Framing, crop: Crop, settings: AutomaskSettings
) -> Iterator[Candidate]:
    points = crop.points(settings.points_in_layer(crop.layer))
    batch = decoder.batch_size(settings.points_per_batch)
    for start in range(0, len(points), batch):
        asked = points[start : start + batch]
        answers = decoder.ask(torch.from_numpy(framing.to_input(asked)).to(decoder.model.device))
        sure = (answers.predicted_iou > settings.pred_iou_thresh) | (settings.pred_iou_thresh <= 0)
        for index in sure.any(dim=1).nonzero()[:, 0].tolist():
            wanted = sure[index].nonzero()[:, 0]
            scores = answers.predicted_iou[index, wanted].tolist()
            x, y = asked[index].tolist()
            for logits, score in zip(decoder.logits(answers, index, wanted), scores, strict=True):
                yield Candidate(logits, score, (x, y))


def _distinct(found: Sequence[Found], ranks: Sequence[float], iou_threshold: float) -> list[Found]:
    return [found[index] for index in distinct([mask.box for mask in found], ranks, iou_threshold)]


def _cleaned_up(found: Sequence[Found], settings: AutomaskSettings) -> list[Found]:
    """Without small holes and islands, nor the duplicates that come of removing them."""
    cleaned = [without_small_regions(mask, settings) for mask in found]
    pairs = [(before, after) for before, after in zip(found, cleaned, strict=True) if after is not None]
    # Masks that needed no cleaning are preferred.
    ranks = [float(after is before) for before, after in pairs]
    threshold = max(settings.box_nms_thresh, settings.crop_nms_thresh)
    return _distinct([after for _, after in pairs], ranks, threshold)


def without_small_regions(found: Found, settings: AutomaskSettings) -> Found | None:
    """`found` itself when it has none, None when nothing is left."""
    min_area = settings.min_mask_region_area
    # Regions are found in a window around the mask. What lies beyond a border of `min_area` pixels can not
    # turn a region of fewer pixels into a larger one, or the other way round.
    left, top, right, bottom = found.box
    y, x = max(0, top - min_area), max(0, left - min_area)
    window = decode_rle(found.rle)[y : bottom + 1 + min_area, x : right + 1 + min_area] > 0
    filled = fill_holes(window, min_area)
    mask = remove_islands(filled, min_area, keep_largest=not settings.drop_small_masks)
    if mask is window:
        return found
    if settings.drop_small_masks and not mask.any():
        return None
    height, width = found.rle["size"]
    return replace(found, rle=encode_rle(mask, (y, x), (height, width)), box=box_around(mask, (y, x)))
