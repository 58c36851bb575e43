"""Batches in order, with review and second looks; images assigned to people; masks made by machines."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("kind", sa.String(32), nullable=False, server_default="work"))
    # Inline references: SQLite adds a column with its reference, but no reference by itself.
    parent = sa.ForeignKey("batches.id", name="fk_batches_parent_id_batches")
    op.add_column("batches", sa.Column("parent_id", sa.Uuid(), parent), inline_references=True)
    op.add_column("batches", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("batches", sa.Column("review_share", sa.Double(), nullable=False, server_default="0"))
    op.add_column("batches", sa.Column("second_share", sa.Double(), nullable=False, server_default="0"))
    op.add_column(
        "batches", sa.Column("peer_review", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_batches_parent_id", "batches", ["parent_id"], unique=False)

    op.add_column("images", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    assignee = sa.ForeignKey("users.id", name="fk_images_assigned_to_users")
    op.add_column("images", sa.Column("assigned_to", sa.Uuid(), assignee), inline_references=True)
    original = sa.ForeignKey("images.id", name="fk_images_original_id_images")
    op.add_column("images", sa.Column("original_id", sa.Uuid(), original), inline_references=True)
    op.create_index("ix_images_batch_id_work_state", "images", ["batch_id", "work_state"], unique=False)
    op.create_index("ix_images_assigned_to", "images", ["assigned_to"], unique=False)
    op.create_index("ix_images_original_id", "images", ["original_id"], unique=False)

    op.add_column("masks", sa.Column("stability_score", sa.Double(), nullable=True))
    op.add_column("masks", sa.Column("point", sa.JSON(), nullable=True))
    op.add_column("masks", sa.Column("crop_box", sa.JSON(), nullable=True))


def downgrade() -> None:
    for column in ("crop_box", "point", "stability_score"):
        op.drop_column("masks", column)
    for index in ("original_id", "assigned_to", "batch_id_work_state"):
        op.drop_index(f"ix_images_{index}", table_name="images")
    for column in ("original_id", "assigned_to", "priority"):
        op.drop_column("images", column)
    op.drop_index("ix_batches_parent_id", table_name="batches")
    for column in ("peer_review", "second_share", "review_share", "priority", "parent_id", "kind"):
        op.drop_column("batches", column)
