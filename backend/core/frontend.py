"""The built frontend: its files, and index.html for all else, with status 404 where that is no page."""

import re
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse

from backend.core.errors import NotFound
from backend.core.responses import FOREVER

NOT_BUILT = (
    "<!doctype html><title>Maskloop</title><h1>The frontend is not built</h1>"
    "<p>Build it with <code>npm --prefix frontend ci &amp;&amp; npm --prefix frontend run build</code>, "
    "or start everything with <code>make run</code>.</p>"
)

# As in frontend/src/router.tsx, each also within a project.
PAGES = re.compile(
    r"(p/[0-9a-fA-F-]{36}(/|$))?"
    r"(|enter|invitation|images|images/[^/]+|overview|people|projects|exports|models|dashboard)/?"
)


def install_frontend(app: FastAPI, folder: Path) -> None:
    """Must come after all routers: it answers every other path."""
    root = folder.resolve()

    @app.get("/{path:path}", include_in_schema=False)
    def serve(path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise NotFound("page", path)
        file = (root / path).resolve()
        if path and file.is_relative_to(root) and file.is_file():
            # Vite names what it puts into assets/ by content.
            cache = FOREVER if path.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={"Cache-Control": cache})
        if Path(path).suffix:  # a missing file must not look like a page
            raise NotFound("file", path)
        index = root / "index.html"
        if not index.is_file():
            return HTMLResponse(NOT_BUILT, status_code=503)
        status = 200 if PAGES.fullmatch(path) else 404
        return FileResponse(index, status_code=status, headers={"Cache-Control": "no-cache"})
