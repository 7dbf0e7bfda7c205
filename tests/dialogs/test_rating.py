"""一次报几项：怎么说都读得对，读不懂的不硬猜。"""

import pytest

from dialogs.rated import Status, rated, read
from dialogs.rating import Ratings
from dialogs.reading import plain
from dialogs.steps import Choice
from knowledge.records import Citation
from tests.chat import Chat

NAMES = [[name] for name in "无组织排放 在线监测 门禁 运输方式 自备电厂 火炬 储罐 加热炉 装备 台账".split()]
M, U, Q, N = "met", "unmet", "unknown", "na"


def everything(status: Status, **other: Status) -> dict[int, Status]:
    """都是一样，除了写明的几项（“n2”是第2项）。"""
    return {n: other.get(f"n{n}", status) for n in range(1, 11)}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1、3", {1: M, 3: M}),
        ("1 3 5", {1: M, 3: M, 5: M}),
        ("１、３和５", {1: M, 3: M, 5: M}),
        ("1到3做到了，6、7不晓得", {1: M, 2: M, 3: M, 6: Q, 7: Q}),
        ("1、3，不清楚 2，不涉及 4", {1: M, 3: M, 2: Q, 4: N}),
        ("1、3不清楚2", {1: M, 3: M, 2: Q}),
        ("2，4不清楚", {2: Q, 4: Q}),
        ("1没搞，2没搞，9不晓得，剩下的都做到了", everything(M, n1=U, n2=U, n9=Q)),
        ("1、2、5，其余不涉及", everything(N, n1=M, n2=M, n5=M)),
        ("全部", everything(M)),
        ("都做到了，就9不涉及", everything(M, n9=N)),
        ("除了2和4", everything(M, n2=U, n4=U)),
        ("除了2和4都做到了，不清楚 6，不涉及 7", everything(M, n2=U, n4=U, n6=Q, n7=N)),
        ("除了2和4，不清楚 6", everything(M, n2=U, n4=U, n6=Q)),
        ("除了2和9，都做到了", everything(M, n2=U, n9=U)),
        ("不清楚 1，其他都做到了", everything(M, n1=Q)),
        ("不清楚2，4", {2: Q, 4: Q}),
        ("1，3，5做到了，2没有", {1: M, 3: M, 5: M, 2: U}),
        ("只有1、3做到了", everything(U, n1=M, n3=M)),
        ("门禁没做到，其他都做到了", everything(M, n3=U)),
        ("无组织排放和运输方式还没搞", {1: U, 4: U}),
        ("无组织排放有，运输方式火炬都没有", {1: M, 4: U, 6: U}),
        ("火炬储罐那些我们都莫得，装备好像可以", {6: U, 7: U, 9: Q}),
        ("门禁有，台账在记，就是储罐只存了3个月", {3: M, 10: M, 7: U}),
        ("门禁做了 台账做了 其他还没搞", everything(U, n3=M, n10=M)),
        ("1号2025年装的，2没有", {1: M, 2: U}),
        ("除了2和4没有，其他都有", everything(M, n2=U, n4=U)),
        ("除了2和4没做到，5不清楚，其他都做到了", everything(M, n2=U, n4=U, n5=Q)),
        ("除了9不涉及都做到了", everything(M, n9=N)),
        ("1✓2✗", {1: M, 2: U}),
        ("1是 2否 3是", {1: M, 2: U, 3: M}),
        ("4只有6个月", {4: U}),
        ("1正在装", {1: U}),
        ("1没完全做到", {1: U}),
        ("1以外都有", everything(M, n1=U)),
        ("前3项做到了", {1: M, 2: M, 3: M}),
        ("都有，但是4不晓得", everything(M, n4=Q)),
        ("就差3了", everything(M, n3=U)),
        ("1 3 另外5没得", {1: M, 3: M, 5: U}),
        ("储罐有但没证明", {7: U}),
        ("没火炬", {6: U}),
        ("不用火炬", {6: N}),
        ("门禁有，台账在记，料仓是全封闭的", {3: M, 10: M}),
        ("都不是", None),
        ("不是1", None),
        ("三个做到了", None),
        ("3个做到了", None),
        ("都没有", everything(U)),
        ("不晓得", everything(Q)),
        ("第2项没做到", {2: U}),
        ("你好", None),
        ("除了", None),
        ("我也不晓得哪些算做到了", None),
        ("", None),
        ("，。；", None),
    ],
)
def test_what_is_said_is_read(said: str, expected: dict[int, Status] | None) -> None:
    """编号、状态在前在后、全部、其余、除了、只有，都读得对。"""
    found = rated(plain(said), NAMES)
    assert expected == (None if found is None else {n + 1: status for n, status in found.items()})


