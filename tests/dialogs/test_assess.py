"""自评：最多六条消息，逐项记着，改一项别的都留着；有指标表的按短板原则说范围，没有的不说等级。"""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest

import knowledge
from dialogs.assessment import Assessment
from dialogs.flows import FLOWS
from dialogs.records import Ended, Facts, Known
from dialogs.replay import walk
from dialogs.reply import LIMIT, NEXT, ending, numbered, pages, question
from dialogs.steps import Recall
from dialogs.wishing import levels
from knowledge.held import Held
from knowledge.load import load
from knowledge.records import Board, Branch, Citation, Indicator, Period
from knowledge.rules import Rules, rules_of
from knowledge.tables import DIMENSIONS
from tests.chat import NOW, Chat
from tests.claims import unsupported

BRANCH = "n15-1"
"""水泥熟料：A、B、C、D。"""
RULES = knowledge.on(NOW.date())
FROM = Period(date(2026, 1, 1))


@lru_cache(maxsize=1)
def with_table() -> Rules:
    """八个维度各五项、四十项要求的一张表：C 档与 B 档有一半写法一样，D 档不作要求。"""
    rows = []
    for dimension in DIMENSIONS:
        for n in range(1, 6):
            for tier in "ABCD":
                asks = "不作要求" if tier == "D" else f"做法{'乙' if n > 2 and tier in 'BC' else tier}"
                row = Indicator(BRANCH, dimension, f"{dimension}之{'零一二三四五'[n]}", tier, asks, "", "", SOURCE)
                rows.append(Held(row, FROM, "indicators/made-up.csv", 2))
    law = load()
    return rules_of(replace(law, indicators=(*law.indicators, *rows)), NOW.date())


def with_one_more() -> Rules:
    """短板多了一项。"""
    law, more = load(), Board("new", "新加的一项", (), "", (SOURCE,))
    return rules_of(replace(law, boards=(*law.boards, Held(more, FROM, "boards.csv", 9))), NOW.date())


SOURCE = Citation("mee-2020-340", "指标维度")


def long_form() -> Chat:
    """想评 A 的水泥熟料厂，走到逐项对的第一页。"""
    chat = Chat(rules=lambda day: with_table())
    return chat.says("自评").says("没有").says("水泥熟料").says("A")


def verdict(chat: Chat) -> Assessment:
    """存下来的结果。"""
    ended = [effect for effect in chat.effects if isinstance(effect, Ended)]
    return Assessment.of(dict(ended[-1].verdict))


SHEETS = ("全部做到了", "全部没做到", "都不清楚", "1、3", "除了2和4", "2没做到", "1、3，不清楚 2，不涉及 4", "只有1")
"""短板这一页的各种答法。"""


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("branch", RULES.branches.values(), ids=lambda branch: branch.id)
def test_at_most_six_messages_for_every_branch(branch: Branch, sheet: str) -> None:
    """一条线的厂，照头一问说的一起说，第六条消息以内就看到结果，每个分支、每种答法都是。

    结果的头一页就有短板、谁来帮和“不是评级”；细的在“更多”后面。
    """
    for tier in levels(branch.tiers):
        wish = "" if tier == "其他" else f"，想评{tier}"
        chat, sent = Chat().says("自评").says(f"没有，{branch.name}{wish}"), 2
        while not (chat.reply and chat.reply.ended):
            assert chat.session.frames
            due = chat.session.asked.split(":", 1)[1]
            chat.says(
                tier if due.startswith("wish") else "都没做到" if "level" in due else sheet if due == "boards"
                else "不清楚" if due == "boards.rest" else "1、2备齐了" if due == "items" else "没做到"
            )  # fmt: skip
            sent += 1
            assert sent <= 6, f"{branch.name} {tier}：{chat.first}"
        chat.has("谁来帮：区县生态环境局", "不是评级")
        if "没" in sheet or "除了" in sheet or "只有" in sheet:
            chat.has("短板有")


def test_one_question_at_a_time_takes_six_messages() -> None:
    """一问一问地答，名称认得准的不问“对吗”：短板都说到了，也是第六条出结果。"""
    chat = Chat()
    for said in ("自评", "没有", "商砼", "绩效引领", "1、3做到了，其余没有"):
        assert not chat.reply or not chat.reply.ended
        chat.says(said)
    chat.says("全部").has("短板有 10 项", "谁来帮", "不是评级")


