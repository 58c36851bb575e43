"""Exports in several formats, with filters and checksums; imports of annotations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("exports", sa.Column("filters", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("exports", sa.Column("sha256", sa.String(), nullable=True))
    op.add_column("exports", sa.Column("manifest", sa.JSON(), nullable=True))
    # An inline reference: SQLite adds a column with its reference, but no reference by itself.
    creator = sa.ForeignKey("users.id", name="fk_exports_created_by_users")
    op.add_column("exports", sa.Column("created_by", sa.Uuid(), creator), inline_references=True)
    op.create_index("ix_exports_created_at", "exports", ["created_at"], unique=False)

    op.create_table(
        "annotation_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("mask_state", sa.String(32), nullable=False),
        sa.Column("blob_key", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_annotation_imports_batch_id_batches")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_annotation_imports_created_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_imports")),
    )
    op.create_index("ix_annotation_imports_created_at", "annotation_imports", ["created_at"], unique=False)
    op.create_table(
        "annotation_import_images",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["annotation_imports.id"],
            name=op.f("fk_annotation_import_images_import_id_annotation_imports"),
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_annotation_import_images_image_id_images")
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_annotation_import_images")),
    )


def downgrade() -> None:
    op.drop_table("annotation_import_images")
    op.drop_index("ix_annotation_imports_created_at", table_name="annotation_imports")
    op.drop_table("annotation_imports")
    op.drop_index("ix_exports_created_at", table_name="exports")
    for column in ("created_by", "manifest", "sha256", "filters"):
        op.drop_column("exports", column)
