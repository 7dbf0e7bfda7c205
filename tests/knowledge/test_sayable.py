"""发给人看的字：看不见的去掉，表情和换行照旧；专家登录地址换了写法也认得出。"""

import pytest

from knowledge.sayable import cleaned, experts_address


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (" 您好\r\n在吗\t ", "您好\n在吗"),
        ("a\0b\x7fc\u200bd\u202ee", "abcde"),
        ("👩\u200d🔧 ✔️", "👩\u200d🔧 ✔️"),
        ("\u200d\ufe0f\u2800", ""),
        ("\ud800字", "字"),
        ("。", "。"),
    ],
)
def test_only_what_shows(said: str, kept: str) -> None:
    """控制字符、零宽的、落单的代理码去掉；什么也不显示的是空的。"""
    assert kept == cleaned(said)


@pytest.mark.parametrize(
    ("said", "is_it"),
    [
        ("http://113.204.96.36:3361/", True),
        ("１１３．２０４．９６．３６", True),
        ("113 . 204 . 96 . 36", True),
        ("113\u200b.204.96.\u200d36", True),
        ("113.204.96.3", False),
        ("1113.204.96.36", False),
        ("电话 113204，96 号 36 栋", False),
    ],
)
def test_the_experts_address(said: str, is_it: bool) -> None:
    """四段数照次序、中间只隔着符号的，就是它。"""
    assert is_it == experts_address(said)
