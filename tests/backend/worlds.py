"""Rows that tests start from."""

from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, make_transient

from backend.core.database import session_scope
from backend.images.importing import Upload, import_uploads
from backend.models.models import Model, ModelState
from backend.projects.models import Batch
from backend.projects.service import ensure_first_batch, ensure_first_project
from backend.runtime import Runtime
from backend.users import service as users
from backend.users.access import SignedIn, enter, visitor
from backend.users.api_tokens import make_api_token
from backend.users.models import Role, User
from tests.backend.pictures import photo

ENCODER = "e" * 64


def add_model(
    runtime: Runtime, *, encoder_digest: str = ENCODER, weights_key: str = "models/none", active: bool = True
) -> UUID:
    """A model as the web server sees it; there need be no weights behind it."""
    model = Model(
        name=f"model-{encoder_digest[:8]}",
        family="tinyvit",
        config={},
        encoder_digest=encoder_digest,
        decoder_digest="d" * 64,
        weights_sha256=encoder_digest,
        weights_key=weights_key,
        decoder_key="models/none",
        decoder_manifest={
            "image_size": 512,
            "grid": 32,
            "embedding_channels": 256,
            "mask_threshold": 0.0,
            "sha256": "f" * 64,
            "size_bytes": 1,
        },
        state=ModelState.ACTIVE if active else ModelState.CANDIDATE,
    )
    with session_scope(runtime.sessions) as session:
        session.add(model)
    return model.id


def copy_model(source: Runtime, runtime: Runtime) -> None:
    """The only model of another runtime with its files: exporting a decoder takes seconds."""
    with session_scope(source.sessions, read_only=True) as session:
        [model] = session.scalars(select(Model))
    for key in (model.weights_key, model.decoder_key):
        path = source.storage.local_path(key)
        assert path
        runtime.storage.put_file(key, path)
    make_transient(model)
    with session_scope(runtime.sessions) as session:
        session.add(model)


@dataclass(frozen=True)
class Person:
    """Somebody with a program: its requests carry `headers`."""

    id: UUID
    name: str
    headers: dict[str, str]


def first_project(runtime: Runtime) -> UUID:
    with session_scope(runtime.sessions) as session:
        return ensure_first_project(session).id


def first_batch(session: Session) -> Batch:
    """Of the oldest project."""
    return ensure_first_batch(session, ensure_first_project(session).id)


def add_person(
    runtime: Runtime, name: str, role: Role = Role.ANNOTATOR, project_id: UUID | None = None
) -> Person:
    """In the project, by default the oldest."""
    with session_scope(runtime.sessions) as session:
        user = users.add_user(session, name, role, project_id or ensure_first_project(session).id)
        token = make_api_token(session, user.id, "tests", days=None).token
    return Person(user.id, name, {"Authorization": f"Bearer {token}"})


def signed_in(runtime: Runtime, person: Person) -> SignedIn:
    """In the oldest project that they are in."""
    with session_scope(runtime.sessions, read_only=True) as session:
        user = session.get_one(User, person.id)
        found = enter(session, visitor(user, None), None)
    assert found is not None
    return found


def import_photos(runtime: Runtime, count: int, *, size: tuple[int, int] = (64, 48)) -> list[UUID]:
    uploads = [Upload(f"photo-{seed}.png", BytesIO(photo(seed, size))) for seed in range(count)]
    report = import_uploads(
        runtime.sessions, runtime.storage, runtime.settings, uploads, first_project(runtime)
    )
    return [file.image_id for file in report.files if file.image_id is not None]
