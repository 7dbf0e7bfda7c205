"""回执来的时候我们正在发哪一条：自己的记录还没有写下，平台又不再给消息的 id，凭它对上。"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """添一列；从前的回执没有。"""
    op.add_column("receipts", sa.Column("delivery_id", ROW, nullable=True))
