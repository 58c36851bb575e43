"""What is read into memory in one piece has a limit; uploads go to the disk and have limits of their own."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 32 * 2**20  # a mask of 10,000 x 10,000 pixels of noise has less


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
            if max(received, announced_bytes) > MOST_BYTES:
                raise HTTPException(413, f"A request may have {MOST_BYTES // 2**20} MiB. Send less at once.")
            return message

        await self._app(scope, receive_counting, send)
