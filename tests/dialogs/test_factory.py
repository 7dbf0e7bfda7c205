"""话里顺带说到的自己的厂：记对的，不记错的。"""

import pytest

from dialogs.codes import checked, why_not
from dialogs.factory import company, noted, wished
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
        ("我们是铜梁的", Known("铜梁")),
        ("我们厂是涪陵那边的", Known("涪陵")),
        ("隔壁厂是永川的，我们是大足的", Known("大足")),
        ("我们不是铜梁的", Known()),
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我们是重庆“老王”铸造（集团）有限公司", "重庆“老王”铸造（集团）有限公司"),
        ("我们是重庆A&B钢构有限公司", "重庆A&B钢构有限公司"),
        ("我们是重庆宏盛‹一>水泥有限公司，在永川", "重庆宏盛‹一>水泥有限公司"),
        ("企业名称：重庆A&B{钢铁}😀有限公司", "重庆A&B{钢铁}😀有限公司"),
        ('我们公司叫重庆<特>&"钢"{铁}\'😀有限责任公司', '重庆<特>&"钢"{铁}\'😀有限责任公司'),
        (f"重庆{'宏盛兴达' * 10}建材有限公司，永川区", f"重庆{'宏盛兴达' * 10}建材有限公司"),
        (f"我们是重庆{'长' * 120}建材有限公司", ""),
        ("“重庆宏盛建材有限公司”", "重庆宏盛建材有限公司"),
        ("华润水泥（重庆）有限公司", "华润水泥（重庆）有限公司"),
        ("再帮我看哈重庆宏盛建材有限公司江津分公司", "重庆宏盛建材有限公司江津分公司"),
        ("我们这种有限责任公司能报不", ""),
    ],
)
def test_a_name_is_taken_whole_or_not_at_all(text: str, name: str) -> None:
    """名称从标点、空白或“我们是”之后起，一整段照抄：符号、括号、长短都不截；太长的不记。"""
    assert name == company(text)


def test_several_factories_of_one_user() -> None:
    """几个厂各记各的，换来换去都在；删除就都没了。"""
    chat = Chat()
    chat.says("我们长寿的，商砼").says("1").says("没有了")
    chat.says("我的信息").picks("换一个厂").says("渝北二厂").has("渝北二厂")
    assert ("渝北二厂", "") == (chat.session.known.name, chat.session.known.district)
    assert ["长寿"] == [known.district for known in chat.session.others]
    chat.says("我的信息").picks("换一个厂").picks("第一个厂").has("换好了")
    assert ("长寿", ("n15-4",)) == (chat.session.known.district, chat.session.known.branches)
    chat.says("删除我的信息").picks("确认删除")
    assert (Known(), ()) == (chat.session.known, chat.session.others)


def test_a_running_talk_stays_with_its_factory() -> None:
    """换个厂，没问完的自评停在原来的厂，换回来接着问；不算到新的厂头上。"""
    chat = Chat().says("自评").says("没有").says("水泥熟料").says("B")
    chat.says("换个厂").says("家具二厂").has("没问完的“自评”停在那里").lacks("哪几项")
    assert (("家具二厂", ()), ()) == ((chat.session.known.name, chat.session.known.branches), chat.session.frames)
    chat.says("换个厂").says("1").has("回到刚才的问题", "哪几项")
    assert ["assess"] == [frame.flow for frame in chat.session.frames]
    assert (("n15-1",), ["家具二厂"]) == (chat.session.known.branches, [each.name for each in chat.session.others])


def test_another_factory_in_a_trade() -> None:
    """“我们换个厂，是做家具喷漆的”：从它做什么查起，“是”不是名称。"""
    chat = Chat().says("我们长寿的，商砼").says("1").says("没有了").says("我们换个厂，是做家具喷漆的")
    chat.has("前面那个厂记着的都留着", "“家具制造工业”").says("是").says("没有了")
    assert (("n36-1",), "") == (chat.session.known.branches, chat.session.known.name)
    assert [("n15-4",)] == [each.branches for each in chat.session.others]


@pytest.mark.parametrize("said", ["是", "不是", "2", "B级", "没有了"])
def test_an_answer_is_not_a_name(said: str) -> None:
    """答是不是、编号、等级的，不当企业名称。"""
    chat = Chat().says("换个厂").says(said).has("这一问要的是企业名称")
    assert "" == chat.session.known.name


@pytest.mark.parametrize("said", [
    ("换个厂", "前面那个厂"), ("换个厂", "之前那个"), ("换回去",), ("换回前面那个厂",), ("前面那个厂",),
])  # fmt: skip
def test_back_to_the_former_factory(said: tuple[str, ...]) -> None:
    """“换回去”“前面那个厂”：换回最后换走的那个，不新建一个叫这个名字的。"""
    chat = Chat()
    for each in ("自评", "没有，做商砼的，想评绩效引领", "全部", "全部", "换个厂", "家具二厂", *said):
        chat.says(each)
    assert (("n15-4",), ["家具二厂"]) == (chat.session.known.branches, [each.name for each in chat.session.others])


@pytest.mark.parametrize("said", ["前面那个厂", "之前那个", "换回去"])
def test_no_former_factory_is_made_up(said: str) -> None:
    """只说过一个厂：换不回去，也不把这句话当名称。"""
    chat = Chat().says("我们长寿的，商砼").says("1").says("没有了").says("换个厂").says(said)
    assert ("", ()) == (chat.session.known.name, chat.session.others)