@pytest.mark.parametrize("said", ["12", "0", "1、99", "1到12做到了"])
def test_a_number_that_is_not_there_is_not_read(said: str) -> None:
    """越界的编号不算，也不当成别的。"""
    with pytest.raises(IndexError):
        rated(plain(said), NAMES)
    assert step().parse(said) is None
    assert "编号只有1到10" in step().unread(said)


def test_lacking_is_what_the_named_thing_is() -> None:
    """“储罐莫得”是没有这样东西，不涉及；说编号、说全部、说其他的“莫得”，是没做到、没备齐。"""
    things = {6}
    assert {1: "met", 6: "na"} == read("在线监测有，储罐莫得", NAMES, things).said
    assert {5: "met", 6: "unmet"} == read("6有，7莫得", NAMES, things).said
    assert {7: "unmet"} == read("加热炉没得", NAMES, things).said
    page = step(things=frozenset({"储罐", "火炬"}))
    assert "储罐=na" in (page.parse("储罐没得") or ())
    assert "火炬=unmet" in (page.parse("火炬材料没有") or ())
    assert {"储罐=unmet", "门禁=met"} <= set(page.parse("门禁有，储罐的材料没得") or ())
    assert page.parse("储罐没有") is None
    assert "是没有储罐，还是材料没备齐" in page.unread("储罐没有")
    assert dict.fromkeys(range(10), "unmet") == read("一样都没有", NAMES, things).said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("三有", {3: M}),
        ("三没做", {3: U}),
        ("一、三、五", {1: M, 3: M, 5: M}),
        ("①③⑤", {1: M, 3: M, 5: M}),
        ("1️⃣ 3️⃣", {1: M, 3: M}),
        ("1 3 5-7，十", {1: M, 3: M, 5: M, 6: M, 7: M, 10: M}),
        ("1——4", {1: M, 2: M, 3: M, 4: M}),
        ("前三项都有", {1: M, 2: M, 3: M}),
        ("10项都做到了", everything(M)),
        ("一个都没得", everything(U)),
        ("没有一项做到", everything(U)),
        ("1，3；5、6还没有，其他的不清楚", everything(Q, n1=M, n3=M, n5=U, n6=U)),
        ("1、3其他没得", everything(U, n1=M, n3=M)),
        ("2、4正在整改，其他没毛病", everything(M, n2=U, n4=U)),
        ("第3、4、5项没做，别的都做了", everything(M, n3=U, n4=U, n5=U)),
        ("无组织排放没有超标", {1: M}),
        ("门禁没坏", {3: M}),
        ("不缺台账", {10: M}),
        ("门禁装了但还没弄好", {3: U}),
        ("第一项做到了，第二项好像没做到", {1: M, 2: Q}),
        ("没做到的是2和4", {2: U, 4: U}),
        ("只有1", everything(U, n1=M)),
        ("1，其余没有", everything(U, n1=M)),
        ("都没啥子问题", everything(M)),
        ("全部，7不涉及", everything(M, n7=N)),
        ("倒数第二个没做，别的做了", everything(M, n9=U)),
        ("倒数第一个没做，其他做了", everything(M, n10=U)),
        ("第1第2，还有最后一个", {1: M, 2: M, 10: M}),
        ("最后两项没做到", {9: U, 10: U}),
        ("1、2、3（3只做了一半）", {1: M, 2: M, 3: U}),
        ("1、2（2还在验收）、3", {1: M, 2: U, 3: M}),
        ("1（还没装）、3", {1: U, 3: M}),
        ("3（门禁）、10（台账）", {3: M, 10: M}),
        ("全部做到了（除了3）", everything(M, n3=U)),
        ("除开二跟四，其余全部到位", everything(M, n2=U, n4=U)),
        ("都有，2、6除外", everything(M, n2=U, n6=U)),
        ("在线监测我们这行不涉及，其他都做到了", everything(M, n2=N)),
        ("除了3其他正在备", everything(U, n3=M)),
        ("还没做到，除了在线监测", everything(U, n2=M)),
        ("1到3以外都没做到", everything(U, n1=M, n2=M, n3=M)),
    ],
)
def test_every_way_of_saying_is_read(said: str, expected: dict[int, Status]) -> None:
    """汉字、带圈的编号，连着的几项，双重否定，正在做的，都读成说的意思。"""
    found = rated(plain(said), NAMES)
    assert expected == {n + 1: status for n, status in (found or {}).items()}


