"""近一年受过处罚没有：说了日子的按今天算，算不清的问清楚。"""

from datetime import date

import pytest

from dialogs.flows.veto import veto
from dialogs.reading import plain
from tests.chat import Chat

STEP = veto(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("没有受过处罚", "no"),
        ("没有被处罚过", "no"),
        ("近一年没有", "no"),
        ("从来没有", "no"),
        ("莫得，我们老实得很", "no"),
        ("前年罚过一次，近一年没有", "no"),
        ("前年罚过", "no"),
        ("去年10月罚过", "no"),
        ("有，去年10月超标罚了5万", None),
        ("有，今年10月超标罚了5万", "yes"),
        ("去年12月遭罚过", "yes"),
        ("今年3月罚了2万", "yes"),
        ("上个月才被罚了", "yes"),
        ("遭了，罚了2万", "yes"),
        ("2025年12月罚的", "yes"),
        ("2024年罚过，以前的事", "no"),
        ("记不清了", None),
        ("记不清", "unknown"),
        ("去年罚过", None),
        ("去年11月罚的", None),
        ("今年13月罚的", None),
        ("我们去年因为未批先建罚了10万", None),
        ("今年没有，去年罚过", None),
        ("没有自动监控", None),
        ("没得在线", None),
        ("没有排污许可证", None),
        ("只被安监罚过", None),
        ("没得，就是去年差点遭罚", "no"),
        ("我们是做商砼的", None),
        ("有没有罚过我要问哈", "unknown"),
        ("可能罚过", "unknown"),
        ("听说罚过", "unknown"),
        ("应该没罚过", "unknown"),
        ("罚没罚过我不晓得", "unknown"),
        ("被警告过没罚钱", None),
        ("只是责令整改，没罚款", None),
        ("没被警告过也没罚过", "no"),
        ("不是我们罚的是隔壁", "no"),
        ("隔壁罚了", None),
        ("18个月前罚的", "no"),
        ("13个月前罚过", "no"),
        ("13个月前", "no"),
        ("十一个月前罚的", "yes"),
        ("12个月前罚的", None),
        ("一年前罚的", None),
        ("一年半前罚的", "no"),
        ("半年前罚过", "yes"),
        ("还没满一年罚的", "yes"),
        ("罚了一年多了", "no"),
        ("前年12月罚过", "no"),
        ("24年罚过", "no"),
        ("二〇二四年罚过", "no"),
        ("25年12月罚的", "yes"),
        ("2025.12罚的", "yes"),
        ("2025-10-3罚的", "no"),
        ("去年上半年罚过", "no"),
        ("去年年底罚的", None),
        ("今年初罚的", "yes"),
        ("以前罚过", None),
        ("去年10月投产的", None),
        ("开了5年了，没罚过", "no"),
        ("罚过没有", None),
        ("有，13个月前罚的", None),
        ("一年内罚过1次", "yes"),
        ("应该是没有", "unknown"),
        ("没有没有", "no"),
        ("2024年的事", "no"),
        ("罚了两次，今年三月一次去年一次", "yes"),
        ("二〇二五年六月罚的", "no"),
        ("一年多以前有过", "no"),
        ("环保督察整改过", None),
        ("记不清是哪年罚的了", "unknown"),
    ],
)
def test_what_is_said_is_read(said: str, expected: str | None) -> None:
    """说得清的算得清，说不清的不猜。"""
    assert expected == STEP.parse(plain(said))


def test_an_unclear_day_is_asked_back() -> None:
    """只说去年的：问哪个月。"""
    assert "哪一年哪个月" in STEP.unread("去年罚过")
    assert "哪一年哪个月" in STEP.unread("去年")
    assert "没有说只算罚款" in STEP.unread("被警告过没罚钱")
    assert "问的是贵厂自己" in STEP.unread("隔壁罚了")
    assert "" == STEP.unread("我们是做商砼的")


def test_leap_day() -> None:
    """闰年2月29日也算得出一年前。"""
    assert "yes" == veto(date(2028, 2, 29)).parse("去年3月罚过")


