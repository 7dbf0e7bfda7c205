"""一句话里分别说到的几样产品。"""

from datetime import date

import pytest

import knowledge
from dialogs.products import products

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
