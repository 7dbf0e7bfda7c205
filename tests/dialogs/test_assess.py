"""自评：最多六问，逐项记着，改一项别的都留着；有指标表的按短板原则说范围，没有的不说等级。"""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest

import knowledge
from dialogs.assessment import Assessment
from dialogs.flows import FLOWS
from dialogs.records import Ended, Facts, Known, Value
from dialogs.replay import replay, walk
from dialogs.reply import LIMIT, NEXT, ending, numbered, pages, question
from dialogs.steps import Recall
from knowledge.load import Held, load
from knowledge.records import Board, Citation, Indicator, Period
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
    return chat.says("自评").says("没有").says("水泥熟料").picks("水泥熟料").says("A")


def verdict(chat: Chat) -> Assessment:
    """存下来的结果。"""
    ended = [effect for effect in chat.effects if isinstance(effect, Ended)]
    return Assessment.of(dict(ended[-1].verdict))


@pytest.mark.parametrize("branch", RULES.branches.values(), ids=lambda branch: branch.id)
def test_at_most_six_questions_for_every_branch(branch: object) -> None:
    """一条线的厂，六问以内出结果；知道行业的还少两问。"""
    for known in ((), (branch.id,)):  # type: ignore[attr-defined]
        answers: dict[str, Value] = {}
        asked = 0
        while True:
            facts = Facts(NOW, known=Known(branches=known))
            due = replay(FLOWS["assess"].talk, answers, RULES, facts)
            if not hasattr(due.step, "key"):
                break
            if isinstance(due.step, Recall):
                answers[due.step.key] = known if due.step.query == "branches" else ""
                continue
            asked += 1
            samples = due.step.samples()
            value = branch.name if due.step.key.startswith("business") else samples[0]  # type: ignore[attr-defined]
            if due.step.key.startswith("branch") and branch.id in samples:  # type: ignore[attr-defined]
                value = branch.id  # type: ignore[attr-defined]
            answers.update(due.step.logged(value))
        partial = RULES.table(branch.id) is not None  # type: ignore[attr-defined]
        assert asked <= 6 - 2 * bool(known) + partial


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
    chat.has("够 B", "补齐这 3 项，即可达到 A：装备水平之一、装备水平之二、运输监管之五")
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
    again.says("自评").says("没有").says("水泥熟料").picks("水泥熟料").says("A").says("不清楚 1，其他都做到了")
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
    chat.says("1、2、3").says("都不涉及")
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
    chat.says("自评").says("没有").says("商砼").says("对").says("非绩效引领").says("1、2")
    answered = dict(chat.session.frames[-1].answers)
    current[0] = monday
    chat.says("继续").has("问题有更新", "您答过的都还在", "1. 新加的一项")
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
