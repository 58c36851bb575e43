"""Names that people give: one line each, whatever was pasted or imported."""

import unicodedata

from pydantic import BeforeValidator

BREAKS = ("Cc", "Zl", "Zp")  # Unicode's control characters, line and paragraph separators


def one_line(text: str) -> str:
    """Line breaks and control characters become spaces: files with a name a line would shift by them."""
    return " ".join("".join(" " if unicodedata.category(c) in BREAKS else c for c in text).split())


# Before other constraints, which then see the text that is kept.
OneLine = BeforeValidator(lambda value: one_line(value) if isinstance(value, str) else value)