@pytest.mark.parametrize(
    ("said", "because"),
    [
        *((word, "没说到是哪几项") for word in "ok 可以 没问题 没得问题 好 嗯 要得 做到了 都可以".split()),
        ("没有全部做到", "是哪几项没做到"),
        ("差不多都做到了", "“差不多”拿不准"),
        ("大部分都做到了", "“大部分”拿不准"),
        ("门禁没做，其他差不多", "没读准"),
        ("一二三都搞了，门禁还在装", "第3项说了两样"),
        ("1、3没做到5", "没读准"),
        ("3个做到了", "说的是几项，还是第几项"),
        ("门禁要装", "还是要做"),
        ("台账在做", "还没做完"),
        ("门禁存了12个月", "够不够"),
        ("除尘没得，其他都做到了", "没读准"),
        ("门禁没验收，其他都有", "没读准"),
        ("门禁装了但没联网", "没读准"),
        ("不是1", "没读准"),
        ("二十", "没读准"),
        ("2.4", "还是第2项和第4项"),
        ("2.18没做", "不在这一问里"),
        *(
            (said, "还是要做")
            for said in (
                "正在做，年底全部做完 下个月就全部做完 准备全部做好 马上全部搞好 争取全部做到 领导要求全部做到 "
                "必须全部做到 保证全部做到 年底全部做完 年底全部备齐 尽快把1、3做好"
            ).split()
        ),
        *((said, "没听出是哪几项") for said in "单数都有 一半 单数还没做到".split()),
        *((said, "说的是几项") for said in "只有一项没做到 有一项没做到".split()),
        *((said, "两个“没”") for said in "没得一样没做到 没有哪样没做 没有一项没做到".split()),
        ("我们没有无组织排放", "是做到了，还是不涉及"),
        ("门禁有，运输方式国六车", "没读准"),
        ("都要得", "没说到是哪几项"),
        ("监测没做到", "还是监测监控水平"),
        ("领导说全部做到了", "没读准"),
        ("不是没做到", "没读准"),
        ("全部做到了，明年还要升级", "没读准"),
        ("除了那个老的都做到了", "没读准"),
        *(
            (said, "还是您说的那几项里的")
            for said in (
                "1到5有，3除外 1到8都有，除了3 前5个都有，3除外 1、2、3、4有，除了2 除了3，1到8都有 "
                "1到5都有，3除外，6没得 1-6做到了，4除外，其他不清楚 2到5做到了，3除外 1到5备了，3除外 "
                "除了9，1到8都有 储罐以外都没得"
            ).split()
        ),
        *((said, "没读准") for said in ("1，3除外", "1到5（3除外）都有")),
        *((said, "拿不准") for said in "1、2、3吧，可能 1、3应该做到了 大概1、3做到了 可能全部做到了".split()),
    ],
)
def test_what_is_not_sure_is_asked_back_and_not_recorded(said: str, because: str) -> None:
    """应声的、没说全的、拿不准的、说了两样的：问回去，什么也不记。"""
    assert step().parse(plain(said)) is None
    assert because in step().unread(plain(said))


def test_annex_numbers_mean_the_annex() -> None:
    """依据里印着的“2.10”，说的是附件5的那一项，不是第2项和第10项。"""
    numbered = [[name, f"2.{n}"] for n, (name,) in enumerate(NAMES, 5)]
    assert {4: "met", 6: "met"} == read("2.9、2.11备齐了", numbered).said
    assert {0: "unmet", 5: "unmet"} == read("2.5 2.10 没得", numbered).said


