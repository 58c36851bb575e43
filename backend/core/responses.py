"""Blobs over HTTP."""

import re

from fastapi import Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from backend.core.storage import Storage

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
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
    """The blob or the range of it that is asked for; 304 when the client has it.

    `etag` must change when the bytes do; `filename` downloads. Raises BlobMissingError.
    """
    headers = {"ETag": f'"{etag}"', "Cache-Control": cache_control}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if filename is not None:
        headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    size_bytes = storage.size_bytes(key)
    if path := storage.local_path(key):
        return FileResponse(path, media_type=media_type, headers=headers)
    headers["Accept-Ranges"] = "bytes"
    wanted = _range_of(request, headers["ETag"], size_bytes)
    if wanted is None:
        headers["Content-Length"] = str(size_bytes)
        return StreamingResponse(storage.chunks(key), media_type=media_type, headers=headers)
    start, stop = wanted
    if start >= stop:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size_bytes}"})
    headers["Content-Length"] = str(stop - start)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size_bytes}"
    content = storage.chunks(key, start, stop)
    return StreamingResponse(content, status_code=206, media_type=media_type, headers=headers)


def _range_of(request: Request, etag: str, size_bytes: int) -> tuple[int, int] | None:
    """Start and stop of the one range that is asked for, cut to the blob; None: all of it (RFC 9110, 14)."""
    if request.headers.get("if-range", etag) != etag:
        return None
    match = ONE_RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return max(0, size_bytes - int(last)), size_bytes
    return int(first), min(size_bytes, int(last) + 1) if last else size_bytes
