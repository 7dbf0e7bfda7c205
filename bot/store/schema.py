"""库里有哪些表。每张有 `user` 列的表都要在 person.py 里登记，否则测试不让过。"""

from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, PrimaryKeyConstraint, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
    }
)

Row = BigInteger().with_variant(Integer, "sqlite")
"""自增的行号；SQLite 只给 INTEGER 主键自增。"""

sessions = Table(
    "sessions",
    metadata,
    Column("user", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""每个用户的会话（JSON）；`state` 为空表示刚建、还没有说过话。"""

turns = Table(
    "turns",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("user", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("reply", Text),
    Column("claimed", Text, nullable=False),
    UniqueConstraint("user", "message_id"),
)
"""一个回合一行：既是去重的键，又是谈话记录，又是重复投递时再给一遍的答复。`reply` 为空表示没有作声。"""

results = Table(
    "results",
    metadata,
    Column("user", Text),
    Column("run", Integer),
    Column("flow", Text),
    Column("ending", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("user", "run", "flow"),
)
"""一场对话的结果（`verdict` 是 JSON 对象）和所依据的知识版本，每（用户，场次，流程）一行；结束后改了答案就换掉。"""

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("user_hash", Text, primary_key=True),
    Column("at", Text, nullable=False),
)
"""退订的人，只存带密钥的散列：删除信息以后仍然认得，却不留下是谁。"""

farewells = Table(
    "farewells",
    metadata,
    Column("key", Text, primary_key=True),
    Column("reply", Text),
    Column("at", Text, nullable=False, index=True),
)
"""墓碑：刚删掉的消息，`key` 是（用户，消息 id）带密钥的散列；重复投递时照 `reply` 再答一遍，为空就不作声。

`reply` 里没有个人的内容；`at` 是 UTC 时刻，过了 farewells.DAYS 天就清掉。
"""

windows = Table(
    "windows",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    Column("district", Text, nullable=False),
    Column("industry", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("closed_at", Text),
)
"""登记过的申报窗口；关闭的留着，不删。"""

window_changes = Table(
    "window_changes",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("window_id", Text, nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
)
"""申报窗口的每一次改动，前后各是什么（JSON）。"""

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("user", Text, nullable=False, index=True),
    Column("message_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""出了错的消息和搁置的会话（JSON），等人来看。"""

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""`revision`：申报窗口每改一次加一；`secret`：退订散列的密钥，建库时随机产生。"""
