"""“更正”“刚才那条”：刚才主动发给他的全文；提醒没有打开的，谈话里不许愿。"""

from datetime import date

import pytest

from dialogs.records import Window
from knowledge.reminding import stage_ids
from tests.chat import Chat

CORRECTION = (
    "更正：首次、轻微的才给改正机会，不是一律不罚。\n依据：便函〔2024〕210号 附件1 六\n"
    "下一步：有不清楚的直接打字问。不想收回复“退订”。",
    "2026-11-23",
)
NOTICE = ("周五下午培训，带上自评表。\n不想收回复“退订”。", "2026-11-23")
OPEN = Window("w2026-1", "2026年申报", date(2026, 11, 1), date(2026, 12, 31))


def off(*stages: str) -> frozenset[str]:
    """这些时机没有打开，也没有批准。"""
    return frozenset([*stages, *(f"{each}@{OPEN.id}" for each in stages)])


BEFORE = off(*(each for each in stage_ids() if each not in ("moved", "closed")))


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
    assert first == chat.says("喂，你们会不会提前喊我").first[: len(first)]
    assert bool(silent) == ("没有打开" in chat.text)
    assert ("已退订，都不发" in chat.says("我的信息").text) == ("退订" in says)


def subscribed(at: str = "2026-11-24T10:00:00+08:00", *, open_: bool = True, silent: frozenset[str] = off()) -> Chat:
    """这一刻订上的一个商混站。"""
    chat = Chat(windows=(OPEN,) if open_ else (), silent=silent).at(at)
    return chat.says("长寿的商混站，订阅提醒").says("嗯")


@pytest.mark.parametrize(
    ("silent", "says", "lacks"),
    [
        (
            off("days-30", "days-14", "registered"),
            (
                "什么时候发：窗口开放时，结束前7、3、1个工作日，",
                "没有打开、不会发的：窗口登记时，结束前30、14个工作日。",
            ),
            ("赶得上",),
        ),
        (
            off(*(each for each in stage_ids() if each != "moved")),
            ("现在没有打开", "\n什么时候发：窗口改期时；", "不会发的：窗口登记、开放时，结束前30、14、7、3、1个工作日"),
            ("到期前提醒您",),
        ),
        (
            frozenset(stage_ids()),
            ("到期前提醒您", "这个窗口还会发：结束前14、7、3、1个工作日，", "以后的窗口：还没有打开提醒"),
            ("窗口改期", "登记时", "结束前30"),
        ),
        (off(), ("结束前30、14、7、3、1", "这个窗口还赶得上的：结束前14、7、3、1个工作日，"), ("不会发的",)),
    ],
)
def test_only_what_will_be_sent_is_named(silent: frozenset[str], says: tuple[str, ...], lacks: tuple[str, ...]) -> None:
    """只打开了几样的，说的正是那几样，没有打开的点出来；只批准了这个窗口的，只许这个窗口的；过去了的不算。"""
    subscribed(silent=silent).has(*says).lacks(*lacks)


@pytest.mark.parametrize(
    ("off_", "news"),
    [
        ((), "，一登记就告诉您；"),
        (("opening",), "，开始以前登记的，一登记就告诉您；"),
        (("registered",), "，登记了，开始那天告诉您；"),
        (("registered", "opening"), "，登记了也不会主动告诉您，"),
    ],
)
def test_when_a_new_window_is_told(off_: tuple[str, ...], news: str) -> None:
    """没有窗口的：登记那天、开始那天哪样开着，就说哪样。"""
    subscribed(open_=False, silent=frozenset(off_)).has(f"现在没有登记在用的申报窗口{news}")


@pytest.mark.parametrize(
    ("at", "late"),
    [
        ("2026-12-31T18:30:00+08:00", "这个窗口截止以前没有能发提醒的时候了；"),
        ("2026-12-31T09:30:00+08:00", "这个窗口只有最后一天还说一次，给动手准备了的；"),
        ("2026-12-30T18:30:00+08:00", ""),
        ("2026-12-30T09:30:00+08:00", ""),
    ],
)
def test_no_promise_after_the_last_chance(at: str, late: str) -> None:
    """截止以前再没有发得出去的时候：不许愿，说清楚；以后的窗口照旧。前一天晚上订的，最后一天早上还赶得上。"""
    chat = subscribed(at)
    assert (not late, True) == ("到期前提醒您" in chat.first, late in chat.text)
    assert bool(late) == ("以后的窗口，什么时候发：" in chat.text)
    asked = Chat(windows=(OPEN,)).at(at).says("我们是做商砼的").picks("水泥制品").says("没有了")
    assert (not late) == ("要不要到期前提醒您" in asked.text)
    scanned = Chat(windows=(OPEN,)).at(at).event("scan", "district:长寿区")
    assert (not late) == ("到期前提醒您" in scanned.text)
    assert (not late) == ("到期前照旧提醒您" in chat.says("还没交").text)


def test_resuming_promises_no_more_than_subscribing() -> None:
    """恢复订阅的：提醒没有打开、来不及了，也说。"""
    subscribed(silent=BEFORE).says("退订").says("恢复订阅").has("提醒照旧", "现在没有打开")
    subscribed("2026-12-31T18:30:00+08:00").says("退订").says("恢复订阅").has("没有能发提醒的时候了")
