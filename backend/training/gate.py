"""Whether a new model is put to use, and the sentence that says why."""

from dataclasses import dataclass

from backend.models.schemas import RunMetrics
from backend.training.models import Promote
from backend.training.schemas import RunSettings

DECISIVE_CLICKS = "1"  # most masks get no second click


@dataclass(frozen=True)
class Decision:
    promote: bool
    verdict: str


def decide(
    settings: RunSettings, metrics: RunMetrics, *, has_learnt: bool, is_parent_in_use: bool
) -> Decision:
    """`has_learnt`: its weights are new. `is_parent_in_use`: the project still works with the old model."""
    before, after = metrics.before.miou[DECISIVE_CLICKS], metrics.after.miou[DECISIVE_CLICKS]
    compared = (
        f"mean IoU at one click {before:.3f} before, {after:.3f} after, "
        f"on {metrics.held_out.masks} held-out masks"
    )
    if not has_learnt:
        return Decision(False, "Not put to use: it has the weights of a model that is there already.")
    if settings.promote == Promote.NEVER:
        return Decision(False, f"Left to an admin: {compared}.")
    if not is_parent_in_use:
        return Decision(False, f"Left to an admin, since the model in use has changed meanwhile: {compared}.")
    needed = f"; {settings.margin:.3f} more were needed" if settings.margin else ""
    if after < before + settings.margin:
        return Decision(False, f"Not put to use: {compared}{needed}.")
    return Decision(True, f"Put to use: {compared}{needed}.")
