"""Whether the parts that everything needs are there."""

from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from backend.core.dependencies import SessionDep, SettingsDep
from backend.jobs.service import live_workers

VERSION = version("maskloop")

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """`workers` counts the worker processes that said lately that they are alive."""

    status: Literal["ok"]
    version: str
    database: Literal["ok"]
    queue: Literal["embedded", "redis"]
    workers: int


@router.get("/health")
def check_health(session: SessionDep, settings: SettingsDep) -> Health:
    session.execute(text("SELECT 1"))
    return Health(
        status="ok",
        version=VERSION,
        database="ok",
        queue="redis" if settings.broker_url else "embedded",
        workers=live_workers(session, stale_seconds=settings.stale_seconds),
    )
