"""说自己的创B争A申报交了，才记；别的东西、别的年份、还要去交的、退回来的，都不记。"""

from datetime import date

import pytest

from dialogs.records import Told, Window
from tests.chat import Chat

OPEN = Window("w2026-1", "2026年申报", date(2026, 8, 1), date(2026, 12, 31))


@pytest.fixture
def chat() -> Chat:
    """窗口开着，订着提醒的一个厂。"""
    return Chat(windows=(OPEN,)).says("长寿的商混站，订阅提醒").says("嗯").has("订上了：长寿区、水泥制品")


def told(chat: Chat) -> list[str]:
    """记下了什么。"""
    return [each.status for each in chat.effects if isinstance(each, Told)]


@pytest.mark.parametrize(
    "said",
    (
        "我们都交脱了 材料已经递上去咯 报起走了 我们昨天把材料交起了 我厂今天上午在系统头提交成功了 终于报完了 "
        "都交上去了的 我们今年的创B争A报了 B级的材料我们交了 我们报了绩效引领，昨天报的 申报材料都交齐了 "
        "今天总算交了，累死个人 我们交了的，昨天 20号就交了 嗯，交了 已经报了哈 老师，我们交了 "
        "刚刚才交上去，莫催了 我们申报完了 系统上都提交了 交都交了 我们今天真的交了哈，不要催我了 "
        "今天下午交给区里了 交了交了 我们公司的申报交上去了 我们这个月12号交的 报都报了 我们早就交老 "
        "老师我们厂的材料昨晚上交的 昨天我们报了A级，心头没得底 11月18日交了材料 我们11月3号在系统里提交的 "
        "今天把B级报了 硬是交了的，昨儿下午 我们已经提交申报了 今天早上8点交的 我们材料前儿就报上去了 "
        "2026年11月20日我们交了 我们的等级申报交了"
    ).split(),
)
def test_the_declaration_handed_in_is_recorded(chat: Chat, said: str) -> None:
    """真的交了，怎么说都算，方言也算。"""
    chat.says(said).has("记下了：您说")
    assert ["submitted"] == told(chat)


@pytest.mark.parametrize(
    "said",
    (
        "我们被通报了，说台账不全，等级会不会掉 我们遭通报了 老板喊我们报了再说，我还不晓得咋个报 我们汇报了领导 "
        "民生保障我们报了，停不停 我们准备明天报了 我们报了名培训 我们预警的时候报了停产 我们打算后天就交了 "
        "今天区里把我们通报了 我们清单报了 一厂一策我们交了 一厂一策那个，我们今天交了 我们报了，清单 "
        "我们昨天上报了整改报告 我们今天报了价 上午我们报了备 我们把数据报了 我们月报交了 我们环评报了 "
        "今天我们报了到 我们排污许可证年报都交了 我们公司昨天报了案 我们给街道报了情况 我们昨天报了停限产措施 "
        "会计说我们可能交了 要是我们今天交了，还提醒不 等老板回来我们就交了 他们昨天交了 我们今天交了押金 "
        "我们把公示牌交了 我们快报了 我们正要交了 我们下周报了 区里喊我们明天必须交了 我们差点交了 "
        "我们刚才上报了预警响应情况 我们也想报了 我们厂今天报了检修 昨天我们应急预案交了 我们自评交了 "
        "我们交了复核申请 我们同事报了名 我们今天交了班 我们遭举报了 我们把整改材料交了 材料我们交了给会计 "
        "我们申报了排污许可 我们申报了高新企业 我们把表交给老板了 老板说交了 昨天我以为报了 交了才晓得 "
        "我们今天报了一半 我们先报了再改 我们交了，但是系统显示未提交 我们交了，又删了 我们都交了，就差盖章 "
        "你们帮我们交了 我们VOCs报了 危废申报了 往年都报了 上次交了 一厂一策重新交了 一厂一策没交上 隔壁没报上 "
        "我们交了，系统卡住了 材料纸质的交了，系统没弄 我们撤回了清单"
    ).split(),
)
def test_what_is_not_the_declaration_is_not_recorded(chat: Chat, said: str) -> None:
    """别的东西、别家、别的年份的，还要去交、听别人说、没交全的：一样也不记。"""
    chat.says(said)
    assert [] == told(chat)


@pytest.mark.parametrize(
    "said", "我们交了两次材料都遭退了 我们报的时候交了3份材料，退回来了 我们交了材料遭打回来了 遭退了两次了".split()
)
def test_what_came_back_is_a_return(chat: Chat, said: str) -> None:
    """交了又退的，是退回：问退的是哪一项。"""
    chat.says(said).has("附件5的哪一部分")
    assert ["returned"] == told(chat)


