"""Mark late replies."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until now no reply was taken after the close of its task.
    with op.batch_alter_table("replies") as batch_op:
        batch_op.add_column(sa.Column("late", sa.Boolean(), nullable=True))
    op.execute(sa.text("UPDATE replies SET late = false"))
    with op.batch_alter_table("replies") as batch_op:
        batch_op.alter_column("late", existing_type=sa.Boolean(), nullable=False)
