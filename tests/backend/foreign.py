"""Files of annotations as other tools write them, and archives with names in odd encodings."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image as PillowImage
from sqlalchemy import select

from backend.core.database import session_scope
from backend.images.models import Image
from backend.masks.models import Mask
from backend.runtime import Runtime
from tests.backend.drawing import Bitmap
from tests.backend.pictures import encoded

HEIGHT, WIDTH = 48, 64
SQUARE = [5, 5, 20, 5, 20, 20, 5, 20]
SQUARE_PX = 225


def coco(*names: str, **changes: Any) -> dict[str, Any]:
    """An image by each name, with a square on each."""
    numbered = list(enumerate(names, start=1))
    return {
        "images": [{"id": n, "width": WIDTH, "height": HEIGHT, "file_name": name} for n, name in numbered],
        "categories": [{"id": 1, "name": "cell"}],
        "annotations": [
            {"id": n, "image_id": n, "category_id": 1, "segmentation": [SQUARE], "iscrowd": 0} | changes
            for n, _ in numbered
        ],
    }


def archive_of(files: Mapping[str, object]) -> bytes:
    """Bytes as they are, texts in UTF-8, everything else as JSON."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes | str) else json.dumps(content)
            archive.writestr(name, data)
    return buffer.getvalue()


def archive_with_raw_names(files: Mapping[bytes, bytes]) -> bytes:
    """An archive whose names are these bytes, not marked as UTF-8."""
    holders = {f"N{n:03d}" + "_" * (len(name) - 4): name for n, name in enumerate(files)}
    raw = archive_of(dict(zip(holders, files.values(), strict=True)))
    for holder, name in holders.items():
        raw = raw.replace(holder.encode(), name)
    return raw


def noise(seed: int) -> bytes:
    """A grey photo."""
    pixels = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    return encoded(PillowImage.fromarray(pixels))


def picture(pixels: np.ndarray[Any, Any], kind: str = "PNG") -> bytes:
    return encoded(PillowImage.fromarray(pixels), kind)


def upload(client: TestClient, *files: tuple[str, bytes]) -> list[str]:
    """The names that images get."""
    report = client.post("/api/images", files=[("files", file) for file in files]).json()
    assert report["imported"] > 0, report
    return [image["name"] for image in client.get("/api/images").json()["items"]]


def masks_by_image(runtime: Runtime) -> dict[str, int]:
    """How many masks each image has; those without any are left out."""
    with session_scope(runtime.sessions, read_only=True) as session:
        names = session.scalars(select(Image.name).join(Mask, Mask.image_id == Image.id)).all()
    return {name: names.count(name) for name in names}


def bitmap(*boxes: tuple[int, int, int, int]) -> Bitmap:
    """Boxes numbered from 1, each x, y, width, height; (HEIGHT, WIDTH)."""
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for number, (x, y, width, height) in enumerate(boxes, start=1):
        pixels[y : y + height, x : x + width] = number
    return pixels
