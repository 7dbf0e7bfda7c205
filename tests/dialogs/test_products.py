"""一句话里分别说到的几样产品。"""

from datetime import date

import pytest

import knowledge
from dialogs.products import mentioned, products

RULES = knowledge.on(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("甲醛和酚醛树脂", ("甲醛", "酚醛树脂")),
        ("商砼，年产300万方", ()),
        ("商砼", ()),
        ("商砼，53个工人，红砖", ("商砼", "红砖")),
    ],
)
def test_only_two_or_more_products_are_told_apart(said: str, expected: tuple[str, ...]) -> None:
    """只说了一样的不分开说，说多少的半句不是产品。"""
    assert expected == tuple(name for name, _ in products(RULES, said))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("做橡皮的，以前做过地砖", ()),
        ("我们不是做地砖的，是做橡皮的", ()),
        ("地砖、橡皮，以前还做过商砼", ("地砖", "橡皮")),
    ],
)
def test_what_is_not_made_now_is_not_a_line(said: str, expected: tuple[str, ...]) -> None:
    """停了的、否认的，不当成另外的一样来问。"""
    assert expected == tuple(name for name, _ in products(RULES, said))
    assert len(expected) == len(mentioned(RULES, said))
