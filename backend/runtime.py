"""What the web server, the worker and the command line all start from."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import make_sessions, open_engine
from backend.core.storage import Storage
from backend.jobs.broker import make_celery
from backend.jobs.dispatch import install_dispatch
from backend.masks.tallies import keep_tallies
from backend.settings import Settings


@dataclass(frozen=True, eq=False)  # equal only to itself, and so usable as a cache key
class Runtime:
    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    storage: Storage


def open_runtime(settings: Settings) -> Runtime:
    """Connects nothing yet; makes the data folder.

    Sessions send the jobs they queue after their commit, and keep the tallies of the masks they change.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.effective_database_url)
    sessions = make_sessions(engine)
    install_dispatch(sessions, make_celery(settings))
    keep_tallies(sessions)
    return Runtime(settings, engine, sessions, Storage(settings.effective_storage_url))
