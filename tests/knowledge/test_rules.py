"""规则的唯一入口：每天给出那天有效的，绝不用别的时期的；建好以后不读文件、不可改。"""

import shutil
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

import knowledge
from knowledge.load import HERE, load, revision
from knowledge.records import Citation, Period
from knowledge.rows import LawError
from knowledge.rules import rules_of

TODAY = date(2026, 11, 24)
NOTICE = "cq-2024-210"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """数据文件夹的一份副本，测试可以改。"""
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def edit(path: Path, old: str, new: str) -> None:
    """把文件里的一处文字换掉；没有就是测试自己错了。"""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_before_the_notice_the_tables_are_empty() -> None:
    """2024-08-05 之前没有名录、等级、措施，也不借用后来的。"""
    rules = knowledge.on(date(2024, 8, 4))
    tables = (
        rules.branches, rules.industries, rules.benefits, rules.outline, rules.system, rules.faq, rules.districts,
        rules.aliases,
    )  # fmt: skip
    assert [0] * len(tables) == [len(table) for table in tables]
    assert NOTICE not in rules.sources
    assert () == rules.districts_in("长寿的")
    assert [] == rules.catalogue()
    with pytest.raises(KeyError):
        rules.clause(Citation(NOTICE, "正文 四（二）"))


def test_from_the_notice_on_the_tables_hold() -> None:
    """印发当天起就有全表，没有终止日。"""
    for day in (date(2024, 8, 5), date(2024, 12, 31), TODAY, date(2099, 1, 1)):
        assert (106, 49, 10) == (
            len(knowledge.on(day).branches), len(knowledge.on(day).industries), len(knowledge.on(day).benefits),
        )  # fmt: skip


def test_a_document_holds_from_its_own_day() -> None:
    """2026 年的指导意见在印发之前不在，之后才在。"""
    cite = Citation("mee-2026-2", "二（一）")
    assert "短板原则" in knowledge.on(date(2026, 1, 13)).clause(cite).text
    assert "mee-2026-2" not in knowledge.on(date(2026, 1, 12)).sources
    with pytest.raises(KeyError):
        knowledge.on(date(2026, 1, 12)).clause(cite)


def test_days_of_one_stretch_share_their_tables() -> None:
    """同一段时期的两天共用各表，只有 day 不同。"""
    first, second = knowledge.on(TODAY), knowledge.on(date(2026, 11, 23))
    assert (TODAY, date(2026, 11, 23)) == (first.day, second.day)
    assert first.branches is second.branches
    assert first.faq is second.faq


def test_a_retired_row_leaves_and_its_successor_comes(folder: Path) -> None:
    """关掉一行、加上新的一行：当天仍是旧的，次日起是新的。"""
    old = "n35-1,国家,35,制鞋,制鞋工业,非绩效引领,cq-2024-210,附件3 一 35,2024-08-05,"
    new = "n35-1,国家,35,制鞋,制鞋工业,其他,cq-2024-210,附件3 一 35,2027-01-01,"
    edit(folder / "catalogue.csv", old + "\n", f"{old}2026-12-31\n{new}\n")
    law = load(folder)
    before, after = rules_of(law, date(2026, 12, 31)), rules_of(law, date(2027, 1, 1))
    assert ("绩效引领", "非绩效引领") == before.branches["n35-1"].tiers
    assert ("绩效引领", "其他") == after.branches["n35-1"].tiers
    with pytest.raises(KeyError):
        after.review("n35-1", "非绩效引领")


def test_the_most_specific_review_row_wins(folder: Path) -> None:
    """写明行业的先于“*”，即使等级是“*”；行业、等级都写明的最先。"""
    source = "cq-2024-210,附件3 一,2024-08-05,"
    with (folder / "review.csv").open("a", encoding="utf-8") as file:
        file.write(f"国家,5,*,district,district,none,none,,{source}\n")
        file.write(f"国家,5,B,district,experts,none,city,,{source}\n")
    rules = rules_of(load(folder), TODAY)
    assert ("none", "none") == (rules.review("n5-1", "A").collective, rules.review("n5-1", "A").publicity)
    assert ("none", "city") == (rules.review("n5-1", "B").collective, rules.review("n5-1", "B").publicity)
    assert "city" == rules.review("n6-1", "A").collective


