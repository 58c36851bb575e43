"""Something to be done every so often beside something else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def alongside(name: str, seconds: float, work: Callable[[], bool]) -> Iterator[None]:
    """While the block runs, calls `work` in a thread every so many seconds, until it returns False."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(seconds) and work():
            pass

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
