"""What was done to make a mask, and what that adds up to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("masks", sa.Column("effort", sa.JSON(), nullable=True))
    op.create_table(
        "mask_logs",
        sa.Column("mask_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["mask_id"], ["masks.id"], name="fk_mask_logs_mask_id_masks"),
        sa.PrimaryKeyConstraint("mask_id", "version", name="pk_mask_logs"),
    )


def downgrade() -> None:
    op.drop_table("mask_logs")
    op.drop_column("masks", "effort")
