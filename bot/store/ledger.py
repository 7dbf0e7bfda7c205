"""订阅和送达账的表；用的时候从 schema.py 取。"""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from bot.store.tables import Row, metadata

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("user", Text),
    Column("factory", Text, server_default=""),
    Column("channel", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("consented_at", Text, nullable=False),
    Column("way", Text, nullable=False),
    PrimaryKeyConstraint("user", "factory"),
)
"""订阅了提醒的人，一个厂一行，几时同意的、怎么订的（`way`：chat、qr、page、desk）；区县、分支空着是不分。

`factory` 是他说的厂名，只说过一个厂的可以是空的。
"""

consents = Table(
    "consents",
    metadata,
    Column("user", Text),
    Column("template", Text),
    Column("left_count", Integer, nullable=False),
    PrimaryKeyConstraint("user", "template"),
)
"""订阅通知还可以发几次，每（用户，模板）一行。"""

switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
)
"""主管部门打开的常设提醒；没有一行就是关着。"""

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("texts", Text, nullable=False),
    Column("schedule", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("planned_at", Text, nullable=False),
    Column("approved_at", Text),
    Column("approved_by", Text),
    Column("state", Text, nullable=False),
)
"""一次发送：`kind` 是 standing 或 broadcast；`audience`、`texts`、`schedule` 是 JSON，由 `hash` 定住。"""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("occasion", Text, nullable=False),
    Column("window_id", Text, nullable=False),
    Column("enterprise_id", Row, nullable=False, server_default="0"),
    Column("user", Text, nullable=False, index=True),
    Column("campaign_id", Text),
    Column("due_at", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("lease_by", Text),
    Column("lease_until", Double),
    Column("updated_at", Text, nullable=False),
    UniqueConstraint("window_id", "occasion", "user", "enterprise_id"),
    Index(None, "state", "due_at"),
)
"""送达账：每（窗口，时机，人，企业）一行；`enterprise_id` 0 是不为哪个企业（空值在唯一约束里不算相同，所以不用）。

`due_at` 是 UTC 时刻；`lease_until` 是库的钟上的秒数（1970 年起）。
"""

attempts = Table(
    "attempts",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("delivery_id", Row, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template", Text, nullable=False, server_default=""),
    Column("version", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("message_id", Text),
    UniqueConstraint("channel", "message_id"),
)
"""每次发送的结果；`message_id` 是平台给的，凭它与回执对上。"""

receipts = Table(
    "receipts",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("matched", Integer, nullable=False, server_default="0"),
    Column("delivery_id", Row),
    Index(None, "matched", "id"),
    Index(None, "channel", "message_id"),
)
"""平台的回执，来了先记下；与 attempts 对上以后 `matched` 是 1。

`delivery_id` 是来的时候正发给那个人的一条，自己的记录还没有写下；不一定就是它的。
"""

credentials = Table(
    "credentials",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("refreshing_until", Double),
)
"""各进程共用的平台令牌；时刻都是库的钟上的秒数（1970 年起）。"""

buckets = Table(
    "buckets",
    metadata,
    Column("account", Text, primary_key=True),
    Column("level", Double, nullable=False),
    Column("at", Double, nullable=False),
)
"""各账号的发送速度：桶里还有多少、几时算的（库的钟上的秒数）。"""
