"""Scenes drawn at random: crowds of similar shapes on a plain ground or over a photo.

Photos of everyday life hold few, large and varied objects. Under a microscope, in a field or on a facade
there are many, small and alike, and the outline is all that tells one from the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

RGB = NDArray[np.uint8]
Mask = NDArray[np.uint8]  # (H, W), 0 or 1
Polygon = NDArray[np.float64]  # (N, 2) xy within [-1, 1]

CROWDS = (1, 4)  # kinds of shape in one scene, upper end excluded
CROWD = (1, 24)  # shapes of one kind, upper end excluded
SIDES = (0.03, 0.5)  # of the scene's side
LEAST_CONTRAST = 15  # grey levels between ground and shape, as a length in RGB
RIM_SHARE = 0.35  # of the kinds: drawn with an outline
CORE_SHARE = 0.3  # of the kinds: another shape inside, which is a mask of its own
SUBPIXEL_BITS = 4  # OpenCV draws outlines with so many fractional bits


@dataclass(frozen=True)
class Kind:
    """What the shapes of one crowd have in common."""

    outline: Polygon
    core: Polygon | None
    colour: NDArray[np.float64]  # RGB
    core_colour: NDArray[np.float64]
    rim: float  # grey levels that the outline is lighter or darker by
    grain: float  # standard deviation of the noise, in grey levels
    spread: float  # standard deviation of a shape's colour around its kind's
    side: float  # pixels


def draw_ground(size: int, random: Generator) -> RGB:
    """A plain ground: one colour, uneven light, noise."""
    colour = random.uniform(0, 255, 3)
    light = _smooth_noise(size, random.uniform(0, 30), random)
    grain = random.normal(0, random.uniform(0, 8), (size, size, 1))
    return np.clip(colour + light[..., None] + grain, 0, 255).astype(np.uint8)


def draw_crowds(ground: RGB, random: Generator) -> tuple[RGB, list[Mask], Mask]:
    """Shapes in front of a ground (S, S, 3).

    Returns the picture, the masks (S, S) of what is seen of each shape and core, and the mask of all.
    """
    picture = ground.astype(np.float32)
    size = len(ground)
    owner = np.zeros((size, size), np.int32)  # number of the frontmost shape
    in_core = np.zeros((size, size), bool)
    shapes = 0
    for _ in range(random.integers(*CROWDS)):
        kind = draw_kind(ground, random)
        for _ in range(random.integers(*CROWD)):
            shapes += 1
            _draw_one(kind, shapes, picture, owner, in_core, random)
    masks = []
    for shape in range(1, shapes + 1):
        seen = owner == shape
        if seen.any():
            masks.append(seen.astype(np.uint8))
            core = seen & in_core
            if core.any():
                masks.append(core.astype(np.uint8))
    return np.clip(picture, 0, 255).astype(np.uint8), masks, (owner > 0).astype(np.uint8)


def draw_kind(ground: RGB, random: Generator) -> Kind:
    low, high = np.log(SIDES)
    background = ground.reshape(-1, 3).mean(0)
    colour = random.uniform(0, 255, 3)
    while np.linalg.norm(colour - background) < LEAST_CONTRAST:
        colour = random.uniform(0, 255, 3)
    # Often only a little lighter, darker or otherwise coloured than the ground.
    colour = background + (colour - background) * random.uniform(0.25, 1)
    return Kind(
        outline=draw_outline(random),
        core=draw_outline(random) * random.uniform(0.3, 0.6) if random.random() < CORE_SHARE else None,
        colour=colour,
        core_colour=colour + random.normal(0, 45, 3),
        rim=random.normal(0, 40) if random.random() < RIM_SHARE else 0.0,
        grain=random.uniform(0, 18),
        spread=random.uniform(0, 14),
        side=len(ground) * np.exp(random.uniform(low, high)),
    )


def draw_outline(random: Generator) -> Polygon:
    """A blob, a polygon, a rectangle or a curved strip."""
    kind = random.random()
    if kind < 0.45:
        angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        radius = np.ones_like(angle)
        for wave in range(2, 6):
            radius += random.uniform(0, 0.4 / wave) * np.cos(wave * angle + random.uniform(0, 2 * np.pi))
        points = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
        points[:, 1] *= random.uniform(0.4, 1)
    elif kind < 0.6:
        angle = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 9)))
        points = np.stack([np.cos(angle), np.sin(angle)], 1) * random.uniform(0.5, 1, (len(angle), 1))
    elif kind < 0.8:
        height = random.uniform(0.25, 1)
        points = np.array([[-1, -height], [1, -height], [1, height], [-1, height]])
    else:
        along = np.linspace(0, 1, 16)[:, None]
        start, bend, end = np.array([-1.0, 0]), random.uniform(-1, 1, 2), np.array([1.0, 0])
        middle = (1 - along) ** 2 * start + 2 * along * (1 - along) * bend + along**2 * end
        width = random.uniform(0.05, 0.25) * np.sin(np.pi * np.clip(along, 0.1, 0.9))
        across = np.gradient(middle, axis=0)[:, ::-1] * (1, -1)
        across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
        points = np.concatenate([middle + across * width, (middle - across * width)[::-1]])
    return np.asarray(points / np.abs(points).max())


def _draw_one(
    kind: Kind,
    number: int,
    picture: NDArray[np.float32],
    owner: NDArray[np.int32],
    in_core: NDArray[np.bool_],
    random: Generator,
) -> None:
    """Paints one shape of a kind somewhere, in a window around it."""
    size = len(picture)
    radius = 0.5 * kind.side * random.uniform(0.7, 1.3)
    centre = random.uniform(0, size, 2)
    x0, y0 = np.maximum(0, np.floor(centre - radius * 1.5)).astype(int)
    x1, y1 = np.minimum(size, np.ceil(centre + radius * 1.5)).astype(int)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    turn = random.uniform(0, 2 * np.pi)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    wobble = 1 + random.normal(0, 0.06, kind.outline.shape)

    def fill(outline: Polygon) -> NDArray[np.float32]:
        """How much of each of the window's pixels the outline covers, 0 to 1."""
        points = (outline @ rotation) * radius + centre - (x0, y0)
        fixed = np.round(points * 2**SUBPIXEL_BITS).astype(np.int32)
        canvas = np.zeros((y1 - y0, x1 - x0), np.uint8)
        cv2.fillPoly(canvas, [fixed], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return (canvas / 255).astype(np.float32)

    whole = fill(kind.outline * wobble)
    solid = whole >= 0.5
    paint = np.empty((*solid.shape, 3), np.float32)
    paint[:] = kind.colour + random.normal(0, kind.spread, 3)
    if kind.core is not None:
        core = fill(kind.core)
        paint += core[..., None] * (kind.core_colour - kind.colour)
    if kind.rim:
        inside = cv2.distanceTransform(solid.astype(np.uint8), cv2.DIST_L2, 3)
        paint += (kind.rim * np.exp(-inside / max(1.0, 0.06 * kind.side)))[..., None]
    paint += random.normal(0, kind.grain, (*solid.shape, 1))

    window = np.s_[y0:y1, x0:x1]
    picture[window] += (paint - picture[window]) * whole[..., None]
    owner[window][solid] = number
    in_core[window][solid] = (core >= 0.5)[solid] if kind.core is not None else False


def _smooth_noise(size: int, strength: float, random: Generator) -> NDArray[np.float32]:
    """(S, S) of slow changes with the given standard deviation."""
    coarse = random.normal(0, strength, (random.integers(2, 9),) * 2).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC), np.float32)
