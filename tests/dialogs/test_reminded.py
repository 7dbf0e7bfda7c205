"""提醒、申报情况、绑定、日历的话听得准；像而不是的让给别人；一个人几个厂，各算各的。"""

import json
from datetime import date, datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import knowledge
from dialogs import reminded
from dialogs.factory import company
from dialogs.kept import Kept, Recorded, Said, Subscription, rows_of
from dialogs.moves import Here
from dialogs.reading import plain
from dialogs.records import (
    Facts,
    Known,
    Message,
    OptedIn,
    OptedOut,
    Session,
    Subscribed,
    Told,
    Unsubscribed,
    Window,
)
from tests.chat import Chat

OPEN = Window("w2026-1", "2026年申报", date(2026, 8, 1), date(2026, 12, 31))


@pytest.fixture
def chat() -> Chat:
    """窗口开着，订着提醒的一个厂。"""
    made = Chat(windows=(OPEN,))
    return made.says("长寿的商混站，订阅提醒").says("嗯").has("订上了：长寿区、水泥制品")


@pytest.mark.parametrize(
    ("said", "status", "day"),
    [
        ("我们今天交了", "submitted", 24),
        ("昨天晚上交起的", "submitted", 23),
        ("材料前天就报上去了", "submitted", 22),
        ("11月20号提交了，系统头看得到", "submitted", 20),
        ("交了", "submitted", 24),
        ("刚才重新交上去老", "resubmitted", 24),
        ("遭退回来了，这个算第二次不嘛", "returned", 24),
        ("我们把申报撤回来了", "withdrawn", 24),
        ("哎呀没交成", "", 24),
        ("还没交", "", 24),
    ],
)
def test_what_is_said_of_the_own_declaration(chat: Chat, said: str, status: str, day: int) -> None:
    """交了、退了、重交了、撤了、没交成，连同说的是哪一天；记到开着的窗口上。"""
    chat.says(said)
    assert Told("", "w2026-1", 2026, status, date(2026, 11, day)) == chat.effects[-1]


@pytest.mark.parametrize(
    "said",
    [
        "要是交了还能改不",
        "交了以后好久出结果",
        "我们还没想好交不交",
        "台账交了要不要盖章",
        "隔壁厂交了",
        "去年我们交了的",
        "报告交了没得",
        "你帮我报了嘛",
        "我们税交了",
        "材料还没交，要先交给区里还是直接在系统头交哦",
        "我们厂是渝北的 渝北撤了现在找哪个局",
        "我们交通运输有台账",
    ],
)
def test_what_only_sounds_like_it(chat: Chat, said: str) -> None:
    """问的、假设的、别家的、别的东西交了的，都不记。"""
    before = len([each for each in chat.effects if isinstance(each, Told)])
    chat.says(said)
    assert before == len([each for each in chat.effects if isinstance(each, Told)])


@pytest.mark.parametrize(
    ("said", "effect"),
    [
        ("算了，太烦了，退订", OptedOut()),
        ("我要取消订阅", OptedOut()),
        ("莫再给我发消息了哈", OptedOut()),
        ("老板喊我盯到点，恢复订阅", OptedIn()),
    ],
)
def test_consent_is_heard_inside_a_sentence(chat: Chat, said: str, effect: object) -> None:
    """退订、恢复夹在一句话里也有效。"""
    assert effect == chat.says(said).effects[-1]


@pytest.mark.parametrize("said", ["退订了还收不收得到", "咋个退订", "我没说退订", "不要退订"])
def test_asking_how_to_stop_does_not_stop(chat: Chat, said: str) -> None:
    """问怎么退、说不退的，不是退订。"""
    assert not chat.says(said).session.muted


def test_a_refused_person_is_signed_up_only_by_asking(chat: Chat) -> None:
    """退订过的：光答“要得”不算，说“订阅提醒”才又订上，并且恢复。"""
    chat.says("退订").says("要得")
    assert OptedOut() == chat.effects[-1]
    chat.says("订阅提醒").has("订上了")
    assert [OptedIn(), Subscribed("", "长寿", "n15-4", "chat")] == chat.effects[-2:]
    assert not chat.session.muted


def test_an_offer_holds_only_until_the_next_topic() -> None:
    """提议过才能光答“要得”；中间问了别的，就不算答应了。"""
    chat = Chat(windows=(OPEN,))
    chat.says("我们长寿的商混站").says("嗯").says("没得了").has("要不要到期前提醒您")
    chat.says("谢谢").says("要得").has("好的，随时问")
    assert [] == [each for each in chat.effects if isinstance(each, Subscribed)]


def test_no_offer_without_an_open_window() -> None:
    """没有开着的窗口、已经订着的，不提议。"""
    Chat().says("我们长寿的商混站").says("嗯").says("没得了").lacks("要不要到期前提醒")
    chat = Chat(windows=(OPEN,)).says("长寿的商混站，订阅提醒").says("嗯")
    chat.says("查行业").says("商混站").says("嗯").says("没得了").lacks("要不要到期前提醒")