def test_what_was_told_together_is_not_asked_again() -> None:
    """头一问里一句说几件：说过的不再问；没说清的处罚还问；“不是”就换。"""
    chat = Chat().says("自评").says("做商砼的，想评绩效引领")
    chat.has("先说头一件", "近一年内").says("没得").has("“商砼”算“水泥制品”", "不是就说一声", "想评“绩效引领”")
    chat.says("不是").has("请换个说法").says("沥青拌合站").has("您说想评“绩效引领”", "没有这一档", "想评哪一档")
    again = Chat().says("自评").says("隔壁厂罚过，商砼，想评引领").has("问的是贵厂自己", "近一年内")
    again.says("没有").has("“商砼”算“水泥制品”", "下面12项")


def test_a_wish_may_stay_undecided() -> None:
    """不晓得评哪档：先按最高一档对照，文书里想评的空着；问哪档好评，说没有写。"""
    chat = Chat().says("自评").says("没有").says("商砼").says("哪个好评").has("通知没有写", "不清楚，先看短板")
    chat.says("都可以").has("想评哪档还没定", "下面12项").says("除了1").says("全部").has("短板有 1 项：无组织排放")
    assert "" == verdict(chat).lines[0].wish
    assert "" == chat.session.known.wish
    best = Chat().says("自评").says("没有").says("商砼").says("最高那档").has("想评“绩效引领”")
    assert dict(best.session.frames[-1].answers)["wish.1"] == "绩效引领"


def short_form() -> Chat:
    """想评绩效引领的商砼站，走到短板那一页。"""
    return Chat().says("自评").says("没有").says("商砼").says("绩效引领").has("下面12项")


def test_what_is_not_sure_is_asked_back() -> None:
    """读不准的问回去，什么也没记；应声的也一样。"""
    for said in ("ok", "没有全部做到", "差不多都做到了", "一二三都搞了，门禁还在装", "2.1 没得"):
        chat = short_form().says(said).has("先不记", "下面12项")
        assert not [key for key, _ in chat.session.frames[-1].answers if key.startswith("boards")]


def test_the_unsaid_are_settled_by_one_question() -> None:
    """没说到的最后一问说清：还没做到，或不清楚；一项一项说也行；“做到了”要说是哪几项。"""
    chat = short_form().says("1、3").has("没说到的10项", "1. 还没做到", "2. 不清楚")
    chat.says("做到了").has("要说是哪几项").says("运输方式做到了").has("没说到的9项")
    chat.says("在线监测没做到，其他不清楚").has("“如涉及”").says("全部")
    chat.has("短板有 1 项：在线监测", "不清楚、先核实：门禁视频保存")
    assert "unknown" == dict(verdict(chat).boards)["limits"]
    assert "unmet" == dict(verdict(short_form().says("1、3").says("还没做到").says("全部")).boards)["limits"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("除了2都还没做到，2做到了", {"online": "met", "transport": "unmet", "fugitive": "met"}),
        ("还没做到，除了在线监测", {"online": "met", "transport": "unmet", "fugitive": "met"}),
        ("2没做，其他不晓得", {"online": "unmet", "transport": "unknown", "fugitive": "met"}),
        ("9不涉及，其他还没", {"ldar": "na", "transport": "unmet", "fugitive": "met"}),
    ],
)
def test_the_rest_means_only_what_is_open(said: str, kept: dict[str, str]) -> None:
    """最后一问里，“其他”“都”只说还没说到的几项；编号是上面那一页的。"""
    chat = short_form().says("1").has("②在线监测").says(said).has("“如涉及”")
    assert (
        kept.items() <= {key.removeprefix("boards."): value for key, value in chat.session.frames[-1].answers}.items()
    )


@pytest.mark.parametrize("said", ["全部", "年底全部做完", "单数还没做到", "都要得"])
def test_the_last_question_does_not_guess(said: str) -> None:
    """最后一问没有“做到了”这一样：光说“全部”、打算做的、没说清是哪几项的，问回去，什么也不记。"""
    chat = short_form().says("1、3")
    before = chat.session.frames[-1].answers
    chat.says(said).has("没说到的10项")
    assert before == chat.session.frames[-1].answers


def test_the_gate_video_kept_half_a_year_is_not_met() -> None:
    """“门禁12个月存不到”说的是门禁视频保存。"""
    chat = short_form().says("门禁12个月存不到，只能存半年").has("没说到的11项")
    assert "unmet" == dict(chat.session.frames[-1].answers)["boards.gate.门禁视频保存"]


@pytest.mark.parametrize("said", ["没有，商砼，绩效引领", "没遭罚过，家具厂喷漆，B级"])
def test_a_wish_needs_no_verb(said: str) -> None:
    """头一问里光说一档，也是想评的。"""
    Chat().says("自评").says(said).has("不是就说一声", "好，想评", "下面12项")


