"""Which images of a project somebody may see: managers all, annotators what is or may become theirs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from backend.core.errors import NotFound, Problem
from backend.images import service as images
from backend.images.models import Image, WorkState
from backend.masks.machine import begun_by_people
from backend.masks.models import Mask
from backend.projects.models import Batch, BatchKind, Stage
from backend.projects.service import project_of_batch
from backend.users.access import SignedIn, Visitor, enter
from backend.users.models import Role


def visible_to(user: SignedIn) -> ColumnElement[bool]:
    """A condition on images, for their lists."""
    in_project = images.in_project(user.project_id)
    if user.role.includes(Role.MANAGER):
        return in_project
    is_open = Image.work_state.in_((WorkState.OPEN, WorkState.LATER))
    theirs = or_(
        has_worked_on(Image, user.id),
        Image.assigned_to == user.id,
        and_(is_open, may_be_handed_to(user.id)),
        and_(Image.work_state == WorkState.IN_REVIEW, Image.batch_id.in_(_batches_with_peer_review())),
    )
    return and_(in_project, theirs)


def may_be_handed_to(user_id: UUID) -> ColumnElement[bool]:
    """For annotating, as far as the person and the batch go."""
    by_hand = Image.batch_id.in_(
        # An audit goes over what the machine has done, so its images are handed out in every stage.
        select(Batch.id).where(or_(Batch.stage != Stage.FULLY_AUTOMATIC, Batch.kind == BatchKind.AUDIT))
    )
    return and_(
        or_(by_hand, begun_by_people()),
        or_(Image.assigned_to.is_(None), Image.assigned_to == user_id),
        ~has_seen_its_twin(user_id),
    )


def has_worked_on(image: Any, user_id: UUID) -> ColumnElement[bool]:
    """Held it last, decided about it, or made a mask on it."""
    made = exists().where(Mask.image_id == image.id, Mask.author_id == user_id)
    return or_(image.lease_holder == str(user_id), image.work_by == str(user_id), made)


def has_seen_its_twin(user_id: UUID) -> ColumnElement[bool]:
    """Whether the person worked on the image that this one is compared with: they would repeat themselves."""
    twin = aliased(Image)
    is_twin = or_(twin.id == Image.original_id, twin.original_id == Image.id)
    return exists().where(is_twin, has_worked_on(twin, user_id))


def reviewed_by_peers(session: Session, image_ids: Sequence[UUID]) -> set[UUID]:
    """Of these images, those in review that annotators may see for that."""
    seen = select(Image.id).where(
        Image.id.in_(image_ids),
        Image.work_state == WorkState.IN_REVIEW,
        Image.batch_id.in_(_batches_with_peer_review()),
    )
    return set(session.scalars(seen))


def workers_on_twins(session: Session, image_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """By image, the ids of the users for whom `has_seen_its_twin` holds; images without any are left out."""
    image, twin = aliased(Image), aliased(Image)
    is_twin = or_(twin.id == image.original_id, twin.original_id == image.id)
    rows = (
        select(image.id, twin.lease_holder, twin.work_by, Mask.author_id)
        .join(twin, is_twin)
        .outerjoin(Mask, Mask.image_id == twin.id)
        .where(image.id.in_(image_ids))
        .distinct()
    )
    found: dict[UUID, frozenset[str]] = {}
    for image_id, *people in session.execute(rows) if image_ids else ():
        seen = {str(person) for person in people if person is not None}
        found[image_id] = found.get(image_id, frozenset()) | seen
    return found


def get_visible(session: Session, image_id: UUID, user: SignedIn) -> Image:
    """Raises NotFound (image_not_found) and Problem 403 `not_yours`."""
    image = images.get_image(session, image_id)
    if session.scalar(select(exists().where(Image.id == image_id, visible_to(user)))):
        return image
    raise Problem(
        status=403,
        code="not_yours",
        title="Not allowed",
        detail=f"{image.name} is not in your queue: it is somebody else's, or finished. "
        "A manager can change that.",
    )


def refuse_outsiders(session: Session, image_id: UUID, who: Visitor) -> None:
    """For what is saved on an image by anybody in its project. Raises NotFound (image_not_found)."""
    image = images.get_image(session, image_id)
    if enter(session, who, project_of_batch(session, image.batch_id)) is None:
        raise NotFound("image", image_id)


def _batches_with_peer_review() -> Any:
    return select(Batch.id).where(Batch.peer_review)
