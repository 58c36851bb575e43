"""What annotating costs: clicks are counted, seconds follow from a stated model. Nobody waits for them."""

from __future__ import annotations

from dataclasses import dataclass

# Four clicks on the extreme points of an object took 7 seconds (Papadopoulos et al. 2017, arXiv 1708.02750).
SECONDS_PER_CLICK = 7 / 4
# To look at a mask and press the key that accepts or rejects it: our assumption.
SECONDS_PER_JUDGEMENT = 1.5


@dataclass(frozen=True)
class Effort:
    clicks: int = 0
    judgements: int = 0  # masks and proposals that were looked at, and accepted or rejected

    def __add__(self, other: Effort) -> Effort:
        return Effort(self.clicks + other.clicks, self.judgements + other.judgements)

    @property
    def seconds(self) -> float:
        return SECONDS_PER_CLICK * self.clicks + SECONDS_PER_JUDGEMENT * self.judgements

    @property
    def active_ms(self) -> int:
        return round(1000 * self.seconds)
