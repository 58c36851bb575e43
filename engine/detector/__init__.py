"""Boxes of objects from a stored image embedding, for the mask decoder to turn into masks.

head.py      the network: no backbone of its own
targets.py   which of its places answers for which object
losses.py    what a good box is
data.py      stored embeddings with the boxes of their masks
train.py     the loop
detect.py    boxes in a photo's pixels, and the head's file
propose.py   masks for the boxes, the sure ones of them
recall.py    how many of a photo's objects are found
"""

from engine.detector.detect import Detection, detect, read_detector, save_detector
from engine.detector.head import BoxHead

__all__ = ["BoxHead", "Detection", "detect", "read_detector", "save_detector"]
