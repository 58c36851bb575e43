"""Set an image, prompt it: the interactive model as an object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from engine.edges import Guide
from engine.embedding import EmbeddingHeader
from engine.preprocess import RGB, Framing, preprocess
from engine.sam.model import MASK_THRESHOLD, Sam, pad_points
from engine.sam.prompt_encoder import BOX_BOTTOM_RIGHT, BOX_TOP_LEFT
from engine.sam.registry import encoder_digest


@dataclass(frozen=True)
class Prediction:
    masks: NDArray[np.bool_]  # (M, H, W)
    scores: NDArray[np.float32]  # (M,) predicted IoU
    low_res_logits: NDArray[np.float32]  # (M, 4g, 4g)


class Predictor:
    """Masks for prompts on one image at a time.

    >>> predictor = Predictor(load_model("starter"))
    >>> predictor.set_image(rgb)
    >>> predictor.predict(points=[[320, 240]], labels=[1]).masks.shape
    (3, 480, 640)
    """

    def __init__(self, model: Sam) -> None:
        self.model = model.eval()
        self._image: tuple[Tensor, Framing] | None = None
        self.guide: Guide | None = None  # of the photo; None where only its embedding is known

    @torch.inference_mode()
    def set_image(self, rgb: RGB) -> None:
        """Embeds an oriented (H, W, 3) uint8 photo; later prompts refer to it."""
        pixels, framing = preprocess(rgb, self.model.config.image_size)
        self._image = self.model.image_encoder(pixels.to(self.model.device)), framing
        self.guide = Guide.of(rgb, self.model.config.low_res_size)

    def set_embedding(self, embedding: NDArray[np.float32], header: EmbeddingHeader) -> None:
        """As `set_image`, with what the model's encoder has made of the photo before: (C, g, g).

        Raises ValueError for the embedding of another encoder's.
        """
        own = self._encoder_digest
        if header.encoder != own:
            raise ValueError(f"this embedding is by the encoder {header.encoder[:12]}, not by {own[:12]}")
        framing = Framing(header.original_size, header.input_size, self.model.config.image_size)
        self._image = torch.from_numpy(embedding)[None].to(self.model.device), framing
        self.guide = None

    @property
    def framing(self) -> Framing:
        """How the photo lies in the model's input."""
        return self._embedded()[1]

    def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask_logits: ArrayLike | None = None,
        multimask: bool = True,
    ) -> Prediction:
        """Masks for one prompt, which may combine points, a box and an earlier mask.

        points (N, 2) xy in pixels of the image with labels (N,), 1 foreground and 0 background;
        box (4,) xyxy in pixels; mask_logits (1, 4g, 4g). With `multimask` three candidates come back,
        which suits a single ambiguous click; without it, one mask.
        """
        logits, low_res, scores = self.predict_logits(points, labels, box, mask_logits, multimask)
        return Prediction(logits > MASK_THRESHOLD, scores, low_res)

    @torch.inference_mode()
    def predict_logits(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        box: ArrayLike | None = None,
        mask_logits: ArrayLike | None = None,
        multimask: bool = True,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """As `predict`, giving logits (M, H, W), low-resolution logits (M, 4g, 4g) and scores (M,)."""
        embedding, framing = self._embedded()
        coords, point_labels = prompt_tokens(framing, points, labels, box)
        device = self.model.device
        previous = None
        if mask_logits is not None:
            previous = torch.as_tensor(np.asarray(mask_logits, np.float32), device=device)[None]
            side = self.model.config.low_res_size
            if previous.shape != (1, 1, side, side):
                raise ValueError(f"mask_logits must be (1, {side}, {side}), got {tuple(previous.shape[1:])}")
        all_logits, all_scores = self.model.decode(
            embedding, coords.to(device), point_labels.to(device), previous
        )
        wanted = slice(1, None) if multimask else slice(0, 1)
        low_res, scores = all_logits[:, wanted], all_scores[:, wanted]
        full = framing.to_original(low_res)
        return full[0].cpu().numpy(), low_res[0].cpu().numpy(), scores[0].cpu().numpy()

    @cached_property
    def _encoder_digest(self) -> str:
        return encoder_digest(self.model)

    def _embedded(self) -> tuple[Tensor, Framing]:
        if self._image is None:
            raise RuntimeError("no image is set: call set_image(rgb) before predict")
        return self._image


def prompt_tokens(
    framing: Framing, points: ArrayLike | None, labels: ArrayLike | None, box: ArrayLike | None
) -> tuple[Tensor, Tensor]:
    """Points and box of one prompt as coords (1, N, 2) in the model's input and labels (1, N).

    Order and padding follow the reference: points, then a padding point unless there is a box, then the
    box's corners. A prompt without points and box (a mask alone) has no tokens at all.
    """
    coords = torch.zeros(1, 0, 2)
    point_labels = torch.zeros(1, 0)
    if points is not None:
        xy = np.asarray(points, np.float64).reshape(-1, 2)
        if labels is None or len(np.asarray(labels).reshape(-1)) != len(xy):
            raise ValueError("points need one label each: 1 foreground, 0 background")
        coords = torch.from_numpy(framing.to_input(xy))[None]
        point_labels = torch.as_tensor(np.asarray(labels, np.float32)).reshape(1, -1)
        if box is None:
            coords, point_labels = pad_points(coords, point_labels)
    if box is not None:
        corners = framing.to_input(np.asarray(box, np.float64).reshape(2, 2))
        coords = torch.cat([coords, torch.from_numpy(corners)[None]], dim=1)
        corner_labels = torch.tensor([[BOX_TOP_LEFT, BOX_BOTTOM_RIGHT]], dtype=torch.float32)
        point_labels = torch.cat([point_labels, corner_labels], dim=1)
    return coords, point_labels
