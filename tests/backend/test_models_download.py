"""Downloads from a real HTTP server that breaks off, ignores ranges, or has another file."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from backend.models import downloader
from backend.models.downloader import DownloadError, download

CONTENT = os.urandom(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class FileServer:
    """Serves `content`; what it does wrong can be set while it runs."""

    content: bytes = CONTENT
    cut_after: list[int] = field(default_factory=list)  # per request: bytes sent before the connection breaks
    honours_ranges: bool = True
    pause_seconds: float = 0.0  # between pieces of 10,000 bytes
    status: int | None = None  # answered instead of the file
    requests: list[str | None] = field(default_factory=list)  # each one's Range header
    url: str = ""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setattr(downloader, "FIRST_PAUSE_SECONDS", 0.01)
    state = FileServer()

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
            for at in range(0, min(stop, len(body)), 10_000):
                self.wfile.write(body[at : min(at + 10_000, stop)])
                time.sleep(state.pause_seconds)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http_server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{http_server.server_port}/model.pth"
    yield state
    http_server.shutdown()
    http_server.server_close()


def fetch(server: FileServer, target: Path) -> list[int]:
    progress: list[int] = []
    download(server.url, target, sha256=SHA256, size_bytes=len(CONTENT), on_progress=progress.append)
    return progress


def part_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def test_whole_file_arrives_with_progress(server: FileServer, tmp_path: Path) -> None:
    progress = fetch(server, tmp_path / "deeper" / "model.pth")
    assert (tmp_path / "deeper" / "model.pth").read_bytes() == CONTENT
    assert progress == sorted(progress)
    assert progress[-1] == len(CONTENT)
    assert len(progress) > 2
    assert os.listdir(tmp_path / "deeper") == ["model.pth"]


def test_broken_connection_goes_on_where_it_stopped(server: FileServer, tmp_path: Path) -> None:
    server.cut_after = [150_000, 50_000]
    fetch(server, tmp_path / "model.pth")
    assert (tmp_path / "model.pth").read_bytes() == CONTENT
    assert server.requests == [None, "bytes=150000-", "bytes=200000-"]


def test_next_command_goes_on_when_the_server_kept_failing(server: FileServer, tmp_path: Path) -> None:
    server.cut_after = [120_000] + [0] * downloader.ATTEMPTS_WITHOUT_PROGRESS
    with pytest.raises(DownloadError, match=r"stopped at 120,000 of 300,000 bytes.*same command goes on"):
        fetch(server, tmp_path / "model.pth")
    assert os.listdir(tmp_path) == ["model.pth.part"]

    server.cut_after, server.requests = [], []
    fetch(server, tmp_path / "model.pth")
    assert server.requests == ["bytes=120000-"]
    assert (tmp_path / "model.pth").read_bytes() == CONTENT


def test_killed_download_is_resumed(server: FileServer, tmp_path: Path) -> None:
    target = tmp_path / "model.pth"
    server.pause_seconds = 0.05
    script = (
        "import sys; from pathlib import Path; from backend.models.downloader import download\n"
        "url, target, sha256, size = sys.argv[1:]\n"
        "download(url, Path(target), sha256=sha256, size_bytes=int(size), on_progress=lambda _: None)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, server.url, str(target), SHA256, str(len(CONTENT))]
    )
    while not part_of(target).exists() or part_of(target).stat().st_size < 50_000:
        assert child.poll() is None
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = part_of(target).stat().st_size
    assert 0 < kept < len(CONTENT)
    assert not target.exists()

    server.pause_seconds, server.requests = 0.0, []
    fetch(server, target)
    assert server.requests == [f"bytes={kept}-"]
    assert target.read_bytes() == CONTENT


def test_server_without_ranges_starts_over(server: FileServer, tmp_path: Path) -> None:
    server.honours_ranges = False
    server.cut_after = [150_000]
    fetch(server, tmp_path / "model.pth")
    assert (tmp_path / "model.pth").read_bytes() == CONTENT
    assert len(server.requests) == 2


def test_wrong_content_is_deleted_and_the_next_try_is_clean(server: FileServer, tmp_path: Path) -> None:
    server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(DownloadError, match="not the published file: its sha256 differs"):
        fetch(server, tmp_path / "model.pth")
    assert os.listdir(tmp_path) == []

    server.content = CONTENT
    fetch(server, tmp_path / "model.pth")
    assert server.requests[-1] is None


def test_wrong_beginning_from_an_earlier_time_is_found(server: FileServer, tmp_path: Path) -> None:
    part_of(tmp_path / "model.pth").write_bytes(b"x" * 1000)
    with pytest.raises(DownloadError, match="sha256 differs"):
        fetch(server, tmp_path / "model.pth")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("content", [CONTENT[:200_000], CONTENT + b"more"])
def test_file_of_another_size_is_refused_before_it_is_fetched(
    server: FileServer, tmp_path: Path, content: bytes
) -> None:
    server.content = content
    with pytest.raises(DownloadError, match=f"has {len(content):,} bytes where 300,000 are expected"):
        fetch(server, tmp_path / "model.pth")
    assert os.listdir(tmp_path) == []


def test_part_longer_than_the_file_starts_over(server: FileServer, tmp_path: Path) -> None:
    part_of(tmp_path / "model.pth").write_bytes(CONTENT + b"more")
    fetch(server, tmp_path / "model.pth")
    assert server.requests == [None]
    assert (tmp_path / "model.pth").read_bytes() == CONTENT


def test_complete_part_needs_no_request(server: FileServer, tmp_path: Path) -> None:
    part_of(tmp_path / "model.pth").write_bytes(CONTENT)
    fetch(server, tmp_path / "model.pth")
    assert server.requests == []
    assert (tmp_path / "model.pth").read_bytes() == CONTENT


def test_file_that_is_there_is_not_fetched_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "model.pth").write_bytes(CONTENT)
    assert fetch(server, tmp_path / "model.pth") == [len(CONTENT)]
    assert server.requests == []


def test_missing_file_is_named(server: FileServer, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(DownloadError, match="answered 404 Not Found"):
        fetch(server, tmp_path / "model.pth")
    assert os.listdir(tmp_path) == []


def test_server_that_is_not_there_is_named(server: FileServer, tmp_path: Path) -> None:
    server.url = "http://127.0.0.1:9/model.pth"
    with pytest.raises(DownloadError, match=r"stopped at 0 of 300,000 bytes: .*refused"):
        fetch(server, tmp_path / "model.pth")
    assert os.listdir(tmp_path) == []


def test_two_downloads_at_once_do_not_mix(server: FileServer, tmp_path: Path) -> None:
    server.pause_seconds = 0.02
    target = tmp_path / "model.pth"
    first = threading.Thread(target=fetch, args=(server, target))
    first.start()
    while not part_of(target).exists() or part_of(target).stat().st_size == 0:
        time.sleep(0.005)
    with pytest.raises(DownloadError, match="Another process is downloading"):
        fetch(server, target)
    first.join()
    assert target.read_bytes() == CONTENT


def test_download_that_cannot_fit_is_refused_before_it_starts(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"bytes free, and the download needs 1,000,000,000,000,000 more"):
        download(server.url, tmp_path / "m", sha256=SHA256, size_bytes=10**15, on_progress=lambda _: None)
    assert server.requests == []
    assert os.listdir(tmp_path) == []
