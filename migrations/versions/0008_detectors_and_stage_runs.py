"""Detectors, and batches going through the stages in which machines work."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "detectors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("encoder_digest", sa.String(), nullable=False),
        sa.Column("training_digest", sa.String(), nullable=False),
        sa.Column("image_count", sa.Integer(), nullable=False),
        sa.Column("mask_count", sa.Integer(), nullable=False),
        sa.Column("train_minutes", sa.Double(), nullable=False),
        sa.Column("weights_key", sa.String(), nullable=True),
        sa.Column("weights_sha256", sa.String(), nullable=True),
        sa.Column("held_out_masks", sa.Integer(), nullable=True),
        sa.Column("recall", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_detectors"),
        sa.UniqueConstraint(
            "encoder_digest", "training_digest", name="uq_detectors_encoder_digest_training_digest"
        ),
    )
    op.create_table(
        "stage_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("detector_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_stage_runs_batch_id_batches"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_stage_runs_model_id_models"),
        sa.ForeignKeyConstraint(
            ["detector_id"], ["detectors.id"], name="fk_stage_runs_detector_id_detectors"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stage_runs"),
    )
    op.create_index("ix_stage_runs_batch_id", "stage_runs", ["batch_id"], unique=False)
    op.create_index("ix_stage_runs_detector_id", "stage_runs", ["detector_id"], unique=False)
    op.add_column("images", sa.Column("awaited_run_id", sa.Uuid(), nullable=True))
    op.create_index("ix_images_awaited_run_id", "images", ["awaited_run_id"], unique=False)
    op.add_column("jobs", sa.Column("part_of", sa.Uuid(), nullable=True))
    op.create_index("ix_jobs_part_of", "jobs", ["part_of"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_jobs_part_of", table_name="jobs")
    op.drop_column("jobs", "part_of")
    op.drop_index("ix_images_awaited_run_id", table_name="images")
    op.drop_column("images", "awaited_run_id")
    op.drop_table("stage_runs")
    op.drop_table("detectors")
