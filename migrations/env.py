"""Alembic's environment: the tables are those of backend's models, the database that of its settings."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum

import backend.exports.models
import backend.images.models
import backend.imports.models
import backend.jobs.models
import backend.masks.models
import backend.models.models
import backend.projects.models
import backend.stages.models
import backend.training.models
import backend.users.models
import backend.work.models  # noqa: F401, the imports above register the tables on Base
from backend.core.database import Base, UtcDateTime, open_engine
from backend.settings import Settings


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Plain types in migrations, so that these stay true when the models' own types change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter most things in place
        render_item=render_item,
        # Also on SQLite, which can: between two transactions another process would begin with the next step.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


engine = context.config.attributes.get("engine") or open_engine(Settings().effective_database_url)
with engine.connect() as connection:
    run(connection)
