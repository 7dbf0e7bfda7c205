"""系统里评级以外的事：坏的条目逐条指出文件和行号；按日期开关；编进 SQLite，搜得到。"""

from datetime import date
from pathlib import Path

import pytest

import knowledge
from knowledge.build import build, search
from knowledge.check import check
from knowledge.load import load
from knowledge.rules import rules_of
from tests.knowledge.data import LARGE, copied
from tests.knowledge.test_check import spoil


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """数据文件夹的一份副本（不含最大的几份）。"""
    return copied(tmp_path, *LARGE)


@pytest.mark.parametrize(("old", "new", "says"), [
    ('id = "plan"', 'id = "inventory"', "重复，有效期重叠"),
    ('title = "公示牌"', 'title = ""', "title 空着"),
    ('next = "生成以后对一遍', 'nxet = "生成以后对一遍', "不认识“nxet”"),
    ('["cq-2024-210", "附件3 三"]', '["cq-2024-210", "附件3 四"]', "没有条款“附件3 四”"),
    ("“应达到B级及以上绩效分级或引领性指标水平”", "“应达到C级及以上绩效分级或引领性指标水平”", "应达到C级及以上"),
    ("要填哪几栏，通知没有写", "要填12栏", "所引条款里没有“12”"),
    ("58.144.217.146:20002", "58.144.217.147:20002", "不在所引条款里"),
    ("http://58.144.217.146:20002/#/login?redirect=%2F", "http://113.204.96.36:3361/", "专家登录地址只能给专家"),
])  # fmt: skip
def test_a_broken_guide_is_named(folder: Path, old: str, new: str, says: str) -> None:
    """坏一处，就说出是哪个文件、哪里不对。"""
    spoil(folder / "guides.toml", old, new)
    told = [fault.message for fault in check(folder) if fault.file == "guides.toml"]
    assert any(says in message for message in told), told


def test_a_quotation_must_be_the_words_of_the_clause(folder: Path) -> None:
    """引号里的话改一个字就查得出来。"""
    spoil(folder / "guides.toml", "“企业在审核进展中跟踪审核情况”", "“企业在审核进展中查询审核情况”")
    assert any("guides.toml" == fault.file for fault in check(folder))


def test_guides_hold_by_day(folder: Path) -> None:
    """没有施行的不在，关了的不在。"""
    assert () == knowledge.on(date(2024, 8, 1)).guides
    spoil(folder / "guides.toml", 'from = "2024-08-05"', 'from = "2024-08-05"\nuntil = "2025-12-31"')
    law = load(folder)
    assert (5, 4) == tuple(len(rules_of(law, date(year, 12, 31)).guides) for year in (2025, 2026))


def test_guides_are_built_and_found(tmp_path: Path) -> None:
    """编进 SQLite，全文检索找得到。"""
    build(tmp_path / "law.db")
    assert ["board"] == [
        row["ref"] for row in search(tmp_path / "law.db", "公示牌 多久换一次") if row["kind"] == "guide"
    ]
