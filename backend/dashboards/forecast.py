"""When a project's images will be done, at the pace that it has."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.dashboards.schemas import ForecastOut
from backend.projects.models import Stage

DAYS_OF_WORK = 7  # whose pace counts


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Of the batches in a stage. The images that are finished have cost people `active_ms`."""

    stage: Stage
    images_left: int
    finished: int
    active_ms: int


def forecast(progress: Sequence[Progress], finished: Mapping[date, int], today: date) -> ForecastOut:
    """`finished`: how many images, by day."""
    left = sum(part.images_left for part in progress)
    last_days = sorted(day for day, images in finished.items() if images)[-DAYS_OF_WORK:]
    per_day = sum(finished[day] for day in last_days) / len(last_days) if last_days else None
    return ForecastOut(
        images_left=left,
        seconds_left=_seconds_left(progress),
        images_per_day=None if per_day is None else round(per_day, 1),
        done_on=_done_on(left, per_day, today),
    )


def _seconds_left(progress: Sequence[Progress]) -> float | None:
    """People have no work with what machines do by themselves."""
    seconds = 0.0
    for part in progress:
        if part.images_left == 0 or part.stage == Stage.FULLY_AUTOMATIC:
            continue
        if part.finished == 0 or part.active_ms == 0:
            return None
        seconds += part.images_left * part.active_ms / part.finished / 1000
    return round(seconds)


def _done_on(left: int, per_day: float | None, today: date) -> date | None:
    if per_day is None:
        return None
    try:
        return today + timedelta(days=math.ceil(left / per_day))
    except OverflowError:  # after the last year that dates have
        return None