def test_the_return_of_a_reminded_factory_stops_the_reminders(chat: Chat) -> None:
    """订着的厂说被退回：照样问是哪一项，这一回不再催；说的是万一，不算。"""
    chat.says("万一遭退回来了啷个办")
    assert not isinstance(chat.effects[-1], Told)
    chat.says("退出").says("遭退回来了").has("附件5的哪一部分")
    assert Told("", "w2026-1", 2026, "returned", date(2026, 11, 24)) == chat.effects[-1]


def test_two_factories_are_told_apart() -> None:
    """交了的是点了名的那个；剩一个没交的就不用再问；不用提醒的只停那一个。"""
    chat = Chat(windows=(OPEN,))
    chat.says("我们是重庆甲某某汽车维修有限公司，璧山的，汽修厂，订阅提醒").says("1").has("订上了")
    chat.says("换一个厂").says("重庆乙某某铸造有限公司").has("换好了")
    chat.says("江津的，做铸件，天然气炉，也给我订起").says("1").has("还订着：璧山区、汽修行业")
    chat.says("今天交了").has("哪一个厂交了").says("璧山那个").has("重庆乙某某铸造有限公司还没有交")
    chat.says("今天交了").has("您说重庆乙某某铸造有限公司2026年11月24日交了，两个厂今年的到期提醒都不再发")
    chat.says("璧山那个不用提醒了").has("重庆甲某某汽车维修有限公司的不再提醒")
    assert Unsubscribed("重庆甲某某汽车维修有限公司") == chat.effects[-1]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("再帮我看哈重庆渝西某某家具有限公司报没报嘛", "重庆渝西某某家具有限公司"),
        ("帮我看一下西南某某铝业有限公司", "西南某某铝业有限公司"),
        ("我们是重庆永渝某某建材有限公司的", "重庆永渝某某建材有限公司"),
        ("帮帮某某科技有限公司", "帮帮某某科技有限公司"),
    ],
)
def test_the_name_alone_is_taken(said: str, name: str) -> None:
    """名称前面的“帮我看哈”不算进名称。"""
    assert name == company(said)


@pytest.mark.parametrize("said", ["大足的喃", "那大足区的喃", "帮朋友问一下，大足的好久截止"])
def test_asking_for_elsewhere_keeps_the_own_district(chat: Chat, said: str) -> None:
    """替别处问的，答的是那里，自己的区县不变。"""
    chat.says("现在还报得成不").says(said).has("大足区现在可以申报")
    assert "长寿" == chat.session.known.district


@pytest.mark.parametrize("said", ["日历怎么看", "生产日历上有停产"])
def test_not_every_calendar_is_ours(chat: Chat, said: str) -> None:
    """说到日历，不都是要放进手机日历。"""
    assert chat.says(said).turn is not None
    assert chat.reply is not None
    assert () == chat.reply.documents


def test_without_a_window_there_is_no_file() -> None:
    """没有登记的窗口，就没有文件可给，如实说。"""
    chat = Chat().says("放到手机日历里").has("没有登记在用的申报窗口")
    assert chat.reply is not None
    assert () == chat.reply.documents


def test_kept_rows_come_back_as_they_went() -> None:
    """回忆的答案写了再读，一样；名称里的制表符不坏事。"""
    rows = (
        Subscription("甲\t厂", "长寿", "", date(2026, 9, 1), "qr"),
        Said("", "w2026-1", "submitted", date(2026, 9, 2)),
        Recorded("重庆某某有限公司", "2026", "returned", date(2026, 9, 3)),
    )
    read = Kept.of(rows_of(rows)).rows
    assert ("甲 厂", rows[1:]) == (read[0].factory, read[1:])  # type: ignore[union-attr]
    assert Kept() == Kept.of(())


def test_a_renamed_only_factory_keeps_its_subscription(chat: Chat) -> None:
    """订的时候没说名称，后来才说：还是那一份。"""
    chat.says("我们是重庆某某建材有限公司").says("订阅提醒").has("已经订着：长寿区、水泥制品")
    assert Known() != chat.session.known
    chat.says("我们今天交了")
    assert Told("", "w2026-1", 2026, "submitted", date(2026, 11, 24)) == chat.effects[-1]


def test_nothing_is_missed_by_the_first_glance() -> None:
    """一眼看去不像的话，逐样去对也没有一样认得：考题里的话，订着提醒和没有订的。"""
    folder = Path(__file__).parents[1] / "eval"
    texts = {
        json.loads(line)["q"]
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    }
    at = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    rules = knowledge.on(at.date())
    closed = 0
    for text, known in product(sorted(texts), (Known(), Known(reminded=True))):
        here = Here(
            Message("u", "1", at, text=text), plain(text), Session("u", known=known), Facts(at, (), known), rules, {}
        )
        if here.said and not reminded._likely(here):
            closed += 1
            assert reminded._heard(here) is None, text
    assert closed > len(texts) / 2
