"""“那B级呢”：接着刚才的行业，问另一档；几条线逐条说，没有的说没有。“那材料呢”“那谁审”：就是要看那一件。"""

import re

from dialogs.cites import joined, notice
from dialogs.flows import SAID
from dialogs.flows.boards import gifts
from dialogs.flows.reviewing import placed
from dialogs.moves import Here, aside, start
from dialogs.records import Turn
from dialogs.reply import Draft
from dialogs.wishing import CELL, named, same
from knowledge.records import Branch

_THAT = re.compile(
    r"(?:那么?|要是|如果|换成|改成|我们|评|报|想评|要评)*"
    r"(地方)?(非?(?:绩效)?引领|a|b-|b|c|d)(?:性|级|档)?(?:的话|的)?(?:呢|喃|咋个?说|又?咋样|怎么样|又啷个|呐)?"
)
_THEN = re.compile(r"那么?(?:要|交)?(.{2,6}?)(?:呢|喃|咋(?:个|样|办)|怎么(?:样|办))?")


def that_grade(here: Here) -> Turn | None:
    """知道行业、没有等着回答的问题时，单说一档；别的情形是 None。"""
    if here.said.startswith("那") and (then := _THEN.fullmatch(here.said)) and (flow := SAID.get(then[1])):
        return start(here, flow)
    branches = [here.rules.branches[id] for id in here.session.known.branches if id in here.rules.branches]
    if here.session.frames or not branches or here.said in ("a", "b", "c", "d"):
        return None
    asked = _THAT.fullmatch(here.said.replace(" ", ""))
    if asked is None:
        return None
    name = f"{asked[1] or ''}{named(asked[2])}"
    body: list[str] = []
    cites = notice("附件1")
    for branch in branches:
        tier = next((tier for tier in branch.tiers if same(tier, name)), "")
        place = placed(here.rules, branch)
        cites = joined(cites, place.cites)
        level = name if tier == CELL else tier
        body += _with(here, branch, tier, level) if tier else [f"“{branch.name}”没有这一档：{place.tiers}。"]
        cites = joined(cites, tuple(each.cite for each in gifts(here.rules, (level,)))) if tier else cites
        cites = joined(cites, notice("附件1 八") if tier in ("C", "D") else ())
    draft = Draft(tuple(body), cites, "回复“自评”，看短板在哪里。", dated=True)
    return aside(here, draft, "that_grade")


def unnamed(level: str) -> str:
    """附件1没有单独写给这一档什么。"""
    if level in ("C", "D"):
        return f"附件1没有单独写给{level}级的好处，写到它的只有附件1 八：“与C级D级企业拉开应急减排分级管理差距”。"
    return f"附件1没有一条点名写到{level}。"


def _with(here: Here, branch: Branch, tier: str, level: str) -> list[str]:
    row = next(row for row in placed(here.rules, branch).rows if tier in row.partition("：")[0].split("、"))
    clauses = "、".join(each.cite.clause for each in gifts(here.rules, (level,)))
    told = f"点名写到这一档的有{clauses}，回复“惠企措施”逐条看。" if clauses else unnamed(level)
    return [f"“{branch.name}”评{level}：{row.partition('：')[2]}。", told]