@pytest.mark.parametrize(
    "said",
    [
        "自评，没遭罚，商砼，引领",
        "我要自评，没受过处罚，做商砼的，想评绩效引领",
        "我们想创A，做水泥熟料的，近一年没罚过，自评一哈",
    ],
)
def test_the_opening_line_may_say_everything(said: str) -> None:
    """开口一句就说了处罚、产品和想评的档：都不再问。"""
    Chat().says(said).has("不是就说一声", "下面12项")


def test_items_said_at_the_beginning_are_kept_or_said_not_to_be() -> None:
    """头一句还说了各项：正好问到就照记，还没问到就说清楚。"""
    chat = Chat().says("自评").says("没有，商砼，引领，1、3、5做到了，其他没有")
    chat.has("各项记了：做到了3项、没做到9项", "“如涉及”")
    chat = Chat().says("我们商砼站，没得处罚，想评引领，门禁有，台账没有，看看短板")
    chat.has("“门禁有，台账没有”还没问到，先不记", "水泥制品")
    assert "no" == dict(chat.session.frames[-1].answers)["veto"]


@pytest.mark.parametrize("said", ["2、4、6也做到了", "2改成做到了"])
def test_a_number_after_the_result_is_asked_back(said: str) -> None:
    """有了结果再说编号，不知道是哪一页的：请说名称，不改。"""
    short_form().says("1、3").says("还没做到").says("全部").says(said).has("没读准要改哪一项", "先不改")


def test_no_gate_no_video() -> None:
    """“除了门禁都有”：门禁视频保存不跟着算做到，另外问。"""
    short_form().says("除了门禁都有").has("没说到的1项：④门禁视频保存")


def test_a_material_that_is_not_ready_is_not_set_aside() -> None:
    """问备齐没有，“都没得”是没备齐；只有“储罐没得”才是没有这样东西，不涉及。"""
    done = verdict(short_form().says("全部").says("都没得"))
    assert {"unmet"} == {status for _, status in done.items}
    done = verdict(short_form().says("全部").says("储罐没得，其他都备齐了"))
    assert {("六 2.7", "na")} == {each for each in done.items if each[1] != "met"}


def test_annex_numbers_are_read() -> None:
    """说附件5的编号：2.10 是加热炉，不是第2项和第10项；不在这一问里的问回去。"""
    done = dict(verdict(short_form().says("全部").says("2.10、2.12备齐了")).items)
    assert {"六 2.10", "六 2.12"} == {id for id, status in done.items() if status == "met"}
    short_form().says("全部").says("2.6 2.7 没得").has("附件5的2.6不在这一问里", "先不记")


def test_an_old_button_says_what_it_changed() -> None:
    """点以前的按钮改了处罚的回答：说改成什么，已经选了的档也提醒。"""
    chat = short_form().send(kind="event", event="click", value="1:veto=yes")
    chat.has("好，“没有”改成“有”。", "不宜评A级、B级和绩效引领", "下面12项")
    chat.send(kind="event", event="click", value="1:veto=yes").lacks("改成")


def test_items_are_corrected_after_the_result() -> None:
    """有了结果，说哪一项其实做到了：改那一项；只说编号的，问清是哪一项。"""
    chat = short_form().says("1、3，其余没有").says("全部").has("短板有 10 项")
    chat.says("在线监测其实有").has("改好了：在线监测 做到了", "短板有 9 项")
    chat.says("不对，运输方式做到了").has("改好了：运输方式 做到了", "短板有 8 项")
    chat.says("第2项其实做到了").has("没读准要改哪一项").says("储罐").lacks("改好了")
    assert "met" == dict(verdict(chat).boards)["transport"]


def test_no_papers_while_a_change_is_half_done() -> None:
    """改了想评的档、还有没答的：先不出文书，出来的会是改之前的。"""
    chat = short_form().says("1、3，其余没有").says("全部").says("修改").says("想评的等级").says("非绩效引领")
    chat.says("给老板看").has("先不出", "下面这一项")
    assert chat.reply
    assert not chat.reply.documents


def test_equipment_is_one_question() -> None:
    """铸造的装备水平，一问问到哪一档；想评D不用对，就不说装备够哪一档。"""
    chat = Chat().says("自评").says("没有，铸件（天然气炉、电炉），想评A").has("到了哪一档", "1. A：", "2. B：")
    chat.says("B").has("光看装备水平，最高到 C") if "最高到 C" in chat.says("机械化造型").text else None
    low = Chat().says("自评").says("没有，铸件（天然气炉、电炉），想评D").says("都不清楚").says("都不清楚")
    low.has("谁来帮").lacks("最高到")


