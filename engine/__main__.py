"""`python -m engine ...`: the engine by itself, without web server, database or queue."""

from __future__ import annotations

import argparse

from engine.commands import automask, embed, evaluate, export, report, train


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for command in (embed, automask, export, train, evaluate, report):
        command.add_command(commands)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
