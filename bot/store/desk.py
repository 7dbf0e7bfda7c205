"""服务台的表：案子、账号、审计、学来的答案、更正、抽查；用的时候从 schema.py 取。"""

from sqlalchemy import (
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables import Row, metadata

profiles = Table(
    "profiles",
    metadata,
    Column("user", Text),
    Column("position", Integer),
    Column("district", Text, nullable=False),
    Column("branches", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    PrimaryKeyConstraint("user", "position"),
    Index(None, "district"),
)
"""用户说过的自己的厂，一个厂一行，照会话里的抄，变了才写。

`position` 0 是正在说的，`branches` 是分支 id 的 JSON 列表。
"""

cases = Table(
    "cases",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("user", Text, nullable=False, index=True),
    Column("district", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("operator", Text, nullable=False, server_default=""),
    Column("opened_at", Text, nullable=False),
    Column("taken_at", Text),
    Column("answered_at", Text),
    Column("closed_at", Text),
    Column("said_at", Text, nullable=False),
    Column("unread", Integer, nullable=False, server_default="0"),
    Column("until", Text),
    Column("tags", Text, nullable=False, server_default=""),
    Column("words", Text, nullable=False, server_default=""),
    Column("touched", Double, nullable=False, index=True),
    Index(None, "district", "state", "said_at", "id"),
    Index(None, "state", "said_at", "id"),
    Index(None, "operator", "state"),
)
"""要人管的一次谈话；一个用户至多一个没关的。

`reason`：person 要找人，unsure 两次没看懂，wrong 说没用或不对，desk 值班的人自己接的。
`state`：waiting 等人，held 有人接管，open 交还了还没关，closed 关了。
`question` 是引出它的那句话；`said_at` 是用户最近说话的时刻，`unread` 是值班的人没看过的几句；`until` 是接管到几时；
`words` 是搜得到的字（厂名、代码、区县、分支、那句话、标签）；`touched` 是改动的时刻（库的钟，秒），看得出谁变了。
时刻都是 UTC。
"""

notes = Table(
    "notes",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("case_id", Row, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""值班的人记的，用户看不见。"""

operators = Table(
    "operators",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("disabled_at", Text),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Text),
    Column("bound", Text, nullable=False, server_default=""),
    Column("webhook", Text, nullable=False, server_default=""),
    Column("on_duty", Integer, nullable=False, server_default="1"),
)
"""服务台的账号：`role` 是 operator（一个区县）或 admin（全市，`district` 空着）；`password` 是 argon2 的散列。

有人等的时候告诉 `on_duty` 的人：`bound` 是绑定的微信（“wechat:o1”），`webhook` 是网址。
"""

strangers = Table(
    "strangers",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Text),
    Column("at", Text, nullable=False, index=True),
)
"""没有的账号试了几次口令：只有名字的散列，和真的账号一样地锁，看不出有没有；一天没有再试的清掉。"""

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("operator", Text, nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)
"""登录着的；`hash` 是 Cookie 里那串的散列。"""

bind_codes = Table(
    "bind_codes",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("operator", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)
"""值班的人绑定自己微信的一次性的码，用了就删。"""

audit = Table(
    "audit",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("address", Text, nullable=False),
    Index(None, "operator", "id"),
)
"""谁几时看了什么、做了什么；`subject` 是“case:12”一类的编号，不写用户。"""

canned = Table(
    "canned",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("district", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("cites", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""常用的回复；`district` 空着是全市的，`cites` 是引的条款（JSON）。"""

answers = Table(
    "answers",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("published_at", Text),
)
"""学来的答案和别名（`kind`：faq、alias；`body` 是 JSON）。

`state`：draft 在写，published 在用，withdrawn 撤了，exported 进了文件。
"""

answer_versions = Table(
    "answer_versions",
    metadata,
    Column("answer_id", Row, ForeignKey("answers.id", ondelete="CASCADE")),
    Column("version", Integer),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("published_by", Text),
    Column("published_at", Text),
    PrimaryKeyConstraint("answer_id", "version"),
)
"""学来的答案的每一版：`by` 是写的人，`published_by` 是发布的人。"""

dismissed = Table(
    "dismissed",
    metadata,
    Column("words", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""没答上来的话里看过、不用管的（归一化以后的字）。"""

corrections = Table(
    "corrections",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("found", Integer, nullable=False, server_default="0"),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", Text),
)
"""更正：那几天里被告知某一条的人，都要再告诉一句。

`state`：looking 正在找，ready 找齐了，sending 正在交给送达账，sent 交完了，dropped 作罢。
"""

corrected = Table(
    "corrected",
    metadata,
    Column("correction_id", Row, ForeignKey("corrections.id", ondelete="CASCADE")),
    Column("user", Text, index=True),
    Column("told_at", Text, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("correction_id", "user"),
)
"""一次更正要告诉谁：最近一次被告知的时刻，机器人（空）还是值班的人说的。"""

spot_checks = Table(
    "spot_checks",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("district", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("seed", Text, nullable=False),
    Column("share", Integer, nullable=False),
    Column("pool", Integer, nullable=False),
    Column("drawn_at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index(None, "district", "year"),
)
"""一次抽查：从 `pool` 家里按 `share`（百分之几）抽，`seed` 一样抽出来就一样。"""

spot_items = Table(
    "spot_items",
    metadata,
    Column("check_id", Row, ForeignKey("spot_checks.id", ondelete="CASCADE")),
    Column("enterprise_id", Row),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("result", Text, nullable=False, server_default=""),
    Column("rectify_by", Date),
    Column("rectified_on", Date),
    Column("note", Text, nullable=False, server_default=""),
    Column("updated_at", Text, nullable=False),
    UniqueConstraint("check_id", "place"),
    PrimaryKeyConstraint("check_id", "enterprise_id"),
)
"""抽中的企业（名称、代码、等级照抽的那天）、检查结果、整改期限和改好的那天。

`result` 空着是还没查，其余是 kept、failed。
"""

day_counts = Table(
    "day_counts",
    metadata,
    Column("day", Date),
    Column("district", Text),
    Column("name", Text),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("day", "district", "name"),
)
"""过完的一天的数（北京时间）：messages 消息、people 人、lost 没看懂；`district` 空着是没说区县的。"""
