"""Blobs over HTTP."""

from fastapi import Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from backend.core.storage import Storage

FOREVER = "private, max-age=31536000, immutable"


def blob_response(
    request: Request,
    storage: Storage,
    key: str,
    *,
    media_type: str,
    etag: str,
    cache_control: str = FOREVER,
    filename: str | None = None,
) -> Response:
    """The blob, or 304 when the client has it. `etag` must change when the bytes do; `filename` downloads."""
    headers = {"ETag": f'"{etag}"', "Cache-Control": cache_control}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if filename is not None:
        headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    if path := storage.local_path(key):
        return FileResponse(path, media_type=media_type, headers=headers)
    headers["Content-Length"] = str(storage.size_bytes(key))
    return StreamingResponse(storage.chunks(key), media_type=media_type, headers=headers)
