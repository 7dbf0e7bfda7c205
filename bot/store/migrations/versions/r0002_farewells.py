"""墓碑：删除信息以后，重复投递还认得，却不留下是谁。"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """建表；`at` 的索引给过期清理用。"""
    op.create_table(
        "farewells",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="farewells_pk"),
    )
    op.create_index("farewells_at_index", "farewells", ["at"])
