"""One file from the web to the disk: resumed after a break, checked before it counts."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from urllib.parse import urlsplit

import httpx

ATTEMPTS_WITHOUT_PROGRESS = 4
FIRST_PAUSE_SECONDS = 0.5
LOOK_AGAIN_SECONDS = 0.5  # whether another download has ended
TIMEOUT = httpx.Timeout(30.0)

Progress = Callable[[int], None]
"""Called with the bytes of the file that are on the disk so far."""


class DownloadError(Exception):
    """Why the file could not be had: a stable `code`, and a sentence for a person that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def download(
    url: str,
    target: Path,
    *,
    sha256: str,
    size_bytes: int,
    on_progress: Progress,
    wait_seconds: float = 0.0,
) -> None:
    """Fetches `url` to `target`, which appears only when its size and sha256 are right.

    Until then the bytes lie in `target` + ".part", from which a later call goes on. Nothing is fetched when
    `target` is there already and right. `wait_seconds` is how long another download of it may take to end.
    Raises DownloadError, and what `on_progress` raises: the part stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part_path = _part_of(target)
    with _locked(part_path, wait_seconds) as part:
        if target.exists() and sha256_of(target) == sha256:
            on_progress(size_bytes)
            return
        if _size(part) > size_bytes:  # of another version of the file
            part.truncate(0)
        require_disk_space(part_path.parent, size_bytes - _size(part))
        try:
            _fetch_rest(url, part, size_bytes, on_progress)
            os.fsync(part.fileno())
        except OSError as error:
            raise disk_failure(error, part_path.parent) from error
        if sha256_of(part_path) != sha256:
            part_path.unlink()
            raise DownloadError(
                "wrong_file",
                f"What {url} sent is not the published file: its sha256 differs from {sha256[:12]}…. "
                "It was deleted; try again, and look for a proxy or mirror on the way if that fails too.",
            )
        part_path.replace(target)


def discard(target: Path) -> None:
    """Deletes what came of a file, unless a download of it is going on, which has to do that itself."""
    target.unlink(missing_ok=True)
    part_path = _part_of(target)
    if part_path.exists():
        with suppress(DownloadError), _locked(part_path):
            part_path.unlink(missing_ok=True)


def _part_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


@contextmanager
def _locked(path: Path, wait_seconds: float = 0.0) -> Iterator[FileIO]:
    """The file, open for appending by this process only: two writers would mix their bytes."""
    deadline = time.monotonic() + wait_seconds
    while True:
        file = path.open("ab", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(file, path):
                break
        except BlockingIOError:
            if time.monotonic() >= deadline:
                file.close()
                raise DownloadError(
                    "busy", f"Another process is downloading {path.stem} right now. Wait until it is done."
                ) from None
            time.sleep(LOOK_AGAIN_SECONDS)
        file.close()
    with file:
        try:
            yield file
        finally:
            if _size(file) == 0:
                path.unlink(missing_ok=True)  # nothing to go on from


def _is_at(file: FileIO, path: Path) -> bool:
    """False where who had the lock before has deleted or renamed the file."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _fetch_rest(url: str, part: FileIO, size_bytes: int, on_progress: Progress) -> None:
    """Appends to `part` until it has `size_bytes`, going on after broken connections."""
    failures = 0
    with httpx.Client(follow_redirects=True, timeout=TIMEOUT) as client:
        while (before := _size(part)) < size_bytes:
            on_progress(before)  # also while nothing comes: it may say that nobody wants the file any more
            try:
                _fetch_once(client, url, part, size_bytes, on_progress)
                reason = "the server ended the transfer early"
                unreachable = False
            except httpx.RequestError as error:
                reason = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
                unreachable = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError)
            if _size(part) >= size_bytes:
                return
            failures = 1 if _size(part) > before else failures + 1
            if failures == ATTEMPTS_WITHOUT_PROGRESS:
                if unreachable:
                    raise DownloadError("unreachable", _unreachable(url, _size(part), reason))
                raise DownloadError(
                    "broken_off",
                    f"The download of {url} stopped at {_size(part):,} of {size_bytes:,} bytes: {reason}. "
                    "What came so far is kept; another try goes on from there.",
                )
            time.sleep(FIRST_PAUSE_SECONDS * 2 ** (failures - 1))


def _unreachable(url: str, have: int, reason: str) -> str:
    kept = f" The {have:,} bytes that came before are kept; another try goes on from there." if have else ""
    return f"No connection to {urlsplit(url).hostname}: {reason}. Check this server's internet access.{kept}"


def _fetch_once(client: httpx.Client, url: str, part: FileIO, size_bytes: int, on_progress: Progress) -> None:
    """One request, which asks for the missing end of the file and starts over where a server ignores that."""
    have = _size(part)
    # Without "identity" a server may compress, and then neither offsets nor lengths are the file's own.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == httpx.codes.PARTIAL_CONTENT:
            start, total = _content_range(response)
            if start != have:
                raise DownloadError(
                    "bad_answer", f"{url} was asked for byte {have:,} on and sent byte {start:,} on."
                )
        elif response.status_code == httpx.codes.OK:
            total = _content_length(response)
            part.truncate(0)
        elif response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise DownloadError(
                "wrong_file",
                f"{url} has fewer than the expected {size_bytes:,} bytes: not the published file.",
            )
        else:
            raise DownloadError(
                "bad_answer", f"{url} answered {response.status_code} {response.reason_phrase}."
            )
        if total is not None and total != size_bytes:
            raise DownloadError(
                "wrong_file",
                f"{url} has {total:,} bytes where {size_bytes:,} are expected: not the published file.",
            )
        on_progress(_size(part))
        for chunk in response.iter_raw():
            part.write(chunk)
            on_progress(_size(part))
            if _size(part) > size_bytes:
                part.truncate(0)
                raise DownloadError("wrong_file", f"{url} sent more than the expected {size_bytes:,} bytes.")


def _content_range(response: httpx.Response) -> tuple[int, int | None]:
    """First byte and size of the whole file from `Content-Range: bytes 5-9/10`."""
    header = response.headers.get("Content-Range", "")
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", header)
    if not match:
        raise DownloadError(
            "bad_answer", f"{response.url} sent a part with the Content-Range {header!r}, not understood."
        )
    return int(match[1]), None if match[2] == "*" else int(match[2])


def _content_length(response: httpx.Response) -> int | None:
    header = response.headers.get("Content-Length")
    return int(header) if header is not None else None


def _size(file: FileIO) -> int:
    return os.fstat(file.fileno()).st_size


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_disk_space(folder: Path, needed_bytes: int) -> None:
    """Raises DownloadError (disk_full)."""
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise DownloadError(
            "disk_full",
            f"The server's disk has {free_bytes:,} bytes free, and this file needs {needed_bytes:,} more. "
            "Make room, then try again.",
        )


def disk_failure(error: OSError, folder: Path) -> DownloadError:
    if error.errno == errno.ENOSPC:
        return DownloadError(
            "disk_full", f"The disk of {folder} is full. Make room; another try then goes on."
        )
    return DownloadError("not_written", f"{folder} cannot be written to: {error.strerror}.")
