"""几个厂：加一个、换来换去、去掉一个，哪一句都有着落。"""

import pytest

from dialogs.records import Known, Unsubscribed
from tests.chat import Chat


def two() -> Chat:
    """两个厂：长寿的商砼站，江津的家具二厂；说的是后一个。"""
    return Chat().says("我们长寿的，商砼").says("1").says("没有了").says("还有一个厂叫家具二厂，在江津")


@pytest.mark.parametrize(
    ("said", "name", "district"),
    [
        ("还有一个厂叫家具二厂，在江津", "家具二厂", "江津"),
        ("第二个厂叫家具二厂", "家具二厂", ""),
        ("我们还有个厂在江津", "", "江津"),
        ("另外还有一个厂，是重庆宏盛建材有限公司，在江津", "重庆宏盛建材有限公司", "江津"),
    ],
)
def test_another_is_added_at_once(said: str, name: str, district: str) -> None:
    """一句里说了名称、区县的，都记到新的厂头上；原来的不动。"""
    chat = Chat().says("我们长寿的，商砼").says("1").says("没有了").says(said).has("前面那个厂记着的都留着")
    known, (first,) = chat.session.known, chat.session.others
    assert (name, district, 1) == (known.name, known.district, known.nth)
    assert ("", "长寿", ("n15-4",)) == (first.name, first.district, first.branches)


@pytest.mark.parametrize("said", ["换一个厂", "还有一个厂", "第二个厂"])
def test_another_is_asked_for(said: str) -> None:
    """只说还有一个的，问叫什么；名称说不上来也行。"""
    chat = Chat().says("我们长寿的，商砼").says("1").says("没有了").says(said).has("另外那个厂叫什么？")
    chat.says("先不说名称").has("现在说的是第二个厂")
    assert "长寿" == chat.says("回到第一个厂").session.known.district


@pytest.mark.parametrize("said", ["第一个厂", "回到第一个厂", "换到第1个厂", "切换到第一个厂", "看看第一个厂的信息"])
def test_to_the_first_and_back(said: str) -> None:
    """“第一个厂”一直是先说起的那一个，换几次都不变。"""
    chat = two()
    for _ in range(2):
        assert "长寿" == chat.says(said).has("换好了").session.known.district
        assert "江津" == chat.says("第二个厂").has("家具二厂").session.known.district


def test_what_is_said_of_one_is_kept_with_it() -> None:
    """“第一个厂在璧山”：记到那一个头上，不记到正说着的。"""
    chat = two().says("第一个厂在璧山").has("换好了")
    assert ("璧山", ["江津"]) == (chat.session.known.district, [each.district for each in chat.session.others])
    chat.says("第一个厂叫宏盛建材厂").has("记下了，宏盛建材厂")
    assert ("璧山", "宏盛建材厂") == (chat.session.known.district, chat.session.known.name)


@pytest.mark.parametrize("said", ["又有一个厂叫大足砖厂", "再加一个厂，叫大足砖厂", "第三个厂叫大足砖厂"])
def test_a_third(said: str) -> None:
    """再说一个的，是新的一个，前面的不改名。"""
    chat = two().says(said).has("大足砖厂", "前面那个厂记着的都留着")
    assert ["", "家具二厂"] == [each.name for each in chat.session.others]


def test_to_one_by_name() -> None:
    """叫得出名称的，照名称换。"""
    assert "家具二厂" == two().says("第一个厂").says("换到家具二厂").has("换好了").session.known.name


def test_there_and_nowhere() -> None:
    """就是现在这个的说就是；没有第几个的说没有。"""
    two().says("第二个厂").has("现在说的就是家具二厂").says("第五个厂").has("只记着2个厂，没有第5个")
    two().says("删掉第三个厂").has("没有第3个").says("删掉老李砖厂").has("没有记着“老李砖厂”")


