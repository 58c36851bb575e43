"""A worker as `maskloop worker` starts it, but without the starter model: tests bring their own."""

import sys

from backend.core.logging import configure_logging
from backend.jobs.models import JobQueue
from backend.jobs.worker import run_worker
from backend.runtime import open_runtime
from backend.settings import Settings
from backend.supervisor import end_with_parent

if __name__ == "__main__":
    end_with_parent()  # also when pytest is killed
    configure_logging()
    queues = [JobQueue(name) for name in sys.argv[1:]] or list(JobQueue)
    sys.exit(run_worker(open_runtime(Settings()), queues=queues))
