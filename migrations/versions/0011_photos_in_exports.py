"""Exports with photos, and with images that have no masks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for column in ("with_photos", "with_empty_images"):
        op.add_column("exports", sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("exports", "with_empty_images")
    op.drop_column("exports", "with_photos")
