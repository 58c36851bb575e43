"""Migrations go up and down on both databases and end where the models are."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from backend.core.database import Base, open_engine, session_scope
from backend.core.migrations import alembic_config, is_current, migrate
from backend.masks import service as masks
from backend.masks.models import Mask
from backend.masks.schemas import MaskIn
from backend.projects import service as projects
from backend.projects.schemas import ProjectOut
from backend.runtime import Runtime
from backend.settings import REPOSITORY, Settings
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.servers import PostgresCluster


def test_models_and_migrations_agree(runtime: Runtime) -> None:
    command.check(alembic_config(runtime.engine))  # raises when autogenerate would change anything


def test_down_and_up_again(runtime: Runtime) -> None:
    assert is_current(runtime.engine)
    command.downgrade(alembic_config(runtime.engine), "base")
    assert inspect(runtime.engine).get_table_names() == ["alembic_version"]
    assert not is_current(runtime.engine)
    migrate(runtime.engine)
    assert set(inspect(runtime.engine).get_table_names()) == {"alembic_version", *Base.metadata.tables}


def test_masks_of_the_first_tables_stay(runtime: Runtime) -> None:
    config = alembic_config(runtime.engine)
    mask_id = uuid4()
    with session_scope(runtime.sessions) as session:
        content = MaskIn.model_validate(mask_body(add_image(runtime), draw(np.random.default_rng(1))))
        masks.save_mask(session, mask_id, content, by=None)
    command.downgrade(config, "0001")
    command.upgrade(config, "head")
    with session_scope(runtime.sessions) as session:
        mask = session.get_one(Mask, mask_id)
        assert (mask.rle_counts, mask.label_id, mask.locked) == (content.rle.counts, None, False)
        project = projects.ensure_first_project(session)
        assert projects.show_project(session, project.id) == ProjectOut(
            id=project.id, name=projects.FIRST_PROJECT
        )


def test_upgrade_that_breaks_off_leaves_the_tables_as_they_were(runtime: Runtime) -> None:
    command.downgrade(alembic_config(runtime.engine), "base")
    before = ["alembic_version", "comparisons"]  # a later step wants to make this one
    with runtime.engine.begin() as connection:
        connection.execute(text("CREATE TABLE comparisons (id INTEGER)"))
    with pytest.raises(DBAPIError, match="comparisons"):
        migrate(runtime.engine)
    assert sorted(inspect(runtime.engine).get_table_names()) == before


def test_migrating_twice_changes_nothing(runtime: Runtime) -> None:
    migrate(runtime.engine)
    assert is_current(runtime.engine)


def test_several_processes_may_migrate_at_once(postgres: PostgresCluster, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'new.db'}", postgres.create_database()):
        command_line = [sys.executable, "-m", "backend.cli", "users", "list"]
        environment = os.environ | {"MASKLOOP_DATABASE_URL": url, "MASKLOOP_DATA_DIR": str(tmp_path)}
        starts = [subprocess.Popen(command_line, env=environment, cwd=REPOSITORY) for _ in range(3)]
        assert [start.wait(60) for start in starts] == [0, 0, 0]
        engine = open_engine(Settings(database_url=url).effective_database_url)
        assert is_current(engine)
        engine.dispose()
