"""The project's own files: a magic word, a header in JSON, a payload.

4 bytes   the magic word
4 bytes   length n of the header, unsigned, little-endian
n bytes   header, JSON in UTF-8, padded with spaces so that the payload starts at a multiple of 16
rest      payload
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

ALIGNMENT = 16
_PREFIX = struct.Struct("<4sI")


class ContainerError(ValueError):
    """Bytes that are not what they should be, or are damaged."""


def pack(magic: bytes, header: Mapping[str, Any], payload: bytes) -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(_PREFIX.size + len(text)) % ALIGNMENT)
    return _PREFIX.pack(magic, len(text)) + text + payload


def unpack(magic: bytes, data: bytes) -> tuple[dict[str, Any], memoryview]:
    """Header and payload. Raises ContainerError."""
    try:
        found, length = _PREFIX.unpack_from(data)
        if found != magic:
            raise ContainerError(f"these bytes do not start with {magic.decode()}")
        start = _PREFIX.size + length
        header = json.loads(data[_PREFIX.size : start])
    except (struct.error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ContainerError(f"damaged header: {error}") from error
    if not isinstance(header, dict):
        raise ContainerError("damaged header: not an object")
    return header, memoryview(data)[start:]


def join_parts(parts: Mapping[str, bytes]) -> tuple[dict[str, dict[str, int]], bytes]:
    """Where in the payload each part lies, and the payload: the parts one behind another."""
    places, at = {}, 0
    for name, part in parts.items():
        places[name] = {"offset": at, "size": len(part)}
        at += len(part)
    return places, b"".join(parts.values())


def split_parts(places: Mapping[str, Mapping[str, int]], payload: memoryview) -> dict[str, bytes]:
    """The parts by name, as `join_parts` has placed them."""
    return {
        name: bytes(payload[place["offset"] : place["offset"] + place["size"]])
        for name, place in places.items()
    }
