"""What becomes of a mask: every verb in every state, in one table."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from backend.masks.models import MaskState


class Verb(StrEnum):
    SAVE = "save"  # its content
    DELETE = "delete"
    RESTORE = "restore"
    ACCEPT = "accept"
    REJECT = "reject"
    PROPOSE = "propose"  # takes an acceptance or a rejection back


class NoStepError(ValueError):
    """The verb does not go with the state; the message is for people."""


_P, _A, _R, _D = MaskState.PROPOSED, MaskState.ACCEPTED, MaskState.REJECTED, MaskState.DELETED

# Each verb may come again, from a page that lost the answer: where it leads, it also stays.
STEPS: Mapping[Verb, Mapping[MaskState, MaskState]] = {
    # Whoever corrects a proposal has judged it.
    Verb.SAVE: {_P: _A, _A: _A, _R: _R, _D: _D},
    Verb.DELETE: {_P: _D, _A: _D, _R: _D, _D: _D},
    Verb.RESTORE: {_P: _P, _A: _A, _R: _R},  # and from deleted to what it was before
    Verb.ACCEPT: {_P: _A, _A: _A},
    Verb.REJECT: {_P: _R, _R: _R},
    Verb.PROPOSE: {_P: _P, _A: _P, _R: _P},  # from accepted only what was a proposal
}


def next_state(state: MaskState, verb: Verb, history: Sequence[MaskState]) -> MaskState:
    """`history` are the states before this one, oldest first. Raises NoStepError."""
    if verb == Verb.RESTORE and state == MaskState.DELETED:
        # Masks that were deleted before states were kept are older than the first proposal.
        return history[-1] if history else MaskState.ACCEPTED
    step = STEPS[verb].get(state)
    never_proposed = state == MaskState.ACCEPTED and MaskState.PROPOSED not in history
    if step is None or (verb == Verb.PROPOSE and never_proposed):
        raise NoStepError(f"This mask is {state.value}, and only proposals can be accepted or rejected.")
    return step
