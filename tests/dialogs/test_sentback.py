"""说自己这一回的申报被退回了，才记；别家的、上回的、退的是别的东西的、像要退订的，都不记。"""

import pytest

from dialogs.records import OptedOut
from tests.chat import Chat
from tests.dialogs.test_handed import OPEN, told
from tests.dialogs.test_handed import chat as chat


@pytest.mark.parametrize(
    "said",
    (
        "我们2026年的申报被退回了 我们被退回来了 遭退回来了 材料被退回来了 申报退回了 打回来了 "
        "被退回了 又遭退回来了 我们B级遭退了 遭退回来了咋办 "
        "区里给我们退了，现在怎么整 台账遭退回来了 台账不行遭退了 "
        "被退回了，说台账不全 我们昨天交的遭打回来了 局里头给打回来了 "
        "区里退了 材料退了 审核没过 驳回了 昨天被退回来了 "
        "今天上午系统显示被退回了 退件了 完了，又退了 我们厂被区生态环境局退回来了 "
        "环保局给我们打回来了 长寿商混站被退回来了 被专家否了 申报没通过 第二次被退了 "
        "已退回 状态是退回 2.14被退了 遭退了三项 "
        "遭退回来了，要重新交，这个算第二次不嘛"
    ).split(),
)
def test_what_came_back_is_recorded(chat: Chat, said: str) -> None:
    """退的是自己这一回的申报，怎么说都记。"""
    assert ["returned"] == told(chat.says(said))


@pytest.mark.parametrize("said", "莫给我退了哈 不要给我退了 给我退了嘛 退了嘛 退了 我要退了 退了算了 帮我退了".split())
def test_a_wish_to_leave_is_no_return(chat: Chat, said: str) -> None:
    """没说退什么，也许是要退订：不记、不退，问回去；照着回复就退得了。"""
    chat.says(said)
    assert "没听准要退的是提醒还是申报，先什么也没有退、没有记。" == chat.first
    assert [] == told(chat)
    assert OptedOut() == chat.says("退订").effects[-1]


@pytest.mark.parametrize(
    "said",
    (
        "隔壁厂被退回来了 朋友的厂被打回来了 隔壁厂台账被退回来了 同行遭退回来了，咋整 "
        "上回被退回来过 去年被退回来了 前年被退过 "
        "上次遭退回来了，咋整 隔壁遭退回来了，这个算第二次不嘛"
    ).split(),
)
def test_a_neighbour_or_another_year_is_not_recorded(chat: Chat, said: str) -> None:
    """别家的、上一回的：照样说怎么改、怎么重交，不记。"""
    assert [] == told(chat.says(said).has("重新提交"))


@pytest.mark.parametrize(
    "said", "还没退回来 他们说可能会退回 好像遭退回来了 听说遭退回来了 我们被退回了吗 我们被退回来了没得".split()
)
def test_not_yet_maybe_and_whether(chat: Chat, said: str) -> None:
    """没有退、可能退、问退没退：不记，头一句说以哪里为准。"""
    assert "退没退回，以系统的“审核进展”为准，这里没有记。" == chat.says(said).first
    assert [] == told(chat)


@pytest.mark.parametrize(
    "said",
    "材料快递被退回来了 货被客户退回来了 押金退了 货款退回来了 发票退了 员工被退回来了 老板说我们遭退回来了".split(),
)
def test_other_things_that_come_back(chat: Chat, said: str) -> None:
    """退的是钱、货、别的东西，听别人说的：不记，问回去；照着说就记得下。"""
    assert "没听准退回来的是不是贵厂的创B争A申报，先没记。" == chat.says(said).first
    assert [] == told(chat)
    assert ["returned"] == told(chat.says("我们的申报被退回了"))


@pytest.mark.parametrize("said", ["押金退了", "退了嘛", "还没退回来"])
def test_it_is_the_same_without_reminders(said: str) -> None:
    """没有订提醒的，退别的东西、像要退订、还没有退的，也不当成申报被退回了。"""
    assert () == Chat(windows=(OPEN,)).says(said).session.frames


@pytest.mark.parametrize(
    "said",
    (
        "我们没交，说错了|说错咯，没交|不对，还没交|哦不是，还没有交|"
        "等哈，还没交|弄错了|哎呀搞错了，还没交得|不是，是隔壁厂交了|"
        "不是我们，是隔壁厂交了|搞错了，是他们交的|说错了，是隔壁交了|"
        "没交没交，打错字了|刚才说错了，我们还没有交|乱说的，没交|"
        "不对不对，没交|等一下，还没报|没交，刚才按错了|不好意思，没交|"
        "不，没交|错了，没交|没有交，说错老|对不起打错了，还没提交|"
        "我们还没报，弄错了|不对头，没交|还没交得|喔，记错了|不是，我们明天才交|不对，申报还没交|不对，材料没交齐"
    ).split("|"),
)
def test_a_correction_takes_the_statement_back(chat: Chat, said: str) -> None:
    """说交了又改口，改口的话和“没交”怎么搭、哪个在前，都收回，照旧提醒。"""
    chat.says("我们今天交了").says(said).has("改回来了：今年还没有交，到期前照旧提醒您")
    assert ["submitted", ""] == told(chat)


@pytest.mark.parametrize(
    "said",
    (
        "没说错|莫说错了|不是没交|不是没交，交了|不对，交了|"
        "还没交怎么办|不对，一厂一策还没交|说错了，我们是做砖的|没交错|是不是没交|"
        "不是说错了|没交税"
    ).split("|"),
)
def test_what_is_no_correction_takes_nothing_back(chat: Chat, said: str) -> None:
    """没有说错、问没交怎么办、说的是别的东西的：交了的照旧记着。"""
    assert ["submitted"] == told(chat.says("我们今天交了").says(said))


@pytest.mark.parametrize("said", ["弄错了", "不是，是隔壁厂交了"])
def test_a_slip_with_nothing_said_changes_nothing(chat: Chat, said: str) -> None:
    """当天没有说过交了的，改口什么也不收回，照实说。"""
    assert "今天没有记下您说过申报到哪一步，没有要收回的。" == chat.says(said).first
    assert [] == told(chat)
