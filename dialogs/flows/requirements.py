"""自评的一段：有指标表的分支逐项对，先对想评的那一档，没达到的再对下一档，最后问一问最能定下来的。"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any, cast
from zlib import crc32

from dialogs.assessment import Answered
from dialogs.cites import GUIDANCE_2026, joined
from dialogs.flows.checked import Checked
from dialogs.flows.levels import levels_of, reached
from dialogs.rating import COUNT, UNSAID, Ratings, Status
from dialogs.steps import Choice, Choose, Step, ask
from knowledge.assess import Verdict, assess
from knowledge.records import Branch, Requirement, Table

TEXT = "#"
MOST_ITEMS, MOST_CHARS, LONGEST, MOST_MORE = 8, 450, 120, 8
"""一步最多几项、几个字；一项的字数；最多再问几个最能定下来的。"""
_NEXT = "没达到的，再对下一档。"
Answers = dict[tuple[str, str], Status]


def requirements(table: Table, branch: Branch, wish: str, lead: str = "") -> Generator[Step[Any], Any, Checked]:
    """从想评的那一档往下对；没达到的才问下一档，写法一样的不再问。`lead` 是头一问前面的话。"""
    answers: Answers = {}
    due, last = table.requirements, ""
    if levels := levels_of(table, branch, wish, lead):
        answers.update(reached(table, branch, wish, (yield from ask(levels))))
        return _checked(table, branch, wish, answers)
    for tier in branch.tiers[branch.tiers.index(wish) :]:
        asked = tuple(each for each in due if (row := each.at(tier)) and row.text != _text(each, last))
        if asked:
            yield from _at(table, branch, tier, asked, answers, _NEXT if answers else lead)
            due = tuple(each for each in due if answers.get((tier, each.id), "unmet") == "unmet")
            last = tier
    doubted: tuple[Requirement, ...] = ()
    for _ in range(MOST_MORE if table.whole else 0):
        verdict = assess(table, branch.tiers, answers)
        others = tuple(each for each in table.requirements if each not in doubted)
        telling = verdict.telling and assess(replace(table, requirements=others), branch.tiers, answers).telling
        if telling is None:
            break
        said = yield from ask(_telling(branch, verdict, *telling))
        if said == "enough":
            break
        answers[telling[0], telling[1].id] = cast(Status, said)
        doubted += (telling[1],) if said == "unknown" else ()
    return _checked(table, branch, wish, answers)


def _checked(table: Table, branch: Branch, wish: str, answers: Answers) -> Checked:
    short = tuple(each for each in table.requirements if answers.get((wish, each.id)) == "unmet")
    given = tuple(Answered(branch.id, tier, id, status) for (tier, id), status in answers.items())
    return Checked(branch, table, wish, given, short, assess(table, branch.tiers, answers))


def _at(
    table: Table, branch: Branch, tier: str, due: tuple[Requirement, ...], answers: Answers, lead: str
) -> Generator[Step[Any], Any, None]:
    """一档的各项，一页一页地问；没说到的最后一并问清。"""
    for number, page in enumerate(_pages(due, tier), 1):
        yield from _ask(_page(table, branch, tier, page, f"{number}", lead), tier, answers)
        lead = ""
    unsaid = tuple(each for each in due if (tier, each.id) not in answers)
    if not unsaid:
        return
    rest = yield from ask(_rest(branch, tier, unsaid))
    if rest == "again":
        for number, page in enumerate(_pages(unsaid, tier), 1):
            yield from _ask(_page(table, branch, tier, page, f"again.{number}", "再列一遍。"), tier, answers)
        rest = "unknown"
    answers.update({(tier, each.id): cast(Status, rest) for each in unsaid if (tier, each.id) not in answers})


def _ask(step: Ratings, tier: str, answers: Answers) -> Generator[Step[Any], Any, None]:
    for said in (yield from ask(step)):
        id, _, status = said.rpartition("=")
        id = id.rpartition(TEXT)[0]
        if status != UNSAID:
            answers[tier, id] = cast(Status, status)


def _page(table: Table, branch: Branch, tier: str, page: tuple[Requirement, ...], number: str, lead: str) -> Ratings:
    dimensions = "、".join(dict.fromkeys(each.dimension for each in page))
    asking = "做到了哪几项" if len(page) > 1 else "做到了没有"
    doubt = "（据转载，以原件为准）" if table.confidence == "B" else ""
    return Ratings(
        key=f"{branch.id}.{tier}.{number}",
        prompt=f"{lead}{dimensions}：“{branch.name}”{tier}档要求的下面{COUNT}项，{asking}？{doubt}",
        about=f"{dimensions}（{tier}）",
        cites=joined(tuple(row.cite for each in page if (row := each.at(tier))), (branch.cite,)),
        items=tuple(Choice(_id(each, tier), _label(each, tier), (each.id,)) for each in page),
        prefix=f"{branch.id}.{tier}.",
    )


def _rest(branch: Branch, tier: str, unsaid: tuple[Requirement, ...]) -> Choose:
    named = "、".join(each.id for each in unsaid[:8]) + ("等" if len(unsaid) > 8 else "")
    return Choose(
        key=f"{branch.id}.{tier}.rest",
        prompt=f"还有{len(unsaid)}项没说到：{named}。都算哪一样？",
        about=f"没说到的（{tier}）",
        cites=joined(tuple(row.cite for each in unsaid if (row := each.at(tier))), (branch.cite,)),
        choices=(
            Choice("unmet", "都没达到", ("没达到", "没做到", "没有", "没得", "莫得", "都没有", "都没做到")),
            Choice("unknown", "都不清楚", ("不清楚", "不晓得", "不知道", "说不清")),
            Choice("again", "再列一遍", ("再列", "再问一遍", "我再说")),
        ),
    )


def _telling(branch: Branch, verdict: Verdict, tier: str, requirement: Requirement) -> Choose:
    row = requirement.at(tier)
    return Choose(
        key=f"{branch.id}.{tier}.{_id(requirement, tier)}.telling",
        prompt=f"“{branch.name}”按您的回答在 {verdict.low} 到 {verdict.high} 之间。"
        f"最能定下来的一项：{tier}档的{_label(requirement, tier)}，达到了吗？",
        about=f"{requirement.id}（{tier}）",
        cites=joined((row.cite,) if row else (), (branch.cite, GUIDANCE_2026)),
        choices=(
            Choice("met", "达到了", ("达到", "做到了", "有", "有的", "是", "对")),
            Choice("unmet", "没达到", ("没有", "没得", "莫得", "没做到", "不是")),
            Choice("unknown", "不清楚", ("不晓得", "不知道", "说不清")),
            Choice("enough", "就这样，看结果", ("就这样", "看结果")),
        ),
    )


def _id(requirement: Requirement, tier: str) -> str:
    """连着要求的文字记：文字改了，答过的就不算，要重问。"""
    return f"{requirement.id}{TEXT}{crc32(_text(requirement, tier).encode()):x}"


def _pages(due: tuple[Requirement, ...], tier: str) -> Iterator[tuple[Requirement, ...]]:
    """按维度的次序分页，一页不超过 MOST_ITEMS 项、MOST_CHARS 字。"""
    page: list[Requirement] = []
    for each in due:
        size = sum(len(_label(one, tier)) for one in (*page, each))
        if page and (len(page) == MOST_ITEMS or size > MOST_CHARS):
            yield tuple(page)
            page = []
        page.append(each)
    if page:
        yield tuple(page)


def _label(requirement: Requirement, tier: str) -> str:
    text = _text(requirement, tier)
    return f"{requirement.id}：{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}"


def _text(requirement: Requirement, tier: str) -> str:
    row = requirement.at(tier)
    return row.text if row else ""
