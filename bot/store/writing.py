"""热路径：一批消息怎样读、怎样写，每种库一份；语句在开始时编译一次，之后直接交给驱动。

SQLAlchemy 写语句、管事务和连接；逐行的参数和结果不经过它，一条消息因此省下几十微秒。
"""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from bot.store.failures import StoreError
from bot.store.opening import Store
from bot.store.statements import SqliteStatements

_sync = getattr(os, "fdatasync", os.fsync)
Key = tuple[str, str]
"""（用户，消息 id）。"""
TurnRow = tuple[str, str, str, str, str, str | None, str]
"""user、message_id、at、kind、said、reply、claimed。"""
SessionRow = tuple[str, str, str]
"""user、state、updated_at。"""
ResultRow = tuple[str, int, str, str, str, str, str]
"""user、run、flow、ending、verdict、revision、at。"""
ProfileRow = tuple[str, int, str, str, str, str, str, str, str]
"""user、position、district、branches、name、code、grade、wish、updated_at。"""


@dataclass(slots=True)
class Found:
    """一批开始时库里的样子：会话的 JSON（新用户没有或为空）、答过的消息和当时的答复、有话等着告诉他的人。"""

    revision: str
    sessions: dict[str, str]
    stored: dict[Key, str | None]
    awaited: set[str]


class Writer(Protocol):
    """唯一的写者手里的连接；`read` 和 `write` 在 `connection.begin()` 的事务里用。"""

    connection: Connection

    def check(self) -> None:
        """库还在不在；不在就是 StoreError 或驱动自己的错误。"""

    def admit(self, users: Sequence[str]) -> None:
        """在自己的事务里给新用户建好会话行；在 `read` 之前、事务之外调用。"""

    def read(self, users: Sequence[str], keys: Sequence[Key]) -> Found | None:
        """锁住这些用户，读会话、答过的消息和窗口版本；None 表示有用户还没有会话行，要先 `admit`。"""

    def write(self, turns: list[TurnRow], sessions: list[SessionRow], results: list[ResultRow]) -> None:
        """写下这一批，同一场的结果只许有一行；已有的换成后来的。"""

    def put_profiles(self, users: Sequence[str], rows: list[ProfileRow]) -> None:
        """这些人说过的厂换成这几行。"""

    def flush(self) -> None:
        """等已经提交的都真正落到盘上；在别的线程里调用。落不了盘就抛错。"""

    @property
    def lagging(self) -> bool:
        """提交了还没有落盘，要 `flush` 才算数。"""

    def close(self) -> None:
        """放掉连接。"""


def open_writer(store: Store) -> Writer:
    """给这个库开一个写者；连不上就抛驱动或 SQLAlchemy 的错误。"""
    connection = store.engine.connect()
    try:
        return SqliteWriter(store, connection) if store.sqlite else PostgresWriter(store, connection)
    except BaseException:
        connection.invalidate()
        connection.close()
        raise


class SqliteWriter:
    """整个事务由 BEGIN IMMEDIATE 独占写锁，所以不用逐个锁用户，也不用先建会话行。

    提交只写进 WAL，由 `flush` 让它落盘（与 synchronous=FULL 一样，落了盘才答复），这样落盘时下一批已经在走。
    """

    def __init__(self, store: Store, connection: Connection) -> None:
        self.connection = connection
        self._path = store.path
        self._file = _identity(store.path)
        self._cursor = _driver(connection).cursor()
        self._sql = SqliteStatements(connection.dialect)
        self._encode = msgspec.json.Encoder().encode
        self._log: _Log | None = None
        if store.path is not None:
            self._cursor.execute("BEGIN IMMEDIATE")
            self._cursor.execute("COMMIT")
            self._log = _Log(store.path)
            self._cursor.execute("PRAGMA synchronous=NORMAL")

    @property
    def lagging(self) -> bool:
        return self._log is not None

    def flush(self) -> None:
        if self._log is not None:
            self._log.flush()

    def check(self) -> None:
        with self.connection.begin():
            self._same_file()

    def admit(self, users: Sequence[str]) -> None:
        raise AssertionError("SQLite 不用先建会话行")

    def read(self, users: Sequence[str], keys: Sequence[Key]) -> Found:
        self._same_file()
        cursor = self._cursor
        stored = cursor.execute(self._sql.stored, (self._encode(keys).decode(),)).fetchall()
        sessions = cursor.execute(self._sql.sessions, (self._encode(users).decode(),)).fetchall()
        return Found(
            sessions[0][3],
            {user: state for user, state, _, _ in sessions if state},
            {(user, id_): reply for user, id_, reply in stored},
            {user for user, _, waiting, _ in sessions if waiting},
        )

    def write(self, turns: list[TurnRow], sessions: list[SessionRow], results: list[ResultRow]) -> None:
        cursor = self._cursor
        if turns:
            cursor.executemany(self._sql.add_turns, turns)
        if sessions:
            cursor.executemany(self._sql.put_sessions, sessions)
        if results:
            cursor.executemany(self._sql.add_results, results)

    def put_profiles(self, users: Sequence[str], rows: list[ProfileRow]) -> None:
        self._cursor.executemany(self._sql.drop_profiles, [(user,) for user in users])
        if rows:
            self._cursor.executemany(self._sql.add_profiles, rows)

    def close(self) -> None:
        # 日志文件不在这里关：别的线程可能正等着它落盘，没人用了自会关上
        if self._path is not None:
            self.connection.invalidate()
        self.connection.close()

    def _same_file(self) -> None:
        # 文件被移走或换掉以后，开着的连接会照样写进已经没有名字的文件，确认过的消息就丢了
        if self._file != _identity(self._path):
            raise StoreError(f"数据库文件 {self._path} 被移走或换掉了")


