"""What is read into memory in one piece has a limit; uploads go to the disk and have limits of their own."""

from collections.abc import Iterator

from anyio import from_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 32 * 2**20  # a mask of 10,000 x 10,000 pixels of noise has less
LIMIT = "maskloop.most_body_bytes"  # in the scope of a request: that of a route which raised it


def body_chunks(request: Request, *, most_bytes: int) -> Iterator[bytes]:
    """The body as it arrives, for a route in a thread that writes it to the disk.

    Raises HTTPException 413 beyond `most_bytes`, and 400 when the sender goes away before its end.
    """
    request.scope[LIMIT] = most_bytes
    stream = request.stream()

    async def next_chunk() -> bytes:
        return await anext(stream, b"")

    try:
        while chunk := from_thread.run(next_chunk):
            yield chunk
    except ClientDisconnect:
        raise HTTPException(400, "The file was cut off. Send it again.") from None


class BodyLimit:
    """Refuses longer bodies (413) when a route begins to read them, so that roles are looked at first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if scope["type"] != "http" or headers.get("content-type", "").startswith("multipart/"):
            await self._app(scope, receive, send)
            return
        announced = headers.get("content-length", "")
        announced_bytes = int(announced) if announced.isdecimal() else 0
        received = 0

        async def receive_counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            most_bytes = scope.get(LIMIT, MOST_BYTES)
            if max(received, announced_bytes) > most_bytes:
                raise HTTPException(413, f"A request may have {most_bytes:,} bytes here. Send less at once.")
            return message

        await self._app(scope, receive_counting, send)
