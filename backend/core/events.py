"""Server-sent events: what changed in the database, told to every open page.

Events carry full state, so that a repeated one is harmless. A page that (re)connects fetches what it shows
and then follows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import anyio
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from backend.core.database import session_scope, utc_now

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 0.25
# Rows carry the time at which they were written, not that of the commit that made them visible.
OVERLAP = timedelta(seconds=5)
MOST_UNREAD_LOOKS = 240  # a minute of changes
MOST_REMEMBERED = 10_000  # by a listener
DESCRIBED_AT_ONCE = 1_000
PING_SECONDS = 15
ASK_AGAIN_SECONDS = 20.0  # whether a listener is still signed in


@dataclass(frozen=True)
class Audience:
    """What others than managers are told of an event: each what stands by the id, and else `rest`."""

    by_id: Mapping[str, Event] = field(default_factory=dict)
    rest: Event | None = None

    def told(self, user_id: str) -> Event | None:
        return self.by_id.get(user_id, self.rest)


@dataclass(frozen=True)
class Event:
    """`key` names the thing that `data`, a JSON-ready dict, describes, such as "image:<id>".

    Without an audience it is for everybody in the project, and without a project for all projects.
    A page that was told `once` of the key is not told the same again, until it is told something else of it.
    """

    name: str
    key: str
    data: dict[str, Any]
    audience: Audience | None = None
    project_id: UUID | None = None
    once: str | None = None

    @cached_property
    def encoded(self) -> bytes:
        """As it goes out. Made once, however many pages are told."""
        return ServerSentEvent(event=self.name, data=json.dumps(self.data)).encode()


Change = tuple[UUID, datetime]  # what changed, and the time that the changed row carries


@dataclass(frozen=True)
class Feed:
    """One kind of thing that pages are told of.

    `changes` finds what changed since a time; asked a few times a second while pages are open, it should
    be cheap. `describe` makes events of those that have not been told.
    """

    changes: Callable[[Session, datetime], Iterable[Change]]
    describe: Callable[[Session, Collection[UUID]], Iterable[Event]]


Inbox = asyncio.Queue[Sequence[Event] | None]  # None: the listener has to go


def event_response(
    broadcaster: Broadcaster, for_listener: Callable[[Event], Event | None], is_allowed: Callable[[], bool]
) -> EventSourceResponse:
    """Events as they come, until the page leaves, the server stops or `is_allowed`, a query, says no.

    `for_listener` tells what this listener gets of an event, if anything.
    """
    server_stops = anyio.Event()

    async def close_when_server_stops() -> None:
        await server_stops.wait()
        broadcaster.close()

    async def stream() -> AsyncIterator[bytes]:
        closing = asyncio.create_task(close_when_server_stops())
        try:
            async with aclosing(broadcaster.listen(is_allowed)) as looks:
                once: dict[str, str] = {}
                async for events in looks:
                    if news := b"".join(event.encoded for event in _news(events, for_listener, once)):
                        yield news
        finally:
            closing.cancel()

    return EventSourceResponse(
        stream(), ping=PING_SECONDS, shutdown_event=server_stops, shutdown_grace_period=1
    )


def _news(
    events: Iterable[Event], for_listener: Callable[[Event], Event | None], once: dict[str, str]
) -> Iterator[Event]:
    """What a listener gets of these events; `once`, by key, is what it has got that is not to be repeated."""
    if len(once) > MOST_REMEMBERED:
        once.clear()  # a repeated event does no harm
    for event in events:
        told = for_listener(event)
        if told is None or (told.once is not None and once.get(told.key) == told.once):
            continue
        if told.once is None:
            once.pop(told.key, None)
        else:
            once[told.key] = told.once
        yield told


class Broadcaster:
    """Looks for changes while somebody listens and passes on those that it has not told yet."""

    def __init__(self, sessions: sessionmaker[Session], feeds: Sequence[Feed]) -> None:
        self._sessions = sessions
        self._feeds = feeds
        self._listeners: set[Inbox] = set()
        self._watching: asyncio.Task[None] | None = None
        self._started_at = utc_now()

    async def listen(self, is_allowed: Callable[[], bool]) -> AsyncGenerator[Sequence[Event]]:
        """A greeting, then events from now on, those of one look together.

        Ends for a listener who reads too slowly, and soon after `is_allowed` says no.
        """
        inbox: Inbox = asyncio.Queue(MOST_UNREAD_LOOKS)
        self._listeners.add(inbox)
        guarding = asyncio.create_task(_end_when_forbidden(inbox, is_allowed))
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        try:
            yield [Event("hello", "hello", {"server_started_at": self._started_at.isoformat()})]
            while (events := await inbox.get()) is not None:
                yield events
        finally:
            guarding.cancel()
            self._listeners.discard(inbox)
            if not self._listeners:
                self._stop_watching()

    def close(self) -> None:
        """Ends every listener."""
        for inbox in self._listeners:
            _end(inbox)
        self._stop_watching()

    def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _watch(self) -> None:
        since = utc_now()
        told: list[set[Change]] = [set() for _ in self._feeds]
        while True:
            looked_at = utc_now()
            try:
                events, told = await run_in_threadpool(self._look, since - OVERLAP, told)
            except SQLAlchemyError as error:  # the database may be back at the next look
                log.warning("cannot look for changes", error=str(error))
            else:
                since = looked_at
                if events:
                    self._tell(events)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _look(self, since: datetime, told: Sequence[set[Change]]) -> tuple[list[Event], list[set[Change]]]:
        """The events since then but for what is `told`, by feed; and what is told with them."""
        with session_scope(self._sessions, read_only=True) as session:
            changes = [set(feed.changes(session, since)) for feed in self._feeds]
            events: list[Event] = []
            for feed, present, earlier in zip(self._feeds, changes, told, strict=True):
                news = list({id_ for id_, _ in present - earlier})
                for start in range(0, len(news), DESCRIBED_AT_ONCE):
                    events += feed.describe(session, news[start : start + DESCRIBED_AT_ONCE])
            return events, changes

    def _tell(self, events: Sequence[Event]) -> None:
        for inbox in list(self._listeners):
            if inbox.full():
                self._listeners.discard(inbox)
                _end(inbox)
            else:
                inbox.put_nowait(events)


async def _end_when_forbidden(inbox: Inbox, is_allowed: Callable[[], bool]) -> None:
    allowed = True
    while allowed:
        await asyncio.sleep(ASK_AGAIN_SECONDS)
        try:
            allowed = await run_in_threadpool(is_allowed)
        except SQLAlchemyError as error:  # the database may be back at the next time
            log.warning("cannot ask whether a listener may go on", error=str(error))
    _end(inbox)


def _end(inbox: Inbox) -> None:
    while inbox.full():
        inbox.get_nowait()
    inbox.put_nowait(None)
