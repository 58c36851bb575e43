"""Since when a job runs; which queues a worker takes work from; which browser a session is of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
    # Workers write their rows anew with every sign of life.
    op.add_column("workers", sa.Column("queues", sa.JSON(), nullable=False, server_default="[]"))

    op.add_column("user_sessions", sa.Column("user_agent", sa.String(300), nullable=True))


def downgrade() -> None:
    op.drop_column("user_sessions", "user_agent")
    op.drop_column("workers", "queues")
    op.drop_column("jobs", "started_at")
