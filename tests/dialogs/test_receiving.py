"""不想再收的一句话就退；问自己收的提醒，照记着的答。"""

from datetime import date

import pytest

from dialogs.records import OptedOut, Window
from knowledge.reminding import reminders_on
from tests.chat import Chat

OPEN = Window("w2026-1", "2026年申报", date(2026, 8, 1), date(2026, 12, 31))


def subscribed(*windows: Window) -> Chat:
    """订着提醒的一个厂。"""
    return Chat(windows=windows).says("长寿的商混站，订阅提醒").says("嗯").has("订上了：长寿区、水泥制品")


def opening(chat: Chat, expected: str) -> str:
    """答复开头那么长的一段。"""
    return chat.text[: len(expected)]


@pytest.mark.parametrize(
    "said",
    [
        "停止提醒",
        "暂停提醒",
        "莫发了嘛 烦得很",
        "停了嘛，莫提醒了",
        "别个提醒我了",
        "退 订",
        "退顶",
        "退定",
        "推订",
        "不订了",
        "退",
        "烦死了，莫提醒了",
    ],
)
def test_the_wish_to_stop_is_enough(said: str) -> None:
    """不想收的话，怎么写的都一句就退，并说怎么恢复；没有订过的也一样。"""
    for chat in (subscribed(OPEN), Chat()):
        chat.says(said).has("已退订").has("恢复订阅")
        assert OptedOut() == chat.effects[-1]


@pytest.mark.parametrize(
    "said",
    [
        "可以退订不",
        "可不可以退订",
        "能不能停止提醒",
        "半夜莫发",
        "周末莫催",
        "退回",
        "后退顶推",
        "退订金",
        "停了",
        "烦死了",
        "别个都交了",
        "不订合同了",
        "别发火",
        "我们推定为A级",
    ],
)
def test_what_is_not_the_wish_to_stop(said: str) -> None:
    """问能不能退、只说半夜莫发的，和听着像的，都不退。"""
    chat = subscribed(OPEN).says(said)
    assert not chat.session.muted


def test_in_the_middle_of_signing_up_it_only_leaves() -> None:
    """正订着说不订了，是这一场不要了；订着的、问着别的，说退就是退订。"""
    chat = Chat().says("订阅").says("不订了")
    assert (False, ()) == (chat.session.muted, chat.session.frames)
    assert subscribed(OPEN).says("查行业").says("退").session.muted


@pytest.mark.parametrize("said", ["不要退", "点错了", "退错了", "后悔了", "手滑了", "我还是要"])
def test_a_slip_is_undone_at_once(said: str) -> None:
    """刚退订就说点错了、不退了，马上恢复；隔了话就不算。"""
    assert not subscribed(OPEN).says("退订").says(said).has("提醒照旧：长寿区、水泥制品").session.muted
    assert subscribed(OPEN).says("退订").says("谢谢").says(said).session.muted


WHY = (
    "咋个收不到了",
    "咋个这阵收不到了呢",
    "收不到提醒了",
    "提醒收不到",
    "没有收到你们的提醒",
    "咋不提醒我了",
    "咋个收不到消息了",
    "怎么没收到提醒",
    "咋没提醒我",
    "我没退订咋个不发了",
)


