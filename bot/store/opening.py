"""打开一个库：认网址、建文件、迁移到最新版；打不开就一句话说清楚。"""

import hmac
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from bot.store.creating import create
from bot.store.failures import StoreError, one_line
from bot.store.farewells import Key, bury
from bot.store.filelock import Locked, file_lock
from bot.store.history import Past, recent_turns
from bot.store.person import delete_rows, export_rows, opted_out
from bot.store.schema import meta

HEAD = "0005"
"""这个程序要的库版本；测试保证它就是最后一个迁移。"""
BUSY_MS = 2000
"""别的进程占着 SQLite 写锁时最多等这么久。"""
PAGE, WAL_BYTES = 8192, 16 << 20
"""SQLite 一页多少字节：一千来字节的会话不必另起溢出页，库小一半，一个回合少写几页；WAL 到这么多字节就归并。"""
OPENING_SECONDS = 10.0
"""等别的进程建库、迁移的上限。"""
MIGRATING = 7_203_421_915
"""PostgreSQL 上迁移时用的咨询锁。"""


class Store:
    """一个打开的库。`transaction()` 写，`reading()` 只读；都可以在服务进程之外同时用。

    `alone`：内存里的库只有一条连接，各线程轮流用它；别的库不必。
    """

    def __init__(self, engine: Engine, path: Path | None, alone: AbstractContextManager[Any]) -> None:
        self.engine = engine
        self.path = path
        self.alone = alone
        self.sqlite = engine.dialect.name == "sqlite"
        with self.reading() as connection:
            self._secret = bytes.fromhex(connection.execute(select(meta.c.value).filter_by(key="secret")).scalar_one())
        self._keyed = hmac.new(self._secret, digestmod="sha256")

    @classmethod
    def open(cls, url: str) -> "Store":
        """打开（没有就新建）并迁移到最新版；`sqlite:////绝对路径.db`、`sqlite://`（内存）或 `postgresql://…`。

        网址写错、目录不存在、连不上、不是数据库、库比程序新：StoreError。
        """
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            raise StoreError("数据库网址写得不对：应为 sqlite:////绝对路径.db 或 postgresql://…") from None
        backend = parsed.drivername.partition("+")[0]
        try:
            if backend == "sqlite":
                return cls._sqlite(parsed)
            if backend in ("postgresql", "postgres"):
                return cls._postgresql(parsed)
        except (SQLAlchemyError, sqlite3.Error, OSError, ValueError) as error:
            raise StoreError(f"打不开数据库 {shown_url(parsed)}：{one_line(error)}") from error
        raise StoreError(f"不认得的数据库 {parsed.drivername}：只支持 sqlite 和 postgresql")

    @classmethod
    def _sqlite(cls, url: URL) -> "Store":
        if url.host or url.port or url.username or url.query:
            raise StoreError("数据库网址写得不对：SQLite 的绝对路径前是四条斜线，sqlite:////绝对路径.db")
        if url.database in (None, "", ":memory:"):
            return cls._prepared(_sqlite_engine(":memory:", StaticPool), None, threading.RLock())
        path = Path(str(url.database)).absolute()
        if not path.parent.is_dir():
            raise StoreError(f"打不开数据库：目录 {path.parent} 不存在")
        _refuse_other_files(path)
        try:
            with file_lock(path.with_name(path.name + ".lock"), OPENING_SECONDS):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                return cls._prepared(_sqlite_engine(f"file:{quote(str(path))}?mode=rw", QueuePool), path, nullcontext())
        except Locked:
            raise StoreError(f"打不开数据库：{path} 正由另一个进程建立或迁移，等了 {OPENING_SECONDS:g} 秒") from None

    @classmethod
    def _postgresql(cls, url: URL) -> "Store":
        query = {"connect_timeout": "2", "tcp_user_timeout": "3000", "application_name": "chuangb", **url.query}
        engine = create_engine(url.set(drivername="postgresql+psycopg", query=query), pool_pre_ping=True)
        return cls._prepared(engine, None, nullcontext())

    @classmethod
    def _prepared(cls, engine: Engine, path: Path | None, alone: AbstractContextManager[Any]) -> "Store":
        try:
            _migrate(engine)
            return cls(engine, path, alone)
        except BaseException:
            engine.dispose()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """一个写事务：正常离开就提交，出错就全部撤回。"""
        with self.alone, self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """一个只读事务：不挡写的人，也不被挡。"""
        with self.alone, self.engine.connect() as connection:
            connection = connection.execution_options(chuangb_reading=True)
            with connection.begin():
                yield connection

    def user_hash(self, user: str) -> str:
        """退订表里代表这个用户的散列；没有库里的密钥算不出来。"""
        hashed = self._keyed.copy()  # 发提醒时每条都要算：钥匙只上一次
        hashed.update(user.encode())
        return hashed.hexdigest()

    def message_hash(self, key: Key) -> str:
        """墓碑里代表这条消息的散列；没有库里的密钥算不出来。"""
        return hmac.digest(self.derived("farewell"), "\0".join(key).encode(), "sha256").hex()

    def derived(self, purpose: str) -> bytes:
        """由库里的密钥派生的一把钥匙，各种用途互不相干；同一个库一直是这一把。"""
        return hmac.digest(self._secret, f"chuangb:{purpose}".encode(), "sha256")

    def recent(self, user: str, most: int) -> list[Past]:
        """这个用户最近的至多 `most` 个回合，早的在前。"""
        with self.reading() as connection:
            return recent_turns(connection, user, most)

    def export(self, user: str) -> dict[str, Any]:
        """这个用户在库里的一切，可直接写成 JSON；形状见 person.export_rows。"""
        with self.reading() as connection:
            return export_rows(connection, user, self.user_hash(user))

    def delete(self, user: str, now: datetime) -> int:
        """删掉这个用户的一切，返回删掉的行数；只留下退订的散列和七天的墓碑。"""
        with self.transaction() as connection:
            gone, said = delete_rows(connection, user)
            bury(connection, {self.message_hash(key): None for key in said}, now)
            return gone

    def opted_out(self, user: str) -> bool:
        """这个用户是否退订了；删除信息以后仍然算数。"""
        with self.reading() as connection:
            return opted_out(connection, self.user_hash(user))

    def close(self) -> None:
        """放掉所有连接。"""
        self.engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def shown_url(url: str | URL) -> str:
    """给人看的网址，口令不在里面。"""
    return make_url(url).difference_update_query(["password"]).render_as_string(hide_password=True)