class PostgresWriter:
    """会话行按用户排序锁住（FOR UPDATE），答过的消息在锁住以后才读；写只用一条语句。

    提交不等落盘，由 `flush` 在另一条连接上提交一条空消息：它落了盘，先提交的就都落了盘。
    """

    def __init__(self, store: Store, connection: Connection) -> None:
        self.connection = connection
        self._engine = store.engine
        self._barrier: Connection | None = None
        self._flushing = threading.Lock()
        self._closed = False
        for setting in (
            "lock_timeout = '1s'",
            "statement_timeout = '2s'",
            "idle_in_transaction_session_timeout = '10s'",
            "default_transaction_isolation = 'read committed'",
            "synchronous_commit = off",
        ):
            connection.exec_driver_sql(f"SET {setting}")
        connection.commit()
        self._cursor = _driver(connection).cursor()
        from bot.store.postgres_statements import PostgresStatements

        self._sql = PostgresStatements(connection.dialect)
        self._encode = msgspec.json.Encoder().encode

    @property
    def lagging(self) -> bool:
        return True

    def flush(self) -> None:
        with self._flushing:
            if self._closed:
                raise StoreError("数据库连接已经放掉，不知道落了盘没有")
            if self._barrier is None:
                self._barrier = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                self._barrier.exec_driver_sql("SET statement_timeout = '2s'")
                self._barrier.exec_driver_sql("SET synchronous_commit = on")
            _driver(self._barrier).execute("SELECT pg_logical_emit_message(true, 'chuangb', '')")

    def check(self) -> None:
        with self.connection.begin():
            self._cursor.execute("SELECT 1")

    def admit(self, users: Sequence[str]) -> None:
        with self.connection.begin():
            self._cursor.execute(self._sql.admit, {"users": self._json([(user,) for user in users])})

    def read(self, users: Sequence[str], keys: Sequence[Key]) -> Found | None:
        cursor = self._cursor
        wanted = self._json([(user,) for user in users])
        sessions = cursor.execute(self._sql.sessions, {"users": wanted}).fetchall()
        if len(sessions) < len(users):
            return None
        rows = cursor.execute(self._sql.stored, {"keys": self._json(keys), "users": wanted}).fetchall()
        stored = {(user, id_): reply for _, _, user, id_, reply in rows if user is not None}
        return Found(rows[0][0], dict(sessions), stored, set(rows[0][1]))

    def write(self, turns: list[TurnRow], sessions: list[SessionRow], results: list[ResultRow]) -> None:
        rows = {"turns": self._json(turns), "sessions": self._json(sessions), "results": self._json(results)}
        self._cursor.execute(self._sql.write, rows)

    def put_profiles(self, users: Sequence[str], rows: list[ProfileRow]) -> None:
        self._cursor.execute(self._sql.drop_profiles, {"users": self._json([(user,) for user in users])})
        if rows:
            self._cursor.execute(self._sql.add_profiles, {"profiles": self._json(rows)})

    def close(self) -> None:
        with self._flushing:
            self._closed = True
            for connection in (self.connection, self._barrier):
                if connection is not None:
                    connection.invalidate()
                    connection.close()

    def _json(self, rows: Sequence[tuple[Any, ...]]) -> str:
        return self._encode(rows).decode()


class _Log:
    """SQLite 的 WAL 文件，由我们让它落盘；检查点和 WAL 换头时 SQLite 自己仍会落盘，库不会坏。没人用了就关上。"""

    def __init__(self, path: os.PathLike[str]) -> None:
        self._descriptor = os.open(f"{os.fspath(path)}-wal", os.O_RDWR)
        folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def flush(self) -> None:
        """等写进去的都落盘。"""
        _sync(self._descriptor)

    def __del__(self) -> None:
        os.close(self._descriptor)


def _identity(path: os.PathLike[str] | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        stat = os.stat(path)
    except OSError:
        return (0, 0)
    return (stat.st_dev, stat.st_ino)


def _driver(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver
