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
from pathlib import Path

import pytest

from backend.models import downloader
from backend.models.downloader import DownloadError, discard, download
from tests.backend.file_server import FileServer, serving

CONTENT = os.urandom(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setattr(downloader, "FIRST_PAUSE_SECONDS", 0.01)
    with serving(CONTENT) as state:
        yield state


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
    with pytest.raises(DownloadError, match=r"stopped at 120,000 of 300,000 bytes.*another try goes on"):
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
    with pytest.raises(DownloadError, match=r"No connection to 127.0.0.1: .*refused") as failed:
        fetch(server, tmp_path / "model.pth")
    assert failed.value.code == "unreachable"
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


def test_a_second_download_that_waits_finds_the_file_of_the_first(server: FileServer, tmp_path: Path) -> None:
    server.pause_seconds = 0.02
    target = tmp_path / "model.pth"
    first = threading.Thread(target=fetch, args=(server, target))
    first.start()
    while not part_of(target).exists() or part_of(target).stat().st_size == 0:
        time.sleep(0.005)
    download(
        server.url,
        target,
        sha256=SHA256,
        size_bytes=len(CONTENT),
        on_progress=lambda _: None,
        wait_seconds=30,
    )
    first.join()
    assert server.requests == [None]
    assert os.listdir(tmp_path) == ["model.pth"]


def test_discarding_leaves_a_download_alone_that_goes_on(server: FileServer, tmp_path: Path) -> None:
    server.pause_seconds = 0.02
    target = tmp_path / "model.pth"
    first = threading.Thread(target=fetch, args=(server, target))
    first.start()
    while not part_of(target).exists() or part_of(target).stat().st_size == 0:
        time.sleep(0.005)
    discard(target)
    first.join()
    assert target.read_bytes() == CONTENT
    part_of(target).write_bytes(CONTENT[:10])
    discard(target)
    assert os.listdir(tmp_path) == []


def test_progress_that_raises_ends_the_download_and_keeps_the_part(
    server: FileServer, tmp_path: Path
) -> None:
    def end(done: int) -> None:
        if done >= 100_000:
            raise KeyboardInterrupt

    target = tmp_path / "model.pth"
    with pytest.raises(KeyboardInterrupt):
        download(server.url, target, sha256=SHA256, size_bytes=len(CONTENT), on_progress=end)
    assert part_of(target).stat().st_size >= 100_000
    assert fetch(server, target)[0] >= 100_000


def test_disk_that_fills_up_is_named_and_the_part_is_kept(server: FileServer, tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from backend.models.downloader import DownloadError, download\n"
        "url, target, sha256, size = sys.argv[1:]\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    download(url, Path(target), sha256=sha256, size_bytes=int(size), on_progress=lambda _: None)\n"
        "except DownloadError as error:\n"
        "    print(error.code, error)"
    )
    command = [sys.executable, "-c", script, server.url, str(tmp_path / "m"), SHA256, str(len(CONTENT))]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"not_written {tmp_path} cannot be written to: File too large.")
    assert part_of(tmp_path / "m").stat().st_size == 100_000
    fetch(server, tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == CONTENT


def test_download_that_cannot_fit_is_refused_before_it_starts(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"bytes free, and this file needs 1,000,000,000,000,000 more"):
        download(server.url, tmp_path / "m", sha256=SHA256, size_bytes=10**15, on_progress=lambda _: None)
    assert server.requests == []
    assert os.listdir(tmp_path) == []
