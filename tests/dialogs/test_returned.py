"""被退回了：打哪一项的名称都认；讲那一项的原文和要查的，在哪里重交，没有写的不补；单问一点的仍由问答来答。"""

import pytest

import knowledge
from dialogs.flows import FLOWS
from dialogs.outline import AND, NAMES, called, mentioned
from dialogs.records import Facts
from dialogs.replay import replay
from dialogs.reply import MOST_OPTIONS, ending, pages
from dialogs.steps import Choose, End
from tests.chat import NOW, Chat

RULES = knowledge.on(NOW.date())
ITEMS = {item.id: item for item in RULES.outline}


def test_every_name_leads_to_an_item() -> None:
    """每一种叫法指的都是附件5里有的项。"""
    assert set() == {id for ids in NAMES.values() for id in ids.split(AND)} - ITEMS.keys()


@pytest.mark.parametrize(("said", "ids"), [
    ("台账", "六 2.16.2"), ("台账资料没过", "六 2.16.2"), ("无组织", "六 2.15"), ("说是2.14", "六 2.14"),
    ("承诺书", "二；三"), ("门禁那块不行", "六 2.18"), ("火炬", "六 2.11"), ("生产工艺", "五 3.2；六 2.2"),
    ("运输", "五 3.4；六 2.17；六 2.18"), ("vocs治理设施", "六 2.13.4"), ("申请表", "一"), ("守法说明", "五 2"),
    ("台账要写哪些", ""), ("不晓得", ""), ("的", ""),
])  # fmt: skip
def test_a_name_alone_is_read(said: str, ids: str) -> None:
    """只打名称、编号或名称的一截，就认得是哪几项；问句不算。"""
    assert ids == AND.join(called(RULES, said))


def test_items_are_heard_in_a_sentence() -> None:
    """一句话里说到几项，都听得出；长的名称先认。"""
    assert ("六 2.15", "六 2.16.2") == mentioned(RULES, "说台账资料不全，无组织排放也不行")
    assert ("三",) == mentioned(RULES, "应急减排承诺书没盖章")


@pytest.mark.parametrize("said", [
    "被退回了", "遭退回来了，咋个办", "我们的申报遭打回来了", "系统显示退回，下一步咋个整", "气死了又遭退回来了",
    "审核没过", "区里给我们退了，现在怎么整",
])  # fmt: skip
def test_it_starts_when_nothing_particular_is_asked(said: str) -> None:
    """只说被退回、问怎么办：开始问是哪一项，第一行先说能重新提交。"""
    chat = Chat().says(said).has("重新提交", "审核进展", "不算第二次申报", "1. 企业绩效分级申请表", "7. 没说是哪一项")
    assert "returned" == chat.session.frames[-1].flow


@pytest.mark.parametrize("said", [
    "遭退回来了，还能不能再报嘛，今年已经报过一次了", "退回后几天内重新提交", "退回重新提交算不算第二次申报",
    "退回来的在哪里重新交", "材料打回来重交会不会算用掉今年这一次", "最多能退几回嘛", "多交的环保税能退吗",
    "降成C了原来拿的补助要不要退",
])  # fmt: skip
def test_a_single_question_keeps_its_answer(said: str) -> None:
    """单问一点的，仍由问答来答，不开始流程。"""
    assert () == Chat().says(said).session.frames


def test_the_item_in_the_sentence_is_not_asked_again() -> None:
    """一句话里已经说了是哪一项，就直接讲那一项。"""
    Chat().says("我们台账资料遭退回来了").has("退的是“台账资料”", "“2.16.2台账资料”", "24 个月")
    Chat().says("承诺书被打回来了").has("退的是下面哪一项", "1. 资料真实性承诺书", "2. 重污染天气应急减排承诺书")
    Chat().says("资料真实性承诺书被退回了").has("退的是“资料真实性承诺书”")


@pytest.mark.parametrize("id", ITEMS)
def test_every_item_says_what_is_written_and_what_is_not(id: str) -> None:
    """每一项：引附件5的原文，列出下面的各项，说在哪里重交，没有写的说没有写，说问谁。"""
    answers = {"part": id, "item": "unsaid", "narrower": "unsaid"}
    due = replay(FLOWS["returned"].talk, answers, RULES, Facts(NOW))
    assert isinstance(due.step, End)
    text = "\n".join(page.text for page in pages(ending(due.step), RULES))
    assert f"“{RULES.clause(ITEMS[id].cite).text.splitlines()[0]}”" in text
    assert all(each.title in text for each in RULES.outline if each.parent == id)
    for said in (
        "审核进展",
        "不算第二次申报",
        "通知没有写：退回后几天内要交、能退几次、窗口关了还收不收",
        "区县生态环境局",
        "89188709",
    ):
        assert said in text


def test_no_list_is_longer_than_a_page() -> None:
    """哪一层都不超过十二个选项。"""
    for part in ("", "五", "六", "六 2.13"):
        for item in ("", "applicable"):
            due = replay(FLOWS["returned"].talk, {"part": part, "item": item}, RULES, Facts(NOW))
            if isinstance(due.step, Choose):
                assert len(due.step.choices) <= MOST_OPTIONS


@pytest.mark.parametrize("said", ["没说是哪一项", "不晓得", "7"])
def test_an_unsaid_item_gets_the_general_list(said: str) -> None:
    """没说是哪一项：先去审核进展看原因，再给六个部分。"""
    chat = Chat().says("被退回了").says(said)
    chat.has("先把原因看清楚", "在“审核进展”里看退回的原因", "一、企业绩效分级申请表", "六、绩效分级材料")


def test_a_picture_asks_for_the_name_of_the_item() -> None:
    """正问着退的哪一项，发来截图：请打那一项的名称，问题还在。"""
    chat = Chat().says("被退回了").sends("image")
    chat.has("图片我看不懂", "点到哪一项，打那一项的名称就行", "回到刚才的问题").says("无组织排放").has(
        "退的是“无组织排放”"
    )
    Chat().sends("image").has("说产品、等级、被退回的那一项都行")


def test_a_tapped_part_leads_down_to_the_item() -> None:
    """一层一层点下去：第六部分、如涉及的各项、火炬。"""
    chat = Chat().says("被退回了").picks("绩效分级材料").picks("“如涉及”的各项").picks("2.11 火炬")
    chat.has("“2.11火炬（如涉及）”").says("修改").has("退的是哪一项：绩效分级材料", "退的是哪一项：火炬")


def test_only_named_short_boards_are_called_so() -> None:
    """通知点名的短板说是短板，点名的重点指标说是重点指标，没有点名的不说。"""
    Chat().says("无组织排放被退回了").has("通知点名的短板")
    Chat().says("运输方式被退回了").has("通知点名的重点指标").lacks("短板")
    Chat().says("排放限值被退回了").lacks("点名的")
