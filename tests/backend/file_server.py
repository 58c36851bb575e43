"""A real HTTP server of one file, which breaks off, ignores ranges, or has another file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """Serves `content`; what it does wrong can be set while it runs."""

    content: bytes
    cut_after: list[int] = field(default_factory=list)  # per request: bytes sent before the connection breaks
    honours_ranges: bool = True
    piece_bytes: int = 10_000
    pause_seconds: float = 0.0  # between pieces
    status: int | None = None  # answered instead of the file
    requests: list[str | None] = field(default_factory=list)  # each one's Range header
    url: str = ""
    stop: Callable[[], None] = lambda: None


@contextmanager
def serving(content: bytes, name: str = "model.pth") -> Iterator[FileServer]:
    state = FileServer(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.requests.append(wanted)
            if state.status is not None:
                self.send_error(state.status)
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            if wanted and state.honours_ranges:
                if start >= len(state.content):
                    self.send_error(416)
                    return
                self.send_response(206)
                end = len(state.content) - 1
                self.send_header("Content-Range", f"bytes {start}-{end}/{len(state.content)}")
            else:
                start = 0
                self.send_response(200)
            body = state.content[start:]
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            stop = state.cut_after.pop(0) if state.cut_after else len(body)
            for at in range(0, min(stop, len(body)), state.piece_bytes):
                self.wfile.write(body[at : min(at + state.piece_bytes, stop)])
                time.sleep(state.pause_seconds)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http_server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{http_server.server_port}/{name}"

    def stop() -> None:
        http_server.shutdown()
        http_server.server_close()

    state.stop = stop
    try:
        yield state
    finally:
        stop()
