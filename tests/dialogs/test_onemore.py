"""“那B级呢”，不知道是哪个厂：顺着上一句问的那件事再答。"""

import pytest

from tests.chat import Chat


@pytest.mark.parametrize(
    ("before", "said", "first"),
    [
        ("B级有啥好处", "那A级呢", "A级享受写给“B级及以上”的各条"),
        ("B级谁审", "那C级呢", "C级及以下由区县审"),
        ("重污染天A级停不停", "那B级呢", "仍可能要减"),
        ("A级碳配额多少", "那引领呢", "提升至A级的增发"),
        ("B级检查多不多", "C级喃", "C级、D级一年查几次，通知没有写"),
    ],
)
def test_the_same_thing_of_another_grade(before: str, said: str, first: str) -> None:
    """换了一级，问的还是那件事。"""
    assert Chat().says(before).says(said).first.startswith(first)


def test_nothing_before_it() -> None:
    """上一句没问什么，就说谁审、有什么好处。"""
    Chat().says("那B级呢").has("A级、B（B-）级和绩效引领由市生态环境局组织评", "B级能享受的")


@pytest.mark.parametrize("said", ["B级", "我们评B"])
def test_a_grade_alone_is_no_question(said: str) -> None:
    """光说一级，没有“那……呢”，不当成在问。"""
    chat = Chat().says(said)
    assert chat.turn
    assert "question" != chat.turn.claimed
