"""A worker's process that does one training run, with something that goes wrong on the way.

python -m tests.backend.retraining_process JOB_ID dies-in PHASE
python -m tests.backend.retraining_process JOB_ID writes-at-most BYTES
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn
from uuid import UUID

from backend.jobs.models import JobKind
from backend.jobs.run import run_job
from backend.models import registry
from backend.runtime import open_runtime
from backend.settings import Settings
from backend.training import progress, tasks

# Of each phase, what it does at the worst moment to die: its work is done, and is not written down yet.
WORST_MOMENTS: dict[str, tuple[Any, str]] = {
    "snapshot": (progress, "keep_snapshot"),
    "embedding": (tasks._Retraining, "_train"),
    "training": (tasks._Watch, "kept"),
    "evaluating": (tasks._Retraining, "_register"),
    "promotion": (registry, "promote"),
}
DIES_AFTER = {"training", "promotion"}  # the checkpoint is kept; the transaction is still open


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def and_die(step: Callable[..., Any]) -> Callable[..., NoReturn]:
    def last_step(*values: Any, **named: Any) -> NoReturn:
        step(*values, **named)
        die()

    return last_step


if __name__ == "__main__":
    job_id, what, value = sys.argv[1:]
    if what == "dies-in":
        place, name = WORST_MOMENTS[value]
        setattr(place, name, and_die(getattr(place, name)) if value in DIES_AFTER else die)
    else:
        # As a full disk, but of this process alone.
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(value), resource.RLIM_INFINITY))
    run_job(open_runtime(Settings()), UUID(job_id), {JobKind.RETRAIN: tasks.retrain})
