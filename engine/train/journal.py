"""What a training run tells while it runs: JSON lines, and the same as TensorBoard's event files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tensorboardX import SummaryWriter


class Journal:
    """`log.jsonl` and `tensorboard/` in a run's folder."""

    def __init__(self, folder: Path, first_step: int) -> None:
        """A run that goes on at `first_step` forgets what was told of later steps, which come again."""
        self._lines = folder / "log.jsonl"
        if self._lines.exists():
            kept = [line for line in _whole_lines(self._lines) if json.loads(line)["step"] <= first_step]
            self._lines.write_text("".join(kept))
        self._events = SummaryWriter(str(folder / "tensorboard"), purge_step=first_step + 1)

    def tell(self, step: int, **values: Any) -> None:
        """Numbers become curves, lists of numbers a curve each; anything else is for the lines alone."""
        with self._lines.open("a") as lines:
            lines.write(json.dumps({"step": step, **values}) + "\n")
        for name, value in values.items():
            if isinstance(value, list):
                for index, one in enumerate(value):
                    self._events.add_scalar(f"{name}/{index}", one, step)
            elif isinstance(value, int | float):
                self._events.add_scalar(name, value, step)

    def close(self) -> None:
        self._events.close()


def _whole_lines(path: Path) -> list[str]:
    """Without the one that a killed process broke off."""
    return [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
