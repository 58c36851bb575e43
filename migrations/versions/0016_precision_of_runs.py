"""The precision that a training run chose."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("training_runs", sa.Column("precision", sa.String(16)))


def downgrade() -> None:
    # Code from before this revision does not know the state; such a run has ended anyway.
    op.execute(
        "UPDATE training_runs SET state = 'cancelled', finished_at = updated_at WHERE state = 'stopping'"
    )
    op.drop_column("training_runs", "precision")
