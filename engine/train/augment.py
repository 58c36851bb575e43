"""Training samples: photos cropped, scaled and recoloured, with cut-outs pasted over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from engine.sam.config import PIXEL_MEAN
from engine.train.datasets import Mask, Photo
from engine.train.shapes import draw_crowds, draw_ground

RGB = NDArray[np.uint8]

LOW_RES_STRIDE = 4  # the decoder's logits are a quarter of the model's input
SMALLEST_MASK = 4  # low-resolution pixels: below it neither click nor shape is left
PASTE_SHARE = 0.5  # of the samples that get cut-outs
PASTES = (1, 6)  # cut-outs on such a sample, upper end excluded
FROM_PHOTOS_SHARE = 0.4  # of the cut-outs: an object of another photo instead of a drawn one
SHAPES_SHARE = 0.22  # of the samples that are drawn shapes instead of cut-outs
PLAIN_GROUND_SHARE = 0.7  # of these: on a plain ground instead of a photo
SMALLEST_CUTOUT = 32  # pixels of its shorter side
PARTS_PER_CUTOUT = 3  # masks that one cut-out adds at most
GREY_SHARE = 0.12
INVERT_SHARE = 0.04
BLUR_SHARE = 0.15


@dataclass(frozen=True)
class Sample:
    """What one simulated annotator after the other works on."""

    image: Tensor  # (3, S, S) uint8, or the embedding (C, g, g) float32 where it is at hand
    masks: Tensor  # (M, S / 4, S / 4) bool
    source: str  # where it comes from, for error messages


@dataclass
class Canvas:
    """A picture being put together: what is in front hides what is behind."""

    rgb: RGB  # (S, S, 3)
    masks: list[Mask]  # (S, S) each
    source: str = "drawn shapes"


@dataclass(frozen=True)
class Cutout:
    """A thing without its surroundings."""

    rgba: NDArray[np.uint8]  # (H, W, 4)
    masks: list[Mask]  # (H, W) each: the whole, parts of it


class Samples(Dataset[Sample]):
    """An endless list of samples of one size. What is at an index depends on the index and the seed alone."""

    def __init__(
        self,
        photos: Sequence[Photo],
        weights: Sequence[float],
        drawings: Sequence[Photo],
        *,
        size: int,
        zoom: tuple[float, float],
        masks_per_sample: int,
        seed: int,
        paste_share: float = PASTE_SHARE,
        shapes_share: float = SHAPES_SHARE,
        turned: bool = False,
    ) -> None:
        """`turned`: by quarter turns too, for photos that have no right way up."""
        self.photos = photos
        self.chance = np.asarray(weights) / np.sum(weights)
        self.drawings = drawings
        self.size = size
        self.zoom = zoom
        self.masks_per_sample = masks_per_sample
        self.seed = seed
        self.paste_share = paste_share
        self.shapes_share = shapes_share
        self.turned = turned

    def __getitem__(self, index: int) -> Sample:
        random = np.random.default_rng((self.seed, index))
        while True:
            is_drawn = random.random() < self.shapes_share
            canvas = self._draw_shapes(random) if is_drawn else self._draw_photos(random)
            if random.random() < 0.5:
                canvas = replace(canvas, rgb=canvas.rgb[:, ::-1], masks=[m[:, ::-1] for m in canvas.masks])
            if self.turned:
                turns = int(random.integers(4))
                canvas = replace(
                    canvas,
                    rgb=np.rot90(canvas.rgb, turns),
                    masks=[np.rot90(mask, turns) for mask in canvas.masks],
                )
            masks = choose_masks(map(to_low_res, canvas.masks), self.masks_per_sample, random)
            if masks is None:
                continue  # nothing of the photo's masks is left in the crop
            rgb = recolour(canvas.rgb, random)
            return Sample(torch.from_numpy(rgb.transpose(2, 0, 1).copy()), masks, canvas.source)

    def _draw_photos(self, random: Generator) -> Canvas:
        canvas = self._draw_ground(random)
        if random.random() < self.paste_share:
            for _ in range(random.integers(*PASTES)):
                cutout = self._draw_cutout(random)
                if cutout is not None:
                    paste_cutout(canvas, cutout, random)
        return canvas

    def _draw_shapes(self, random: Generator) -> Canvas:
        if random.random() < PLAIN_GROUND_SHARE:
            ground = Canvas(draw_ground(self.size, random), [])
        else:
            ground = self._draw_ground(random)
        rgb, masks, hidden = draw_crowds(ground.rgb, random)
        return replace(ground, rgb=rgb, masks=[mask * (1 - hidden) for mask in ground.masks] + masks)

    def _draw_ground(self, random: Generator) -> Canvas:
        photo = self._draw_photo(random)
        return place_photo(photo, self.size, self.zoom, 3 * self.masks_per_sample, random)

    def _draw_photo(self, random: Generator) -> Photo:
        return self.photos[int(random.choice(len(self.photos), p=self.chance))]

    def _draw_cutout(self, random: Generator) -> Cutout | None:
        """None when the drawn photo has nothing large enough."""
        if random.random() < FROM_PHOTOS_SHARE:
            return cut_from_photo(self._draw_photo(random), random)
        drawing = self.drawings[int(random.integers(len(self.drawings)))]
        chosen = random.permutation(len(drawing.masks))[:PARTS_PER_CUTOUT]
        return Cutout(drawing.read_rgba(), [drawing.mask(index) for index in chosen])


def choose_masks(masks: Iterable[NDArray[np.bool_]], count: int, random: Generator) -> Tensor | None:
    """(count, h, w) bool, at random from those large enough; None if there are none.

    With fewer masks than wanted, some come twice: each gets prompts of its own.
    """
    large = [mask for mask in masks if mask.sum() >= SMALLEST_MASK]
    if not large:
        return None
    order = random.permutation(len(large))
    return torch.from_numpy(np.stack([large[order[index % len(large)]] for index in range(count)]))


def place_photo(
    photo: Photo, size: int, zoom: tuple[float, float], most_masks: int, random: Generator
) -> Canvas:
    """The photo at a random scale, cropped where it is too large, padded right and below where too small.

    `zoom` bounds the scale, in units of that at which the photo's longest side just fits.
    """
    rgb = photo.read()
    height, width = rgb.shape[:2]
    low, high = np.log(zoom)
    scale = size / max(height, width) * np.exp(random.uniform(low, high))
    scaled_width, scaled_height = max(8, round(width * scale)), max(8, round(height * scale))
    left = random.integers(max(0, scaled_width - size) + 1)
    top = random.integers(max(0, scaled_height - size) + 1)

    def place(picture: NDArray[np.uint8], canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        scaled = cv2.resize(picture, (scaled_width, scaled_height), interpolation=method)
        crop = scaled[top : top + size, left : left + size]
        canvas[: crop.shape[0], : crop.shape[1]] = crop
        return canvas

    background = np.full((size, size, 3), np.round(PIXEL_MEAN), np.uint8)
    canvas = Canvas(place(rgb, background), [], str(photo.path))
    visible = [
        i for i in random.permutation(len(photo.masks)) if _in_crop(photo.boxes[i] * scale, left, top, size)
    ]
    for index in visible[:most_masks]:
        soft = place(photo.mask(index) * np.uint8(255), np.zeros((size, size), np.uint8))
        canvas.masks.append((soft > 127).astype(np.uint8))
    return canvas


def _in_crop(box: NDArray[np.float32], left: int, top: int, size: int) -> bool:
    """Whether at least half of an xywh box lies in the crop."""
    x, y, width, height = box
    shown_width = min(x + width, left + size) - max(x, left)
    shown_height = min(y + height, top + size) - max(y, top)
    return bool(shown_width > 0 and shown_height > 0 and 2 * shown_width * shown_height >= width * height)


def cut_from_photo(photo: Photo, random: Generator) -> Cutout | None:
    """A random object of a photo with those of its parts that lie in it; None if all are small."""
    large = np.flatnonzero(photo.boxes[:, 2:].min(1) >= SMALLEST_CUTOUT)
    if not len(large):
        return None
    index = int(random.choice(large))
    x, y, width, height = photo.boxes[index].astype(int)
    window = np.s_[y : y + height, x : x + width]
    whole = photo.mask(index)[window]
    masks = [whole]
    for other in random.permutation(len(photo.masks))[: 2 * PARTS_PER_CUTOUT]:
        part = photo.mask(int(other))[window]
        if other != index and 0 < (part & whole).sum() > 0.9 * part.sum() and len(masks) < PARTS_PER_CUTOUT:
            masks.append(part)
    # A soft edge: a hard one would be a mark that no real object has.
    alpha = cv2.GaussianBlur(whole * np.uint8(255), (3, 3), 0)
    return Cutout(np.dstack([photo.read()[window], alpha]), masks)


def paste_cutout(canvas: Canvas, cutout: Cutout, random: Generator) -> None:
    """Puts a cut-out in front of everything so far: scaled, turned, recoloured, with a soft shadow.

    Its masks join the others; what it hides leaves the masks behind it.
    """
    size = len(canvas.rgb)
    side = int(size * np.exp(random.uniform(np.log(0.08), np.log(0.6))))
    centre = random.uniform(0, size, 2)
    height, width = cutout.rgba.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 15), side / max(height, width))
    turn[:, 2] += centre - (width / 2, height / 2)

    def warp(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        warped = cv2.warpAffine(picture, turn, (size, size), flags=cv2.INTER_LINEAR)
        return np.asarray(warped, np.uint8)

    warped = warp(cutout.rgba)
    alpha = warped[..., 3:].astype(np.float32) / 255
    if random.random() < 0.5:
        _cast_shadow(canvas, alpha[..., 0], side, random)
    front = recolour(np.ascontiguousarray(warped[..., :3]), random).astype(np.float32)
    canvas.rgb = (canvas.rgb * (1 - alpha) + front * alpha).astype(np.uint8)

    solid = alpha[..., 0] >= 0.5
    canvas.masks = [mask * ~solid for mask in canvas.masks]
    canvas.masks += [((warp(mask * np.uint8(255)) > 127) & solid).astype(np.uint8) for mask in cutout.masks]


def _cast_shadow(canvas: Canvas, alpha: NDArray[np.floating], side: int, random: Generator) -> None:
    shift = random.uniform(-0.12, 0.12, 2) * side
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    moved = cv2.warpAffine(alpha, move, alpha.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), max(1.0, side * 0.05))
    canvas.rgb = (canvas.rgb * (1 - random.uniform(0.2, 0.6) * soft[..., None])).astype(np.uint8)


def recolour(rgb: RGB, random: Generator) -> RGB:
    """Random brightness, contrast, saturation and tint; now and then grey, inverted or blurred."""
    picture = rgb.astype(np.float32)
    if random.random() < GREY_SHARE:
        picture = np.repeat(picture.mean(2, keepdims=True), 3, axis=2)
    if random.random() < INVERT_SHARE:
        picture = 255 - picture
    grey = picture.mean(2, keepdims=True)
    picture = grey + (picture - grey) * random.uniform(0.5, 1.5)
    mean = picture.mean()
    picture = mean + (picture - mean) * random.uniform(0.6, 1.4)
    picture = picture * random.uniform(0.7, 1.3) * random.uniform(0.9, 1.1, 3)
    if random.random() < BLUR_SHARE:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.5, 1.8))
    return np.clip(picture, 0, 255).astype(np.uint8)


def to_low_res(mask: Mask) -> NDArray[np.bool_]:
    """(S, S) -> (S / 4, S / 4): set where at least half of the 4x4 pixels are."""
    side = mask.shape[0] // LOW_RES_STRIDE
    return np.asarray(cv2.resize(mask * np.uint8(255), (side, side), interpolation=cv2.INTER_AREA) > 127)
