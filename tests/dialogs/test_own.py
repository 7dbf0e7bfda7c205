"""一句话改自己的厂的一项；撤销了的区县按资料写的办；看存着的一切。"""

import pytest

from tests.chat import Chat

CODE = "91500116MA5U123453"
NAME = "重庆宏盛建材有限公司"
RESULTS = [
    ("改区县 长寿", "区县 长寿区", "长寿"),
    ("区县改成长寿", "区县 长寿区", "长寿"),
    ("把我们的区县改为长寿区", "区县 长寿区", "长寿"),
    ("区县写错了，应该是长寿", "区县 长寿区", "长寿"),
    ("改区县 江北", "区县 两江新区", "两江新区"),
    (f"改信用代码 {CODE}", f"统一社会信用代码 {CODE}", CODE),
    ("信用代码改成9150 0116 ma5u 123453", f"统一社会信用代码 {CODE}", CODE),
    (f"改名称 {NAME}", f"名称 {NAME}", NAME),
    ("名称改成老王家具厂", "名称 老王家具厂", "老王家具厂"),
    ("改现在的等级 C", "现在的等级 C", "C"),
    ("改想评的等级 B", "想评的等级 B", "B"),
]


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(("said", "shown", "kept"), RESULTS)
def test_an_item_is_changed_at_once(said: str, shown: str, kept: str, inside: bool) -> None:
    """一句话说全了的，在不在我的信息里都改好、说出来。"""
    chat = Chat().says("我的信息") if inside else Chat()
    chat.says(said).has(f"改好了：{shown}。")
    known = chat.session.known
    assert kept in (known.district, known.code, known.name, known.grade, known.wish)
    assert () == chat.session.frames


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    ("said", "asked", "then", "shown"),
    [
        ("改区县", "贵厂在哪个区县？", "长寿", "区县 长寿区"),
        ("我要改区县", "贵厂在哪个区县？", "江北", "区县 两江新区"),
        ("改信用代码", "统一社会信用代码是多少？", "91500116-MA5U123453", f"统一社会信用代码 {CODE}"),
        ("改名称", "企业名称是什么？", NAME, f"名称 {NAME}"),
    ],
)
def test_an_item_alone_is_asked(said: str, asked: str, then: str, shown: str, inside: bool) -> None:
    """只说改哪一项的，问；答了就改好。"""
    chat = Chat().says("我的信息") if inside else Chat()
    chat.says(said).has(asked).says(then).has(f"改好了：{shown}。")


def test_a_wrong_code_is_asked_again() -> None:
    """改成的代码不对：说哪里不对，接着问，原来的不动。"""
    chat = Chat().says(CODE).says("改信用代码 91500116MA5U12345")
    assert "您写了17位" in chat.first
    assert CODE == chat.has("没有改", "统一社会信用代码是多少？").session.known.code


@pytest.mark.parametrize(
    "said", ["公司改名了要重新申报吗", "公司名称变更了怎么办", "改名称以后等级还算不算", "企业名称和营业执照不一样"]
)
def test_a_question_about_changing_is_not_a_change(said: str) -> None:
    """问改了怎么样，不是要改。"""
    chat = Chat().says(said).lacks("改好了", "企业名称是什么？")
    assert "" == chat.session.known.name


@pytest.mark.parametrize("said", ["我们在渝北", "改区县 渝北", "区县改成渝北区", "渝北"])
def test_a_split_district_is_asked(said: str) -> None:
    """拆开了的区县：先问现在是哪一个，不当现在的记。"""
    chat = Chat().says(said).has("渝北区已经调整：2025-11-06 撤销", "贵厂现在属于哪一个？")
    chat.says("北碚").has("改好了：区县 北碚区")
    chat.says("我们是渝北的，做商砼").lacks("撤销")
    assert "北碚" == chat.session.known.district


def test_a_split_district_settled_elsewhere_is_not_asked_again() -> None:
    """问着现在是哪一个，转去订提醒的时候说清了：回来不再问。"""
    chat = Chat().says("我们在渝北").says("订阅提醒").says("两江新区").says("全部").has("订上了：两江新区")
    chat.lacks("贵厂现在属于哪一个？")
    assert ("两江新区", ()) == (chat.session.known.district, chat.session.frames)


def test_someone_waiting_is_moved_to_the_heir() -> None:
    """等着人的说了撤销的区：转到接续的那个区的值班人员。"""
    chat = Chat()
    chat.register("值班", ["两江新区", "王", "09:00-17:30"])
    chat.register("值班", ["市", "李", "09:00-17:30"])
    chat.says("人工").says("我们在江北").has("记下了，两江新区；转给两江新区的值班人员了。")