def test_which_is_meant_is_shown() -> None:
    """我的信息里说清楚是第几个、别的是哪几个。"""
    chat = two().says("我的信息").has("说的是第二个厂，一共两个；别的：第一个厂（水泥制品）")
    chat.says("第一个厂").says("我的信息").has("说的是第一个厂", "别的：第二个家具二厂")
    chat.says("我有几个厂").has("第一个：名称没说过（水泥制品）（正说着）", "第二个：家具二厂")


@pytest.mark.parametrize("said", ["删掉第二个厂", "删除这个厂", "这个厂不要了", "删掉家具二厂", "把第二个厂删了"])
def test_one_is_dropped_after_asking(said: str) -> None:
    """去掉一个厂：问一声；去掉了换到别的，别的不动。"""
    chat = two().says(said).has("要去掉家具二厂吗？", "别的厂不动")
    assert "家具二厂" == chat.session.known.name
    chat.says("确认去掉").has("家具二厂去掉了", "现在说的是第一个厂（水泥制品）")
    assert ("长寿", ()) == (chat.session.known.district, chat.session.others)


def test_another_than_the_present_one_is_dropped() -> None:
    """去掉别的厂：现在说的、没问完的都不动。"""
    chat = two().says("自评").says("删掉第一个厂").says("是").has("第一个厂（水泥制品）去掉了", "回到刚才的问题")
    assert ("家具二厂", (), ["assess"]) == (
        chat.session.known.name,
        chat.session.others,
        [frame.flow for frame in chat.session.frames],
    )


def test_what_was_running_goes_with_the_dropped_one() -> None:
    """去掉正说着的厂，它没问完的不留给别的厂。"""
    chat = two().says("自评").says("删掉这个厂").says("是")
    assert (("长寿", ()), ()) == ((chat.session.known.district, chat.session.others), chat.session.frames)


def test_the_only_one_can_be_dropped() -> None:
    """只有一个厂也去得掉。"""
    chat = Chat().says("我们长寿的，商砼").says("1").says("没有了").says("删掉这个厂").says("是").has("去掉了")
    assert Known() == chat.session.known


def test_its_reminder_goes_with_it() -> None:
    """去掉的厂订着提醒：一起退掉，先说。"""
    chat = two().says("做家具喷漆的").says("1").says("没有了").says("订阅提醒")
    chat.says("删掉这个厂").has("它订的提醒也退掉").says("是").has("它订的提醒也退了")
    assert Unsubscribed("家具二厂") in chat.effects


@pytest.mark.parametrize("said", ["删掉我的企业", "删除我的厂"])
def test_which_is_asked_when_unsaid(said: str) -> None:
    """没说是哪一个的，先问是哪一个；只有一个就是它。"""
    two().says(said).has("去掉哪一个厂？").says("第一个").has("要去掉第一个厂（水泥制品）吗？")
    Chat().says("我们长寿的，商砼").says("1").says("没有了").says(said).has("要去掉第一个厂（水泥制品）吗？")


@pytest.mark.parametrize("said", ["在江津做家具喷漆的", "江津的家具二厂", "叫家具二厂，在江津"])
def test_the_place_and_trade_are_not_a_name(said: str) -> None:
    """问叫什么，答的是在哪里、做什么：照说的记到新的厂头上，不当名称，原来那个厂不动。"""
    chat = Chat().says("我们长寿的，商砼").says("1").says("没有了").says("换一个厂").says(said)
    assert ("江津", ["长寿"]) == (chat.session.known.district, [each.district for each in chat.session.others])
    assert chat.session.known.name in ("", "家具二厂")


@pytest.mark.parametrize("said", ["我们有两个厂", "我们有两个厂，一个在长寿一个在江津"])
def test_several_at_once(said: str) -> None:
    """一句说几个厂的：一个一个说，不混着记。"""
    chat = Chat().says(said).has("一个一个说", "还有一个厂")
    assert Known() == chat.session.known


def test_not_dropping_keeps_it() -> None:
    """说不去掉的，都照旧。"""
    assert "家具二厂" == two().says("删掉第二个厂").says("不去掉").has("都照旧").session.known.name
