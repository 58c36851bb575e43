"""A simulated annotator: takes images from the queue, judges proposals, clicks what is missing, submits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal
from uuid import uuid4

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from engine.evaluate.held_out import MOST_CLICKS, WANTED_IOU
from engine.rle import decode_rle, encode_rle
from engine.train.clicks import BoolMask, Click, first_click, mask_iou, next_click
from engine.train.evaluate import ClickedModel
from tools.replay.api import Api, Json
from tools.replay.decoder import PageDecoder
from tools.replay.effort import Effort
from tools.replay.photos import TruePhoto

# A proposal that overlaps an object less than this is of no use: clicking anew is as fast.
WORTH_CORRECTING_IOU = 0.5

Way = Literal["clicked", "accepted", "corrected", "rejected"]


@dataclass(frozen=True)
class Judged:
    """What became of one object, or of a proposal that shows none."""

    way: Way
    effort: Effort
    iou: float  # of the saved mask with the truth; 0 for what was rejected

    @property
    def is_mask(self) -> bool:
        return self.way != "rejected"

    @property
    def is_good(self) -> bool:
        return self.iou >= WANTED_IOU


@dataclass(frozen=True)
class Clicked:
    mask: BoolMask
    iou: float
    clicks: tuple[Click, ...]
    predicted_iou: float

    @property
    def is_good(self) -> bool:
        return self.iou >= WANTED_IOU


class Annotator:
    """Works as the page does: the image's model, its decoder graphs and embedding come from the server."""

    def __init__(self, api: Api, truth: Mapping[str, TruePhoto]) -> None:
        """`truth`: photos by the ids of their images."""
        self._api, self._truth = api, truth
        self._decoders: dict[str, PageDecoder] = {}

    def work(self, image_ids: set[str]) -> list[Judged]:
        """Takes from the queue until it holds none of these images."""
        judged: list[Judged] = []
        while image := self._api.post("queue/next")["image"]:
            if image["id"] not in image_ids:
                self._api.delete(f"images/{image['id']}/lease")
                break
            judged += self._annotate(image)
            self._api.post(f"images/{image['id']}/submit")
        return judged

    def try_out(self, image_id: str) -> list[Clicked]:
        """Clicks all of an image's objects, and saves nothing."""
        decoder = self._open(self._api.get(f"images/{image_id}"))
        return [click_until_good(decoder, mask) for mask in self._truth[image_id].masks]

    def _annotate(self, image: Json) -> list[Judged]:
        decoder = self._open(image)
        truths = list(self._truth[image["id"]].masks)
        masks = self._api.get(f"images/{image['id']}/masks")
        proposals = [mask for mask in masks if mask["state"] == "proposed"]
        shown = match([bitmap(proposal) for proposal in proposals], truths)
        judged = []
        for proposal, (index, iou) in zip(proposals, shown, strict=True):
            if index is None:
                self._api.post(f"masks/{proposal['id']}/reject")
                judged.append(Judged("rejected", Effort(judgements=1), 0.0))
            elif iou >= WANTED_IOU:
                self._api.post(f"masks/{proposal['id']}/accept")
                judged.append(Judged("accepted", Effort(judgements=1), iou))
            else:
                clicked = click_until_good(decoder, truths[index], bitmap(proposal))
                # Looked at as a proposal, and again when it was corrected.
                effort = Effort(len(clicked.clicks), judgements=2)
                self._save(image, clicked, effort, proposal)
                judged.append(Judged("corrected", effort, clicked.iou))
        proposed = {index for index, _ in shown}
        for index, truth in enumerate(truths):
            if index not in proposed:
                clicked = click_until_good(decoder, truth)
                effort = Effort(len(clicked.clicks), judgements=1)
                self._save(image, clicked, effort)
                judged.append(Judged("clicked", effort, clicked.iou))
        return judged

    def _open(self, image: Json) -> PageDecoder:
        """The decoder, with the image's embedding."""
        model = image["model"]
        decoder = self._decoders.get(model["decoder_digest"])
        if decoder is None:
            graphs = self._api.bytes_of(model["decoder"]["url"].removeprefix("/api/"))
            decoder = self._decoders[model["decoder_digest"]] = PageDecoder(graphs, model["image_size"])
        content = self._api.bytes_of(f"images/{image['id']}/embedding", encoder=model["encoder_digest"])
        picture = PIL.Image.open(BytesIO(self._api.bytes_of(image["picture_url"].removeprefix("/api/"))))
        decoder.set_image(content, np.asarray(picture.convert("RGB")))
        return decoder

    def _save(self, image: Json, clicked: Clicked, effort: Effort, over: Json | None = None) -> None:
        """A new mask, or the corrected shape `over` a proposal, which is then accepted."""
        points = [{"x": click.x, "y": click.y, "label": int(click.foreground)} for click in clicked.clicks]
        times = np.linspace(0, effort.active_ms, len(points) + 1)[1:].round().astype(int).tolist()
        body: dict[str, Any] = {
            "image_id": image["id"],
            "rle": encode_rle(clicked.mask, (0, 0), clicked.mask.shape),
            "active_ms": effort.active_ms,
            "source": "edited" if over else "clicked",
            "model_id": image["model"]["id"],
            "predicted_iou": clicked.predicted_iou,
            "prompts": {"points": points, "box": None, "strokes": {"brush": 0, "erase": 0}},
            "log": [
                [ms, "point", point["x"], point["y"], point["label"]]
                for ms, point in zip(times, points, strict=True)
            ],
            "base_version": over["version"] if over else None,
        }
        self._api.put(f"masks/{over['id'] if over else uuid4()}", body)


