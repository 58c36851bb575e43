"""The decoder as the annotator's page runs it: the server's graphs, on an embedding from the server."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.decoder_export import GraphDecoder, unpack_graphs
from engine.edges import Guide
from engine.embedding import unpack_embedding
from engine.predict import Prediction, prompt_tokens
from engine.preprocess import RGB, Framing
from engine.sam.model import MASK_THRESHOLD
from engine.train.clicks import BoolMask

SURE = 10.0  # logits of a mask that is handed to the decoder (frontend/src/annotator/masks/maskPrompt.ts)


class PageDecoder:
    """Answers prompts on one image at a time, as `engine.predict.Predictor` does."""

    def __init__(self, graphs: bytes, image_size: int) -> None:
        self._graphs = GraphDecoder(unpack_graphs(graphs), threads=1)
        self._image_size = image_size

    def set_image(self, content: bytes, photo: RGB) -> None:
        """The photo's embedding from the server, and its picture as the page shows it."""
        embedding, header = unpack_embedding(content)
        self.framing = Framing(header.original_size, header.input_size, self._image_size)
        self._side = 4 * embedding.shape[-1]
        self.guide = Guide.of(photo, self._side)
        self._terms = self._graphs.terms(embedding[None])

    def predict(
        self,
        points: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        mask_logits: ArrayLike | None = None,
        multimask: bool = True,
    ) -> Prediction:
        coords, point_labels = prompt_tokens(self.framing, points, labels, None)
        low_res, scores = self._graphs.click(
            self._terms,
            coords.numpy(),
            point_labels.numpy(),
            None if mask_logits is None else np.asarray(mask_logits, np.float32)[None],
            masks=(1, 2, 3) if multimask else (0,),
        )
        wanted = slice(1, None) if multimask else slice(0, 1)
        return Prediction(self.to_masks(low_res[0]), scores[0, wanted], low_res[0])

    def to_masks(self, low_res_logits: NDArray[np.float32]) -> NDArray[np.bool_]:
        """(M, 4g, 4g) logits -> (M, H, W) masks of the photo's size."""
        import torch

        return self.framing.to_original(torch.from_numpy(low_res_logits)[None])[0].numpy() > MASK_THRESHOLD

    def as_prompt(self, mask: BoolMask) -> NDArray[np.float32]:
        """A saved mask (H, W) as a mask prompt (1, 4g, 4g): how much of each cell it covers, as logits."""
        height, width = (max(1, round(size / 4)) for size in self.framing.input_size)
        covered = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        logits = np.full((1, self._side, self._side), -SURE, np.float32)
        logits[0, :height, :width] = SURE * (2 * covered - 1)
        return logits
