"""Retraining: rules, snapshots, runs and their curves; whose a model is, and which a project works with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

UNFINISHED = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.add_column("projects", sa.Column("model_id", sa.Uuid(), nullable=True))
    # Inline references: SQLite adds a column with its reference, but no reference by itself.
    for column, table in (("project_id", "projects"), ("parent_id", "models")):
        reference = sa.ForeignKey(f"{table}.id", name=f"fk_models_{column}_{table}")
        op.add_column("models", sa.Column(column, sa.Uuid(), reference), inline_references=True)
    op.add_column("models", sa.Column("run_id", sa.Uuid(), nullable=True))
    op.add_column("models", sa.Column("metrics", sa.JSON(), nullable=True))
    op.create_index("ix_models_project_id", "models", ["project_id"], unique=False)
    op.create_index("ix_masks_model_id_state", "masks", ["model_id", "state"], unique=False)
    _create_promotions()
    _create_rules()
    _create_runs()


def downgrade() -> None:
    for table in ("training_points", "training_runs", "snapshots", "training_rules", "promotions"):
        op.drop_table(table)
    op.drop_index("ix_masks_model_id_state", table_name="masks")
    op.drop_index("ix_models_project_id", table_name="models")
    for column in ("metrics", "run_id", "parent_id", "project_id"):
        op.drop_column("models", column)
    op.drop_column("projects", "model_id")


def _create_promotions() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("promoted_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_promotions_project_id_projects"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_promotions_model_id_models"),
        sa.ForeignKeyConstraint(["previous_id"], ["models.id"], name="fk_promotions_previous_id_models"),
        sa.ForeignKeyConstraint(["promoted_by"], ["users.id"], name="fk_promotions_promoted_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_promotions"),
    )
    op.create_index("ix_promotions_project_id", "promotions", ["project_id"], unique=False)


def _create_rules() -> None:
    op.create_table(
        "training_rules",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("every_masks", sa.Integer(), nullable=True),
        sa.Column("every_hours", sa.Double(), nullable=True),
        sa.Column("least_masks", sa.Integer(), nullable=False),
        sa.Column("on_entering", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.String(5), nullable=True),
        sa.Column("quiet_to", sa.String(5), nullable=True),
        sa.Column("trains", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("promote", sa.String(32), nullable=False),
        sa.Column("margin", sa.Double(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_training_rules_project_id_projects"
        ),
        sa.PrimaryKeyConstraint("project_id", "stage", name="pk_training_rules"),
    )


def _create_runs() -> None:
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("manifest_key", sa.String(), nullable=False),
        sa.Column("image_count", sa.Integer(), nullable=False),
        sa.Column("mask_count", sa.Integer(), nullable=False),
        sa.Column("held_out_images", sa.Integer(), nullable=False),
        sa.Column("held_out_masks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_snapshots_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_project_id", "snapshots", ["project_id"], unique=False)
    op.create_table(
        "training_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("trigger", sa.String(32), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("seconds_left", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_training_runs_project_id_projects"),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_training_runs_asked_by_users"),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name="fk_training_runs_snapshot_id_snapshots"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["models.id"], name="fk_training_runs_parent_id_models"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_training_runs_model_id_models"),
        sa.PrimaryKeyConstraint("id", name="pk_training_runs"),
    )
    op.create_index(
        "uq_training_runs_unfinished",
        "training_runs",
        ["project_id"],
        unique=True,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_index(
        "ix_training_runs_project_id_created_at", "training_runs", ["project_id", "created_at"], unique=False
    )
    op.create_index("ix_training_runs_updated_at", "training_runs", ["updated_at"], unique=False)
    op.create_table(
        "training_points",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("loss", sa.Double(), nullable=False),
        sa.Column("iou_by_round", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["training_runs.id"], name="fk_training_points_run_id_training_runs"
        ),
        sa.PrimaryKeyConstraint("run_id", "step", name="pk_training_points"),
    )
