"""每一份 .talk 都照着说得通。"""

from pathlib import Path

import pytest

from tests.chat import Chat, matches, play

TALKS = sorted((Path(__file__).parent / "talks").glob("*.talk"))


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_talk(path: Path) -> None:
    """写在代码之前的对话，一句不差地发生。"""
    play(path, Chat())


def test_there_are_at_least_ten() -> None:
    """至少十场。"""
    assert len(TALKS) >= 10


@pytest.mark.parametrize(
    ("expected", "text", "same"),
    [
        (["甲…丙"], "甲乙丙", True),
        (["甲"], "甲乙", False),
        (["甲", "…", "丁"], "甲\n乙\n丙\n丁", True),
        (["甲", "…", "丁"], "甲\n丁", True),
        (["甲", "丁"], "甲\n乙\n丁", False),
        ([""], "", True),
        ([""], "有话", False),
    ],
)
def test_matches(expected: list[str], text: str, same: bool) -> None:
    """省略号只代表任意文字，其余必须照写。"""
    assert same == matches(expected, text)
