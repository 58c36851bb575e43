"""The files of an import, and the split that they say images are of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("images", sa.Column("split", sa.String(8)))
    op.add_column("annotation_import_images", sa.Column("file", sa.String()))
    op.add_column("annotation_import_images", sa.Column("split", sa.String(8)))
    op.add_column("annotation_import_images", sa.Column("note", sa.String()))


def downgrade() -> None:
    for column in ("note", "split", "file"):
        op.drop_column("annotation_import_images", column)
    op.drop_column("images", "split")
