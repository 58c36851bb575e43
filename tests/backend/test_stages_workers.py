"""Stages with a real worker, the shipped starter and real photos, and what happens when the worker dies."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from backend.core.database import session_scope
from backend.images.importing import Upload, import_uploads
from backend.images.models import Image, WorkState
from backend.jobs import service as job_service
from backend.jobs.models import Job, JobKind, JobState
from backend.masks.models import Mask, MaskSource, MaskState
from backend.models.models import Model
from backend.models.tasks import ensure_starter
from backend.projects.models import Batch, Stage
from backend.projects.service import ensure_first_batch
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.stages.models import Detector
from backend.work.models import Transition
from tests.backend.drawing import mask_body
from tests.backend.servers import wait_until
from tests.backend.test_jobs_workers import worker

CLOTHING = Path(__file__).parents[1] / "data" / "clothing"
LIMITS = {
    "heartbeat_seconds": 0.3,
    "stale_seconds": 5.0,
    "worker_threads": 1,
    "worker_precision": "float32",
    "detector_minutes": 0.05,
    "automask_points_per_side": 4,
}
ANNOTATED = 5  # photos with the masks of a person; the others are open


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=sqlite_url, **LIMITS)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    ensure_starter(runtime)
    yield runtime
    runtime.engine.dispose()