def test_what_cannot_be_without_another_is_not_met_by_the_rest() -> None:
    """“除了门禁都有”：没有门禁，门禁视频就不能跟着算做到；单说到它的照说的记。"""
    asked = step(needs=(("装备", "门禁"),))
    assert {"装备=unsaid", "门禁=unmet", "火炬=met"} <= set(asked.parse("除了门禁都有") or ())
    assert {"装备=unmet", "门禁=met"} <= set(asked.parse("门禁有，装备没得") or ())


def step(**more: object) -> Ratings:
    """十项的一步。"""
    items = tuple(Choice(name, name) for (name,) in NAMES)
    return Ratings(key="page", prompt="？", cites=(Citation("a", "b"),), items=items, prefix="p.", **more)  # type: ignore[arg-type]


def test_answers_are_logged_one_by_one_and_survive_another_paging() -> None:
    """逐项记下；换了分法，答过的还在，只问没答过的。"""
    first = step()
    value = first.parse("1、2")
    assert value is not None
    log = dict(first.logged(value))
    assert "met" == log["p.在线监测"]
    assert value == first.said(log)
    more = Ratings(
        key="other", prompt="？", cites=first.cites, items=(*first.items[:2], Choice("新的", "新的")), prefix="p."
    )
    assert more.said(log) is None
    assert ("新的",) == tuple(item.id for item in more.left(log).items)


def test_asking_again_keeps_what_is_not_mentioned() -> None:
    """重问一页，没说到的照旧。"""
    first = step()
    log = dict(first.logged(first.parse("除了2和4") or ()))
    again = first.left(first.reopened(log))
    assert first.said(first.reopened(log)) is None
    log = {**log, **dict(again.logged(again.parse("2做到了") or ()))}
    assert {"p.在线监测": "met", "p.运输方式": "unmet", "p.火炬": "met"}.items() <= log.items()
    assert first.said(log) is not None


@pytest.mark.parametrize("before", [(), ("1做到了",), ("全部做到了",)])
@pytest.mark.parametrize(
    ("said", "because"),
    [
        *((each, "说的是几项，还是第几项") for each in "10项 三项 两项 5个".split()),
        *((each, "是在问还是在报") for each in "全部做到了？ 1、3做到了？ 1、2、4备齐了？ 全部还没做到？ 3？".split()),
    ],
)
def test_a_bare_count_or_a_question_is_asked_back(before: tuple[str, ...], said: str, because: str) -> None:
    """光说“10项”的、末尾带问号的，报各项的一页、没说到的一问、材料那一页都不记，问回去。"""
    chat = Chat().says("自评").says("没有，做商砼的，想评绩效引领")
    for each in before:
        chat.says(each)
    held = chat.session.frames
    assert because in chat.says(said).text
    assert held == chat.session.frames


@pytest.mark.parametrize("said", ["1做到了吗", "2什么意思，1、3有"])
def test_a_question_is_no_answer(said: str) -> None:
    """在问的不算答。"""
    assert step().parse(plain(said)) is None


def test_what_was_not_said_stays_unsaid() -> None:
    """没说到的先空着，不算做到，也不算没做到。"""
    assert "火炬=unsaid" in (step().parse("3没做到") or ())
    assert "火炬=unsaid" in (step().parse("1、3") or ())


def test_rest_is_what_the_step_says() -> None:
    """没说到的，问话里说了算什么的照算。"""
    assert "火炬=unknown" in (step(rest="unknown").parse("1") or ())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1、3", True),
        ("火炬没有，储罐有", True),
        ("门禁做了 台账做了 其他还没搞", True),
        ("门禁的视频要存好久哦", False),
        ("3要怎么做", False),
        ("火炬是什么", False),
        ("谁来审", False),
        ("我们做商砼的", False),
    ],
)
def test_an_answer_is_told_from_a_question(said: str, expected: bool) -> None:
    """在报各项的先于问题，在问的让给问题。"""
    assert expected == step().explicit(plain(said))