@pytest.mark.parametrize("said", WHY)
def test_why_nothing_came(said: str) -> None:
    """问怎么没收到，照记着的说为什么：没订、退订着、没有窗口、交了、还没到该发的那天。"""
    assert "您还没有订提醒" == opening(Chat(windows=(OPEN,)).says(said), "您还没有订提醒")
    assert "现在不会发：您退订着" == opening(subscribed(OPEN).says("退订").says(said), "现在不会发：您退订着")
    assert (
        "没有发：现在没有登记在用的申报窗口"
        == subscribed().says(said).first[: len("没有发：现在没有登记在用的申报窗口")]
    )
    assert (
        "不再提醒了：贵厂这一回已经申报过"
        == subscribed(OPEN).says("我们今天交了").says(said).first[: len("不再提醒了：贵厂这一回已经申报过")]
    )
    assert (
        "订着，没有停：长寿区、水泥制品；下次最早2026年12月11日（周五）发"
        == subscribed(OPEN).says(said).first[: len("订着，没有停：长寿区、水泥制品；下次最早2026年12月11日（周五）发")]
    )


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("下次好久提醒我", "下次最早2026年12月11日（周五）提醒您"),
        ("我订了没得", "订着：长寿区、水泥制品"),
        ("我订的是啥子", "订着：长寿区、水泥制品"),
        ("周末发不发", "不发：只在工作日9:00—18:00发"),
        ("晚上会不会发消息", "不发：只在工作日9:00—18:00发"),
        ("半夜莫发", "不发：只在工作日9:00—18:00发"),
        ("提前几天提醒我哦", "窗口登记、开放时，结束前30、14、7、3、1个工作日"),
        ("我换手机了", "换手机不影响"),
        ("换了个手机，还给我发不", "换手机不影响"),
        ("换了个微信号 提醒咋整", "换了微信号，新的收不到"),
        ("屏蔽了还收得到吗", "取消关注就等于退订"),
        ("提醒发错了，我不是这个厂的", "对不起。提醒是按您这个账号订的发的：长寿区、水泥制品"),
        ("怎么订阅", "回复“订阅提醒”就订"),
        ("怎么订提醒", "回复“订阅提醒”就订"),
        ("可以退订不", "回复“退订”两个字就退了"),
    ],
)
def test_questions_about_the_own_reminders(said: str, answer: str) -> None:
    """问自己收的提醒，第一句就答，照这个人记着的答。"""
    assert answer == opening(subscribed(OPEN).says(said), answer)


@pytest.mark.parametrize(
    ("said", "answer"), [("咋个收不到了", "没有发：到期"), ("下次好久提醒我", "现在没有下一次：到期")]
)
def test_reminders_that_nobody_switched_on(said: str, answer: str) -> None:
    """一个时机也没有打开的，不许诺哪天发，说是没有打开。"""
    stages = [stage.id for stage in reminders_on(OPEN.start).stages]
    chat = Chat(windows=(OPEN,), silent=frozenset(stages) | {f"{each}@{OPEN.id}" for each in stages})
    chat.says("长寿的商混站，订阅提醒").says("嗯").says(said).has("提醒主管部门现在没有打开").lacks("最早")
    assert answer == opening(chat, answer)


def test_another_factory_is_not_signed_up() -> None:
    """换了一个没有订的厂：说这个厂没有订，订着的是哪个；光答“要得”就给这个厂订。"""
    chat = subscribed(OPEN).says("换一个厂").says("重庆乙某某铸造有限公司").says("咋个收不到了")
    chat.has("现在说的这个厂没有订提醒；订着的是：长寿区、水泥制品").says("要得").has("贵厂在哪个区县")


def test_the_next_one_without_a_window() -> None:
    """没有窗口的，说下次是哪天定不了；没有订的，光答“要得”就订。"""
    assert (
        "下次是哪天还定不了：现在没有登记在用的申报窗口"
        == subscribed().says("下次好久提醒我").first[: len("下次是哪天还定不了：现在没有登记在用的申报窗口")]
    )
    Chat().says("下次好久提醒我").has("没有下一次").says("要得").has("贵厂在哪个区县")


@pytest.mark.parametrize(
    "said", ["我们没收到通知", "收不到验证码", "发错了", "搞错了", "我们换了锅炉", "我们是做手机壳的"]
)
def test_what_is_not_about_the_own_reminders(said: str) -> None:
    """说的是发文、验证码、自己打错字、换设备、做手机壳的，不当成问提醒。"""
    turn = subscribed(OPEN).says(said).turn
    assert turn is not None
    assert "about" != turn.claimed


@pytest.mark.parametrize("said", ["提醒我", "提醒一下我", "订阅"])
def test_a_bare_order(said: str) -> None:
    """光说提醒我，就是要订；答全市的，说要一个区县。"""
    assert (
        "各区县的窗口可能不一样"
        == Chat().says(said).has("贵厂在哪个区县").says("全市").first[: len("各区县的窗口可能不一样")]
    )


def test_district_and_product_in_one_breath() -> None:
    """“订阅长寿的水泥制品”：区县和产品连着说了，都不再问。"""
    Chat(windows=(OPEN,)).says("订阅长寿的水泥制品").says("嗯").has("订上了：长寿区、水泥制品")
