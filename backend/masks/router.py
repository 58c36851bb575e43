"""HTTP of masks.

Reading asks whether the image is visible to the person (backend/work/visibility.py). Changes within the
project do not: they may come from a page that was offline, after the image was finished or has gone to
somebody else, and what a person did is never dropped.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response, status
from sqlalchemy.orm import Session

from backend.core.dependencies import SessionDep
from backend.masks import service
from backend.masks.overlay import draw_overlay
from backend.masks.schemas import MaskIn, MaskLogOut, MaskOut
from backend.masks.states import Verb
from backend.users.access import SignedIn
from backend.users.dependencies import UserDep, require
from backend.users.models import Role
from backend.work.visibility import get_visible, refuse_outsiders

router = APIRouter(tags=["masks"], dependencies=[require(Role.ANNOTATOR)])

ImageId = Annotated[UUID, Path(description="Id of the image.")]
MaskId = Annotated[UUID, Path(description="Id of the mask, made by the client (UUIDv7).")]


@router.get("/images/{image_id}/masks")
def list_masks(image_id: ImageId, session: SessionDep, user: UserDep) -> list[MaskOut]:
    """Accepted and proposed masks of an image, oldest first."""
    get_visible(session, image_id, user)
    return service.show_masks(session, service.masks_of_image(session, image_id))


@router.get("/images/{image_id}/overlay", response_class=Response)
def get_overlay(image_id: ImageId, request: Request, session: SessionDep, user: UserDep) -> Response:
    """The masks as a transparent PNG of the thumbnail's size."""
    image = get_visible(session, image_id, user)
    masks = service.accepted_of_image(session, image_id)
    latest = max((mask.updated_at.isoformat() for mask in masks), default="")
    headers = {"ETag": f'"{len(masks)}-{latest}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    png = draw_overlay(masks, image.width, image.height)
    return Response(png, media_type="image/png", headers=headers)


@router.put(
    "/masks/{mask_id}",
    responses={status.HTTP_201_CREATED: {"model": MaskOut, "description": "The mask was saved."}},
)
def save_mask(
    mask_id: MaskId, content: MaskIn, user: UserDep, session: SessionDep, response: Response
) -> MaskOut:
    """Saves a new mask, or with `base_version` the changed content of one.

    201 when the mask is new, 200 when it was changed or is the same already, 409 `mask_conflict` when the id
    holds another version than the one that the content was based on.
    """
    refuse_outsiders(session, content.image_id, user)
    mask, created = service.save_mask(session, mask_id, content, by=user.id)
    response.status_code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
    return service.show_mask(session, mask)


@router.get("/masks/{mask_id}/logs")
def list_logs(mask_id: MaskId, session: SessionDep, user: UserDep) -> list[MaskLogOut]:
    """What was done to make each version of a mask, as the page sent it."""
    get_visible(session, service.get_mask(session, mask_id).image_id, user)
    return service.logs_of_mask(session, mask_id)


@router.delete("/masks/{mask_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_mask(mask_id: MaskId, user: UserDep, session: SessionDep) -> None:
    """Takes a mask out of lists and exports; `restore` brings it back."""
    service.take_step(session, mask_id, Verb.DELETE, by=user.id)


@router.post("/masks/{mask_id}/restore")
def restore_mask(mask_id: MaskId, user: UserDep, session: SessionDep) -> MaskOut:
    """Undoes a deletion: the mask is again what it was before, be it accepted, proposed or rejected."""
    return _after(session, mask_id, Verb.RESTORE, user)


@router.post("/masks/{mask_id}/accept")
def accept_proposal(mask_id: MaskId, user: UserDep, session: SessionDep) -> MaskOut:
    """Takes a proposed mask as it is. 409 `not_proposed` for one that is none."""
    return _after(session, mask_id, Verb.ACCEPT, user)


@router.post("/masks/{mask_id}/reject")
def reject_proposal(mask_id: MaskId, user: UserDep, session: SessionDep) -> MaskOut:
    """Takes a proposed mask out of lists and exports, and says that it is wrong."""
    return _after(session, mask_id, Verb.REJECT, user)


@router.post("/masks/{mask_id}/propose")
def propose_again(mask_id: MaskId, user: UserDep, session: SessionDep) -> MaskOut:
    """Undoes an acceptance or a rejection."""
    return _after(session, mask_id, Verb.PROPOSE, user)


def _after(session: Session, mask_id: UUID, verb: Verb, user: SignedIn) -> MaskOut:
    return service.show_mask(session, service.take_step(session, mask_id, verb, by=user.id))
