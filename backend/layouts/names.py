"""Names of images and of files, written one way whatever system or tool they come from."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PureWindowsPath
from urllib.parse import parse_qs, unquote, urlsplit

URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
LOCAL_FILES = "/data/local-files/?"  # how Label Studio addresses a file on its server's disk
UPLOAD_PREFIX = re.compile(r"[0-9a-f]{8}-(?=.)")  # that Label Studio puts before the name of every upload
NOT_KEPT = re.compile(r"[^-\w.]")  # what Label Studio drops from the name of an upload
SPLIT = re.compile(
    r"(?:^|(?<=[\W_]))(train|valid|val|test)(?:ing|ation)?(?:\d{4})?(?=[\W_]|$)", re.IGNORECASE
)
SPLITS = {"train": "train", "val": "val", "valid": "val", "test": "test"}
# Folders that say what kind of file is in them, not which image it is.
NEUTRAL = {"", "images", "imgs", "jpegimages", "labels", "annotations", "masks", "default", "data"}
NEUTRAL |= {"segmentationclass", "segmentationobject", "upload", "obj_train_data"}
# What tools put behind an image's name for its label map.
MAP_SUFFIX = re.compile(
    r"[-_.](?:cp_masks?|masks?|labels?|labelids|instanceids|segmentation|seg|gt)$", re.IGNORECASE
)


def storable(text: str) -> str:
    """Replace what databases and JSON refuse: control characters, and bytes that were no UTF-8."""
    readable = text.encode(errors="replace").decode()
    return "".join(character if character.isprintable() else "?" for character in readable)


def slashed(path: str) -> str:
    """The path with `/` between its parts and composed characters (NFC): macOS decomposes names."""
    return storable(unicodedata.normalize("NFC", path.encode(errors="replace").decode()).replace("\\", "/"))


def tidied(name: str) -> str:
    """The name that an image is stored under: a relative path with its folders, without `.` and `..`."""
    path = slashed(_path_of_url(name))
    parts = path.removeprefix(PureWindowsPath(path).drive).split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "unnamed"


def forms(name: str) -> list[str]:
    """The names that an image may go by, the most literal first.

    Percent signs are decoded, and what Label Studio does to the name of an upload is undone or done as well.
    """
    plain = tidied(name)
    decoded = tidied(unquote(plain)) if "%" in plain else plain
    folder, slash, base = decoded.rpartition("/")
    original = folder + slash + UPLOAD_PREFIX.sub("", base, count=1)
    folder, slash, base = original.rpartition("/")
    uploaded = folder + slash + NOT_KEPT.sub("", base.replace(" ", "_"))
    return list(dict.fromkeys([plain, decoded, original, uploaded]))


def stem(name: str) -> str:
    """The name without its ending, folders included."""
    folder, slash, base = name.rpartition("/")
    return folder + slash + (base.rpartition(".")[0] or base)


def without_map_suffix(stem: str) -> str:
    return MAP_SUFFIX.sub("", stem)


def place(path: str) -> tuple[str, ...]:
    """What tells an image from its namesakes: its folders and its base name, without regard to case."""
    *folders, base = path.casefold().split("/")
    kept = [split_of(folder, whole=True) or folder for folder in folders if folder not in NEUTRAL]
    return (*kept, base)


def split_of(path: str, *, whole: bool = False) -> str | None:
    """`train`, `val` or `test` where a path names it, as in `instances_val2017.json` or `valid/labels`.

    `whole`: the path is the name of one folder, which must say nothing else.
    """
    found = SPLIT.fullmatch(path) if whole else SPLIT.search(path)
    return SPLITS[found.group(1).lower()] if found else None


def _path_of_url(name: str) -> str:
    """The path that a URL is for; other names as they are."""
    if LOCAL_FILES in name:
        return parse_qs(name.partition("?")[2]).get("d", [name])[0]
    if not URL.match(name):
        return name
    return unquote(urlsplit(name).path)
