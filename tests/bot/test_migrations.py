"""迁移：最后一步就是程序要的版本，走完的表与 schema.py 一模一样。"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text

import bot.store
from bot.store import Store, StoreError
from bot.store.opening import HEAD, upgrade
from bot.store.schema import meta, metadata, profiles, sessions, windows

MIGRATIONS = Path(bot.store.__file__).with_name("migrations")


def test_head_is_the_last_step() -> None:
    """HEAD 是唯一的最后一步；加了迁移要跟着改。"""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    assert [HEAD] == ScriptDirectory.from_config(config).get_heads()


def test_created_tables_are_those_of_the_schema(new_url: str) -> None:
    """新建的库，表、列、类型、索引与 schema.py 没有差别。"""
    with Store.open(new_url) as store:
        assert [] == differences(store)


def test_migrated_tables_are_those_of_the_schema(new_url: str) -> None:
    """从空库一步步迁移上来的，与新建的一样：表、列、类型、索引、约束的名字、密钥和版本。"""
    with Store.open(new_url) as store:
        created = described(store)
        with store.transaction() as connection:
            for table in (*reversed(metadata.sorted_tables), "alembic_version"):
                connection.execute(text(f'DROP TABLE "{table}"'))
            upgrade(connection, "")
        assert [] == differences(store)
        assert created == described(store)
        with store.reading() as connection:
            assert HEAD == connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            assert {"revision", "secret"} == set(connection.scalars(select(meta.c.key)))


def differences(store: Store) -> list[object]:
    """Alembic 看库与 schema.py 有哪些差别；主键的名字也比。"""
    with store.reading() as connection:
        for table in metadata.tables.values():
            assert table.primary_key.name == inspect(connection).get_pk_constraint(table.name)["name"]
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def described(store: Store) -> dict[str, object]:
    """库里每张表的样子。"""
    with store.reading() as connection:
        seen = inspect(connection)
        return {
            name: (
                [{key: str(value) for key, value in column.items()} for column in seen.get_columns(name)],
                seen.get_pk_constraint(name),
                sorted(str(_worded(each)) for each in seen.get_indexes(name)),
                sorted(seen.get_unique_constraints(name), key=str),
            )
            for name in seen.get_table_names()
        }


def _worded(index: Any) -> dict[str, object]:
    """一个索引的样子；条件写成字。"""
    options = {key: str(value) for key, value in (index.get("dialect_options") or {}).items()}
    return {**index, "dialect_options": options}


def test_opening_again_changes_nothing(store: Store, url: str) -> None:
    """再开一次不重做迁移：密钥还是那一个。"""
    with Store.open(url) as again, again.reading() as connection:
        assert HEAD == connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        secret = connection.execute(select(meta.c.value).filter_by(key="secret")).scalar_one()
        assert 64 == len(secret)
    assert store.user_hash("a") == again.user_hash("a")


def test_a_store_of_the_first_step_keeps_its_rows(new_url: str) -> None:
    """旧版建的库迁移上来：原来的行都在，原来的窗口不分分支，说过的厂抄好了，别的新表是空的。"""
    first = {"sessions", "turns", "results", "opt_outs", "windows", "window_changes", "quarantine", "meta"}
    day = date(2026, 8, 1)
    old = {"id": "w1", "name": "旧", "start": day, "end": day, "district": "", "industry": "", "source": ""}
    state = '{"user": "a", "known": {"district": "铜梁区", "branches": ["国15-4"]}, "others": [{"name": "乙厂"}]}'
    with Store.open(new_url) as store, store.transaction() as connection:
        connection.execute(insert(sessions).values(user="a", state=state, updated_at=""))
        connection.execute(insert(windows).values(**old, created_at=""))
        for table in reversed(metadata.sorted_tables):
            if table.name not in first:
                connection.execute(text(f'DROP TABLE "{table}"'))
        connection.execute(text("ALTER TABLE windows DROP COLUMN branch"))
        connection.execute(text("DROP INDEX turns_unanswered_index"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with Store.open(new_url) as store, store.reading() as connection:
        assert ["a"] == list(connection.scalars(select(sessions.c.user)))
        assert [("w1", "")] == connection.execute(select(windows.c.id, windows.c.branch)).all()
        copied = select(profiles.c.position, profiles.c.district, profiles.c.branches, profiles.c.name)
        expected = [(0, "铜梁区", '["国15-4"]', ""), (1, "", "[]", "乙厂")]
        assert expected == connection.execute(copied.order_by(profiles.c.position)).all()
        for table in set(metadata.sorted_tables) - {sessions, windows, meta, profiles}:
            assert [] == connection.execute(select(table)).all()
        assert HEAD == connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def test_a_store_newer_than_the_program_is_refused(new_url: str) -> None:
    """库的版本程序不认得：一行 StoreError，库原样不动。"""
    with Store.open(new_url) as store, store.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"^这个库的版本 9999 程序不认得：库可能比程序新，请升级程序$"):
        Store.open(new_url)


def test_a_migration_that_fails_leaves_nothing(new_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """建到一半出错，已经建的表都撤回；改好以后从头再来。"""

    def fail(size: int) -> str:
        raise OSError("没有随机数了")

    with monkeypatch.context() as patched:
        patched.setattr("secrets.token_hex", fail)
        with pytest.raises(StoreError, match="没有随机数了"):
            Store.open(new_url)
    with Store.open(new_url) as store, store.reading() as connection:
        assert set(metadata.tables) | {"alembic_version"} == set(inspect(connection).get_table_names())
