"""The first tables: projects, images, embeddings, models, jobs, masks, exports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

IS_ACTIVE = sa.text("state = 'active'")


def upgrade() -> None:
    op.create_table(
        "embeddings",
        sa.Column("image_sha256", sa.String(), nullable=False),
        sa.Column("encoder_digest", sa.String(), nullable=False),
        sa.Column("blob_key", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("compute_ms", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("image_sha256", "encoder_digest", name="pk_embeddings"),
    )
    op.create_index("ix_embeddings_created_at", "embeddings", ["created_at"], unique=False)
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("blob_key", sa.String(), nullable=True),
        sa.Column("mask_count", sa.Integer(), nullable=True),
        sa.Column("image_count", sa.Integer(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("queue", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("kind", "subject", name="uq_jobs_kind_subject"),
    )
    op.create_index("ix_jobs_state_queue", "jobs", ["state", "queue"], unique=False)
    op.create_index("ix_jobs_updated_at", "jobs", ["updated_at"], unique=False)
    op.create_table(
        "models",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("encoder_digest", sa.String(), nullable=False),
        sa.Column("decoder_digest", sa.String(), nullable=False),
        sa.Column("weights_sha256", sa.String(), nullable=False),
        sa.Column("weights_key", sa.String(), nullable=False),
        sa.Column("decoder_key", sa.String(), nullable=False),
        sa.Column("decoder_manifest", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
        sa.UniqueConstraint("name", name="uq_models_name"),
        sa.UniqueConstraint("weights_sha256", name="uq_models_weights_sha256"),
    )
    op.create_index("ix_models_updated_at", "models", ["updated_at"], unique=False)
    op.create_index(
        "uq_models_active",
        "models",
        ["state"],
        unique=True,
        sqlite_where=IS_ACTIVE,
        postgresql_where=IS_ACTIVE,
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("name", name="uq_projects_name"),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_batches_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_project_id", "batches", ["project_id"], unique=False)
    op.create_table(
        "images",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("original_key", sa.String(), nullable=False),
        sa.Column("picture_key", sa.String(), nullable=False),
        sa.Column("thumbnail_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_images_batch_id_batches"),
        sa.PrimaryKeyConstraint("id", name="pk_images"),
        sa.UniqueConstraint("batch_id", "sha256", name="uq_images_batch_id_sha256"),
    )
    op.create_index("ix_images_created_at", "images", ["created_at"], unique=False)
    op.create_index("ix_images_sha256", "images", ["sha256"], unique=False)
    op.create_table(
        "masks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("rle_counts", sa.String(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("bbox_x", sa.Integer(), nullable=False),
        sa.Column("bbox_y", sa.Integer(), nullable=False),
        sa.Column("bbox_w", sa.Integer(), nullable=False),
        sa.Column("bbox_h", sa.Integer(), nullable=False),
        sa.Column("area_px", sa.Integer(), nullable=False),
        sa.Column("predicted_iou", sa.Double(), nullable=True),
        sa.Column("active_ms", sa.Integer(), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_masks_image_id_images"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_masks_model_id_models"),
        sa.PrimaryKeyConstraint("id", name="pk_masks"),
    )
    op.create_index("ix_masks_image_id_state", "masks", ["image_id", "state"], unique=False)
    op.create_index("ix_masks_updated_at", "masks", ["updated_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_masks_updated_at", table_name="masks")
    op.drop_index("ix_masks_image_id_state", table_name="masks")
    op.drop_table("masks")
    op.drop_index("ix_images_sha256", table_name="images")
    op.drop_index("ix_images_created_at", table_name="images")
    op.drop_table("images")
    op.drop_index("ix_batches_project_id", table_name="batches")
    op.drop_table("batches")
    op.drop_table("workers")
    op.drop_table("projects")
    op.drop_index("uq_models_active", table_name="models", sqlite_where=IS_ACTIVE, postgresql_where=IS_ACTIVE)
    op.drop_index("ix_models_updated_at", table_name="models")
    op.drop_table("models")
    op.drop_index("ix_jobs_updated_at", table_name="jobs")
    op.drop_index("ix_jobs_state_queue", table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("exports")
    op.drop_index("ix_embeddings_created_at", table_name="embeddings")
    op.drop_table("embeddings")
