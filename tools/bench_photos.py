"""Large photos for `make bench-annotator`, from the samples scaled up.

python -m tools.bench_photos FOLDER COUNT

24mp.jpg                one of 24 megapixels
8mp-00.jpg, -01 ...     COUNT of 8 megapixels, each cut a little differently, so that no two have one size
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.jpg"))


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    enlarge(SAMPLES[-2], 24_000_000, folder / "24mp.jpg")
    for index in range(count):
        enlarge(SAMPLES[index % len(SAMPLES)], 8_000_000, folder / f"8mp-{index:02}.jpg", cut=index)


def enlarge(sample: Path, pixels: int, target: Path, cut: int = 0) -> None:
    """The sample without `cut` columns at its right, in about this many pixels."""
    with Image.open(sample) as photo:
        width, height = photo.width - cut, photo.height
        scale = (pixels / (width * height)) ** 0.5
        size = (round(width * scale), round(height * scale))
        part = (0, 0, width, height)
        photo.convert("RGB").resize(size, Image.Resampling.BICUBIC, part).save(target, quality=85)


if __name__ == "__main__":
    main()
