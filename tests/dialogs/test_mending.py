"""自评有了结果以后改一项：照着说的写法，下一句就改得了；说不准的问回去，结果里的话不说过头。"""

import re

import pytest

from dialogs.assessment import Assessment
from dialogs.records import Ended
from tests.chat import Chat
from tests.dialogs.test_assess import long_form


def done() -> Chat:
    """想评绩效引领的商砼站，有了结果：在线监测没做到。"""
    chat = Chat().says("自评").says("没有，做商砼的，想评绩效引领").says("1、3").says("1").says("全部")
    return chat.has("短板有", "更多")


@pytest.mark.parametrize(
    "between", [(), ("谢谢",), ("给老板看",), ("2也做到了",), ("B级有什么好处",), ("2、4、6也做到了",)]
)
@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("在线监测做到了", "在线监测 做到了"),
        ("储罐没有备齐", "储罐 没做到"),
        ("储罐不涉及", "储罐 不涉及"),
    ],
)
def test_the_name_mends_even_after_something_else(between: tuple[str, ...], said: str, changed: str) -> None:
    """有了结果又说过别的，打名称和做到没有，还是改那一项。"""
    chat = done()
    for each in between:
        chat.says(each)
    chat.says(said).has(f"改好了：{changed}")


@pytest.mark.parametrize("said", ["2也做到了", "2、4、6也做到了", "2改成做到了", "第2项其实做到了"])
def test_a_number_after_the_result_is_asked_for_its_name(said: str) -> None:
    """有了结果，编号不知道是哪一页的：请打名称，什么也不改；中间说过别的也一样。"""
    for chat in (done(), done().says("谢谢")):
        ended = len([each for each in chat.effects if isinstance(each, Ended)])
        chat.says(said).has("没读准要改哪一项，先不改", "打名称和做到没有")
        assert ended == len([each for each in chat.effects if isinstance(each, Ended)])


@pytest.mark.parametrize("said", ["都没有", "没有", "无组织排放有没有要求", "没有在线监测评得到B不", "全部做到了"])
def test_what_names_no_item_changes_nothing(said: str) -> None:
    """没点名的、在问的，不改自评。"""
    chat = done().says("谢谢").says(said)
    assert not chat.text.startswith("改好了")


@pytest.mark.parametrize("said", ["台账有问题，被退回了", "装备工艺水平不够，遭退回来了", "台账没做好遭退了"])
def test_what_was_sent_back_is_a_return(said: str) -> None:
    """说的是哪一项不行、被退回了：是退回，不是改自评。"""
    assert "returned" == done().says("谢谢").says(said).claimed()


def test_the_rest_of_the_result_stays_after_an_unread_message() -> None:
    """没看懂一句，结果后面的一页还在。"""
    done().says("嗷嗷嗷嗷").says("更多").lacks("后面没有了").has("依据")


def test_a_number_at_the_last_question_of_the_long_form_is_asked_back() -> None:
    """逐项对的最后一问里说编号，不知道是哪一页的：不记，请打名称；名称照记。"""
    chat = long_form()
    while "都算哪一样" not in chat.text:
        chat.says("1、2")
    held = chat.session.frames
    chat.says("1；2没做到，不涉及 3").has("没读准要改哪一项")
    assert held == chat.session.frames


def test_set_aside_is_not_all_done() -> None:
    """有说不涉及的，不说“点名的短板都做到了”。"""
    chat = Chat().says("自评").says("没有").says("家具厂喷漆").says("A")
    chat.says("在线监测、泄漏检测不涉及，其他都做到了").says("全部")
    assert "没有说没做到的，2 项您说不涉及，请核对。" == chat.first


def test_no_grade_higher_than_was_asked() -> None:
    """只问到想评的那一档：不说最高到比它高的一档，文书里也不写。"""
    chat = Chat().says("自评").says("没有，铸件（天然气炉、电炉），想评B").says("做到了")
    chat.has("光看装备水平，B档没有对不上的，再高的没有问").says("全部").says("全部").lacks("最高到")
    ended = [each for each in chat.effects if isinstance(each, Ended) and each.flow == "assess"]
    assert "" == Assessment.of(dict(ended[-1].verdict)).lines[0].high


def test_one_item_is_not_asked_for_by_number() -> None:
    """只有一项的，回做到没有，不教人写编号。"""
    Chat().says("自评").says("没有，铸件（天然气炉、电炉），想评B").has("回复“做到了”“没做到”").lacks("例如“1、3")


@pytest.mark.parametrize("between", [(), ("谢谢",)])
@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("在线监测说错了，没得", "在线监测 没做到"),
        ("刚才在线监测说错了，没做到", "在线监测 没做到"),
        ("在线监测那个搞错了，没有装", "在线监测 没做到"),
        ("储罐说错了，没备齐", "储罐 没做到"),
        ("在线监测，没做到", "在线监测 没做到"),
        ("门禁系统没做到", "每个出入口都有门禁和视频系统"),
    ],
)
def test_a_comma_before_the_status_changes_it_all_the_same(between: tuple[str, ...], said: str, changed: str) -> None:
    """“在线监测说错了，没得”：名称和状态隔着逗号，改的还是那一项。"""
    chat = Chat().says("自评").says("没有").says("家具厂喷漆").says("A").says("全部").says("全部")
    for each in between:
        chat.says(each)
    chat.says(said).has(f"改好了：{changed}")


def assessed_at_every_tier() -> Chat:
    """逐项对完了的水泥熟料厂：每页第1项没做到，下一档又问过。"""
    chat = long_form()
    while chat.session.frames:
        chat.says("1没做到，其他做到了")
    return chat


def test_the_printed_example_mends_an_item_of_that_page() -> None:
    """没读准要改哪一项的时候印的例子，说的是答过的一项，照着打就改得了。"""
    for chat in (done(), assessed_at_every_tier()):
        printed = re.search(r"例如“([^”]+)”", chat.says("2也没做到").has("没读准要改哪一项").text)
        assert printed
        said = printed[1].replace("做到了", "没做到")
        chat.says(said).has("改好了：", "没做到")


def test_an_item_of_two_tiers_is_mended_with_its_tier() -> None:
    """两档都问过的一项，问清是哪一档；连着“B档”一起打，就改那一档的。"""
    chat = assessed_at_every_tier().says("装备水平之一做到了")
    chat.has("这一项A、B、C几档都问过").has("例如“A档装备水平之一做到了”")
    chat.says("B档装备水平之一做到了").has("改好了：装备水平之一：做法B 做到了")