def test_every_path_of_the_long_form() -> None:
    """有整张表的，每条路有结果；每一页有依据、有着落、放得下、有下一步。"""
    rules, facts = with_table(), Facts(NOW, known=Known(branches=(BRANCH,)))
    ends = set()
    for path in walk(FLOWS["assess"].talk, rules, facts):
        ends.add(path.end.name)
        keys = [step.key for step, _ in path.answers]
        assert len(keys) == len(set(keys))
        said = ""
        for step, value in path.answers:
            if not isinstance(step, Recall):
                for page in pages(question(step, 1), rules):
                    assert len(numbered(page)) <= LIMIT
                    assert [] == unsupported(page.text, page.cites, rules, said)
            said += f" {step.shows(value)}"
        for page in pages(ending(path.end), rules):
            assert len(numbered(page)) <= LIMIT
            assert page.text.splitlines()[-1].startswith(NEXT)
            assert [] == unsupported(page.text, page.cites, rules, said)
    assert {"assess.verdict", "assess.dimensions", "which_grade.absent"} == ends


def test_long_form_goes_page_by_page_and_settles_the_unsaid() -> None:
    """一步最多八项；没说到的先空着，最后一问一次说清。"""
    chat = long_form()
    for _ in range(4):
        assert 8 >= len(chat.reply.options) if chat.reply else False
        chat.says("全部")
    chat.says("1到5做到了，不清楚 6，不涉及 7")
    chat.has("还有1项没说到", "再列一遍").says("没达到")
    chat.has("没达到的，再对下一档").says("全部")
    chat.has("按您的回答在 D 到 B 之间", "最能定下来的一项")
    chat.says("就这样").has("在 D 到 B 之间", "核实这 1 项，都做到了就够 C：运输监管之三")


def test_verdict_names_the_least_fixes() -> None:
    """差三项：说在哪一档、补哪三项升一档。"""
    chat = long_form()
    chat.says("除了1和2")
    for _ in range(3):
        chat.says("全部")
    chat.says("除了8").has("没达到的，再对下一档").says("全部")
    assert chat.reply
    assert chat.reply.ended
    chat.has("谁来帮", "不是评级结果", "短板在：装备水平、运输监管", "够 B")
    chat.has("补齐这 3 项，即可达到 A：装备水平之一、装备水平之二、运输监管之五")
    chat.has(
        "据转载的HJ 1321还要这 3 项，这里没有单独问，没有算在内：门禁视频系统、门禁视频保存、车辆电子台账", "HJ 1321"
    )
    done = verdict(chat)
    assert ("B", "B") == (done.lines[0].low, done.lines[0].high)
    assert ("装备水平", "运输监管") == done.dimensions


def test_the_most_telling_question_is_offered_and_may_be_declined() -> None:
    """还没定的，挑最能定下来的一项问；不想答就看结果，结果是个范围。"""
    chat = long_form()
    chat.says("除了1，不清楚 1")
    for _ in range(4):
        chat.says("全部")
    chat.has("之间", "最能定下来的一项", "装备水平之一").says("就这样")
    chat.has("在 D 到 A 之间", "核实这 1 项")
    again = Chat(rules=lambda day: with_table())
    again.says("自评").says("没有").says("水泥熟料").says("A").says("不清楚 1，其他都做到了")
    for _ in range(4):
        again.says("全部")
    again.says("达到了").has("够 A")


def test_correcting_one_item_keeps_the_rest() -> None:
    """改一项：只说要改的，别的照旧，后面的也都留着。"""
    chat = long_form()
    chat.says("除了1和2")
    for _ in range(4):
        chat.says("全部")
    chat.says("全部").has("够 B")
    chat.says("修改")
    assert chat.reply
    page = next(option for option in chat.reply.options if option.label.startswith("装备水平"))
    chat.send(text=page.label, value=page.value).has("装备水平之一").says("1做到了")
    chat.has("补齐这 1 项，即可达到 A：装备水平之二")


