"""The web application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import backend.batches.router
import backend.dashboards.router
import backend.exports.router
import backend.images.router
import backend.imports.router
import backend.jobs.router
import backend.masks.router
import backend.models.router
import backend.projects.router
import backend.quality.router
import backend.stages.router
import backend.training.router
import backend.users.router
import backend.work.router
from backend import feeds, health
from backend.core import events
from backend.core.body_limit import BodyLimit
from backend.core.errors import UnexpectedErrors, install_error_handlers
from backend.core.frontend import install_frontend
from backend.core.request_log import RequestLog
from backend.core.security import SameOriginOnly, SecurityHeaders
from backend.runtime import Runtime

ROUTERS = (
    health.router,
    feeds.router,
    backend.users.router.router,
    backend.projects.router.router,
    backend.batches.router.router,
    backend.dashboards.router.router,
    backend.images.router.router,
    backend.masks.router.router,
    backend.models.router.router,
    backend.exports.router.router,
    backend.imports.router.router,
    backend.jobs.router.router,
    backend.work.router.router,
    backend.quality.router.router,
    backend.stages.router.router,
    backend.training.router.router,
)


def create_app(runtime: Runtime) -> FastAPI:
    """The database must be migrated. Several applications may live in one process."""
    broadcaster = events.Broadcaster(runtime.sessions, feeds.FEEDS)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        broadcaster.close()

    app = FastAPI(
        title="Maskloop",
        version=health.VERSION,
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings = runtime.settings
    app.state.sessions = runtime.sessions
    app.state.storage = runtime.storage
    app.state.broadcaster = broadcaster

    install_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/api")
    install_frontend(app, runtime.settings.frontend_dir)

    # The last one added is the outermost: refusals carry the headers, and a request id, too.
    app.add_middleware(BodyLimit)
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(SameOriginOnly, allowed_hosts=runtime.settings.effective_allowed_hosts)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog)
    return app
