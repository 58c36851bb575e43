"""A team's installation without containers: PostgreSQL, Redis, an S3 store, two web servers, two workers.

`python -m tests.backend.team` starts all of it and prints where it is as one line of JSON; tests/e2e/team.ts
reads that. It then does what lines on standard input say, such as "kill embed" or "stop postgres",
answers each with "done", and ends everything with the input.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import s3fs
from moto.server import ThreadedMotoServer

from backend.settings import REPOSITORY
from tests.backend.servers import PostgresCluster, RedisServer, free_port, postgres_cluster, wait_until

BUCKET = "team"


@dataclass
class Team:
    """`web` are the addresses of the two web servers; processes are called web-0, web-1, embed and io."""

    folder: Path
    postgres: PostgresCluster
    redis: RedisServer
    environment: dict[str, str]
    ports: tuple[int, int]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def web(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def start(self, name: str) -> None:
        if name.startswith("web"):
            command, port = ["web"], self.ports[int(name.removeprefix("web-"))]
        else:
            command, port = ["worker", "--queues", name], 0
        own = {"MASKLOOP_PORT": str(port)} if port else {}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", *command],
                env=self.environment | own,
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def stop(self) -> None:
        """As a service manager does; the parts of a process that was killed end by themselves."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(30)

    def command(self, *words: str) -> str:
        """What `maskloop` prints."""
        command = [sys.executable, "-m", "backend.cli", *words]
        return subprocess.check_output(command, env=self.environment, cwd=REPOSITORY, text=True).strip()

    def answers(self) -> bool:
        try:
            return all(httpx.get(f"{url}/api/health", timeout=10).is_success for url in self.web)
        except httpx.TransportError:
            return False


@contextmanager
def team(folder: Path, *, workers: tuple[str, ...] = ("embed", "io"), **settings: str) -> Iterator[Team]:
    """A running one, with an admin and an empty project; ready as soon as its web servers answer."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the store's everyday messages
    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    redis = RedisServer(folder, free_port())
    redis.start()
    with postgres_cluster() as postgres:
        environment = os.environ | {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "MASKLOOP_DATA_DIR": str(folder / "data"),
            "MASKLOOP_DATABASE_URL": postgres.create_database(),
            "MASKLOOP_BROKER_URL": redis.url,
            "MASKLOOP_STORAGE_URL": f"s3://{BUCKET}/blobs",
            "MASKLOOP_WEB_PROCESSES": "1",
            "MASKLOOP_WORKER_THREADS": "1",
            "MASKLOOP_WORKER_PRECISION": "float32",
            "MASKLOOP_STALE_SECONDS": "5",
            **{f"MASKLOOP_{name.upper()}": value for name, value in settings.items()},
        }
        keys = {"key": "key", "secret": "secret", "endpoint_url": environment["AWS_ENDPOINT_URL"]}
        s3fs.S3FileSystem(**keys, skip_instance_cache=True).mkdir(BUCKET)
        running = Team(folder, postgres, redis, environment, (free_port(), free_port()))
        try:
            for name in ("web-0", "web-1", *workers):
                running.start(name)
            wait_until(running.answers, seconds=60, what="the web servers answer")
            yield running
        finally:
            running.stop()
            redis.stop()
            store.stop()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="maskloop-team-") as folder, team(Path(folder)) as running:
        token = running.command("users", "token", "admin", "--name", "browser tests")
        print(json.dumps({"web": running.web, "token": token}), flush=True)
        for line in sys.stdin:
            match line.split():
                case ["stop", "postgres"]:
                    running.postgres.stop("fast")
                case ["start", "postgres"]:
                    running.postgres.start()
                case ["kill", name]:
                    running.kill(name)
                case ["start", name]:
                    running.start(name)
            print("done", flush=True)


if __name__ == "__main__":
    main()
