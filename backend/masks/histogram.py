"""Active time of masks in buckets that grow by a quarter each: what medians are read from.

Sums of such counts over any selection of masks give its median without looking at the masks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

SHORTEST_MS, LONGEST_MS = 500, 600_000
STEPS = 30  # from the shortest to the longest; each is 1.27 times the one before
# Bucket n has the times from edge n - 1 to below edge n; the first one begins at 0, the last one has no end.
EDGES_MS = [round(SHORTEST_MS * (LONGEST_MS / SHORTEST_MS) ** (step / STEPS)) for step in range(STEPS + 1)]
BUCKETS = len(EDGES_MS) + 1


def bucket_of(active_ms: int) -> int:
    return bisect_right(EDGES_MS, active_ms)


def median_ms(counts: Sequence[int]) -> float | None:
    """From masks in each bucket, which are taken to lie evenly in the logarithm of time; None without any.

    Where it is longer than the longest edge, it is that edge.
    """
    half = sum(counts) / 2
    if half == 0:
        return None
    up_to = list(accumulate(counts))
    bucket = bisect_left(up_to, half)
    if bucket == BUCKETS - 1:
        return float(LONGEST_MS)
    share = 1 - (up_to[bucket] - half) / counts[bucket]
    if bucket == 0:
        return share * SHORTEST_MS
    low, high = EDGES_MS[bucket - 1], EDGES_MS[bucket]
    return float(low * (high / low) ** share)
