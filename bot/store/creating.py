"""新库一步建成最后的样子；已有的库才一步步迁移。两条路建出来的一样，由测试保证。"""

import secrets

from sqlalchemy import Connection, insert, text

from bot.store.schema import UNANSWERED, meta, metadata, turns


def create(connection: Connection, head: str) -> None:
    """建好全部表，放进窗口的版本号和密钥，记下库的版本；哪张表已经有了就出错。

    不经过 Alembic：载入它占启动时间的三分之一，还有十几兆内存。
    """
    if connection.dialect.name == "postgresql":
        for index in turns.indexes:  # 写在 schema.py 里，SQLite 也要载入 PostgreSQL 的方言：几十毫秒、几兆内存
            index.dialect_options["postgresql"]["where"] = text(UNANSWERED)
    metadata.create_all(connection, checkfirst=False)
    rows = [{"key": "revision", "value": "0"}, {"key": "secret", "value": secrets.token_hex(32)}]
    connection.execute(insert(meta), rows)
    connection.execute(
        text(
            "CREATE TABLE alembic_version ("
            "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
