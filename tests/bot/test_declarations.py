"""申报：一个企业一年一个，退回再交不是又报一次，每一步都留着；没有关联的只管自己的提醒。"""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.roster.declarations import Declaration, Declared, declaration_lines, held_by, step
from bot.roster.enterprises import RosterError, all_enterprises
from bot.roster.linking import link
from bot.roster.reading import DECLARATIONS, ENTERPRISES
from bot.roster.recording import record, record_unlinked, told_lines
from bot.store import Store
from bot.store.schema import told
from tests.bot.rosters import HEAD, LISTED, as_csv, code, everything, imported

SEPTEMBER = date(2026, 9, 1)
NOW = datetime.fromisoformat("2027-03-25T10:00:00+08:00")


@pytest.fixture
def one(store: Store, tmp_path: Path) -> int:
    """名册里的一家，关联着 wechat:a；返回编号。"""
    imported(
        store,
        as_csv(tmp_path / "册.csv", [HEAD, ("重庆宏达建材有限公司", code(1), "永川", "", "", "", "")]),
        ENTERPRISES,
    )
    with store.reading() as connection:
        (each,) = all_enterprises(connection)
    link(store, "wechat:a", code(1), "desk:wang", NOW)
    return each.id


def steps(store: Store, *said: tuple[str, date]) -> list[str]:
    """替 wechat:a 一步步记，返回每一步记成什么。"""
    found = [record(store, Declared(*each), "desk:wang", NOW, user="wechat:a") for each in said]
    return [each[1].after.told for each in found if each]


def test_a_year_of_one_enterprise(store: Store, one: int) -> None:
    """交了、审着、退回、再交（说成“已提交”也算再交）、第二年一月公布：都是同一年的一个，每一步都在。"""
    assert [
        "2026年 2026-09-01 已提交",
        "2026年 2026-09-10 审核中",
        "2026年 2026-10-01 已退回",
        "2026年 2026-10-09 已重新提交",
        "2027年 2027-01-05 已提交",
    ] == steps(
        store,
        ("submitted", SEPTEMBER),
        ("under_review", date(2026, 9, 10)),
        ("returned", date(2026, 10, 1)),
        ("submitted", date(2026, 10, 9)),
        ("submitted", date(2027, 1, 5)),
    )
    with store.reading() as connection:
        assert {2026, 2027} == set(held_by(connection)[one])
        lines = declaration_lines(connection, 2026, history=True)
    assert f"#{one} 重庆宏达建材有限公司  2026年 2026-10-09 已重新提交" == lines[0]
    assert [f"  {NOW.isoformat()}  desk:wang：2026-09-01 已提交"] == lines[1:2]
    assert 5 == len(lines)


@pytest.mark.parametrize(
    ("last", "said", "year"),
    [
        (None, Declared("returned", date(2027, 1, 5)), 2027),
        (Declaration(1, 1, 2026, "under_review", date(2026, 12, 1)), Declared("announced", date(2027, 1, 5)), 2026),
        (Declaration(1, 1, 2026, "announced", date(2027, 1, 5)), Declared("announced", date(2027, 1, 5)), 2026),
        (Declaration(1, 1, 2026, "announced", date(2026, 12, 1)), Declared("returned", date(2027, 3, 1)), 2027),
        (Declaration(1, 1, 2026, "returned", date(2026, 12, 1)), Declared("submitted", date(2027, 1, 5)), 2027),
        (Declaration(1, 1, 2026, "returned", date(2026, 12, 1)), Declared("submitted", date(2027, 1, 5), 2026), 2026),
    ],
)
def test_which_year_a_step_belongs_to(last: Declaration | None, said: Declared, year: int) -> None:
    """写明年度的照写明的；提交按那天；别的接着上一年没了结的那一个。"""
    assert year == step({last.year: last} if last else {}, 1, said).after.year


def test_once_a_year(store: Store, one: int) -> None:
    """已经交了又说交了、比库里的还早：不记，说为什么；--correct 才改；同一天再记一遍没有变化。"""
    steps(store, ("submitted", SEPTEMBER))
    before = everything(store)
    assert ["2026年 2026-09-01 已提交"] == steps(store, ("submitted", SEPTEMBER))
    with pytest.raises(RosterError, match=r"一年只能申报一次$"):
        steps(store, ("submitted", date(2026, 11, 1)))
    with pytest.raises(RosterError, match=r"比它晚$"):
        steps(store, ("returned", date(2026, 8, 1)))
    assert before == everything(store)
    said = Declared("submitted", date(2026, 8, 30))
    assert record(store, said, "desk:wang", NOW, enterprise=str(one), correct=True)
    with store.reading() as connection:
        assert date(2026, 8, 30) == held_by(connection, [one])[one][2026].on_day


def test_whose_declaration_it_is(store: Store, one: int, tmp_path: Path) -> None:
    """没有关联的用户不动申报表；关联了几家要写明；写明的要是他关联的。"""
    said = Declared("submitted", SEPTEMBER)
    assert record(store, said, "desk:wang", NOW, user="wechat:b") is None
    two = ("重庆独山钢铁有限公司", code(2), "", "", "", "", "")
    imported(store, as_csv(tmp_path / "二.csv", [HEAD, two]), ENTERPRISES)
    link(store, "wechat:a", code(2), "desk:wang", NOW)
    with pytest.raises(RosterError, match=r"^wechat:a 关联了几家，写 --enterprise：#\d+ 重庆宏达"):
        record(store, said, "desk:wang", NOW, user="wechat:a")
    with pytest.raises(RosterError, match="wechat:b 没有关联"):
        record(store, said, "desk:wang", NOW, user="wechat:b", enterprise=code(2))
    with pytest.raises(RosterError, match="名册里没有这家企业：999"):
        record(store, said, "desk:wang", NOW, enterprise="999")
    found = record(store, said, "desk:wang", NOW, user="wechat:a", enterprise=code(2).lower())
    assert found
    assert "重庆独山钢铁有限公司" == found[0].name
    with store.reading() as connection:
        assert 1 == len(held_by(connection))


