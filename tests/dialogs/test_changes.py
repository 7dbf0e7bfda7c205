"""和去年比有什么变化：新文件照读到的说，没有读到的说没有读到；本行业的指标行有就比，没有就说没有。"""

from dataclasses import replace
from datetime import date

import pytest

import knowledge
from dialogs.flows import FLOWS
from dialogs.records import Facts, Known
from dialogs.replay import replay
from dialogs.reply import ending, pages
from dialogs.steps import End
from knowledge.load import load
from knowledge.records import Period
from knowledge.rules import Rules, rules_of
from tests.chat import NOW, Chat


def told(rules: Rules, *branches: str) -> str:
    """这些分支和去年比的答复。"""
    facts = Facts(NOW, known=Known(branches=branches))
    due = replay(FLOWS["changes"].talk, {"known.branches": branches}, rules, facts)
    assert isinstance(due.step, End)
    return "\n".join(page.text for page in pages(ending(due.step), rules))


@pytest.mark.parametrize(
    "said",
    [
        "和去年比有啥变化",
        "跟往年相比有什么变化",
        "我们行业指标变没变",
        "和去年比有什么变化",
        "绩效引领的要求跟去年有啥子不同",
    ],
)
def test_it_is_heard(said: str) -> None:
    """怎么问都到这里；没有行业就说怎么看到本行业。"""
    Chat().says(said).has("有：国家出了环办大气〔2026〕2号。", "短板原则", "没有读到", "回复“查行业”")


@pytest.mark.parametrize(
    "said", ["新规的减税政策跟原来一样不", "今年国家出的那个指导意见有啥变化", "去年评的C级", "去年遭罚了还能不能评B"]
)
def test_other_questions_are_not_taken(said: str) -> None:
    """问新文件、减税、处罚的，仍由问答来答。"""
    assert "changes" != Chat().says(said).turn.claimed  # type: ignore[union-attr]


def test_the_branch_without_a_table_is_said_to_be_without() -> None:
    """没有装指标表的说没有，装了一部分的说那些行没有变。"""
    rules = knowledge.on(NOW.date())
    assert "“水泥制品”的指标表这里没有" in told(rules, "n15-4")
    assert "“铸件（天然气炉、电炉）”的指标表，这里有的那些行一年来没有变" in told(rules, "n6-2")


def test_the_branch_just_given_counts() -> None:
    """查行业刚说定分支、正问还有没有别的线：问变化就说那个分支，不再问是哪个行业；查行业接着问。"""
    chat = Chat().says("电解锰").says("对")
    chat.says("和去年比有什么变化").has("“电解锰”的指标表这里没有").lacks("要看是哪个行业", "回复“查行业”")


def test_changed_rows_are_listed() -> None:
    """指标行换了一代：原来什么、现在什么，一行一行说。"""
    law = load()
    day = date(2026, 6, 1)
    old = next(held for held in law.indicators if (held.record.branch, held.record.tier) == ("n6-2", "B"))
    closed = replace(old, period=Period(old.period.start, date(2026, 5, 31)))
    newer = replace(old, record=replace(old.record, text="自动化造型或制壳"), period=Period(day))
    rest = tuple(held for held in law.indicators if held is not old)
    text = told(rules_of(replace(law, indicators=(*rest, closed, newer)), NOW.date()), "n6-2")
    assert "铸件（天然气炉、电炉） 造型制壳（B）：原来“机械化造型或制壳”，现在“自动化造型或制壳”。" in text


def test_before_the_guidance_there_is_nothing_new() -> None:
    """2026年的文件施行之前，不提它。"""
    chat = Chat().at("2025-10-01T10:00:00+08:00").says("和去年比有什么变化")
    chat.has("没有查到新的创建通知").lacks("2026〕2号", "短板原则")
