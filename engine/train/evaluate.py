"""How good a model is at what people do with it: mean IoU after so many clicks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.edges import Guide
from engine.predict import Prediction, Predictor
from engine.preprocess import Framing
from engine.sam.model import Sam
from engine.shown import shown_mask
from engine.train.clicks import BoolMask, Click, Segmenter, iou_by_clicks
from engine.train.datasets import Photo
from engine.train.grabcut import GrabCut

REPORTED_CLICKS = (1, 3, 5, 10)
SMALLEST_OBJECT = 64  # pixels: below it the middle of an object is a matter of rounding


@dataclass(frozen=True)
class Quality:
    """Mean IoU over objects, by number of clicks."""

    objects: int
    mean_iou: dict[int, float]
    seconds: float

    @classmethod
    def of(cls, curves: Sequence[Sequence[float]], seconds: float) -> Quality:
        means = np.mean(curves, axis=0)
        return cls(len(curves), {n: float(means[n - 1]) for n in REPORTED_CLICKS}, seconds)


class PromptedDecoder(Protocol):
    """What answers prompts on one image: `Predictor`, or the exported graphs."""

    @property
    def framing(self) -> Framing: ...

    @property
    def guide(self) -> Guide | None: ...

    def predict(
        self, *, points: ArrayLike, labels: ArrayLike, mask_logits: ArrayLike | None, multimask: bool
    ) -> Prediction: ...


class ClickedModel:
    """The model as the annotator's page uses it, for one object.

    One click gets the candidate with the highest predicted IoU; later clicks the single mask, with the
    answer before as the mask prompt. Masks are those that the page shows (engine/shown.py). Where a
    mask is corrected, `corrected` are its low-resolution logits (1, 4g, 4g): it counts as the answer before.
    """

    def __init__(self, predictor: PromptedDecoder, corrected: NDArray[np.float32] | None = None) -> None:
        self.predictor = predictor
        self.answer: Prediction | None = None  # to the latest click, with every candidate as shown
        self._previous = corrected

    def segment(self, clicks: list[Click]) -> BoolMask:
        prediction = self.predictor.predict(
            points=[(click.x, click.y) for click in clicks],
            labels=[int(click.foreground) for click in clicks],
            mask_logits=self._previous,
            multimask=self._previous is None,
        )
        middles = np.array([(click.x + 0.5, click.y + 0.5) for click in clicks])
        labels = [int(click.foreground) for click in clicks]
        framing, guide = self.predictor.framing, self.predictor.guide
        shown = [shown_mask(logits, framing, middles, labels, guide) for logits in prediction.low_res_logits]
        self.answer = replace(prediction, masks=np.stack(shown))
        best = int(prediction.scores.argmax())
        self._previous = prediction.low_res_logits[best : best + 1]
        mask: BoolMask = self.answer.masks[best]
        return mask


def evaluate_model(model: Sam, photos: Iterable[Photo], masks_per_photo: int) -> Quality:
    predictor = Predictor(model)

    def on_photo(rgb: NDArray[np.uint8]) -> Callable[[], Segmenter]:
        predictor.set_image(rgb)
        return lambda: ClickedModel(predictor)

    return evaluate(on_photo, photos, masks_per_photo)


def evaluate_grabcut(photos: Iterable[Photo], masks_per_photo: int) -> Quality:
    """The same objects, clicked by the same rule, segmented without any learning."""
    return evaluate(lambda rgb: lambda: GrabCut(rgb), photos, masks_per_photo)


def evaluate(
    on_photo: Callable[[NDArray[np.uint8]], Callable[[], Segmenter]],
    photos: Iterable[Photo],
    masks_per_photo: int,
) -> Quality:
    """Clicks through some masks of each photo; the same ones for every method and model."""
    start = time.monotonic()
    curves: list[list[float]] = []
    for photo in photos:
        new_segmenter = on_photo(photo.read())
        for truth in chosen_masks(photo, masks_per_photo):
            curves.append(iou_by_clicks(new_segmenter(), truth, max(REPORTED_CLICKS)))
    return Quality.of(curves, time.monotonic() - start)


def chosen_masks(photo: Photo, count: int) -> list[BoolMask]:
    """At most `count` of a photo's masks, always the same."""
    truths = [photo.mask(index) > 0 for index in range(len(photo.masks))]
    large = [truth for truth in truths if truth.sum() >= SMALLEST_OBJECT]
    order = np.random.default_rng(len(photo.masks)).permutation(len(large))
    return [large[i] for i in order[:count]]


def spread(photos: Sequence[Photo], count: int) -> list[Photo]:
    """At most `count` photos, evenly from the whole list and each image once."""
    unique = list({photo.path: photo for photo in photos}.values())
    step = max(1.0, len(unique) / count)
    return [unique[int(i * step)] for i in range(min(count, len(unique)))]