@pytest.mark.parametrize("said", ["会计讲是昨天交了", "我们交了3份材料", "老板说交了"])
def test_what_is_not_sure_is_asked_back(chat: Chat, said: str) -> None:
    """像是交了，说不准是不是、是哪天：不记，问回去；照着说就记得下。"""
    chat.says(said).has("没听准是不是贵厂的创B争A申报已经交了，先没记", "我们11月20日交了")
    assert [] == told(chat)
    chat.says("我们11月20日交了")
    assert Told("", "w2026-1", 2026, "submitted", date(2026, 11, 20)) == chat.effects[-1]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("我们今天交了，好久出结果", "没有写评审要多久"),
        ("我们今天交了，预警来了停不停", "预警时减多少"),
        ("我们被通报了，说台账不全，等级会不会掉", "等级怎么算，通知没有写"),
    ],
)
def test_the_question_in_the_same_sentence_is_answered(chat: Chat, said: str, answer: str) -> None:
    """同一句里问的，头一个就答，不管记没记。"""
    assert answer in "".join(chat.says(said).text.split("\n")[:1])


@pytest.mark.parametrize(
    ("said", "day"),
    [("20号就交了", date(2026, 11, 20)), ("我们28号交的", date(2026, 10, 28)), ("我们大前天交的", date(2026, 11, 21))],
)
def test_a_day_without_its_month_is_the_last_one(chat: Chat, said: str, day: date) -> None:
    """只说几号的，是最近的那一个；“大前天”是三天以前。"""
    chat.says(said)
    assert Told("", "w2026-1", 2026, "submitted", day) == chat.effects[-1]


def test_after_talk_of_the_list_it_may_be_the_list(chat: Chat) -> None:
    """刚说着清单，光说“我们交了”，交的也许是清单：不记。"""
    chat.says("一厂一策在哪里填").says("我们交了")
    assert [] == told(chat)
    chat.says("一厂一策在哪里填").says("我们的申报也交了")
    assert ["submitted"] == told(chat)


def test_what_answers_another_question_is_not_the_declaration(chat: Chat) -> None:
    """正问着材料备齐没有，光说“都交了”，说的不是申报。"""
    chat.says("自评").says("没有").says("都交了")
    assert [] == told(chat)


@pytest.mark.parametrize(
    "said", "退回来说台账不行，改好了重新交上去了 遭退了，我们又交了 说是承诺书没盖章遭退了，刚才重新提交了".split()
)
def test_handed_in_again_after_a_return(chat: Chat, said: str) -> None:
    """说了为什么退、又重新交了的，是重新交了。"""
    chat.says(said)
    assert ["resubmitted"] == told(chat)


@pytest.mark.parametrize("said", ["下半年想再冲一回B，上半年已经报了C", "上半年已经报了C，想再争个B"])
def test_once_more_in_the_same_year(said: str) -> None:
    """上半年报过了还想再报：说一年只能申报一次，不记交了，也不光记想评哪一档。"""
    chat = Chat(windows=(OPEN,)).says(said).has("一年只能申报一次")
    assert [] == told(chat)


@pytest.mark.parametrize(
    "said",
    (
        "我们报了，但是没点提交 我们报了但没点提交 我们交了，忘了点提交 我们交了，只是保存了 材料传上去了，没按提交 "
        "我们报了，没得提交按钮 我们报了，还在草稿箱 我们交了，没点最后那一步 我们交了，系统里还是待提交"
    ).split(),
)
def test_not_clicked_is_asked_back(chat: Chat, said: str) -> None:
    """说报了、又说没有点提交：不记，问回去。"""
    chat.says(said)
    assert [] == told(chat)
    assert chat.first.startswith("没听准是不是贵厂的创B争A申报已经交了，先没记。")


@pytest.mark.parametrize("said", ["系统里点提交了", "刚刚提交成功", "已报", "我们已提交"])
def test_clicked_is_handed_in(chat: Chat, said: str) -> None:
    """没有“了”的“提交成功”“已报”，也是交了。"""
    assert ["submitted"] == told(chat.says(said))


def test_a_change_asked_after_handing_in_is_answered_first(chat: Chat) -> None:
    """“报了C级，想改报B”：交了记下，改不改得了先答。"""
    assert chat.says("我们报了C级，想改报B").first.startswith("通知没有写提交以后能不能撤回、修改或换等级。")
    assert ["submitted"] == told(chat)


def test_handing_in_is_not_the_end(chat: Chat) -> None:
    """问是不是交了就完了：还要审核；什么也不记。"""
    assert chat.says("申报是不是交了就完了").first.startswith("交了不算完，还要审核")
    assert [] == told(chat)
