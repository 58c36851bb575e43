"""Project settings; labels, locks and earlier versions of masks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    # Plain ALTER TABLE: rebuilding a table that others refer to would break these references on SQLite.
    op.add_column("projects", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("masks", sa.Column("label_id", sa.Uuid(), nullable=True))
    op.add_column("masks", sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_masks_label_id", "masks", ["label_id"], unique=False)
    op.create_table(
        "mask_versions",
        sa.Column("mask_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mask_id"], ["masks.id"], name="fk_mask_versions_mask_id_masks"),
        sa.PrimaryKeyConstraint("mask_id", "version", name="pk_mask_versions"),
    )


def downgrade() -> None:
    op.drop_table("mask_versions")
    op.drop_index("ix_masks_label_id", table_name="masks")
    op.drop_column("masks", "locked")
    op.drop_column("masks", "label_id")
    op.drop_column("projects", "settings")
