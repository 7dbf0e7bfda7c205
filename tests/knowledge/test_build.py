"""全部数据编成一个 SQLite 文件：各表齐全，全文检索找得到两个字的词。"""

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from knowledge.build import build, grams, search
from knowledge.load import HERE, load
from knowledge.rows import LawError


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """编好的文件。"""
    path = tmp_path_factory.mktemp("built") / "law.db"
    build(path)
    return path


def test_every_table_is_there_with_every_row(built: Path) -> None:
    """每张表的行数与数据文件相同，版本记在 meta。"""
    law = load()
    database = Database(built)
    counts = {name: len(getattr(law, name)) for name in law.__slots__ if name != "revision" and getattr(law, name)}
    assert counts == {name: database[name].count for name in counts}
    assert [{"key": "revision", "value": law.revision}] == list(database["meta"].rows)
    assert 325 == database["catalogue"].count
    database.close()


def test_rows_are_readable_by_anyone(built: Path) -> None:
    """日期是 2024-08-05 的样子，出处和审核环节各自成列。"""
    database = Database(built)
    tier = next(database["catalogue"].rows_where("branch_id = ?", ["p6-1"]))
    review = next(database["reviews"].rows_where("no = 6 and tier = '地方A'"))
    assert ("地方", 6, "地方A", "cq-2024-210", "附件3 二 6", "2024-08-05", None) == (
        tier["list"], tier["no"], tier["tier"], tier["source"], tier["clause"], tier["from"], tier["until"],
    )  # fmt: skip
    assert ("unstated", '[["cq-2024-210", "附件3 二"], ["cq-2024-210", "正文 四（二）"]]') == (
        review["on_site"], review["cites"],
    )  # fmt: skip
    database.close()


@pytest.mark.parametrize(("words", "ref"), [
    ("门禁", "正文 三（二）"), ("门禁系统改造", "正文 三（二）"), ("首违不罚", "附件1 六"), ("配额 0.5%", "附件1 九"),
    ("蒲", "正文 联系人"), ("89188709", "正文 联系人"), ("VOCs治理", "附件5 六 2.13.4"), ("vocs", "附件1 一"),
    ("号", "正文 四（一）2"),
])  # fmt: skip
def test_words_of_any_length_are_found(built: Path, words: str, ref: str) -> None:
    """一个字、两个字、整句、数字、英文都找得到。"""
    assert ref in [row["ref"] for row in search(built, words, 200)]


@pytest.mark.parametrize("words", [
    "", "   ", '"', "*", "“”，。", "火锅店", "家具 碳配额", "门禁 OR 火锅", '火锅" OR "鞋垫', "^-()",
])  # fmt: skip
def test_what_is_not_there_is_not_found(built: Path, words: str) -> None:
    """没有的词、只有标点、检索语法的符号，都不出错，也找不到。"""
    assert [] == search(built, words)


def test_grams_are_pairs_and_the_last_character() -> None:
    """每段切成二字串，末字补上；标点分段，大小写不分。"""
    assert "家具 具厂 厂 a级 级" == grams("家具厂，A级")
    assert "" == grams("，。 ")


def test_broken_data_leaves_the_old_file(tmp_path: Path, built: Path) -> None:
    """数据坏了抛 LawError，原来编好的文件一个字节不变，也不留半成品。"""
    folder = tmp_path / "knowledge"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "review.csv").write_text("list\n", "utf-8")
    path = tmp_path / "out" / "law.db"
    path.parent.mkdir()
    shutil.copy(built, path)
    with pytest.raises(LawError):
        build(path, folder)
    assert built.read_bytes() == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_building_again_replaces_the_file(tmp_path: Path) -> None:
    """再编一次换掉旧的，什么旧内容都不留。"""
    path = tmp_path / "law.db"
    path.write_bytes(b"not a database")
    build(path)
    assert search(path, "门禁")
    assert [path] == list(tmp_path.iterdir())


def test_searching_a_missing_file_does_not_make_one(tmp_path: Path) -> None:
    """没有编过就说没有，不顺手建一个空的。"""
    with pytest.raises(sqlite3.OperationalError):
        search(tmp_path / "none.db", "门禁")
    assert [] == list(tmp_path.iterdir())
