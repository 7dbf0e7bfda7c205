"""只是心情、听谁讲的半句不算问：去掉以后，问的还是那一句。"""

import pytest

from knowledge.moods import meant


@pytest.mark.parametrize(("said", "kept"), [
    ("RTO的资料写到哪里，环保公司跟我说的不一样", "RTO的资料写到哪里"),
    ("现在补写起算假不 心头虚得很", "现在补写起算假不"),
    ("整改给几天，区里的人也说不清楚", "整改给几天"),
    ("评审收不收费，我说莫得这回事", "评审收不收费"),
    ("排放数据改小了点点，没得好大事嘛，查到是罚款还是降级", "排放数据改小了点点，查到是罚款还是降级"),
])  # fmt: skip
def test_a_mere_mood_or_source_is_dropped(said: str, kept: str) -> None:
    """心情、来处、“没得好大事”：去掉，别的半句一字不动。"""
    assert kept == meant(said)


@pytest.mark.parametrize("said", [
    "区里说的跟市里说的不一样，听哪个的",
    "心头虚得很",
    "听说升A级碳配额多给5%",
    "区里说要交，收不收费",
])  # fmt: skip
def test_what_was_said_stays(said: str) -> None:
    """问的就是听哪个的、只有这一句、说了内容的：照旧。"""
    assert said == meant(said)


def test_is_it_true_asks_what_was_heard() -> None:
    """“靠不靠谱”问的是听来的那半句。"""
    said = "我们制鞋厂准备直接冲A级，听中介说冲上去税自动就砍一半，你说靠不靠谱"
    assert "冲上去税自动就砍一半吗" == meant(said)


@pytest.mark.parametrize("word", ["人", "心头", "别个", "说的", "没得"])
def test_a_long_line_is_read_at_once(word: str) -> None:
    """几百个同样的字，也是一眼的事。"""
    said = "，".join([word * 140, word * 10])
    assert said == meant(said)
