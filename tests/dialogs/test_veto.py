"""近一年受过处罚没有：说了日子的按今天算，算不清的问清楚。"""

from datetime import date

import pytest

from dialogs.flows.veto import veto
from dialogs.reading import plain

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
    ],
)
def test_what_is_said_is_read(said: str, expected: str | None) -> None:
    """说得清的算得清，说不清的不猜。"""
    assert expected == STEP.parse(plain(said))


def test_an_unclear_day_is_asked_back() -> None:
    """只说去年的：问哪个月。"""
    assert "哪一年哪个月" in STEP.unread("去年罚过")
    assert "" == STEP.unread("我们是做商砼的")


def test_leap_day() -> None:
    """闰年2月29日也算得出一年前。"""
    assert "yes" == veto(date(2028, 2, 29)).parse("去年3月罚过")
