"""Medians from buckets of a histogram beside those of the times themselves."""

import numpy as np
import pytest

from backend.masks.histogram import BUCKETS, LONGEST_MS, bucket_of, median_ms


@pytest.mark.parametrize("spread", [0.2, 0.7, 1.2])
@pytest.mark.parametrize("count", [1, 40, 5000])
def test_medians_are_those_of_the_times_to_a_few_percent(count: int, spread: float) -> None:
    times = np.random.default_rng(count).lognormal(np.log(9000), spread, count)
    counts = np.bincount([bucket_of(int(time)) for time in times], minlength=BUCKETS)
    most = 0.27 if count == 1 else 0.15 if count == 40 else 0.03
    assert median_ms(counts.tolist()) == pytest.approx(np.median(times), rel=most)


def test_medians_at_the_ends_of_the_histogram() -> None:
    assert median_ms([0] * BUCKETS) is None
    assert median_ms([4, *[0] * (BUCKETS - 1)]) == 250
    assert median_ms([*[0] * (BUCKETS - 1), 3]) == LONGEST_MS
    assert (bucket_of(1), bucket_of(499), bucket_of(500)) == (0, 0, 1)
    assert (bucket_of(599_999), bucket_of(600_000)) == (BUCKETS - 2, BUCKETS - 1)
