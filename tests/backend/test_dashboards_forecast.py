"""When images will be done, from the pace of the last days of work."""

from datetime import date, timedelta

import pytest

from backend.dashboards.forecast import Progress, forecast
from backend.projects.models import Stage

TODAY = date(2026, 6, 10)


def part(
    left: int, *, finished: int = 0, active_ms: int = 0, stage: Stage = Stage.ASSISTED_MANUAL
) -> Progress:
    return Progress(stage=stage, images_left=left, finished=finished, active_ms=active_ms)


def days(*images: int) -> dict[date, int]:
    """The last one today."""
    return {TODAY - timedelta(days=back): count for back, count in enumerate(reversed(images))}


def test_nothing_is_known_before_anything_is_done() -> None:
    told = forecast([part(10)], {}, TODAY)
    assert (told.images_left, told.seconds_left, told.images_per_day, told.done_on) == (10, None, None, None)


def test_pace_is_that_of_the_last_seven_days_with_work() -> None:
    told = forecast([part(45)], days(100, 10, 10, 10, 0, 0, 10, 10, 10, 10), TODAY)
    assert told.images_per_day == 10
    assert told.done_on == TODAY + timedelta(days=5)


@pytest.mark.parametrize(("left", "in_days"), [(0, 0), (1, 1), (3, 1), (4, 2)])
def test_part_of_a_day_is_a_day(left: int, in_days: int) -> None:
    assert forecast([part(left)], days(3), TODAY).done_on == TODAY + timedelta(days=in_days)


def test_peoples_time_is_that_of_a_finished_image_times_those_left_in_each_stage() -> None:
    progress = [
        part(10, finished=4, active_ms=120_000),
        part(5, finished=2, active_ms=8_000, stage=Stage.SEMI_AUTOMATIC),
        part(1000, stage=Stage.FULLY_AUTOMATIC),  # takes no people
    ]
    told = forecast(progress, {}, TODAY)
    assert (told.images_left, told.seconds_left) == (1015, 10 * 30 + 5 * 4)


def test_peoples_time_is_unknown_while_one_stage_has_none() -> None:
    progress = [part(10, finished=4, active_ms=120_000), part(5, stage=Stage.SEMI_AUTOMATIC)]
    assert forecast(progress, {}, TODAY).seconds_left is None
    assert forecast([progress[0], part(0, stage=Stage.SEMI_AUTOMATIC)], {}, TODAY).seconds_left == 300


def test_a_date_that_no_calendar_has_is_none() -> None:
    assert forecast([part(2**31)], days(*[0] * 6, 1), TODAY).done_on is None
