"""When a run starts by itself, as plain functions of a rule and of what is new."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from backend.training.models import TrainingRule, Trigger


@dataclass(frozen=True)
class News:
    """What has come since the last run of a stage."""

    masks: int
    images: int
    last_run_at: datetime | None
    is_running: bool  # a run of the project, of whatever stage
    obstacle: str | None  # why no run can learn anything yet, as a sentence


def due(rule: TrainingRule, news: News, now: datetime) -> Trigger | None:
    """Why a run is to start now; None when it is not."""
    if news.is_running or news.obstacle or in_quiet_hours(rule, now):
        return None
    return reason(rule, news, now)


def reason(rule: TrainingRule, news: News, now: datetime) -> Trigger | None:
    """As `due`, whatever stands in the way at the moment."""
    if news.masks == 0:
        return None
    if _has_entered(rule, news):
        return Trigger.ENTERING
    if rule.every_masks is not None and news.masks >= rule.every_masks:
        return Trigger.MASKS
    if rule.every_hours is not None and news.masks >= rule.least_masks and _hours_are_over(rule, news, now):
        return Trigger.HOURS
    return None


def in_quiet_hours(rule: TrainingRule, now: datetime) -> bool:
    """From `quiet_from` to before `quiet_to`, over midnight too; the same time twice is the whole day."""
    if rule.quiet_from is None or rule.quiet_to is None:
        return False
    begin, end, at = time.fromisoformat(rule.quiet_from), time.fromisoformat(rule.quiet_to), now.time()
    if begin < end:
        return begin <= at < end
    return at >= begin or at < end


def sentence(rule: TrainingRule, news: News, now: datetime) -> str:
    """What would happen now, for the page."""
    there = _masks(news.masks)
    if news.is_running:
        return f"A run is going on; {there} since the last one."
    if news.obstacle:
        return news.obstacle
    if reason(rule, news, now) is None:
        return f"Would not start now: {there}{_what_is_missing(rule, news, now)}."
    if in_quiet_hours(rule, now):
        return f"Would start at {rule.quiet_to} UTC, after the quiet hours: {there}."
    return f"Would start now: {there}."


def _has_entered(rule: TrainingRule, news: News) -> bool:
    if not rule.on_entering or rule.entered_at is None:
        return False
    return news.last_run_at is None or rule.entered_at > news.last_run_at


def _hours_are_over(rule: TrainingRule, news: News, now: datetime) -> bool:
    if news.last_run_at is None or rule.every_hours is None:
        return True
    return now - news.last_run_at >= timedelta(hours=rule.every_hours)


def _what_is_missing(rule: TrainingRule, news: News, now: datetime) -> str:
    if rule.every_masks is None and rule.every_hours is None:
        return (
            ", and nothing but a person or a batch that enters starts a run"
            if rule.on_entering
            else (", and nothing but a person starts a run")
        )
    waits = []
    if rule.every_masks is not None:
        waits.append(f"{_count(rule.every_masks - news.masks)} more are needed")
    if rule.every_hours is not None:
        if news.masks < rule.least_masks:
            waits.append(f"with {_count(rule.least_masks - news.masks)} more, time counts")
        elif news.last_run_at is not None:
            hours = rule.every_hours - (now - news.last_run_at) / timedelta(hours=1)
            waits.append(f"{hours:.1f} hours are left")
    return f"; {' or '.join(waits)}"


def _masks(count: int) -> str:
    return "1 new mask" if count == 1 else f"{_count(count)} new masks" if count else "no new masks"


def _count(number: int) -> str:
    return f"{number:,}"
