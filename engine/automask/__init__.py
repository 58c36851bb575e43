"""The fully automatic mask generator.

generate.py   asks, filters, records
settings.py   every number, with its source
crops.py      windows of the photo and their grids of points
points.py     many points on one image, decoded together
upscale.py    low-resolution logits to masks of the photo's size
boxes.py      masks cut off by a crop, duplicates
regions.py    holes and islands
records.py    SA-1B's layout
document.py   the file of a photo's masks
"""

from engine.automask.generate import generate_masks
from engine.automask.settings import AutomaskSettings

__all__ = ["AutomaskSettings", "generate_masks"]
