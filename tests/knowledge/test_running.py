"""一口气问几样：断开了每一截都有着落才算。"""

import pytest

from knowledge.running import apart

ASKS = {"要多少钱": 0, "多久出结果": 1, "管几年": 2, "公示几天": 3}


@pytest.mark.parametrize(
    ("bare", "found"),
    [
        ("要多少钱多久出结果管几年", (0, 1, 2)),
        ("公示几天要多少钱", (3, 0)),
        ("要多少钱多久吃饭", ()),
        ("要多少钱", ()),
        ("要多少钱要多少钱", ()),
        ("今天天气好", ()),
    ],
)
def test_every_part_must_be_heard(bare: str, found: tuple[int, ...]) -> None:
    """有一截没有着落、两截问的是一样、只有一问，都不断开。"""
    assert found == apart(bare, lambda part: (1.0, ASKS[part], -1) if part in ASKS else None)
