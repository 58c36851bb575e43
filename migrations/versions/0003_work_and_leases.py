"""What was decided about images, and who has them: columns of images, and the log of decisions."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("work_state", sa.String(32), nullable=False, server_default="open"),
        sa.Column("work_note", sa.String(), nullable=True),
        sa.Column("work_by", sa.String(64), nullable=True),
        sa.Column("work_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_holder", sa.String(64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("work_updated_at", sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    for column in columns():
        op.add_column("images", column)
    op.create_index("ix_images_work_state_created_at", "images", ["work_state", "created_at"], unique=False)
    op.create_index("ix_images_work_updated_at", "images", ["work_updated_at"], unique=False)
    op.create_table(
        "work_transitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.String(32), nullable=False),
        sa.Column("to_state", sa.String(32), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_work_transitions_image_id_images"),
        sa.PrimaryKeyConstraint("id", name="pk_work_transitions"),
    )
    op.create_index("ix_work_transitions_image_id_at", "work_transitions", ["image_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_work_transitions_image_id_at", table_name="work_transitions")
    op.drop_table("work_transitions")
    op.drop_index("ix_images_work_updated_at", table_name="images")
    op.drop_index("ix_images_work_state_created_at", table_name="images")
    for column in columns():
        op.drop_column("images", column.name)
