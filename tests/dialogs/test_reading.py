"""宽厚地读人们打的字。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reading import number, numbers, plain, two_or_more


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("菜单！", "菜单"),
        ("　ＯＫ嘛。", "ok"),
        ("要得噻", "要得"),
        ("哦", "哦"),
        ("", ""),
        ("？？？", ""),
    ],
)
def test_plain(said: str, expected: str) -> None:
    """全角、大小写、标点和语气词不影响认命令；整句只有语气词时留着。"""
    assert expected == plain(said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2", 2),
        ("２", 2),
        ("第二个", 2),
        ("选2", 2),
        ("2号", 2),
        ("十二", 12),
        ("二十", 20),
        ("两", 2),
        ("十", 10),
        ("1951", None),
        ("6吨锅炉", None),
        ("二手车", None),
        ("", None),
    ],
)
def test_number(said: str, expected: int | None) -> None:
    """一个编号的各种写法；行业代码和产品里的数字不是编号。"""
    assert expected == number(plain(said))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1、3和5", (1, 3, 5)),
        ("1 3 5", (1, 3, 5)),
        ("1-3", (1, 2, 3)),
        ("1到3，5", (1, 2, 3, 5)),
        ("全部", (1, 2, 3, 4, 5)),
        ("除了2和4", (1, 3, 5)),
        ("除2、4外都有", (1, 3, 5)),
        ("都没有", ()),
        ("没得", ()),
        ("6", None),
        ("第二个", (2,)),
        ("一、三", (1, 3)),
        ("储罐", None),
        ("", None),
        ("除了9", None),
    ],
)
def test_numbers(said: str, expected: tuple[int, ...] | None) -> None:
    """几个编号的各种写法；越界或读不成的不认。"""
    assert expected == numbers(plain(said), 5)


@given(st.text(max_size=300), st.integers(1, 40))
def test_reading_never_fails(text: str, count: int) -> None:
    """什么文字都不会出错，读出来的编号都在范围里。"""
    said = plain(text)
    number(said)
    picked = numbers(said, count)
    assert picked is None or all(1 <= n <= count for n in picked)


@pytest.mark.parametrize(
    ("parts", "expected", "heard"),
    [
        (["一", "二", "三"], ["一", "二", "三"], ["一", "二", "三"]),
        (["一", "哦", "三"], ["一", "三"], ["一", "哦", "三"]),
        (["哦", "二"], [], ["哦"]),
        (["一", "哦"], [], ["一", "哦"]),
        (["一"], [], []),
        ([], [], []),
    ],
)
def test_two_or_more_or_nothing(parts: list[str], expected: list[str], heard: list[str]) -> None:
    """凑不齐两样的一样也不给，看得出凑不齐了就不再往下听。"""
    listened: list[str] = []

    def hear(part: str) -> str | None:
        listened.append(part)
        return None if part == "哦" else part

    assert (expected, heard) == (two_or_more(parts, hear), listened)