def _sqlite_engine(name: str, pool: type[QueuePool] | type[StaticPool]) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            name, uri=True, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in (
                f"page_size={PAGE}",  # 新建的库才算数，老库照旧
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                f"wal_autocheckpoint={WAL_BYTES // PAGE}",
                "cache_size=-16000",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=pool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("chuangb_reading")
        driver = connection.connection.driver_connection  # 每一批都要走一遍，直接交给驱动
        assert driver is not None
        driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _refuse_other_files(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise StoreError(f"打不开数据库：{path} 不是文件")
    if path.exists() and path.stat().st_size and _first_bytes(path) != b"SQLite format 3\0":
        raise StoreError(f"打不开数据库：{path} 不是 SQLite 数据库")


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        if _version(connection) == HEAD:
            return
        connection.rollback()
        with connection.begin():
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
            version = _version(connection)
            if version == HEAD:
                return
            if sqlite and version is None and inspect(connection).get_table_names():
                raise StoreError("打不开数据库：这个 SQLite 文件里是别的数据，不是本程序建的库")
            if version is None:
                create(connection, HEAD)
            else:
                upgrade(connection, version)


def upgrade(connection: Connection, version: str, to: str = HEAD) -> None:
    """从这个版本一步步迁移到 `to`；不认得的版本是 StoreError。"""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    try:
        command.upgrade(config, to)
    except CommandError:
        raise StoreError(f"这个库的版本 {version} 程序不认得：库可能比程序新，请升级程序") from None


def _version(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
