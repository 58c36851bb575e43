"""Brings a database to the newest layout of tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from backend.core.database import Turn, one_at_a_time

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config(engine: Engine) -> Config:
    """For alembic's commands; migrations/env.py takes the engine from its attributes."""
    config = Config(attributes={"engine": engine})
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def is_current(engine: Engine) -> bool:
    heads = ScriptDirectory.from_config(alembic_config(engine)).get_heads()
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def migrate(engine: Engine) -> None:
    """Does nothing on a database that is current. Several processes may start at once."""
    if not is_current(engine):
        with one_at_a_time(engine, Turn.SETUP):
            command.upgrade(alembic_config(engine), "head")
