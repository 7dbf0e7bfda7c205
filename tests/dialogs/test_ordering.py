"""要订提醒、不想再收，怎么说都一句就办；像而不是的不办。"""

from datetime import date

import pytest

from dialogs.records import OptedOut, Told, Window
from tests.chat import Chat

OPEN = Window("w2026-1", "2026年申报", date(2026, 8, 3), date(2026, 12, 31))


def subscribed() -> Chat:
    """订着提醒的一个厂。"""
    return Chat(windows=(OPEN,)).says("永川的商混站，订阅提醒").says("嗯")


@pytest.mark.parametrize(
    "said",
    [
        "莫忘了喊我哈", "到时候提醒一声", "开了窗口通知我", "记得提醒我", "窗口开了喊一声", "要报了叫我",
        "莫搞忘提醒我", "帮我盯到起，开了说一声", "快截止了喊我", "有消息通知我一下", "开始申报了告诉我",
        "截止之前提醒我们", "能报了说一声", "给我设个闹钟", "申报窗口开了给我说一声",
    ],
)  # fmt: skip
def test_asking_to_be_called_is_subscribing(said: str) -> None:
    """喊到时候叫一声的，就是要订：没说过区县的马上问区县，订着的说订着；不当成交了、产品。"""
    fresh = Chat(windows=(OPEN,)).says(said)
    assert "贵厂在哪个区县？" == fresh.first
    fresh.says("永川，商混站").says("对").has("订上了：永川区、水泥制品")
    subscribed().says(said).has("已经订着：永川区、水泥制品")
    assert not [each for each in fresh.effects if isinstance(each, Told)]


@pytest.mark.parametrize("said", ["商混站，到时候喊我一声", "我们是永川的商混站，开了窗口通知我"])
def test_the_product_in_the_same_breath(said: str) -> None:
    """同一句里说了产品的，一并记下。"""
    chat = Chat(windows=(OPEN,)).says(said)
    if "永川" not in said:
        chat.says("永川")
    chat.says("对").has("订上了：永川区、水泥制品")


@pytest.mark.parametrize(
    "said",
    [
        "预警了通知我们不", "审核过了通知我一声", "你们会不会通知我们", "不用喊我", "到时候再说", "开了没得",
        "到时候喊哪个来", "退回了告诉我原因", "值班的来了喊我", "告诉我要交啥子", "莫忘了我们是C级", "我们开始申报了",
        "到时候在哪里通知", "检查之前会提醒我们不", "说一声要好多钱",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it(said: str) -> None:
    """问的、说的是别的事的，不是要订，也不记申报到哪一步。"""
    chat = Chat(windows=(OPEN,)).says(said)
    assert "subscribe" != chat.claimed()
    assert [] == [each for each in chat.effects if isinstance(each, Told)]


@pytest.mark.parametrize(
    "said",
    [
        "莫再发了", "不要再给我发", "烦得很别发了", "不要打扰我", "以后莫喊我了", "停止推送", "不想再收到了",
        "不需要提醒了", "别通知我了", "你们莫发短信了嘛", "够了，不要再发了", "把我删了，莫再发", "不再接收消息",
        "关掉推送", "不用再通知了", "求求你们别再骚扰我了", "推送都给我停了", "tuiding",
    ],
)  # fmt: skip
def test_enough_is_unsubscribing(said: str) -> None:
    """不想再收的，怎么说都一句就退，说清怎么恢复；正答着一场的也一样。"""
    chat = subscribed().says(said).has("已退订", "恢复订阅")
    assert OptedOut() == chat.effects[-1]
    assert OptedOut() == Chat().says("我们是做商砼的").says(said).effects[-1]


@pytest.mark.parametrize(
    "said",
    [
        "要不要通知环保局", "停止推送了还收不收得到", "不想收费", "关了窗口还收不收", "莫喊人工", "不用通知书",
        "不要叫我们停产嘛", "没有通知就检查合法不", "不需要", "停了", "消息在哪里看", "你们不发证书吗",
    ],
)  # fmt: skip
def test_what_is_not_enough(said: str) -> None:
    """问的、说的是别的事的，不退订。"""
    assert not subscribed().says(said).session.muted
