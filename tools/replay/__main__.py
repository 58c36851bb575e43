"""The loop of the data engine, closed: simulated annotators, a real server, models trained on their masks.

    make replay DATA=folder    # with nuclei/ below it, in COCO: photos of the 2018 Data Science Bowl

docs/replay/ gets the table, the plot and replay.json, and README.md the short table. The last line is
`RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType

from tools.replay.api import Api, ReplayError
from tools.replay.photos import read_photos
from tools.replay.plan import FULL, SHORT
from tools.replay.play import play
from tools.replay.report import renew_readme, write_report
from tools.replay.server import REPOSITORY, Server, running_server

DOCS = REPOSITORY / "docs" / "replay"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="elsewhere than docs/replay; README.md then stays")
    parser.add_argument("--minutes", type=float, help="of each training")
    parser.add_argument("--folder", type=Path, help="keep the server's data here")
    parser.add_argument(
        "--short", action="store_true", help="in minutes, with next to no training; docs/replay stays"
    )
    parser.add_argument("--url", help="of a running Maskloop to use instead, with --token")
    parser.add_argument("--token", help="an admin's API token")
    arguments = parser.parse_args()
    if bool(arguments.url) != bool(arguments.token):
        parser.error("--url and --token belong together")
    plan = SHORT if arguments.short else FULL
    plan = replace(plan, minutes=arguments.minutes or plan.minutes)
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()

    def say(text: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - started), 60)
        print(f"[{minutes:02}:{seconds:02}] {text}", flush=True)

    try:
        photos = read_photos(arguments.data / "nuclei", plan.side, plan.windows)
        say(f"{len(photos)} photos; about {plan.expected_minutes:.0f} minutes on two cores")
        with ExitStack() as stack:
            if arguments.url:
                server = Server(arguments.url, arguments.token)
            else:
                folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
                server = stack.enter_context(running_server(folder, plan.settings))
            api = stack.enter_context(Api(server.url, server.token))
            results = play(api, photos, plan, "nuclei", say)
        times = os.times()  # the server's too, which has ended
        results.cpu_minutes = round(sum(times[:4]) / 60, 1)
    except (ReplayError, ValueError, FileNotFoundError) as error:
        sys.exit(f"The replay has broken off. {error}")
    if arguments.out:
        write_report(results, arguments.out)
    elif not arguments.short:
        write_report(results, DOCS)
        renew_readme(results, REPOSITORY / "README.md")
    print("RESULT", json.dumps(asdict(results)))


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """So that SIGTERM ends the server, too."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
