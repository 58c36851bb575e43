"""Several projects: whose exports, jobs and detectors are; admins are that in every project."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# All that is there belongs to the oldest project, which was the only one in use.
OLDEST = "(SELECT id FROM projects ORDER BY created_at, id LIMIT 1)"
OWNED = ("exports", "jobs", "detectors", "deleted_images")


def upgrade() -> None:
    op.add_column("users", sa.Column("is_admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    admins = "SELECT user_id FROM memberships WHERE role = 'admin'"
    op.execute(sa.text(f"UPDATE users SET is_admin = true WHERE id IN ({admins})"))
    op.execute("DELETE FROM memberships WHERE role = 'admin'")

    # Inline references: SQLite adds a column with its reference, but no reference by itself.
    for table in ("exports", "detectors"):
        owner = sa.ForeignKey("projects.id", name=f"fk_{table}_project_id_projects")
        op.add_column(table, sa.Column("project_id", sa.Uuid(), owner), inline_references=True)
    for table in ("jobs", "deleted_images"):
        op.add_column(table, sa.Column("project_id", sa.Uuid(), nullable=True))
    for table in ("exports", "detectors", "jobs"):
        op.create_index(f"ix_{table}_project_id", table, ["project_id"], unique=False)
    for table in OWNED:
        op.execute(sa.text(f"UPDATE {table} SET project_id = {OLDEST}"))


def downgrade() -> None:
    for table in ("exports", "detectors", "jobs"):
        op.drop_index(f"ix_{table}_project_id", table_name=table)
    for table in ("jobs", "deleted_images"):
        op.drop_column(table, "project_id")
    for table in ("exports", "detectors"):
        op.drop_column(table, "project_id")
    op.execute(
        sa.text(
            "INSERT INTO memberships (project_id, user_id, role) "
            f"SELECT {OLDEST}, id, 'admin' FROM users WHERE is_admin"
        )
    )
    op.drop_column("users", "is_admin")