@pytest.mark.parametrize(("said", "expected"), [
    ("今年3月罚了，已经交了钱整改好了", "yes"), ("不晓得，老板才晓得", "unknown"), ("不清楚，要问会计", "unknown"),
    ("没收到过处罚决定", "no"), ("还没有受过处罚", "no"), ("不晓得，没罚过", "no"),
])  # fmt: skip
def test_what_was_done_after_a_penalty_and_who_knows(said: str, expected: str) -> None:
    """罚了又整改好了的还是受过；要问别人才晓得的是不清楚。"""
    assert expected == STEP.parse(plain(said))


def test_a_penalty_not_decided_yet() -> None:
    """处罚决定还没下：不猜，说条文没有写。"""
    said = "正在听证，还没下决定"
    assert None is STEP.parse(said)
    assert STEP.unread(said).startswith("还没下处罚决定的算不算，条文没有写")


def test_whether_a_notice_counts_is_answered_by_the_question_itself() -> None:
    """正问着处罚，反问整改通知算不算：说条文只写“处罚”，再问；不答成抽查。"""
    chat = Chat().says("自评").says("整改通知算不算").lacks("限期整改")
    assert chat.first.startswith("条文说的是“处罚”，没有说只算罚款")


def test_a_penalty_trade_and_wish_in_one_sentence() -> None:
    """罚了、整改好了、做什么、想评哪档一句说完：处罚记下，不再问。"""
    chat = Chat().says("自评").says("今年3月罚了，已经交了钱整改好了，家具厂，想评A")
    assert "yes" == dict(chat.session.frames[-1].answers)["veto"]


@pytest.mark.parametrize(("said", "expected"), [
    ("零处罚", "no"), ("0处罚", "no"), ("零罚款", "no"), ("无处罚记录", "no"), ("处罚0次", "no"), ("罚了10万", "yes"),
    ("无证排污被罚了", "yes"), ("肯定没有", "no"), ("老板说没有", "no"), ("不存在", "no"), ("没有这回事", "no"),
    ("没得事", None), ("没被抓到过", None), ("有没有我也不清楚", "unknown"), ("有处罚没得", None),
])  # fmt: skip
def test_none_at_all_is_none(said: str, expected: str | None) -> None:
    """说一次也没有的是没有；没说到处罚决定的、反问的，不猜。"""
    assert expected == STEP.parse(plain(said))


@pytest.mark.parametrize(("said", "expected"), [
    ("今年没罚", None), ("今年没有", None), ("今年以来零处罚", None), ("半年没罚", None), ("最近没有", None),
    ("上个月没罚", None), ("2024年没罚", None), ("24年没罚", None), ("去年没罚", None), ("前年罚过，今年没罚", None),
    ("去年罚了今年没罚", None), ("今年没有，去年有", None), ("去年有今年没得", None), ("2025年以后没罚过", None),
    ("去年今年都没有", "no"), ("今年没有，去年也没有", "no"), ("两年内没得", "no"), ("一年半没罚", "no"),
    ("2024年以后没罚过", "no"), ("最近一年没有", "no"), ("没有，今年没罚", "no"), ("今年有，去年没有", "yes"),
    ("去年12月罚的，今年没有", "yes"), ("有过，不过是2024年的事", "no"), ("罚过，前年的", "no"),
])  # fmt: skip
def test_a_part_of_the_year_is_not_the_year(said: str, expected: str | None) -> None:
    """问的是满一年：只说今年没有的，去年年底那一段没有说到，问清楚；合起来够一年的才是没有。"""
    assert expected == STEP.parse(plain(said))


def test_what_the_year_is_says_its_first_day() -> None:
    """只说了一段的，问话里说从哪一天起。"""
    assert STEP.unread("今年没罚").startswith("问的是满一年，从2025年11月24日到今天：")


@pytest.mark.parametrize("said", ["两年内没得", "有没有我也不清楚", "有过，不过是2024年的事", "有没有罚过我要问哈"])
def test_an_answer_about_penalties_is_no_question(said: str) -> None:
    """正问着处罚，整句说的就是处罚：记下接着问，不去找别的问答。"""
    chat = Chat().says("自评").says(said)
    assert chat.first.startswith("请问贵厂主要生产什么")


