"""Eight weeks of a team's work, as the dashboard shows it.

python -m tests.e2e.history    # in the data folder of MASKLOOP_DATA_DIR
"""

from datetime import datetime, time, timedelta
from io import BytesIO
from math import exp
from random import Random
from uuid import UUID, uuid4

import numpy as np
from pycocotools import mask as coco
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.database import session_scope, utc_now
from backend.images.importing import Upload, import_uploads
from backend.images.models import Image, WorkState
from backend.masks.models import Mask, MaskSource, MaskState
from backend.models import service as models
from backend.models.models import Model, ModelState, Promotion
from backend.projects.models import Batch, BatchKind, Stage
from backend.projects.service import ensure_first_project
from backend.quality.models import Comparison
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.users import service as users
from backend.users.models import Role, User
from backend.work.models import Transition
from tests.backend.pictures import photo

DAYS = 56
VERSIONS = 5
SIZE = (64, 48)
BATCHES = {
    "Street scenes, March": (Stage.ASSISTED_MANUAL, 240),
    "Fields from above": (Stage.SEMI_AUTOMATIC, 90),
    "Night drive": (Stage.FULLY_AUTOMATIC, 36),
}
# How much of the usual time each needs.
TEAM = {"Aiko": 0.8, "Bruno": 1.0, "Chloé": 1.15, "Marta": 1.4}
BY_PEOPLE = {
    MaskSource.CLICKED: 70,
    MaskSource.CLICKED_PAINTED: 14,
    MaskSource.PAINTED: 5,
    MaskSource.EDITED: 8,
    MaskSource.SPLIT: 3,
}


