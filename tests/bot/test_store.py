"""库的门：网址写对才开，打不开就一句话说清楚；两个进程同时新建也不出错。"""

import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from bot.store import Store, StoreError
from bot.store.filelock import Locked, file_lock
from bot.store.schema import meta, sessions, turns
from bot.store.writing import open_writer

ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from bot.store import Store
sys.stdin.readline()
with Store.open(sys.argv[1]) as store, store.transaction() as connection:
    connection.exec_driver_sql("INSERT INTO meta VALUES ('process-" + sys.argv[2] + "', 'was here')")
"""


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "数据库网址写得不对"),
        ("chuangb.db", "数据库网址写得不对"),
        ("postgresql://u:geheim@host:99x/d", "数据库网址写得不对"),
        ("sqlite://tmp/x.db", "四条斜线"),
        ("sqlite:////{tmp}/x.db?mode=ro", "四条斜线"),
        ("mysql://u:geheim@host/d", "不认得的数据库 mysql"),
        ("sqlite:////{tmp}/none/x.db", "目录 .*none 不存在"),
        ("sqlite:////{tmp}", "不是文件"),
        ("sqlite:////{tmp}/letter.txt", "不是 SQLite 数据库"),
        ("sqlite:////{tmp}/other.db", "里是别的数据"),
        ("sqlite:////{tmp}/broken.db", "打不开数据库"),
        ("postgresql://u:geheim@127.0.0.1:1/d", r"打不开数据库 postgresql://u:\*\*\*@.*refused"),
        ("postgres://u:geheim@127.0.0.1:1/d", r"打不开数据库 postgres://u:\*\*\*@.*refused"),
        ("postgresql://u:geheim@127.0.0.1/d?colour=red", "打不开数据库"),
    ],
)
def test_what_cannot_be_opened_is_one_clear_line(tmp_path: Path, url: str, says: str) -> None:
    """网址写错、连不上、文件不是我们的：一行 StoreError，不露口令，也不碰那个文件。"""
    (tmp_path / "letter.txt").write_text("亲爱的……", encoding="utf-8")
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\0" + b"?" * 5000)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE invoices (id)")
    other.close()
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(StoreError) as caught:
        Store.open(url.replace("{tmp}", str(tmp_path)[1:]))
    message = str(caught.value)
    assert re.search(says, message)
    assert 1 == len(message.splitlines())
    assert "geheim" not in message
    now = {path: path.read_bytes() for path in tmp_path.iterdir() if path.suffix in (".txt", ".db")}
    assert before.keys() == now.keys()
    assert before[tmp_path / "letter.txt"] == now[tmp_path / "letter.txt"]


def test_postgresql_that_is_not_there_is_one_clear_line(postgres_server: str) -> None:
    """PostgreSQL 在，库不在：一行说清是哪个库。"""
    with pytest.raises(StoreError, match=r'^打不开数据库 .*database "nowhere" does not exist$'):
        Store.open(postgres_server.format("nowhere"))


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """新建的 SQLite 文件里有个人信息，别的用户读不到。"""
    path = tmp_path / "chuangb.db"
    with Store.open(f"sqlite:///{path}") as store, store.transaction() as connection:
        connection.execute(insert(meta).values(key="a", value="b"))
        assert [0o600] * 3 == [stat.S_IMODE(os.stat(f"{path}{end}").st_mode) for end in ("", "-wal", "-shm")]


def test_odd_paths_are_taken_literally(tmp_path: Path) -> None:
    """路径里的空格、百分号、井号、问号前的汉字都照字面。"""
    path = tmp_path / "重庆 100%#1.db"
    Store.open(f"sqlite:///{path}").close()
    assert path.is_file()


def test_sqlite_is_durable_at_each_commit(tmp_path: Path) -> None:
    """SQLite 以 WAL 加 FULL 提交：断电也不丢确认过的。"""
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store, store.reading() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert ["wal", 2] == pragmas


def test_a_session_needs_no_second_page(tmp_path: Path) -> None:
    """一千来字节的会话存在自己那一行所在的页里，不另起溢出页。"""
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        with store.transaction() as connection:
            before = connection.exec_driver_sql(size).scalar_one()
            rows = [{"user": f"u{n:04}", "state": "商" * 400, "updated_at": ""} for n in range(400)]
            connection.execute(insert(sessions), rows)
            assert connection.exec_driver_sql(size).scalar_one() - before < 400 * 2 * 1200


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    """事务里出了错，什么都没有写下。"""

    def half() -> None:
        with store.transaction() as connection:
            connection.execute(insert(meta).values(key="half", value="done"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with store.reading() as connection:
        assert connection.execute(select(meta.c.value).filter_by(key="half")).scalar() is None


def test_readers_are_not_blocked_by_a_writer(store: Store) -> None:
    """有人在写的时候，读的人照读，看到的是写之前的样子。"""
    with store.transaction() as writing:
        writing.execute(insert(meta).values(key="new", value="1"))
        with store.reading() as reading:
            assert reading.execute(select(meta.c.value).filter_by(key="new")).scalar() is None


def test_memory_is_shared_by_all_threads(tmp_path: Path) -> None:
    """内存里的库只有一个，各线程轮流用，写下的都看得见。"""
    with Store.open("sqlite://") as store:

        def work(number: int) -> None:
            for turn in range(20):
                with store.transaction() as connection:
                    connection.execute(insert(meta).values(key=f"{number}-{turn}", value=""))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        with store.reading() as connection:
            assert 80 + 2 == len(connection.execute(select(meta.c.key)).all())


def test_the_dedup_query_searches_the_index(tmp_path: Path) -> None:
    """查重走（用户，消息 id）的索引，不扫整张表。"""
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
        writer = open_writer(store)
        with writer.connection.begin():
            plan = writer.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {writer._sql.stored}", ("[]",)).all()
        writer.close()
    assert any(re.search(r"SEARCH turns USING INDEX \w+ \(user=\? AND message_id=\?\)", row[3]) for row in plan)


def test_hashes_differ_between_stores(tmp_path: Path) -> None:
    """退订散列的密钥每个库自己的：同一库稳定，换个库就对不上。"""
    first, second = (f"sqlite:///{tmp_path / name}" for name in ("a.db", "b.db"))
    with Store.open(first) as one, Store.open(second) as two, Store.open(first) as again:
        assert one.user_hash("wechat:o1") == again.user_hash("wechat:o1")
        assert one.user_hash("wechat:o1") != two.user_hash("wechat:o1")


@pytest.mark.parametrize("round_", range(3))
def test_two_processes_may_create_the_store_at_once(new_url: str, round_: int) -> None:
    """两个进程同时在新库上启动：都打开，表只建一遍，两边都写得进。"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, new_url, str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert ["", ""] == [process.communicate()[1] for process in processes]
    with Store.open(new_url) as store, store.reading() as connection:
        keys = set(connection.execute(select(meta.c.key)).scalars())
        assert {"revision", "secret", "process-0", "process-1"} == keys
        assert 0 == connection.execute(select(text("count(*)")).select_from(turns)).scalar()


def test_a_lock_in_other_hands_has_a_bound(tmp_path: Path) -> None:
    """锁在别人手里，等到上限就说出来；放开以后拿得到。"""
    path = tmp_path / "x.lock"
    with file_lock(path, 1), pytest.raises(Locked), file_lock(path, 0):
        pass
    with file_lock(path, 0):
        pass


def test_opening_waits_for_the_lock_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """别的进程一直占着建库的锁：一行 StoreError。"""
    monkeypatch.setattr("bot.store.opening.OPENING_SECONDS", 0.0)
    with (
        file_lock(tmp_path / "x.db.lock", 1),
        pytest.raises(StoreError, match="正由另一个进程建立或迁移"),
    ):
        Store.open(f"sqlite:///{tmp_path / 'x.db'}")
