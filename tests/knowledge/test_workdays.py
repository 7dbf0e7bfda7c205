"""工作日：调休算数，主管部门给的更算数；不知道的年份按周一到周五，并且说拿不准。"""

from datetime import date, timedelta

import pytest

from knowledge.workdays import Counted, Found, Workdays

PLAIN = Workdays()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2026, 10, 1), False),
        (date(2026, 2, 14), True),
        (date(2027, 1, 1), True),
        (date(2027, 1, 2), False),
    ],
)
def test_a_day(day: date, working: bool) -> None:
    """调休的周六上班，国庆放假；2027 年不知道，只看星期。"""
    assert working == PLAIN.working(day)


def test_an_unknown_year_is_said_so() -> None:
    """数到不知道的年份就拿不准；全在知道的年份里才有把握。"""
    assert Counted(3, True) == PLAIN.between(date(2026, 12, 28), date(2026, 12, 31))
    assert Counted(4, False) == PLAIN.between(date(2026, 12, 28), date(2027, 1, 1))
    assert Counted(0, True) == PLAIN.between(date(2026, 12, 28), date(2026, 12, 28))
    assert Counted(0, True) == PLAIN.between(date(2026, 12, 28), date(2026, 1, 1))


def test_a_partly_given_year_is_not_called_empty() -> None:
    """只给了那一年的几天：还是拿不准，可是不说还没有录入。"""
    given = Workdays({date(2027, 2, 8): False, date(2027, 2, 6): True})
    found = given.between(date(2027, 2, 5), date(2027, 2, 10))
    assert Counted(3, False, partly=True) == found
    assert "2027年的放假调休只录入了一部分，没有录入的按周一到周五算" in found.unsure(2027)
    assert "2027年的放假调休还没有录入" in PLAIN.between(date(2027, 2, 5), date(2027, 2, 10)).unsure(2027)


def test_counting_back() -> None:
    """往前数：跳过周末和假日；0 是当天或它之前最近的工作日；负数不收。"""
    assert Found(date(2026, 12, 30), True) == PLAIN.before(date(2026, 12, 31), 1)
    assert Found(date(2026, 9, 30), True) == PLAIN.before(date(2026, 10, 8), 1)
    assert Found(date(2026, 9, 30), True) == PLAIN.before(date(2026, 10, 7), 0)
    assert Found(date(2026, 10, 10), True) == PLAIN.before(date(2026, 10, 11), 0)
    assert Found(date(2027, 1, 29), False) == PLAIN.before(date(2027, 1, 31), 0)
    with pytest.raises(ValueError, match="-1"):
        PLAIN.before(date(2026, 10, 7), -1)


@pytest.mark.parametrize("count", [1, 3, 7, 14, 30])
def test_counting_back_and_forth_agree(count: int) -> None:
    """往前数到的那天，到这天正好差这么多个工作日。"""
    for offset in range(60):
        end = PLAIN.before(date(2026, 12, 31) - timedelta(days=offset), 0).day
        start = PLAIN.before(end, count).day
        assert Counted(count, True) == PLAIN.between(start, end)


def test_given_days_win() -> None:
    """给的日子比自带的算数；元旦、国庆都给了，这一年就有了安排。"""
    given = Workdays({date(2026, 10, 10): False, date(2027, 1, 1): False, date(2027, 1, 2): True})
    assert (False, False, True) == tuple(given.working(day) for day in given.extra)
    assert (True, False) == (given.certain(date(2027, 1, 2)), given.certain(date(2027, 1, 4)))
    whole = Workdays({**given.extra, date(2027, 10, 1): False})
    assert (True, False) == (whole.certain(date(2027, 1, 4)), whole.certain(date(2028, 1, 4)))
    assert Counted(2, True) == whole.between(date(2026, 12, 31), date(2027, 1, 4))
