"""不带疑问词的话：说规则的要答，说自己情况的不答；词组怎样算说到了。"""

from datetime import date

import pytest

import knowledge
from knowledge.phrases import claiming, general, plain
from knowledge.questions import Questions
from knowledge.wording import Wording


@pytest.fixture(scope="module")
def questions() -> Questions:
    return Questions(knowledge.on(date(2026, 11, 24)).faq)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("B级就是完全不限产", "alert-b"),
        ("一年能申报两回", "once"),
        ("抽查不合格马上就降级", "rectify"),
        ("评上B以后环保局就不能来检查了", "checks"),
        ("多个行业按最高的算", "several-industries"),
        ("我以为一年可以报很多次", "once"),
        ("必须请第三方才能申报", "third-party"),
        ("整改期间还按原等级管", "rectify"),
    ],
)
def test_what_is_claimed_of_the_rules_is_answered(questions: Questions, text: str, id: str) -> None:
    """把规则当成断言说出来的，没有疑问词也答：说错的就纠正。"""
    assert claiming(text, plain(text))
    assert [id] == [one.id for one in questions.find(text)]


@pytest.mark.parametrize(
    "said",
    [
        "能源用的是天然气和电", "按区里要求装了门禁", "每年停产检修一个月", "全部都是水性漆", "在线监测直接联网了市里",
        "去年自动监测超标过一回", "老板要求必须评上A", "厂里有门禁系统，也有台账", "由集团统一管理",
        "不能停炉，停了窑要裂",
        "商混站噻，三条生产线，还有自己的罐车", "环保税我们每个季度都报了的", "有排污许可证，重点管理",
    ],
)  # fmt: skip
def test_what_is_told_of_the_own_works_is_no_claim(questions: Questions, said: str) -> None:
    """带着“能”“按”“每年”“必须”说自己厂里情况的，不当成在说规则。"""
    assert () == questions.find(said)
    assert () == questions.nearest(said)


def test_words_inside_longer_words_count_half() -> None:
    """“碳指标”里的“指标”只算一半；每组都说到了才算对上，一组也没有的对不上。"""
    wording = Wording(((frozenset({"碳指标"}), frozenset({"多少"})), (frozenset({"指标"}),), ()))
    words = wording.said("碳指标给多少")
    assert {"碳指标", "指标", "多少"} == words.keys()
    assert wording.said("指标")["指标"] == 2 * words["指标"]
    assert {0, 1} == wording.bonus(words).keys()
    assert {1} == wording.bonus(wording.said("指标")).keys()
    assert {} == Wording(()).bonus({})


@pytest.mark.parametrize(
    ("text", "id"), [("B级全年零检查", "checks"), ("有效期五年", "validity"), ("报假数据是中介的责任", "honest")]
)
def test_what_is_said_of_the_rating_is_answered(questions: Questions, text: str, id: str) -> None:
    """没有断言的字眼，说的明明是评级的事，又很像一个问答的，也答。"""
    assert not claiming(text, plain(text))
    assert [id] == [one.id for one in questions.find(text)]


@pytest.mark.parametrize(
    "said", ["公司去年评了B级", "我们想评A级", "区里通知我们参加", "评级材料都准备好了", "在搞铸造"]
)
def test_what_is_told_is_not_said_of_the_rating(said: str) -> None:
    """自己做了什么、想做什么，不是在说评级的规则。"""
    assert not general(said, plain(said))


@pytest.mark.parametrize("text", ["孩子上学怎么报名", "消防验收找谁", "商标怎么注册", "危废转移联单怎么填"])
def test_other_business_is_not_answered(questions: Questions, text: str) -> None:
    """别的部门、别的手续的问题，不拿评级的问答去答。"""
    assert () == questions.find(text)
    assert () == questions.nearest(text)
