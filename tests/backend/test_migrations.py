"""Migrations go up and down on both databases and end where the models are."""

from alembic import command
from sqlalchemy import inspect

from backend.core.database import Base
from backend.core.migrations import alembic_config, is_current, migrate
from backend.runtime import Runtime


def test_models_and_migrations_agree(runtime: Runtime) -> None:
    command.check(alembic_config(runtime.engine))  # raises when autogenerate would change anything


def test_down_and_up_again(runtime: Runtime) -> None:
    assert is_current(runtime.engine)
    command.downgrade(alembic_config(runtime.engine), "base")
    assert inspect(runtime.engine).get_table_names() == ["alembic_version"]
    assert not is_current(runtime.engine)
    migrate(runtime.engine)
    assert set(inspect(runtime.engine).get_table_names()) == {"alembic_version", *Base.metadata.tables}


def test_migrating_twice_changes_nothing(runtime: Runtime) -> None:
    migrate(runtime.engine)
    assert is_current(runtime.engine)