def test_basis_groups_by_document() -> None:
    """“依据”一行按文件合并，先后不变，不重复。"""
    cites = [
        Citation(NOTICE, "附件3 一 15"), Citation("mee-2026-2", "二（一）"), Citation(NOTICE, "正文 四（二）"),
        Citation(NOTICE, "附件3 一 15"),
    ]  # fmt: skip
    expected = "便函〔2024〕210号 附件3 一 15、正文 四（二）；环办大气〔2026〕2号 二（一）"
    assert expected == knowledge.on(TODAY).basis(cites)
    assert "" == knowledge.on(TODAY).basis([])


@pytest.mark.parametrize("cite", [Citation(NOTICE, "附件9"), Citation("没有", "附件1 一"), Citation("", "")])
def test_a_citation_that_leads_nowhere_is_refused(cite: Citation) -> None:
    """没有的出处不能写进“依据”。"""
    with pytest.raises(KeyError):
        knowledge.on(TODAY).basis([cite])


def test_rules_cannot_be_changed() -> None:
    """各表只读。"""
    rules = knowledge.on(TODAY)
    with pytest.raises(TypeError):
        rules.branches["n1-1"] = rules.branches["n1-2"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        rules.day = date(2024, 1, 1)  # type: ignore[misc]


def test_nothing_is_read_once_the_rules_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """规则建好以后，问什么都不再碰文件。"""
    rules = knowledge.on(TODAY)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("读了文件")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert knowledge.on(date(2026, 11, 22)).branches is rules.branches
    assert 106 == len(rules.catalogue())
    assert ["长寿"] == [district.id for district in rules.districts_in("长寿的")]


def test_the_revision_changes_with_any_byte(folder: Path) -> None:
    """改任何一个数据文件，revision 就变；不改就不变。"""
    before = revision(folder)
    assert before == load(folder).revision
    edit(folder / "clauses" / "hj-1321.toml", "道闸", "栏杆")
    assert before != revision(folder)


@pytest.mark.parametrize(("file", "spoil", "line"), [
    ("catalogue.csv", lambda text: text.replace("2024-08-05", "2024-13-05", 1), 2),
    ("sources.csv", lambda text: text.replace("id,title", "id,标题", 1), 1),
    ("review.csv", lambda text: text + "国家\n", 30),
    ("benefits.toml", lambda text: text + "[[benefit]\n", 112),
    ("system.toml", lambda text: text.replace('"enterprise"', '"everyone"', 1), 5),
])  # fmt: skip
def test_the_first_broken_row_is_named(folder: Path, file: str, spoil: Callable[[str], str], line: int) -> None:
    """读不进来的数据抛 LawError，指出文件和行号。"""
    path = folder / file
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")
    with pytest.raises(LawError, match=rf"^{file}:{line}: ") as caught:
        load(folder)
    assert (file, line) == (caught.value.file, caught.value.line)


def test_missing_and_undecodable_files_are_named(folder: Path) -> None:
    """缺文件、不是 UTF-8，也说是哪个文件。"""
    data = (folder / "districts.csv").read_bytes()
    (folder / "districts.csv").write_bytes(data.replace("长寿区".encode(), "长寿区".encode("gbk"), 1))
    with pytest.raises(LawError, match=r"^districts\.csv:16: 不是 UTF-8"):
        load(folder)
    (folder / "districts.csv").unlink()
    with pytest.raises(LawError, match=r"^districts\.csv:1: 没有这个文件"):
        load(folder)


def test_a_period_includes_both_ends() -> None:
    """有效期两端都含。"""
    period = Period(date(2024, 8, 5), date(2025, 11, 5))
    days = [date(2024, 8, 4), date(2024, 8, 5), date(2025, 11, 5), date(2025, 11, 6)]
    assert [False, True, True, False] == [period.holds(day) for day in days]
