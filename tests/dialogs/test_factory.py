"""话里顺带说到的自己的厂：记对的，不记错的。"""

import pytest

from dialogs.factory import checked, company, noted, why_not, wished
from dialogs.records import Known
from tests.chat import Chat
from tests.dialogs.test_walk import RULES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们长寿的，商混站，想评 B", Known("长寿", wish="B")),
        ("我们是重庆宏运某某铸造有限公司", Known(name="重庆宏运某某铸造有限公司")),
        ("重庆宏运某某铸造有限公司江津分公司", Known(name="重庆宏运某某铸造有限公司江津分公司")),
        ("代码 91500116ma5u123453 对不对", Known(code="91500116MA5U123453")),
        ("代码 91500116MA5U123454", Known()),
        ("000000000000000000", Known()),
        ("万州区目标几家", Known()),
        ("B级有什么好处", Known()),
        ("想争A", Known()),
        ("想争创A级", Known(wish="A")),
        ("", Known()),
        ("长" * 5000, Known()),
    ],
)
def test_noted(text: str, expected: Known) -> None:
    """说自己的才记；问别的区县、问等级的不记；校验不对的代码不记。"""
    assert expected == noted(text, Known(), RULES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("商混站，冲A级", "A"),
        ("我们申报B级", "B"),
        ("老板要冲绩效引领", "绩效引领"),
        ("我们想要B级", "B"),
        ("想评b-", "B-"),
        ("打算明年报A", "A"),
        ("创B争A是什么", ""),
        ("我们评了B级", ""),
        ("我们是B级", ""),
        ("争A有什么好处", ""),
        ("申报B级要交什么", ""),
        ("B级和A级都由谁审", ""),
    ],
)
def test_wished(text: str, expected: str) -> None:
    """想评哪一级，查行业时和记自己的厂时听法一样；问等级的、说已经评了的不算。"""
    assert expected == wished(text)


def test_what_is_known_stays() -> None:
    """没再说到的不动。"""
    known = Known("长寿", ("n15-4",), "某某公司", "91500116MA5U123453", "C", "B")
    assert known is noted("现在能报吗", known, RULES)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("91500116MA5U123454", "校验不对"),
        ("500112000123456", "注册号"),
        ("MA5U12345", "组织机构代码"),
        ("123", "写了3位"),
        ("000000000000000000", "登记机关"),
        ("91500116MA5U12345I", "不该有"),
        ("９１５００１１６ＭＡ５Ｕ１２３４５４", "校验不对"),
    ],
)
def test_why_not(code: str, word: str) -> None:
    """不对的代码说得出哪里不对。"""
    assert "" == checked(code)
    assert word in why_not(code)


def test_company() -> None:
    """没有“有限公司”的不当企业全名。"""
    assert "" == company("我们是个小厂")


def test_several_factories_of_one_user() -> None:
    """几个厂各记各的，换来换去都在；删除就都没了。"""
    chat = Chat()
    chat.says("我们长寿的，商砼").says("1").says("没有了")
    chat.says("我的信息").picks("换一个厂").says("渝北二厂").has("渝北二厂")
    assert ("渝北二厂", "") == (chat.session.known.name, chat.session.known.district)
    assert ["长寿"] == [known.district for known in chat.session.others]
    chat.says("我的信息").picks("换一个厂").picks("第1个厂").has("换好了")
    assert ("长寿", ("n15-4",)) == (chat.session.known.district, chat.session.known.branches)
    chat.says("删除我的信息").picks("确认删除")
    assert (Known(), ()) == (chat.session.known, chat.session.others)
