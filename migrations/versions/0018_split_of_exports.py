"""Exports may be split into train, val and test."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("exports", sa.Column("split", sa.JSON()))


def downgrade() -> None:
    op.drop_column("exports", "split")
