"""Pages of long lists. A page ends at a place, not at a row: the list goes on when that row is deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple, TypeVar
from uuid import UUID

from pydantic import AfterValidator
from sqlalchemy import ColumnElement, tuple_

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """Where a row stands in a list that is ordered by a time, then by id."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def read(cls, text: str) -> Place:
        """Of the text that a page ended with. Raises ValueError."""
        microseconds, _, id_ = text.partition("-")
        try:
            return cls(_EPOCH + timedelta(microseconds=int(microseconds)), UUID(id_))
        except (OverflowError, ValueError) as error:
            raise ValueError("this is no `next` of a page") from error

    def rows_behind(self, *order: Any) -> ColumnElement[bool]:
        """A condition on rows of a list that ascends by time and id."""
        return tuple_(*order) > tuple_(self.at, self.id)

    def rows_ahead(self, *order: Any) -> ColumnElement[bool]:
        """Likewise; where the list descends, these are the rows that come behind."""
        return tuple_(*order) < tuple_(self.at, self.id)


Row = TypeVar("Row")


def cut(
    rows: Sequence[Row], limit: int, place_of: Callable[[Row], tuple[datetime, UUID]]
) -> tuple[Sequence[Row], str | None]:
    """A page of `limit` rows, and what the next one goes on from; None where no row of `rows` is left."""
    page = rows[:limit]
    return page, str(Place(*place_of(page[-1]))) if len(rows) > limit else None


def _readable(text: str) -> str:
    Place.read(text)
    return text


# On the wire: what `str` makes of a place.
Cursor = Annotated[str, AfterValidator(_readable)]