def test_without_a_table_no_grade_and_no_threshold_is_named() -> None:
    """没有指标表：说短板和证明材料，不说能评几级，也不说限值。"""
    chat = Chat().says("我们是做商砼的，想自评一下").says("没有").says("对")
    assert "wish" in chat.session.frames[-1].answers[-1][0] or chat.says("绩效引领")
    if "想评哪一档" in chat.first:
        chat.says("绩效引领")
    chat.says("1、2、3，其余没有").says("都不涉及")
    text = chat.text
    while "回复“更多”" in chat.text:
        text += chat.says("更多").text
    assert "不是评级" in text
    assert not re.search(r"(?:够|能评|达到) ?(?:绩效引领|[A-D])级?(?!级?、)", text)
    assert not re.search(r"\d+ ?(?:mg|毫克|个月|%)", text)


def test_a_question_added_by_a_deploy_is_asked_and_said_so() -> None:
    """周五没评完，周一多了一问：答过的都还在，只问多出来的，并且说明。"""
    monday, current = with_one_more(), [RULES]
    chat = Chat(rules=lambda day: current[0])
    chat.says("自评").says("没有").says("商砼").says("对").says("非绩效引领").says("除了3")
    answered = dict(chat.session.frames[-1].answers)
    current[0] = monday
    chat.says("继续").has("问题有更新", "您答过、还用得上的都留着", "1. 新加的一项")
    assert chat.reply
    assert 1 == len(chat.reply.options)
    chat.says("1").has("“如涉及”")
    after = dict(chat.session.frames[-1].answers)
    assert answered.items() <= after.items()
    assert "met" == after["boards.new"]


@pytest.mark.parametrize("said", ["1、3", "1", "2", "全部"])
def test_a_stale_number_does_not_answer_the_added_question(said: str) -> None:
    """周一直接回编号：答的是周五看到的那一问，不能算到新加的一问头上。"""
    current = [RULES]
    chat = Chat(rules=lambda day: current[0])
    chat.says("自评").says("没有").says("商砼").says("对").says("非绩效引领").says("1、2")
    current[0] = with_one_more()
    chat.says(said).has("问题有更新", "新加的一项")
    assert "boards.new" not in dict(chat.session.frames[-1].answers)


def test_the_result_survives_being_stored() -> None:
    """存下的结果读回来是一样的。"""
    chat = long_form().says("除了1")
    for _ in range(4):
        chat.says("全部")
    chat.says("没有")
    while not (chat.reply and chat.reply.ended):
        chat.says("没达到")
    ended = [effect for effect in chat.effects if isinstance(effect, Ended)][-1]
    done = Assessment.of(dict(ended.verdict))
    assert ended.verdict == done.verdict()
    assert 40 <= len(done.requirements)


def test_a_branch_confirmed_but_not_yet_ended_is_known() -> None:
    """查行业还没说完就要自评：认定了的分支不再问。"""
    chat = Chat().says("商混").says("对").says("自评").says("没有")
    chat.has("“水泥制品”有两档", "换一个行业")


def test_what_was_set_aside_is_read_back() -> None:
    """说了不涉及的，结果里念一遍，请核对。"""
    chat = Chat().says("自评").says("没有").says("商砼").says("对").says("非绩效引领").says("全部，7不涉及")
    chat.says("生产工艺有，储罐火炬都没有")
    text = chat.text
    while "回复“更多”" in chat.text:
        text += chat.says("更多").text
    assert "您说不涉及、请核对：泄漏检测与修复、储罐、火炬" in text
    assert "待核实：能源（燃料）类型" in text


@pytest.mark.parametrize(("said", "wish"), [
    ("自评一下我们水泥粉磨站够不够绩效引领", "绩效引领"), ("我们商砼站离绩效引领还差啥", "绩效引领"),
    ("荣昌砖厂，烧结砖，想晓得我们离B还差撒子", "B"), ("帮我看哈我们粉磨站够不够绩效引领", "绩效引领"),
])  # fmt: skip
def test_how_far_off_a_grade_is_starts_it(said: str, wish: str) -> None:
    """问离哪一档还差什么、够不够哪一档：就是要自评，想评的档和行当一起记下，不再问。"""
    chat = Chat().says(said)
    assert chat.first.startswith("差什么，答几问就说得出")
    chat.says("没有").picks(chat.reply.options[0].label if chat.reply else "").has(f"想评“{wish}”", "哪几项")


def test_six_messages_to_the_verdict() -> None:
    """照每一问给的例子答，一件一件打也只要六条：没做到的一句说完，不再补问。"""
    chat = Chat().says("自评").says("没有").says("烧结砖").says("B").has("例如“1、3做到了，不清楚 2，其他没做到”")
    chat.says("1、3做到了，不清楚 2，其他没做到").says("1 2 3")
    assert chat.reply
    assert chat.reply.ended
