"""Server-sent events: what changed in the database, told to every open page.

Events carry full state, so that a repeated one is harmless. A page that (re)connects fetches what it shows
and then follows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
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
PING_SECONDS = 15
ASK_AGAIN_SECONDS = 20.0  # whether a listener is still signed in


@dataclass(frozen=True)
class Audience:
    """Managers, and these users; with `everybody`, all but these. Others are told `instead`, or nothing."""

    user_ids: frozenset[str] = frozenset()
    everybody: bool = False
    instead: Event | None = None

    def includes(self, user_id: str) -> bool:
        return (user_id in self.user_ids) != self.everybody


@dataclass(frozen=True)
class Event:
    """`key` names the thing that `data`, a JSON-ready dict, describes, such as "image:<id>".

    Without an audience it is for everybody in the project, and without a project for all projects.
    """

    name: str
    key: str
    data: dict[str, Any]
    audience: Audience | None = None
    project_id: UUID | None = None

    @cached_property
    def text(self) -> str:
        """The data as JSON. Made once, as the next one is, however many pages are told."""
        return json.dumps(self.data, sort_keys=True)

    @cached_property
    def encoded(self) -> bytes:
        """As it goes out."""
        return ServerSentEvent(event=self.name, data=self.text).encode()


# Tells what changed since a time; asked a few times a second while pages are open.
Feed = Callable[[Session, datetime], Iterable[Event]]


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
                async for events in looks:
                    told = [one for event in events if (one := for_listener(event))]
                    if told:
                        yield b"".join(event.encoded for event in told)
        finally:
            closing.cancel()

    return EventSourceResponse(
        stream(), ping=PING_SECONDS, shutdown_event=server_stops, shutdown_grace_period=1
    )


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
        told: dict[str, str] = {}  # what was told of each key that the present window may show again
        while True:
            looked_at = utc_now()
            try:
                events = await run_in_threadpool(self._look, since - OVERLAP)
            except SQLAlchemyError as error:  # the database may be back at the next look
                log.warning("cannot look for changes", error=str(error))
            else:
                since = looked_at
                now_told = {event.key: event.text for event in events}
                if news := [event for event in events if told.get(event.key) != event.text]:
                    self._tell(news)
                told = now_told
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _look(self, since: datetime) -> list[Event]:
        with session_scope(self._sessions, read_only=True) as session:
            return [event for feed in self._feeds for event in feed(session, since)]

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
