"""Measuring models as the field of interactive segmentation does, and showing the result."""
