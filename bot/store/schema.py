"""库里有哪些表。每张有 `user` 列的表都要在 person.py 里登记，否则测试不让过。"""

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text

from bot.store.desk import answer_versions as answer_versions
from bot.store.desk import answers as answers
from bot.store.desk import audit as audit
from bot.store.desk import bind_codes as bind_codes
from bot.store.desk import canned as canned
from bot.store.desk import cases as cases
from bot.store.desk import corrected as corrected
from bot.store.desk import corrections as corrections
from bot.store.desk import day_counts as day_counts
from bot.store.desk import desk_sessions as desk_sessions
from bot.store.desk import dismissed as dismissed
from bot.store.desk import notes as notes
from bot.store.desk import operators as operators
from bot.store.desk import profiles as profiles
from bot.store.desk import spot_checks as spot_checks
from bot.store.desk import spot_items as spot_items
from bot.store.desk import strangers as strangers
from bot.store.ledger import attempts as attempts
from bot.store.ledger import buckets as buckets
from bot.store.ledger import campaigns as campaigns
from bot.store.ledger import consents as consents
from bot.store.ledger import credentials as credentials
from bot.store.ledger import deliveries as deliveries
from bot.store.ledger import receipts as receipts
from bot.store.ledger import subscriptions as subscriptions
from bot.store.ledger import switches as switches
from bot.store.tables import Row
from bot.store.tables import metadata as metadata

sessions = Table(
    "sessions",
    metadata,
    Column("user", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""每个用户的会话（JSON）；`state` 为空表示刚建、还没有说过话。"""

UNANSWERED = "claimed IN ('lost', 'near', 'wrong')"
"""没看懂的、没把握的、被说不对的回合；另有一份小索引，找得快。"""

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
    Index("turns_unanswered_index", "id", sqlite_where=text(UNANSWERED)),
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
    Column("branch", Text, nullable=False, server_default=""),
)
"""登记过的申报窗口；`branch` 为空是不分分支；关闭的留着，不删。"""

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

enterprises = Table(
    "enterprises",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("code", Text, unique=True),
    Column("name", Text, nullable=False, index=True),
    Column("district", Text, nullable=False),
    Column("branches", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
"""企业名册：`code` 是统一社会信用代码，不知道时为空；`branches` 是分支 id 的 JSON 列表，别的没有就是空字符串。"""

declarations = Table(
    "declarations",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("enterprise_id", Row, nullable=False),
    Column("year", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("branch", Text, nullable=False),
    Column("grade_applied", Text, nullable=False),
    Column("grade_announced", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    UniqueConstraint("enterprise_id", "year"),
)
"""申报：一个企业一年一行，`status` 是 roster.declarations.STATUSES 里的一种，`on_day` 是到这一步的那天。"""

declaration_changes = Table(
    "declaration_changes",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("declaration_id", Row, nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
)
"""申报的每一次改动：谁改的，前后各是什么（JSON）；新记的 `before` 为空。"""

links = Table(
    "links",
    metadata,
    Column("user", Text),
    Column("enterprise_id", Row),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("user", "enterprise_id"),
    Index(None, "enterprise_id"),
)
"""哪个用户是哪个企业的；`by` 是值班的人（desk:…）或一次性的码（code）。"""

link_codes = Table(
    "link_codes",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("enterprise_id", Row, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
)
"""一次性的关联码，只存带密钥的散列；时刻都是 UTC。"""

link_tries = Table(
    "link_tries",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("user", Text, nullable=False, index=True),
    Column("at", Text, nullable=False),
)
"""打错的关联码：谁（用户的散列，删了信息还算数）、几时（UTC）；一小时以前的清掉。"""

told = Table(
    "told",
    metadata,
    Column("user", Text),
    Column("factory", Text, server_default=""),
    Column("cycle", Text),
    Column("year", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("user", "factory", "cycle"),
)
"""用户自己说的本厂申报情况：只管他自己的提醒，不动申报表。

`factory` 是他说的厂名，只说过一个厂的可以是空的；`cycle` 是哪一回：窗口的编号，没有窗口就是那一年（“2026”）；
`year` 是那一回的年份，`on_day` 是他说的那天，`at` 是几时说的。
"""

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
)
"""主管部门放进来的日历：`working` 1 上班、0 放假；比自带的日历算数。"""
