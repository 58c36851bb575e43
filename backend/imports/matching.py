"""Which image of a batch an annotated image is: by content, else by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.images.models import Image
from backend.layouts.names import forms, place, stem, tidied, without_map_suffix
from backend.layouts.rows import AnnotatedImage, LayoutError


@dataclass(frozen=True)
class Target:
    """An image that annotations can be for."""

    id: UUID
    name: str
    height: int
    width: int


@dataclass(frozen=True)
class _Named:
    """A target under one of the names that it may go by."""

    target: Target
    name: str


class Targets:
    """The images of a batch by content and by name."""

    def __init__(self, session: Session, batch_id: UUID) -> None:
        self._by_sha256: dict[str, Target] = {}
        self._literal: dict[str, list[_Named]] = defaultdict(list)  # by base name, and by that without ending
        self._derived: dict[str, list[_Named]] = defaultdict(list)  # the same of other names it may go by
        columns = select(Image.id, Image.name, Image.sha256, Image.height, Image.width)
        for id_, name, sha256, height, width in session.execute(columns.where(Image.batch_id == batch_id)):
            target = Target(id_, name, height, width)
            self._by_sha256[sha256] = target
            literal, *derived = forms(name)
            self._add(self._literal, target, literal)
            for form in derived:
                self._add(self._derived, target, form)

    def _add(self, index: dict[str, list[_Named]], target: Target, name: str) -> None:
        for key in (_exact_key(name), _stem_key(stem(name))):
            index[key].append(_Named(target, name))

    def find(self, image: AnnotatedImage) -> Target:
        """Raises LayoutError when there is none, or when it could be several."""
        if image.sha256 in self._by_sha256:
            return self._by_sha256[image.sha256]
        found = self._by_name(image)
        if image.size not in (None, (found.height, found.width)):
            raise LayoutError(
                f"the file says {image.size[1]} x {image.size[0]} pixels, "
                f"but the image is {found.width} x {found.height}"
            )
        return found

    def _by_name(self, image: AnnotatedImage) -> Target:
        """The most literal name counts; a file without the image's ending may have a label map's suffix."""
        names = [(form, _exact_key(form)) for form in forms(image.name)]
        if image.is_stem:
            stems = [stem(form) for form in forms(image.name)]
            stems += [without_map_suffix(one) for one in stems]
            names += [(one, _stem_key(one)) for one in dict.fromkeys(stems)]
        for name, key in names:
            for index in (self._literal, self._derived):
                if key in index:
                    return _only_one(name, index[key], image)
        raise LayoutError("the batch has no image of this name")


def _exact_key(name: str) -> str:
    return place(tidied(name))[-1]


def _stem_key(stem: str) -> str:
    return f"{place(stem)[-1]}/"  # no base name has a slash


def _only_one(name: str, candidates: Sequence[_Named], image: AnnotatedImage) -> Target:
    """Of images of one base name, the one in the most similar folder. Raises LayoutError."""
    literal = [one for one in candidates if name in (one.name, stem(one.name))]
    if len({one.target.id for one in literal}) == 1:
        return literal[0].target
    folders = place(name)[:-1]
    depths = [_common_depth(folders, place(one.name)[:-1]) for one in candidates]
    best = max(depths)
    if image.is_shared and best == 0 and any(folders != place(one.name)[:-1] for one in candidates):
        raise LayoutError(
            "the file has this name in several folders, and the batch has no image in a folder of that name"
        )
    closest = [one for one, depth in zip(candidates, depths, strict=True) if depth == best]
    exact_case = [one for one in closest if one.name.rpartition("/")[2] == name.rpartition("/")[2]]
    ids = {one.target.id: one.target for one in exact_case or closest}
    if len(ids) > 1:
        raise LayoutError(f"{len(ids)} images of the batch have this name, so it is not clear which is meant")
    return next(iter(ids.values()))


def _common_depth(folders: Sequence[str], others: Sequence[str]) -> int:
    """How many folders next to the file are the same."""
    pairs = zip(reversed(folders), reversed(others), strict=False)
    depth = 0
    for one, other in pairs:
        if one != other:
            break
        depth += 1
    return depth
