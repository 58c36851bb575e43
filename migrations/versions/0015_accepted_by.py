"""Who accepted a machine's mask, so that the work on it counts for them; earlier ones stay nobody's."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    person = sa.ForeignKey("users.id", name="fk_masks_accepted_by_id_users")
    op.add_column("masks", sa.Column("accepted_by_id", sa.Uuid(), person), inline_references=True)


def downgrade() -> None:
    op.drop_column("masks", "accepted_by_id")
