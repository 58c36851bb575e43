"""Which models a project has and has worked with; putting one to use, and going back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.images import service as images
from backend.masks.models import MASK_TALLIES
from backend.masks.tallies import NOBODY
from backend.models import service as models
from backend.models.models import Model, Promotion
from backend.models.schemas import PromotionOut, RegisteredModel, RunMetrics
from backend.projects.models import Batch, BatchKind, Project
from backend.projects.service import ascii_name, get_project
from backend.users import service as users

MOST_OF_PROJECT = 40  # characters of its name in those of its models


def promote(
    session: Session, project_id: UUID, model: Model, *, by: UUID | None, reason: str
) -> Promotion | None:
    """Has the project work with a model from now on; None when it does already.

    Images go on with earlier models until the new encoder has embedded them. `by` is None for a run's gate.
    Raises NotFound for a model of another project.
    """
    if model.project_id not in (None, project_id):
        raise NotFound("model", model.id)
    project = get_project(session, project_id, locked=True)  # one change after the other
    previous = models.active_in(session, project_id)
    if previous is not None and previous.id == model.id:
        project.model_id = model.id  # stays when the installation's active one changes
        return None
    promotion = Promotion(
        project_id=project_id,
        model_id=model.id,
        previous_id=previous.id if previous else None,
        promoted_by=by,
        reason=reason,
    )
    session.add(promotion)
    project.model_id = model.id
    session.flush()
    this_project = select(Project.id).where(Project.id == project_id)
    images.request_missing_embeddings(session, model.encoder_digest, this_project)
    return promotion


def roll_back(session: Session, project_id: UUID, *, by: UUID) -> Model:
    """Has the project work with the model before its last change. Raises Conflict (nothing_to_roll_back)."""
    get_project(session, project_id, locked=True)
    last = _promotions(session, project_id, most=1)
    if not last or last[0].previous_id is None:
        raise Conflict(
            "nothing_to_roll_back",
            "The project has worked with no other model before, so there is no way back.",
        )
    model = session.get_one(Model, last[0].previous_id)
    given_up = session.get_one(Model, last[0].model_id)
    promote(session, project_id, model, by=by, reason=f"Back from {given_up.name}.")
    return model


def forget_models(session: Session, project_id: UUID) -> list[str]:
    """Before a project is deleted: storage keys of its models' files that go after the commit."""
    session.execute(delete(Promotion).where(Promotion.project_id == project_id))
    mine = select(Model.weights_key, Model.decoder_key).where(Model.project_id == project_id)
    keys = [key for pair in session.execute(mine) for key in pair]
    session.execute(delete(Model).where(Model.project_id == project_id))
    return keys


def next_name(session: Session, project_id: UUID) -> str:
    """A name for a model that a project has trained: the project's, and the next number."""
    project = get_project(session, project_id, locked=True)
    base = ascii_name(project.name)[:MOST_OF_PROJECT] or "model"
    mine = select(func.count()).where(Model.project_id == project_id)
    number = (session.scalar(mine) or 0) + 1
    while models.find_by_name(session, f"{base}-{number}") is not None:
        number += 1  # of another project with a name like this one's
    return f"{base}-{number}"


def list_registered(session: Session, project_id: UUID) -> list[RegisteredModel]:
    """The project's models and those that all share, oldest first."""
    there = select(Model).where(models.usable_in(project_id)).order_by(Model.created_at, Model.id)
    found = session.scalars(there).all()
    active = models.active_in(session, project_id)
    names = {model.id: model.name for model in found}
    promotions = {promotion.model_id: promotion for promotion in reversed(_promotions(session, project_id))}
    people = users.names_by_id(session, [promotion.promoted_by for promotion in promotions.values()])
    work = _work_by_model(session, project_id)
    shown = []
    for model in found:
        promotion, worth = promotions.get(model.id), work.get(model.id, Worth())
        shown.append(
            RegisteredModel(
                **models.to_out(model).model_dump(),
                project_id=model.project_id,
                parent_id=model.parent_id,
                parent_name=names.get(model.parent_id) if model.parent_id else None,
                run_id=model.run_id,
                metrics=RunMetrics.model_validate(model.metrics) if model.metrics else None,
                created_at=model.created_at,
                is_active=active is not None and model.id == active.id,
                promoted_at=promotion.promoted_at if promotion else None,
                promoted_by_name=people.get(str(promotion.promoted_by)) if promotion else None,
                masks_made=worth.masks,
                seconds_per_mask=worth.seconds_per_mask,
                clicks_per_mask=worth.clicks_per_mask,
            )
        )
    return shown


def show_registered(session: Session, project_id: UUID, model_id: UUID) -> RegisteredModel:
    return next(one for one in list_registered(session, project_id) if one.id == model_id)


def list_promotions(session: Session, project_id: UUID) -> list[PromotionOut]:
    """Every change of the project's model, the newest first."""
    found = _promotions(session, project_id)
    people = users.names_by_id(session, [promotion.promoted_by for promotion in found])
    names = models.names(session)
    return [
        PromotionOut(
            id=promotion.id,
            model_id=promotion.model_id,
            model_name=names[promotion.model_id],
            previous_id=promotion.previous_id,
            previous_name=names[promotion.previous_id] if promotion.previous_id else None,
            promoted_by=promotion.promoted_by,
            promoted_by_name=people.get(str(promotion.promoted_by)),
            reason=promotion.reason,
            promoted_at=promotion.promoted_at,
        )
        for promotion in found
    ]


@dataclass(frozen=True)
class Worth:
    """What people made with a model."""

    masks: int = 0
    seconds_per_mask: float | None = None
    clicks_per_mask: float | None = None


def _work_by_model(session: Session, project_id: UUID) -> dict[UUID, Worth]:
    """Of masks that cost a person time; machines' own do not count."""
    counted = MASK_TALLIES.c
    sums = [func.sum(column) for column in (counted.timed_masks, counted.active_ms, counted.clicks)]
    rows = (
        select(counted.model_id, *sums)
        .join(Batch, Batch.id == counted.batch_id)
        .where(Batch.project_id == project_id, Batch.kind == BatchKind.WORK, counted.model_id != NOBODY)
        .group_by(counted.model_id)
        .having(sums[0] > 0)
    )
    return {
        model_id: Worth(
            int(masks), round(float(active_ms) / masks / 1000, 1), round(float(clicks) / float(masks), 2)
        )
        for model_id, masks, active_ms, clicks in session.execute(rows)
    }


def _promotions(session: Session, project_id: UUID, most: int | None = None) -> Sequence[Promotion]:
    """The newest first."""
    mine = select(Promotion).where(Promotion.project_id == project_id)
    return session.scalars(mine.order_by(Promotion.promoted_at.desc(), Promotion.id).limit(most)).all()
