"""One image as the person who asks sees it."""

from uuid import UUID

from sqlalchemy.orm import Session

from backend.images import service as images
from backend.images import views
from backend.images.models import WorkState
from backend.images.schemas import ImageDetail
from backend.users.access import SignedIn
from backend.work import review
from backend.work.visibility import visible_to


def show_image(session: Session, image_id: UUID, user: SignedIn) -> ImageDetail:
    """With its neighbours among what the person may see. Raises NotFound."""
    detail = views.show_image(session, image_id, visible_to(user))
    if detail.work.state == WorkState.IN_REVIEW:
        detail.may_review = review.may_review(session, images.get_image(session, image_id), user)
    return detail
