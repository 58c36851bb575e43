"""What keeps other websites out, and the headers of every response."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.core.errors import Problem, problem_response

SESSION_COOKIE = "maskloop_session"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    # The first two make the page cross-origin isolated: without it WebAssembly has no threads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
        "img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self'"
    ),
}


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class SameOriginOnly:
    """Refuses foreign host names (DNS rebinding) and changes asked for by other websites (CSRF)."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: tuple[str, ...]) -> None:
        self._app = app
        self._allowed_hosts = {host.lower() for host in allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._objection(scope) if scope["type"] == "http" else None
        await (self._app if problem is None else problem_response(problem))(scope, receive, send)

    def _objection(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if _without_port(host) not in self._allowed_hosts:
            return Problem(
                status=400,
                code="foreign_host",
                title="Unknown host name",
                detail=f"This server does not answer to the name {host or '(none)'}.",
            )
        if scope["method"] not in SAFE_METHODS and not _is_own_change(headers, host):
            return Problem(
                status=403,
                code="foreign_origin",
                title="Foreign origin",
                detail="Changes are accepted from this application's own pages only.",
            )
        return None


def _is_own_change(headers: Headers, host: str) -> bool:
    """Whether a change comes from one of our pages, or from a program, which sends no cookie by itself."""
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == host
    if headers.get("sec-fetch-site") is not None:
        return headers["sec-fetch-site"] == "same-origin"
    # Another website can neither keep a browser from sending its cookies nor have it send this header.
    return "authorization" in headers or SESSION_COOKIE not in cookie_parser(headers.get("cookie", ""))


def _without_port(host: str) -> str:
    """ "localhost:8400" -> "localhost", "[::1]:8400" -> "[::1]" """
    return host if host.endswith("]") else host.rsplit(":", 1)[0]