def test_an_unlinked_user_is_only_told(store: Store) -> None:
    """没有关联的：只记在自己的提醒上，后说的算；是个人信息，删得掉。"""
    assert 2026 == record_unlinked(store, "wechat:b", Declared("submitted", SEPTEMBER), NOW)
    record_unlinked(store, "wechat:b", Declared("returned", SEPTEMBER), NOW)
    with store.reading() as connection:
        assert ["wechat:b  2026年 已退回（只管这个用户自己的提醒）"] == told_lines(connection)
        assert {} == held_by(connection)
    store.delete("wechat:b", NOW)
    with store.reading() as connection:
        assert [] == connection.execute(select(told)).all()


ROW = ("重庆宏达建材有限公司", code(1), "永川区", "水泥制品", "B", "", "2026/9/1", "已提交")
NEW = ("重庆独山钢铁有限公司", "", "长寿", "独立轧钢", "A级", "", "2026年9月2日 10:30", "审核中")


def test_the_city_list(store: Store, one: int, tmp_path: Path) -> None:
    """市里的名单：名册里的对上，没有的补进名册；再来一遍什么也不变；状态往前走记一步。"""
    path = as_csv(tmp_path / "单.csv", [LISTED, ROW, NEW])
    planned = imported(store, path, DECLARATIONS)
    assert (1, 2, True) == (len(planned.added), len(planned.taken), planned.ready)
    before = everything(store)
    again = imported(store, path, DECLARATIONS)
    assert ((), ()) == (again.added, again.taken)
    assert before == everything(store)
    later = (*ROW[:5], "B", "2027-01-08", "已公示")
    (taken,) = imported(store, as_csv(tmp_path / "后.csv", [LISTED, later]), DECLARATIONS).taken
    assert "2026年 2027-01-08 已公布（申报 B，公布 B）" == taken[1].after.told
    before = everything(store)
    assert () == imported(store, tmp_path / "后.csv", DECLARATIONS).taken
    assert before == everything(store)


def test_an_older_list_waits_for_a_person(store: Store, one: int, tmp_path: Path) -> None:
    """比库里早的、一年里又交一次的：拿不准，整份不写；定了才照改，或者不改。"""
    steps(store, ("submitted", SEPTEMBER), ("under_review", date(2026, 9, 10)))
    before = everything(store)
    older = as_csv(tmp_path / "旧.csv", [LISTED, ROW, NEW])
    ((label, told),) = imported(store, older, DECLARATIONS).doubts
    assert ("2", True) == (label, told.endswith("：库里是 2026年 2026-09-10 审核中，比它晚"))
    second = as_csv(tmp_path / "又.csv", [LISTED, (*ROW[:6], "2026-11-01", "已提交")])
    ((_, told),) = imported(store, second, DECLARATIONS).doubts
    assert told.endswith("一年只能申报一次")
    assert before == everything(store)
    assert 1 == len(imported(store, older, DECLARATIONS, apart="2").taken)
    assert ["2026年 2026-09-01 已提交（申报 B）"] == [
        each.after.told for _, each in imported(store, older, DECLARATIONS, same="2").taken
    ]


def test_years_of_one_enterprise_in_one_list(store: Store, tmp_path: Path) -> None:
    """同一家两个年度各一行是可以的，同一年两行是错。"""
    listed = (*LISTED, "年度")
    rows = [(*NEW, "2026"), (*NEW[:6], "2025-09-02", "已公示", "2025年度")]
    assert imported(store, as_csv(tmp_path / "一.csv", [listed, *rows]), DECLARATIONS).ready
    with store.reading() as connection:
        assert [{2025, 2026}] == [set(years) for years in held_by(connection).values()]
    (fault,) = imported(store, as_csv(tmp_path / "二.csv", [listed, rows[0], rows[0]]), DECLARATIONS).faults
    assert fault.endswith("与 二.csv 第 2 行 重复")


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        (6, "", "G 列（日期）：没有填日期"),
        (6, "2026-02-30", "G 列（日期）：“2026-02-30”不是日期，写成 2026-09-01"),
        (6, "46266", "G 列（日期）：“46266”不是日期，写成 2026-09-01"),
        (6, "九月", "G 列（日期）：“九月”不是日期，写成 2026-09-01"),
        (7, "", "H 列（状态）：没有填状态"),
        (7, "通过", "H 列（状态）：不认得的状态“通过”；有：已提交、审核中、已退回、已重新提交、已公布、已撤回"),
        (4, "AA", "E 列（申报等级）：附件3没有等级“AA”"),
        (5, "优", "F 列（公布等级）：附件3没有等级“优”"),
    ],
)
def test_a_bad_cell_is_named(store: Store, tmp_path: Path, at: int, value: str, says: str) -> None:
    """坏的一格说哪一行哪一列；一行也不写。"""
    bad = [*ROW[:at], value, *ROW[at + 1 :]]
    planned = imported(store, as_csv(tmp_path / "坏.csv", [LISTED, NEW, bad]), DECLARATIONS)
    assert (f"坏.csv 第 3 行 {says}",) == planned.faults
    assert [] == everything(store)