def click_until_good(decoder: PageDecoder, truth: BoolMask, start: BoolMask | None = None) -> Clicked:
    """Clicks on an object, or on a mask of it that is to be better, by the rule of evaluation.

    Ends at an IoU of 0.85, or after 20 clicks with the best answer so far, to which undo leads back.
    """
    model = ClickedModel(decoder, None if start is None else decoder.as_prompt(start))
    clicks = [first_click(truth)] if start is None else _next(start, truth)
    best: Clicked | None = None
    while True:
        mask = model.segment(clicks)
        iou = mask_iou(mask, truth)
        if best is None or iou > best.iou:
            predicted = float(model.answer.scores.max()) if model.answer else 0.0
            best = Clicked(mask, iou, (), predicted)
        if iou >= WANTED_IOU or len(clicks) == MOST_CLICKS:
            return Clicked(best.mask, best.iou, tuple(clicks), best.predicted_iou)
        clicks = clicks + _next(mask, truth)


def _next(mask: BoolMask, truth: BoolMask) -> list[Click]:
    click = next_click(mask, truth)
    assert click is not None, "a perfect mask needs no click"
    return [click]


def match(proposals: list[BoolMask], truths: list[BoolMask]) -> list[tuple[int | None, float]]:
    """The object that each proposal shows, and their IoU; None where it is of no use.

    Of several proposals of one object the best one shows it.
    """
    overlaps = iou_table(proposals, truths)
    shown: list[tuple[int | None, float]] = [(None, 0.0)] * len(proposals)
    if not truths:
        return shown
    for row in np.argsort(-overlaps.max(1)).tolist():
        index = int(overlaps[row].argmax())
        iou = float(overlaps[row, index])
        if iou >= WORTH_CORRECTING_IOU:
            shown[row] = index, iou
            overlaps[:, index] = 0.0
    return shown


def iou_table(masks: list[BoolMask], truths: list[BoolMask]) -> NDArray[np.float64]:
    """(masks, truths)"""
    table = np.zeros((len(masks), len(truths)))
    for row, mask in enumerate(masks):
        for column, truth in enumerate(truths):
            if (mask & truth).any():
                table[row, column] = mask_iou(mask, truth)
    return table


def bitmap(mask: Json) -> BoolMask:
    """Of a mask on the wire: (H, W)."""
    return np.asarray(decode_rle(mask["rle"]) > 0)
