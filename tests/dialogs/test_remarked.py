"""提醒和绑定旁边的话：说错了、码不像、解除绑定、日历、哪天上班、一句里连区县带产品。"""

from datetime import date

import pytest

from dialogs.records import Subscribed, Told, Window
from tests.chat import Chat

OPEN = Window("w2026-1", "2026年申报", date(2026, 8, 1), date(2026, 12, 31))


@pytest.fixture
def chat() -> Chat:
    """窗口开着，没有说过别的。"""
    return Chat(windows=(OPEN,))


def test_district_and_product_in_one_breath(chat: Chat) -> None:
    """一句里的区县、产品都记下；问着区县时两样一起答也算。"""
    chat.says("我们是长寿区的商砼厂，订阅提醒").says("对").has("订上了：长寿区、水泥制品")
    other = Chat(windows=(OPEN,)).says("订阅提醒").says("永川区，商混站").says("对")
    other.has("订上了：永川区、水泥制品")
    assert Subscribed("", "永川", "n15-4", "chat") == other.effects[-1]


def test_a_split_district_is_asked_which(chat: Chat) -> None:
    """答的是撤销、拆开了的区县：问现在属于哪一个，不说没看懂。"""
    chat.says("订阅提醒").says("渝北区").has("渝北区已经调整", "贵厂现在属于哪一个？")
    chat.says("两江新区").says("全部").has("订上了：两江新区")


@pytest.mark.parametrize("said", ["说错了", "哎呀，说错了", "不好意思打错了"])
def test_misspoken_takes_it_back(chat: Chat, said: str) -> None:
    """刚说交了，又说“说错了”：收回，跟“还没交”一样。"""
    chat.says("我们今天交了").says(said).has("改回来了：今年还没有交")
    assert "" == next(each.status for each in reversed(chat.effects) if isinstance(each, Told))


def test_misspoken_is_asked_when_unclear(chat: Chat) -> None:
    """说错的不是“交了”：听不出改成哪样，问一句，什么也不改；没有说过申报的，不在这里接。"""
    chat.says("我们今天交了").says("我们重新交了")
    before = list(chat.effects)
    chat.says("说错了").has("改成哪样？现在什么也没有改")
    assert before == list(chat.effects)
    Chat(windows=(OPEN,)).says("说错了").lacks("改成哪样")


@pytest.mark.parametrize("between", ["什么时候截止", "A级怎么评", "会不会天天发", "谢谢", "报到哪步了"])
def test_misspoken_after_another_question(chat: Chat, between: str) -> None:
    """当天说过交了，中间问了别的再说“说错了”：一样收回。"""
    chat.says("我们今天交了").says(between).says("说错了").has("改回来了：今年还没有交")
    assert "" == next(each.status for each in reversed(chat.effects) if isinstance(each, Told))
    chat.says("说错了").has("今天没有记下您说过申报到哪一步，没有要收回的")


def test_misspoken_in_the_middle(chat: Chat) -> None:
    """正问着退的是哪一项时说“说错了”：说出记着的是什么、怎么改，接着问；没有说过申报的，照旧。"""
    chat.says("订阅提醒").says("长寿").says("全部").says("我们今天交了").says("被退回了").says("说错了")
    chat.has("说错的是哪一样？现在什么也没有改。", "您说2026年11月24日退回来了：照实再说一句", "附件5的哪一部分")
    chat.says("还没交").has("改回来了：今年还没有交")
    Chat(windows=(OPEN,)).says("我们是做商砼的").says("说错了").lacks("记下").has("水泥制品")


def test_misspoken_names_the_factory_when_there_are_two(chat: Chat) -> None:
    """几个厂的，收回时说是哪一个。"""
    chat.says("我们是重庆甲某某汽车维修有限公司，璧山的，汽修厂，订阅提醒").says("1")
    chat.says("换一个厂").says("重庆乙某某铸造有限公司").says("江津的，做铸件，天然气炉，也给我订起").says("1")
    chat.says("今天交了").says("璧山那个").says("谢谢").says("说错了")
    chat.has("改回来了：重庆甲某某汽车维修有限公司今年还没有交")


def test_misspoken_with_nothing_to_take_back(chat: Chat) -> None:
    """没有说过的、没有记下的，照实说；前一天说的不收回，说怎么收回；刚查完行业的，问是哪一样。"""
    assert "今天没有记下您说过申报到哪一步，没有要收回的。" == chat.says("说错了").first
    chat.says("我们2月30日交了").says("说错了").has("今天没有记下")
    chat.says("我们今天交了").at("2026-11-25T09:00:00+08:00").says("什么时候截止").says("说错了")
    chat.has("今天没有记下", "您说2026年11月24日交了：没有交，回复“还没交”就收回。")
    before = list(chat.effects)
    chat.says("我们今天交了").says("我们是做商砼的").picks("水泥制品").says("没有了").says("说错了")
    chat.has("说错的是哪一样？现在什么也没有改。", "回复“还没交”就收回", "回复“修改”")
    assert "submitted" == next(each.status for each in reversed(chat.effects[len(before) :]) if isinstance(each, Told))


@pytest.mark.parametrize("said", ["绑定 10000000", "绑定 abc123", "绑定 k7m2-q9x"])
def test_what_is_no_code(chat: Chat, said: str) -> None:
    """“绑定”后面打的不像码：说码是什么样子，不当成产品。"""
    chat.says(said).has("这不像绑定的码：码是8位字母和数字")


@pytest.mark.parametrize("said", ["解除绑定", "取消绑定", "绑定错了企业", "我要解绑"])
def test_unbinding(chat: Chat, said: str) -> None:
    """解除绑定：自己解除不了，说谁来解除。"""
    chat.says(said).has("绑定自己解除不了：由区县生态环境局值班的人核对以后解除", "回复“人工”")


def test_the_bare_word_for_calendar(chat: Chat) -> None:
    """光说“日历”，就是要日历文件。"""
    chat.says("日历").has("日历文件做好了")


@pytest.mark.parametrize(
    ("now", "said", "first"),
    [
        ("2026-05-08", "明天上班吗", "2026年5月9日（周六）上班，算工作日：是调休上班的日子。"),
        ("2026-09-30", "明天放假吗", "2026年10月1日（周四）不上班，不算工作日：是放假的日子。"),
        ("2026-05-06", "5月9号算不算工作日", "2026年5月9日（周六）上班，算工作日：是调休上班的日子。"),
        ("2027-05-07", "明天上班不", "2027年5月8日（周六）说不准，按周一到周五算是不上班，不算工作日。"),
    ],
)
def test_whether_a_day_is_worked(chat: Chat, now: str, said: str, first: str) -> None:
    """问哪天上不上班：照日历答；放假安排还没有录入的，说不准。"""
    chat.at(f"{now}T10:00:00+08:00")
    assert first == chat.says(said).first


def test_office_hours_are_another_matter(chat: Chat) -> None:
    """问的是哪里的人上不上班，不照日历答。"""
    chat.says("你们明天上班吗").lacks("算工作日")


def test_how_far_mentions_what_was_told(chat: Chat) -> None:
    """说过交了的人问报到哪步：先说他自己说的，再说哪里看。"""
    chat.says("报到哪步了").lacks("您自己说的")
    chat.says("我们今天交了").says("报到哪步了").has("您自己说的是2026年11月24日已提交", "审核进展")