ON = veto(date(2026, 11, 30))


@pytest.mark.parametrize(("said", "expected"), [
    ("罚过，有一年多了", "no"), ("罚是罚过，但是都一年多了", "no"), ("罚过，已经过了一年", "no"),
    ("罚过，两年了", "no"), ("罚过，半年了", "yes"), ("罚过，三个月了", "yes"), ("有过，有一年多了", None),
    ("罚过，大概一年前", None),
    ("罚过，差不多一年了", None), ("罚过，快两年了", None), ("近两年罚过", None),
    ("两年内罚过一次", None),
    ("开厂一年多被罚过", None), ("370天前罚的", "no"), ("50周前罚的", "yes"), ("罚过，400天了", "no"),
])  # fmt: skip
def test_how_long_ago_it_was(said: str, expected: str | None) -> None:
    """说了过去多久的：话里说得确实满了一年才是没有，拿不准的问。"""
    assert expected == ON.parse(plain(said))


@pytest.mark.parametrize(("said", "expected"), [
    ("去年11月30号罚过", "yes"), ("去年11月29号罚过", "no"), ("2025.11.30罚的", "yes"), ("2025-11-29罚的", "no"),
    ("11月30号罚的", "yes"), ("去年11月31号罚的", None), ("去年11月罚的", None), ("今年12月1号罚的", None),
])  # fmt: skip
def test_the_day_a_year_ago_is_within_the_year(said: str, expected: str | None) -> None:
    """一年前的今天在这一年里，跟问话里印的一样；只说了那个月的，问是哪一天。"""
    assert expected == ON.parse(plain(said))


def test_a_day_that_is_not_clear_is_asked_with_the_first_day() -> None:
    """算不清的，问话里说从哪一天起；月份说了就问哪一天。"""
    rest = "？从2025年11月30日（含这一天）到今天罚的回“有”，更早的回“没有”。"
    assert "哪一年哪个月罚的" + rest == ON.unread("有过,有一年多了")
    assert "哪一天罚的" + rest == ON.unread("去年11月罚的")


@pytest.mark.parametrize(("said", "first"), [
    ("没得啥子大的处罚", "条文说的是“处罚”，没有分大小"), ("没有大的处罚", "条文说的是“处罚”，没有分大小"),
    ("没罚好多钱", "条文说的是“处罚”，没有分大小"), ("基本没罚过", "条文说的是“处罚”，没有分大小"),
    ("今年3月罚了，后来撤销了", "处罚撤销了、还在复议的算不算"), ("处罚遭撤销了", "处罚撤销了、还在复议的算不算"),
    ("没罚过？罚过的", "哪一年哪个月罚的"), ("没在环保上被罚过", "哪一年哪个月罚的"),
])  # fmt: skip
def test_what_is_half_said_is_asked(said: str, first: str) -> None:
    """只说没有大的、撤销了、先否后认的：不记，问清楚。"""
    assert None is ON.parse(plain(said))
    assert ON.unread(plain(said)).startswith(first)


@pytest.mark.parametrize(("said", "expected"), [
    ("没办证遭罚了", "yes"), ("没装在线遭罚了", "yes"), ("没验收罚了2万", "yes"), ("没得任何环保处罚", "no"),
    ("没有被区里处罚过", "no"), ("未受到环保部门行政处罚", "no"), ("近一年没有发生环保处罚", "no"),
])  # fmt: skip
def test_what_was_not_done_is_not_what_was_not_fined(said: str, expected: str) -> None:
    """“没办证遭罚了”说的是罚了；“没得任何环保处罚”说的是没有。"""
    assert expected == ON.parse(plain(said))


@pytest.mark.parametrize("said", ["罚过，不过有一年多了", "罚过，一年多了"])
def test_a_penalty_over_a_year_ago_does_not_turn_the_verdict(said: str) -> None:
    """有了结果再说罚过、满了一年的：还是没有，不改。"""
    chat = Chat()
    for each in ("自评", "没有，做商砼的，想评绩效引领", "全部", "全部", said):
        chat.says(each)
    assert "近一年受过处罚没有，记着的就是“没有”，没有改动。" == chat.first
