"""The yardstick without learning: OpenCV's GrabCut, given the same kind of clicks."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.train.clicks import BoolMask, Click

ITERATIONS = 5
WORKING_SIDE = 320  # pixels of the longer side: its time grows with the pixels, its masks hardly change
# Tuned on training photos of three sets, from 0.012 and 0.02, 0.05 to 0.15: a rival should be at its best.
SEED_RADIUS = 0.02  # of the longer side: the disc that a click marks for certain
GUESS_RADIUS = 0.05  # of the longer side: the disc around a foreground click that may be the object


class GrabCut:
    """Colour models of object and background, fitted to the clicks' surroundings, cut by graph cut."""

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self.size = rgb.shape[:2]
        self.scale = min(1.0, WORKING_SIDE / max(self.size))
        height, width = (max(1, round(side * self.scale)) for side in self.size)
        self.rgb = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)

    def segment(self, clicks: list[Click]) -> BoolMask:
        """A mask of the photo's own size."""
        small = self._cut([replace(c, x=int(c.x * self.scale), y=int(c.y * self.scale)) for c in clicks])
        height, width = self.size
        full = cv2.resize(small.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(full > 0.5)

    def _cut(self, clicks: list[Click]) -> BoolMask:
        longer = max(self.rgb.shape[:2])
        trimap = np.full(self.rgb.shape[:2], cv2.GC_PR_BGD, np.uint8)
        for click in clicks:
            if click.foreground:
                cv2.circle(trimap, (click.x, click.y), round(longer * GUESS_RADIUS), cv2.GC_PR_FGD, -1)
        for click in clicks:
            label = cv2.GC_FGD if click.foreground else cv2.GC_BGD
            cv2.circle(trimap, (click.x, click.y), max(1, round(longer * SEED_RADIUS)), label, -1)
        if not np.isin(trimap, (cv2.GC_BGD, cv2.GC_PR_BGD)).any():
            return np.ones(trimap.shape, bool)
        background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.setRNGSeed(0)  # its colour clusters start at random
        whole = (0, 0, 1, 1)  # not used when the start is a mask
        cv2.grabCut(self.rgb, trimap, whole, background, foreground, ITERATIONS, cv2.GC_INIT_WITH_MASK)
        return regions_with(clicks, np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)))


def regions_with(clicks: list[Click], mask: BoolMask) -> BoolMask:
    """The connected parts of a mask that hold a foreground click: things elsewhere of the same colour go."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    clicked = {int(labels[click.y, click.x]) for click in clicks if click.foreground} - {0}
    return np.isin(labels, list(clicked))
