"""A Maskloop of the replay's own: `maskloop run` on a data folder and a free port, ended with the replay."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tools.replay.api import ReplayError

REPOSITORY = Path(__file__).resolve().parents[2]
STARTS_WITHIN_SECONDS = 300.0  # the starter's decoder is exported at a first start
STOPS_WITHIN_SECONDS = 30.0


@dataclass(frozen=True)
class Server:
    url: str
    token: str


@contextmanager
def running_server(folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """`settings` by their names without `MASKLOOP_`. Its output is in `folder`/server.log."""
    folder.mkdir(parents=True, exist_ok=True)
    port, log = _free_port(), folder / "server.log"
    own = {"DATA_DIR": str(folder / "data"), "PORT": str(port), **settings}
    environment = os.environ | {f"MASKLOOP_{name}": value for name, value in own.items()}
    maskloop = [sys.executable, "-m", "backend.cli"]
    with log.open("wb") as output:
        # In a session of its own, so that Ctrl-C reaches the replay alone, which then ends it in order.
        process = subprocess.Popen(
            [*maskloop, "run"],
            env=environment,
            cwd=REPOSITORY,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, url, log)
        command = [*maskloop, "users", "token", "admin", "--name", "replay"]
        token = subprocess.check_output(command, env=environment, cwd=REPOSITORY, text=True).strip()
        yield Server(url, token)
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while f"ready: {url}" not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            raise ReplayError(f"Maskloop did not start: {log} says why.\n{log.read_text()[-2000:]}")
        time.sleep(0.2)
    httpx.get(f"{url}/api/health").raise_for_status()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
