"""第三批表：企业名册、申报、关联、订阅、送达账；申报窗口可以只给一个分支。"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """建表；原有的窗口都不分分支。"""
    op.add_column("windows", sa.Column("branch", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "buckets",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="buckets_pk"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="calendar_days_pk"),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="campaigns_pk"),
    )
    op.create_table(
        "consents",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("left_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user", "template", name="consents_pk"),
    )
    op.create_table(
        "credentials",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("refreshing_until", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name="credentials_pk"),
    )
    op.create_table(
        "declaration_changes",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("declaration_id", ROW, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="declaration_changes_pk"),
    )
    op.create_index("declaration_changes_declaration_id_index", "declaration_changes", ["declaration_id"])
    op.create_table(
        "declarations",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("enterprise_id", ROW, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("grade_applied", sa.Text(), nullable=False),
        sa.Column("grade_announced", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="declarations_pk"),
        sa.UniqueConstraint("enterprise_id", "year", name="declarations_enterprise_id_year_key"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", ROW, server_default="0", nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lease_by", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="deliveries_pk"),
        sa.UniqueConstraint(
            "window_id",
            "occasion",
            "user",
            "enterprise_id",
            name="deliveries_window_id_occasion_user_enterprise_id_key",
        ),
    )
    op.create_index("deliveries_state_due_at_index", "deliveries", ["state", "due_at"])
    op.create_index("deliveries_user_index", "deliveries", ["user"])
    op.create_table(
        "enterprises",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("branches", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="enterprises_pk"),
        sa.UniqueConstraint("code", name="enterprises_code_key"),
    )
    op.create_index("enterprises_name_index", "enterprises", ["name"])
    op.create_table(
        "link_codes",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("enterprise_id", ROW, nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name="link_codes_pk"),
    )
    op.create_table(
        "link_tries",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="link_tries_pk"),
    )
    op.create_index("link_tries_user_index", "link_tries", ["user"])
    op.create_table(
        "links",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("enterprise_id", ROW, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", "enterprise_id", name="links_pk"),
    )
    op.create_index("links_enterprise_id_index", "links", ["enterprise_id"])
    op.create_table(
        "receipts",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("matched", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="receipts_pk"),
    )
    op.create_index("receipts_channel_message_id_index", "receipts", ["channel", "message_id"])
    op.create_index("receipts_matched_id_index", "receipts", ["matched", "id"])
    op.create_table(
        "subscriptions",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("factory", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", "factory", name="subscriptions_pk"),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="switches_pk"),
    )
    op.create_table(
        "told",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("factory", sa.Text(), server_default="", nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", "factory", "cycle", name="told_pk"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("delivery_id", ROW, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="attempts_delivery_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="attempts_pk"),
        sa.UniqueConstraint("channel", "message_id", name="attempts_channel_message_id_key"),
    )
    op.create_index("attempts_delivery_id_index", "attempts", ["delivery_id"])
