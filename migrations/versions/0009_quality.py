"""What comparing an image with its original gave; which images were deleted lately."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("ious", sa.JSON(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_comparisons_image_id_images"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_comparisons_batch_id_batches"),
        sa.PrimaryKeyConstraint("image_id", name="pk_comparisons"),
    )
    op.create_index("ix_comparisons_batch_id", "comparisons", ["batch_id"], unique=False)
    op.create_table(
        "deleted_images",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deleted_images"),
    )
    op.create_index("ix_deleted_images_deleted_at", "deleted_images", ["deleted_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_deleted_images_deleted_at", table_name="deleted_images")
    op.drop_table("deleted_images")
    op.drop_index("ix_comparisons_batch_id", table_name="comparisons")
    op.drop_table("comparisons")
