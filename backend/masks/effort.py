"""What a mask cost, counted from the log of what was done to it."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from backend.masks.schemas import Effort, LogEntry

COUNTED = {
    "point": "clicks",
    "box": "boxes",
    "stroke": "strokes",
    "paint": "edits",
    "choose": "candidate_changes",
    "undo": "undos",
    "redo": "redos",
}


def effort_of(log: Sequence[LogEntry]) -> Effort:
    """Counts by kind, and the active time in each tool up to the last entry."""
    counts = Counter(COUNTED[kind] for _, kind, *_ in log if kind in COUNTED)
    changes = [(ms, name) for ms, kind, *rest in log if kind == "tool" for name in rest[:1]]
    if log:
        changes.append((log[-1][0], ""))
    tool_ms: Counter[str] = Counter()
    for (begun, tool), (ended, _) in pairwise(changes):
        tool_ms[str(tool)] += max(0, ended - begun)
    return Effort(**counts, tool_ms=dict(tool_ms))


def added(before: Effort, more: Effort) -> Effort:
    """Both together: a mask that is corrected keeps what it cost before."""
    counts = {field: getattr(before, field) + getattr(more, field) for field in COUNTED.values()}
    return Effort(**counts, tool_ms=dict(Counter(before.tool_ms) + Counter(more.tool_ms)))
