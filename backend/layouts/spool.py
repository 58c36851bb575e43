"""Annotations on disk, in whatever order a file has them, until they are asked for image by image."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from backend.layouts.names import place
from backend.layouts.rows import Annotation, Refused

NO_IMAGE = -1  # comes before all images


class Spool:
    """A database in a temporary file of its own, which is gone with this object."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute("CREATE TABLE images (id TEXT PRIMARY KEY, number INTEGER, image BLOB)")
        self._database.execute("CREATE TABLE annotations (number INTEGER, annotation BLOB)")
        self._images = 0

    def add_image(self, image_id: str, image: Any) -> None:
        """Of several with one id the first counts."""
        row = (image_id, self._images, pickle.dumps(image))
        self._images += self._database.execute("INSERT OR IGNORE INTO images VALUES (?, ?, ?)", row).rowcount

    def has_image(self, image_id: str) -> bool:
        return self._number_of(image_id) is not None

    def add(self, image_id: str | None, annotation: Annotation | Refused) -> None:
        """None: it is of no image that was added."""
        number = NO_IMAGE if image_id is None else self._number_of(image_id)
        row = (number, pickle.dumps(annotation))
        self._database.execute("INSERT INTO annotations VALUES (?, ?)", row)

    def count_images(self) -> int:
        """Those that have annotations, with one for the annotations of none."""
        [count] = self._database.execute("SELECT count(DISTINCT number) FROM annotations").fetchone()
        return int(count)

    def by_image(self) -> Iterator[tuple[Any, list[Annotation | Refused]]]:
        """Images with annotations in the order in which they were added; those of no image first, as None."""
        self._database.execute("CREATE INDEX by_number ON annotations (number)")
        rows = self._database.execute(
            "SELECT number, image, annotation FROM annotations LEFT JOIN images USING (number) "
            "ORDER BY number, annotations.rowid"
        )
        for _, group in groupby(rows, key=lambda row: row[0]):
            found = list(group)
            image = found[0][1]
            annotations = [pickle.loads(annotation) for _, _, annotation in found]
            yield None if image is None else pickle.loads(image), annotations

    def _number_of(self, image_id: str) -> int | None:
        found = self._database.execute("SELECT number FROM images WHERE id = ?", (image_id,)).fetchone()
        return None if found is None else int(found[0])


class Places:
    """The images that a file lists, on disk too: which base names it has in several folders."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute("CREATE TABLE places (base TEXT, folder TEXT, PRIMARY KEY (base, folder))")

    def add(self, name: str) -> None:
        row = (_base(name), "/".join(place(name)[:-1]))
        self._database.execute("INSERT OR IGNORE INTO places VALUES (?, ?)", row)

    def is_shared(self, name: str) -> bool:
        counted = self._database.execute("SELECT count(*) FROM places WHERE base = ?", (_base(name),))
        return int(counted.fetchone()[0]) > 1


def _base(name: str) -> str:
    return name.rpartition("/")[2]