class History:
    def __init__(self, session: Session, project_id: UUID, seed: int = 7) -> None:
        self.session = session
        self.project_id = project_id
        self.chance = Random(seed)
        self.first_day = utc_now().date() - timedelta(days=DAYS - 1)
        rectangle = np.zeros(SIZE[::-1], np.uint8, order="F")
        rectangle[12:36, 20:44] = 1
        self.counts = coco.encode(rectangle)["counts"].decode()

    def tell(self) -> None:
        self.people = [users.add_user(self.session, name, Role.ANNOTATOR, self.project_id) for name in TEAM]
        self.versions = self._versions()
        batches = self.session.scalars(select(Batch).where(Batch.name.in_(BATCHES)))
        images = {batch.stage: self._images(batch) for batch in batches}
        for number in range(DAYS):
            day = self.first_day + timedelta(days=number)
            if day.weekday() >= 5 and self.chance.random() < 0.85:
                continue
            self._manual_day(number, images[Stage.ASSISTED_MANUAL])
            if number > 24:
                self._semi_automatic_day(number, images[Stage.SEMI_AUTOMATIC])
            if number > 44:
                self._automatic_day(number, images[Stage.FULLY_AUTOMATIC])
        self._look_twice()

    def _versions(self) -> list[Model]:
        """Copies of the model in use, as if each was trained from the one before."""
        versions = [models.active_model(self.session, self.project_id)]
        versions[0].created_at = self._at(0)
        for number in range(1, VERSIONS):
            first, previous = versions[0], versions[-1]
            same = ("family", "config", "encoder_digest", "decoder_digest", "weights_key", "decoder_key")
            version = Model(
                name=f"streets-{number}",
                decoder_manifest=first.decoder_manifest,
                weights_sha256=f"{number:064x}",
                state=ModelState.CANDIDATE,
                project_id=self.project_id,
                parent_id=previous.id,
                **{field: getattr(first, field) for field in same},
            )
            self.session.add(version)
            self.session.flush()
            at = self._at(number * DAYS // VERSIONS)
            by_person = number % 2 == 0
            reason = (
                "Better at mirrors"
                if by_person
                else f"Mean IoU at one click rose by 0.0{7 - number} to 0.8{number}"
            )
            self.session.add(
                Promotion(
                    project_id=self.project_id,
                    model_id=version.id,
                    previous_id=previous.id,
                    promoted_by=self.people[-1].id if by_person else None,
                    reason=reason,
                    promoted_at=at,
                )
            )
            versions.append(version)
        return versions

    def _images(self, batch: Batch) -> list[Image]:
        return list(
            self.session.scalars(select(Image).where(Image.batch_id == batch.id).order_by(Image.name))
        )

    def _manual_day(self, number: int, images: list[Image]) -> None:
        for person in self.people:
            if self.chance.random() < 0.25 or not images:
                continue
            for image in self._some(images, 1 + self.chance.randrange(3) // 2):
                for _ in range(6 + self.chance.randrange(12)):
                    self._by_hand(number, image, person, Stage.ASSISTED_MANUAL, 30 * exp(-number / 55))
                self._submit(number, image, person)

    def _semi_automatic_day(self, number: int, images: list[Image]) -> None:
        for image in self._some(images, 1 + self.chance.randrange(3)):
            person = self.chance.choice(self.people)
            for _ in range(6 + self.chance.randrange(10)):
                self._by_machine(number, image, Stage.SEMI_AUTOMATIC, MaskSource.DETECTED)
            for _ in range(3 + self.chance.randrange(6)):
                self._by_hand(number, image, person, Stage.SEMI_AUTOMATIC, 24 * exp(-number / 80))
            self._submit(number, image, person)
        for image in images[-2:]:
            self._by_machine(number, image, Stage.SEMI_AUTOMATIC, MaskSource.DETECTED, MaskState.PROPOSED)

    def _automatic_day(self, number: int, images: list[Image]) -> None:
        for image in self._some(images, 2):
            for _ in range(25 + self.chance.randrange(40)):
                self._by_machine(number, image, Stage.FULLY_AUTOMATIC, MaskSource.AUTOMATIC)
            self._submit(number, image, self.people[-1])

    def _some(self, images: list[Image], count: int) -> list[Image]:
        """The next ones that are still to do; the last few stay so."""
        return [image for image in images if image.work_state == WorkState.OPEN][
            : min(count, len(images) - 12)
        ]

    def _by_hand(self, number: int, image: Image, person: User, stage: Stage, seconds: float) -> None:
        [source] = self.chance.choices(list(BY_PEOPLE), list(BY_PEOPLE.values()))
        pace = TEAM[person.name] * self.chance.lognormvariate(0, 0.45)
        clicks = max(1, round(self.chance.gauss(1 + seconds / 9, 0.9)))
        points = [{"x": 30 + place, "y": 20, "label": 1} for place in range(clicks)]
        self._mask(
            number, image, stage, source, MaskState.ACCEPTED, person, int(1000 * seconds * pace), points
        )

    def _by_machine(
        self,
        number: int,
        image: Image,
        stage: Stage,
        source: MaskSource,
        state: MaskState = MaskState.ACCEPTED,
    ) -> None:
        self._mask(number, image, stage, source, state, None, 0, [])

    def _mask(
        self,
        number: int,
        image: Image,
        stage: Stage,
        source: MaskSource,
        state: MaskState,
        author: User | None,
        active_ms: int,
        points: list[dict[str, int]],
    ) -> None:
        at = self._at(number)
        self.session.add(
            Mask(
                id=uuid4(),
                image_id=image.id,
                stage=stage,
                source=source,
                model_id=self.versions[number * VERSIONS // DAYS].id,
                rle_counts=self.counts,
                height=SIZE[1],
                width=SIZE[0],
                bbox_x=20,
                bbox_y=12,
                bbox_w=24,
                bbox_h=24,
                area_px=576,
                predicted_iou=0.9,
                active_ms=active_ms,
                prompts={
                    "points": points,
                    "box": None,
                    "candidate": None,
                    "strokes": {"brush": 0, "erase": 0},
                },
                state=state,
                author_id=author.id if author else None,
                created_at=at,
                updated_at=at,
            )
        )

    def _submit(self, number: int, image: Image, person: User) -> None:
        is_reviewed = self.chance.random() < 0.6 and number < DAYS - 6
        steps = [WorkState.SUBMITTED, *([WorkState.DONE] if is_reviewed else [])]
        for to_state in steps:
            at = self._at(number)
            self.session.add(
                Transition(
                    image_id=image.id,
                    from_state=image.work_state,
                    to_state=to_state,
                    by=str(person.id),
                    at=at,
                )
            )
            image.work_state, image.work_by = to_state, str(person.id)
            image.work_at = image.work_updated_at = at
            if to_state == WorkState.SUBMITTED:
                image.submitted_by, image.submitted_at = str(person.id), at

    def _look_twice(self) -> None:
        """Comparisons of a second look, and of an audit."""
        for kind, name, alike in (
            (BatchKind.SECOND_LOOK, "Street scenes, March", 2.6),
            (BatchKind.AUDIT, "Night drive", 3.4),
        ):
            parent = self.session.scalars(select(Batch).where(Batch.name == name)).one()
            twins = Batch(
                project_id=self.project_id,
                name=f"{name}: {'second looks' if kind == BatchKind.SECOND_LOOK else 'audit'}",
                stage=Stage.ASSISTED_MANUAL,
                kind=kind,
                parent_id=parent.id,
            )
            self.session.add(twins)
            self.session.flush()
            for image in self._images(parent)[:12]:
                same = ("name", "sha256", "width", "height", "original_key", "picture_key", "thumbnail_key")
                twin = Image(
                    batch_id=twins.id,
                    original_id=image.id,
                    work_state=WorkState.DONE,
                    **{field: getattr(image, field) for field in same},
                )
                self.session.add(twin)
                self.session.flush()
                ious = [max(0.5, 1 - exp(-self.chance.gauss(alike, 0.8))) for _ in range(14)]
                self.session.add(
                    Comparison(image_id=twin.id, batch_id=twins.id, ious=ious, missed=1, added=2)
                )

    def _at(self, number: int) -> datetime:
        """A time in the middle of the day."""
        day = self.first_day + timedelta(days=number)
        at = datetime.combine(day, time(9), utc_now().tzinfo) + timedelta(minutes=self.chance.randrange(420))
        return min(at, utc_now())


def main() -> None:
    runtime = open_runtime(Settings())
    with session_scope(runtime.sessions) as session:
        project_id = ensure_first_project(session).id
    for place, (name, (stage, count)) in enumerate(BATCHES.items()):
        _import(runtime, project_id, name, stage, count, 1000 * place)
    with session_scope(runtime.sessions) as session:
        History(session, project_id).tell()


def _import(runtime: Runtime, project_id: UUID, name: str, stage: Stage, count: int, seed: int) -> None:
    with session_scope(runtime.sessions) as session:
        batch = Batch(project_id=project_id, name=name, stage=stage)
        session.add(batch)
        session.flush()
        batch_id = batch.id
    uploads = [
        Upload(f"{name.split()[0].lower()}-{number:03}.png", BytesIO(photo(seed + number, SIZE)))
        for number in range(count)
    ]
    import_uploads(
        runtime.sessions, runtime.storage, runtime.settings, uploads, project_id, batch_id=batch_id
    )


if __name__ == "__main__":
    main()
