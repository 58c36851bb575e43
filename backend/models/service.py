"""The rules of models: which one is active, for all or for a project, and what follows from that."""

import re
from collections.abc import Collection, Container, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from backend.core.errors import NotFound, Problem
from backend.core.storage import Storage
from backend.images import service as images
from backend.models.models import Model, ModelState, Promotion
from backend.models.schemas import DecoderOut, ModelOut
from backend.projects.models import Project

STARTER_NAME = "starter"
STARTER_NOTICE = "This is the small starter model, good for trying things out."
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ModelError(Exception):
    """Why a model cannot be added or used, in a sentence for a person."""


def list_models(session: Session) -> Sequence[Model]:
    return session.scalars(select(Model).order_by(Model.created_at, Model.id)).all()


def usable_in(project_id: UUID) -> ColumnElement[bool]:
    """A condition on models: the project's own, and those that all share."""
    return Model.project_id.is_(None) | (Model.project_id == project_id)


def names(session: Session) -> dict[UUID, str]:
    return {id_: name for id_, name in session.execute(select(Model.id, Model.name))}


def names_by_id(session: Session, model_ids: Sequence[UUID]) -> dict[UUID, str]:
    named = select(Model.id, Model.name).where(Model.id.in_(model_ids))
    return {id_: name for id_, name in session.execute(named)}


def changes_since(session: Session, since: datetime) -> list[tuple[UUID, datetime]]:
    changed = select(Model.id, Model.updated_at).where(Model.updated_at >= since)
    return [(model_id, changed_at) for model_id, changed_at in session.execute(changed)]


def by_id(session: Session, model_ids: Collection[UUID]) -> Sequence[Model]:
    return session.scalars(select(Model).where(Model.id.in_(model_ids)).order_by(Model.updated_at)).all()


def promotions_since(session: Session, since: datetime) -> list[tuple[UUID, datetime]]:
    recent = select(Promotion.id, Promotion.promoted_at).where(Promotion.promoted_at >= since)
    return [(promotion_id, promoted_at) for promotion_id, promoted_at in session.execute(recent)]


def promoted(session: Session, promotion_ids: Collection[UUID]) -> list[tuple[UUID, Model]]:
    """The project and the model of each promotion, in their order."""
    promotions = (
        select(Promotion.project_id, Model)
        .join(Model, Model.id == Promotion.model_id)
        .where(Promotion.id.in_(promotion_ids))
        .order_by(Promotion.promoted_at)
    )
    return [(project_id, model) for project_id, model in session.execute(promotions)]


def get_model(session: Session, model_id: UUID) -> Model:
    model = session.get(Model, model_id)
    if model is None:
        raise NotFound("model", model_id)
    return model


def find_by_name(session: Session, name: str) -> Model | None:
    return session.scalars(select(Model).where(Model.name == name)).one_or_none()


def find_by_weights(session: Session, weights_sha256: str) -> Model | None:
    return session.scalars(select(Model).where(Model.weights_sha256 == weights_sha256)).one_or_none()


def find_active(session: Session) -> Model | None:
    """The installation's, which projects work with that have none of their own choice."""
    return session.scalars(select(Model).where(Model.state == ModelState.ACTIVE)).one_or_none()


def active_in(session: Session, project_id: UUID) -> Model | None:
    """The model that a project works with."""
    chosen = or_(
        Model.id == Project.model_id, and_(Project.model_id.is_(None), Model.state == ModelState.ACTIVE)
    )
    mine = select(Model).join(Project, chosen).where(Project.id == project_id)
    return session.scalars(mine).one_or_none()


def encoders_in(session: Session, project_id: UUID) -> list[str]:
    """Of the project's lineage."""
    return encoders_of(lineage(session, project_id))


def lineage(session: Session, project_id: UUID) -> list[Model]:
    """The project's present model, then those that it worked with before, the last one first."""
    present = active_in(session, project_id)
    earlier = (
        select(Model)
        .join(Promotion, Promotion.previous_id == Model.id)
        .where(Promotion.project_id == project_id)
        .order_by(Promotion.promoted_at.desc(), Promotion.id)
    )
    found = session.scalars(earlier).all()
    return list(dict.fromkeys([present, *found])) if present else list(dict.fromkeys(found))


def encoders_of(lineage: Sequence[Model]) -> list[str]:
    """Digests of the encoders that images may work with: the present one, then earlier ones.

    After a new encoder was put to use, an image goes on with an earlier one until its embedding is there.
    """
    return list(dict.fromkeys(model.encoder_digest for model in lineage))


