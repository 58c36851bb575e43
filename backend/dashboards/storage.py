"""How much room blobs take, listed no more often than is cheap."""

import threading
import time
from collections import Counter
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.core.storage import Storage
from backend.dashboards.schemas import DiskOut, StorageFigures
from backend.images.models import Embedding

KEEP_SECONDS = 60.0
KEEP_TIMES = 20  # as long as the listing took: it has a twentieth of one thread at most
EMBEDDINGS = "embeddings"  # the most blobs; their rows have their sizes
WHAT = {
    "originals": "photos",
    "pictures": "pictures",
    "thumbnails": "pictures",
    "models": "models",
    "uploads": "models",
    "detectors": "models",
    "exports": "exports",
    "snapshots": "training",
    "training": "training",
    "imports": "imports",
}


class _Listing:
    """What a listing gave, and until when it is good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._sizes: dict[str, int] = {}

    def sizes(self, storage: Storage) -> dict[str, int]:
        with self._lock:  # who comes during a listing waits for it
            started = time.monotonic()
            if started >= self._until:
                self._sizes = storage.bytes_by_folder(without=[EMBEDDINGS])
                took = time.monotonic() - started
                self._until = started + took + max(KEEP_SECONDS, KEEP_TIMES * took)
            return self._sizes


_listings: WeakKeyDictionary[Storage, _Listing] = WeakKeyDictionary()


def show_storage(session: Session, storage: Storage) -> list[StorageFigures]:
    """The largest first. Of all projects together, which share pictures and embeddings."""
    sizes = Counter({EMBEDDINGS: int(session.scalar(select(func.sum(Embedding.size_bytes))) or 0)})
    for folder, size in _listings.setdefault(storage, _Listing()).sizes(storage).items():
        sizes[WHAT.get(folder, "other")] += size
    return [StorageFigures(what=what, bytes=size) for what, size in sizes.most_common() if size]


def show_disk(storage: Storage) -> DiskOut | None:
    disk = storage.disk_bytes()
    return None if disk is None else DiskOut(free_bytes=disk[0], total_bytes=disk[1])
