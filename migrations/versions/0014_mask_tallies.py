"""When images were submitted last and masks accepted first; counts of masks by what they have in common."""

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

STEPS = 30
EDGES_MS = [round(500 * 1200 ** (step / STEPS)) for step in range(STEPS + 1)]
BUCKETS = [f"bucket_{number:02}" for number in range(STEPS + 2)]
SMALL_COUNTS = ("masks", "proposals", "timed_masks", "clicks", *BUCKETS)

masks = sa.table(
    "masks",
    *(sa.column(name, sa.String()) for name in ("stage", "source", "state")),
    *(sa.column(name, sa.Uuid()) for name in ("image_id", "model_id", "author_id")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("created_at", "updated_at", "accepted_at")),
    sa.column("active_ms", sa.BigInteger()),
    sa.column("prompts", sa.JSON()),
)
images = sa.table(
    "images",
    *(sa.column(name, sa.Uuid()) for name in ("id", "batch_id")),
    *(sa.column(name, sa.String()) for name in ("work_state", "submitted_by")),
    sa.column("submitted_at", sa.DateTime(timezone=True)),
)
transitions = sa.table(
    "work_transitions",
    sa.column("image_id", sa.Uuid()),
    *(sa.column(name, sa.String()) for name in ("from_state", "to_state", "by")),
    sa.column("at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column("images", sa.Column("submitted_by", sa.String(64), nullable=True))
    op.add_column("images", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    _note_submissions()
    op.add_column("masks", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    _date_acceptance()
    tallies = op.create_table(
        "mask_tallies",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("masks", "proposals", "timed_masks")),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in BUCKETS),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_mask_tallies_batch_id_batches"),
        sa.PrimaryKeyConstraint(
            "batch_id", "day", "stage", "source", "model_id", "author_id", "finished", name="pk_mask_tallies"
        ),
    )
    counted = _counted()
    op.execute(tallies.insert().from_select([column.name for column in counted.selected_columns], counted))


def downgrade() -> None:
    op.drop_table("mask_tallies")
    op.drop_column("masks", "accepted_at")
    op.drop_column("images", "submitted_at")
    op.drop_column("images", "submitted_by")


def _note_submissions() -> None:
    of_image = (
        transitions.c.image_id == images.c.id,
        transitions.c.from_state.in_(("open", "later", "flagged")),
        transitions.c.to_state.in_(("submitted", "in_review")),
    )
    last = {
        f"submitted_{name}": sa.select(column)
        .where(*of_image)
        .order_by(transitions.c.at.desc())
        .limit(1)
        .scalar_subquery()
        for name, column in (("by", transitions.c.by), ("at", transitions.c.at))
    }
    op.execute(images.update().values(last))


def _date_acceptance() -> None:
    """People accept what they make as they make it; the rest was by its last change at the latest."""
    by_people = sa.and_(masks.c.author_id.is_not(None), masks.c.source != "imported")
    op.execute(
        masks.update()
        .where(sa.or_(masks.c.state == "accepted", sa.and_(masks.c.state == "deleted", by_people)))
        .values(accepted_at=sa.case((by_people, masks.c.created_at), else_=masks.c.updated_at))
    )


def _counted() -> sa.Select[tuple[object, ...]]:
    nobody = sa.literal(UUID(int=0), sa.Uuid())
    accepted = masks.c.state == "accepted"
    timed = sa.and_(accepted, masks.c.active_ms > 0)
    at = sa.case((accepted, masks.c.accepted_at), else_=masks.c.created_at)
    key = [
        images.c.batch_id,
        _day(at).label("day"),
        masks.c.stage,
        masks.c.source,
        sa.func.coalesce(masks.c.model_id, nobody).label("model_id"),
        sa.func.coalesce(masks.c.author_id, nobody).label("author_id"),
        images.c.work_state.in_(("submitted", "in_review", "done")).label("finished"),
    ]
    return (
        sa.select(
            *key,
            _sum(accepted).label("masks"),
            _sum(masks.c.state == "proposed").label("proposals"),
            _sum(timed).label("timed_masks"),
            _sum(timed, masks.c.active_ms).label("active_ms"),
            _sum(timed, _clicks()).label("clicks"),
            *(
                _sum(sa.and_(timed, within)).label(name)
                for name, within in zip(BUCKETS, _within(), strict=True)
            ),
        )
        .join_from(masks, images, images.c.id == masks.c.image_id)
        .where(masks.c.state.in_(("accepted", "proposed")))
        .group_by(*(column.element if isinstance(column, sa.Label) else column for column in key))
    )


def _within() -> list[sa.ColumnElement[bool]]:
    time = masks.c.active_ms
    between = [sa.and_(time >= low, time < high) for low, high in pairwise(EDGES_MS)]
    return [time < EDGES_MS[0], *between, time >= EDGES_MS[-1]]


def _sum(condition: sa.ColumnElement[bool], value: object = 1) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, value), else_=0))


def _day(at: sa.ColumnElement[object]) -> sa.ColumnElement[object]:
    if op.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.timezone(sa.text("'UTC'"), at), sa.Date())
    return sa.func.date(at)


def _clicks() -> sa.ColumnElement[int]:
    """Points, and a box if there is one."""
    if op.get_bind().dialect.name == "postgresql":
        points = sa.func.json_array_length(masks.c.prompts["points"])
        kind = sa.func.json_typeof(masks.c.prompts["box"])
    else:
        points = sa.func.json_array_length(masks.c.prompts, "$.points")
        kind = sa.func.json_type(masks.c.prompts, "$.box")
    return points + sa.case((kind == "array", 1), else_=0)
