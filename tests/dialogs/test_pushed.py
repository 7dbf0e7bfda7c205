"""“更正”“刚才那条”：刚才主动发给他的全文；提醒没有打开的，谈话里不许愿。"""

from datetime import date

import pytest

from dialogs.records import Window
from tests.chat import Chat

CORRECTION = (
    "更正：首次、轻微的才给改正机会，不是一律不罚。\n依据：便函〔2024〕210号 附件1 六\n"
    "下一步：有不清楚的直接打字问。不想收回复“退订”。",
    "2026-11-23",
)
NOTICE = ("周五下午培训，带上自评表。\n不想收回复“退订”。", "2026-11-23")
BEFORE = frozenset({"registered", "opening", "before"})
OPEN = Window("w2026-1", "2026年申报", date(2026, 11, 1), date(2026, 12, 31))


@pytest.mark.parametrize("said", ["更正", "啥子更正", "更正的啥子", "刚才那条", "刚才发的啥子", "看那条通知"])
def test_the_whole_of_it(said: str) -> None:
    """问更正了什么，头一行就是更正，依据照旧，末一行是下一步；正答着一场的，接着问。"""
    chat = Chat(pushed=CORRECTION).says(said)
    assert "更正：首次、轻微的才给改正机会，不是一律不罚。" == chat.first
    assert "依据：便函〔2024〕210号 附件1 六" == chat.text.split("\n")[1]
    assert chat.text.split("\n")[-1].startswith("下一步：")
    Chat(pushed=CORRECTION).says("我们是做商砼的").says(said).has("不是一律不罚", "水泥制品")


def test_a_broadcast_too() -> None:
    """广播也一样，依据写是主管部门哪天发的；光说“更正”不是它，照旧是改回答。"""
    Chat(pushed=NOTICE).says("刚才那条").has("周五下午培训，带上自评表。", "主管部门2026年11月23日发给您的这一条")
    Chat(pushed=NOTICE).says("更正").lacks("培训").has("还没有可改的回答")


@pytest.mark.parametrize("said", ["更正", "刚才那条", "那个", "这个怎么看", "刚才说的B级要哪些"])
def test_nothing_was_sent(said: str) -> None:
    """没有发过什么、说的不是它，都照旧；不相干的话连查也不查。"""
    Chat().says(said).lacks("主管部门", "不是一律")
    if said not in ("更正", "刚才那条"):
        Chat(pushed=CORRECTION).says(said).lacks("不是一律")


def test_no_promise_while_it_is_off() -> None:
    """提醒开着才说一登记就告诉您；没有打开，说没有打开、自己回复“申报时间”看。"""
    on, off = (Chat(silent=silent).says("长寿的，订阅提醒").says("全部") for silent in (frozenset[str](), BEFORE))
    on.has("一登记就告诉您", "到期前提醒您").lacks("没有打开")
    off.has("登记了也不会主动告诉您", "主管部门现在没有打开").lacks("一登记就告诉您", "到期前提醒您")
    scanned = Chat(silent=BEFORE).event("scan", "district:长寿区")
    scanned.has("主管部门现在没有打开").lacks("到期前提醒您")
    for said, promise in (("会不会天天发", ""), ("明年还提醒不", "照旧提醒您")):
        chat = off.says(said).has("主管部门现在没有打开")
        if promise:
            chat.lacks(promise)
            on.says(said).has(promise)
    assert "到期前提醒您" in Chat(windows=(OPEN,)).says("我们是做商砼的").picks("水泥制品").says("没有了").text
    quiet = Chat(windows=(OPEN,), silent=BEFORE).says("我们是做商砼的").picks("水泥制品").says("没有了")
    quiet.lacks("到期前提醒您")


def test_that_nothing_was_sent_is_said() -> None:
    """没有主动发过的问“刚才那条”：说没有，不去猜是哪一条条款。"""
    assert "最近没有主动发给您的广播或更正。" == Chat().says("刚才那条是撒子").first


@pytest.mark.parametrize(
    ("says", "silent", "first"),
    [
        ((), frozenset(), "还没有订，不会主动发；订了才提醒："),
        (("订阅提醒",), frozenset(), "会：铜梁区、水泥制品，"),
        (("订阅提醒", "退订"), frozenset(), "现在不会：您退订着，"),
        (("订阅提醒",), BEFORE, "订着了：铜梁区、水泥制品。"),
    ],
)
def test_whether_it_will_remind(says: tuple[str, ...], silent: frozenset[str], first: str) -> None:
    """“你们会提醒我吗”：头一句照订没订、退没退、打开没有来答；没有打开的不许愿。"""
    chat = Chat(silent=silent).says("我们是铜梁的").says("做商砼的").says("1").says("没有了")
    for said in says:
        chat.says(said)
    assert first == chat.says("你们会提醒我吗").first[: len(first)]
    assert bool(silent) == ("没有打开" in chat.text)
    assert ("已退订，都不发" in chat.says("我的信息").text) == ("退订" in says)
    assert first == chat.says("喂，你们会不会提前喊我").first[: len(first)]