def test_a_split_district_left_open_is_shown_so() -> None:
    """没有选的：我的信息里说没定，顺带说的也说一句。"""
    chat = Chat().says("我们是渝北的，做商砼").has("渝北区已经撤销，现在属于两江新区还是北碚区")
    chat.says("我的信息").has("区县：没定（原渝北区已经撤销，现在是两江新区还是北碚区")


@pytest.mark.parametrize("said", ["我们在江北", "江北区的", "公司搬到江北了"])
def test_an_abolished_district_with_one_heir(said: str) -> None:
    """整个划给一处的：照现在的记，说是为什么。"""
    chat = Chat().says(said).has("记下了：两江新区。", "江北区2025-11-06 撤销，辖区划入两江新区。")
    assert "两江新区" == chat.session.known.district


def test_an_abolished_district_beside_a_trade() -> None:
    """还说了做什么的，照答，另起一行说按哪里记的。"""
    chat = Chat().says("我们在江北，做商砼").has("“商砼”最像", "江北区已经撤销，区县按两江新区记的。")
    assert "两江新区" == chat.session.known.district


@pytest.mark.parametrize(("said", "district"), [("我们在北碚水土", "两江新区"), ("我们厂在渝北区统景镇", "北碚")])
def test_towns_that_changed_hands(said: str, district: str) -> None:
    """区划调整时划走的镇街，照现在的记；别处同名的镇不算。"""
    assert district == Chat().says(said).has("区划调整").session.known.district
    assert "奉节" == Chat().says("我们在奉节兴隆镇").session.known.district


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("我们是北部新区的", "手头的资料没有写"),
        ("我们在万县", "手头的资料没有写"),
        ("我们厂在涪陵地区", "名单里有涪陵区"),
        ("我们在綦江县", "名单里有綦江区"),
        ("改区县 万县", "手头的资料没有写"),
    ],
)
def test_a_name_that_is_not_listed(said: str, listed: str) -> None:
    """名单里没有的旧名字：照实说，不记，问现在是哪一个。"""
    chat = Chat().says(said)
    assert "现在的区县名单里没有" in chat.first
    chat.has(listed, "贵厂在哪个区县？")
    assert "" == chat.session.known.district
    chat.says("万州").has("改好了：区县 万州区")


def test_districts_that_stand_are_taken() -> None:
    """万盛、綦江都在名录里，各是各的；园区算所在的区县。"""
    said = ("我们是万盛区的", "我们厂在綦江", "我们在长寿经开区", "我们在永川高新区")
    assert ["万盛", "綦江", "长寿", "永川"] == [Chat().says(each).session.known.district for each in said]


def test_what_is_known_during_a_look_up_is_shown() -> None:
    """查到一半看我的信息：认定了的行业说出来，说还没问完；看完接着问。"""
    chat = Chat().says("做商砼的").says("1").says("我的信息").has("行业分支：水泥制品（正问着，还没问完）")
    chat.says("不用改").has("回到刚才的问题")


def test_what_is_wished_for_during_a_self_assessment_is_shown() -> None:
    """自评到一半：答了想评哪一档，也说出来。"""
    chat = Chat().says("自评").says("没有").says("水泥熟料").says("B").says("我的信息")
    chat.has("行业分支：水泥熟料（正问着", "想评的等级：B（正问着")


@pytest.mark.parametrize("said", ["看看我的信息", "查看我的企业信息", "我的信息有哪些", "记了我些啥", "我厂的资料"])
def test_other_ways_to_see(said: str) -> None:
    """看记着什么的别的说法。"""
    Chat().says("我们长寿的").says(said).has("记着的是这些", "区县：长寿区")


@pytest.mark.parametrize("said", ["我的数据", "导出我的信息", "你们存了我哪些信息", "我的全部信息"])
def test_everything_kept_is_listed(said: str) -> None:
    """看存着的一切：每个厂都列，列不下的说怎么拿完整的一份。"""
    chat = Chat().says("我们长寿的，商砼").says("1").says("没有了").says("还有一个厂叫家具二厂，在江津")
    chat.says(said).has("记着的是：家具二厂", "区县：江津区", "第一个厂（水泥制品）：长寿区；水泥制品", "导出给您")


def test_a_bound_factory_is_not_rewritten() -> None:
    """凭码绑定的，名称、代码照名册，聊天里不改。"""
    chat = Chat()
    chat.register("企业", ["1", NAME, CODE, "永川区", "水泥制品"])
    chat.register("领码", ["1", "K7M2Q9XT", "2026-12-17T18:00:00+08:00"])
    chat.says("绑定 K7M2Q9XT").says("改名称 老王家具厂").has("凭码绑定的", "这里不改")
    chat.says("删掉这个厂").has("这里去不掉")
    assert NAME == chat.session.known.name