def model_for(lineage: Sequence[Model], embedded: Container[str]) -> Model | None:
    """The newest model whose encoder is one of these; the present one where there is no such."""
    fitting = (model for model in lineage if model.encoder_digest in embedded)
    return next(fitting, lineage[0] if lineage else None)


def find_by_encoder(session: Session, encoder_digest: str) -> Model | None:
    """Any model with this encoder; the newest, whose files are the likeliest to be cached."""
    with_encoder = select(Model).where(Model.encoder_digest == encoder_digest)
    return session.scalars(with_encoder.order_by(Model.created_at.desc()).limit(1)).one_or_none()


def active_model(session: Session, project_id: UUID) -> Model:
    """As `active_in`. Raises Problem 404 `no_active_model`."""
    model = active_in(session, project_id)
    if model is None:
        raise Problem(
            status=404,
            code="no_active_model",
            title="No active model",
            detail="No model is deployed. An admin can deploy one on the page Models.",
        )
    return model


def check_name(session: Session, name: str) -> None:
    """Raises ModelError when no new model of a user's can have this name."""
    if not _NAME.fullmatch(name):
        raise ModelError(f"{name!r} is no name for a model: use up to 64 letters, digits, '.', '_' and '-'.")
    if name.startswith(STARTER_NAME):
        raise ModelError(
            f"Names that begin with {STARTER_NAME!r} belong to the models shipped with Maskloop."
        )
    if find_by_name(session, name) is not None:
        raise ModelError(f"There is a model named {name} already, with other weights. Choose another name.")


def add_model(session: Session, model: Model) -> None:
    """Adds a prepared model as a candidate. Raises ModelError when its name is taken."""
    check_name(session, model.name)
    session.add(model)
    session.flush()


def add_starter(session: Session, starter: Model) -> None:
    """Adds a newly shipped starter; an older one keeps its row, since masks point to it, but not its name."""
    older = find_by_name(session, STARTER_NAME)
    if older is not None:
        older.name = f"{STARTER_NAME}-{older.weights_sha256[:8]}"
        session.flush()
    starter.name, starter.is_starter = STARTER_NAME, True
    session.add(starter)
    session.flush()
    prefer_starter(session, starter)


def prefer_starter(session: Session, starter: Model) -> None:
    """Makes the shipped starter the active model unless the user chose a model of their own."""
    active = find_active(session)
    if active is None or (active.is_starter and active.id != starter.id):
        activate(session, starter)


def use_model(session: Session, name: str) -> int:
    """Makes the model the active one; how many images wait for its encoder now. Raises ModelError."""
    model = find_by_name(session, name)
    if model is None:
        known = ", ".join(model.name for model in list_models(session)) or "none"
        raise ModelError(f"There is no model named {name}. Models here: {known}.")
    return activate(session, model)


def activate(session: Session, model: Model) -> int:
    """Makes `model` the installation's active one; how many images wait for its encoder now.

    That is for projects that have chosen none of their own. Images that have an embedding of the same encoder
    keep it: nothing is computed twice.
    """
    present = find_active(session)
    if present is not None and present.id != model.id:
        present.state = (
            ModelState.RETIRED if present.is_starter and model.is_starter else ModelState.CANDIDATE
        )
        session.flush()  # before the next one: the database allows a single active model
    model.state = ModelState.ACTIVE
    session.flush()
    undecided = select(Project.id).where(Project.model_id.is_(None))
    return images.request_missing_embeddings(session, model.encoder_digest, undecided)


def weights_file(storage: Storage, model: Model) -> AbstractContextManager[Path]:
    """The model's weights as a file on this machine, for as long as the block lasts."""
    return local_file(storage, model.weights_key)


@contextmanager
def local_file(storage: Storage, key: str) -> Iterator[Path]:
    """The blob as a file on this machine, for as long as the block lasts."""
    local = storage.local_path(key)
    if local is not None:
        yield local
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(key).name
        with path.open("wb") as file:
            file.writelines(storage.chunks(key))
        yield path


def to_out(model: Model) -> ModelOut:
    manifest = model.decoder_manifest
    return ModelOut(
        id=model.id,
        name=model.name,
        family=model.family,
        image_size=manifest["image_size"],
        grid=manifest["grid"],
        embedding_channels=manifest["embedding_channels"],
        mask_threshold=manifest["mask_threshold"],
        is_starter=model.is_starter,
        encoder_digest=model.encoder_digest,
        decoder_digest=model.decoder_digest,
        decoder=DecoderOut(
            url=f"/api/models/{model.id}/decoder?v={manifest['sha256']}",
            sha256=manifest["sha256"],
            size_bytes=manifest["size_bytes"],
        ),
        notice=STARTER_NOTICE if model.is_starter else None,
    )
