"""我的信息列出来的各行：正说着的厂一项一行，别的厂、提醒、来往各一行。"""

from collections.abc import Sequence

from dialogs.factory import NUMERALS, called, nth_of, placed, ranked, shown, summary
from dialogs.flows.progress import STATUSES
from dialogs.kept import Kept, Said, Subscription
from dialogs.records import Facts, Frame, Known
from dialogs.reminding import scope, spelled
from dialogs.wishing import levels
from knowledge.rules import Rules

OPEN = "open"
"""回忆的名字：外面还没说完的几场里认定了的分支、答了想评哪一档。"""
_OPEN = "（正问着，还没问完）"
_WHOLE = (
    "来往的每一句、查询和自评的结果、发过的提醒也存着，这里列不下："
    "要完整的一份，回复“人工”，由管这个机器人的人导出给您。"
)


def wishes_in(outer: Sequence[Frame], rules: Rules) -> tuple[str, ...]:
    """外面还没说完的几场里答了的想评哪一档。"""
    tiers = {tier for branch in rules.branches.values() for tier in levels(branch.tiers)}
    said = (str(value) for frame in outer for key, value in frame.answers if key.startswith("wish."))
    return tuple(dict.fromkeys(each for each in said if each in tiers))


def held_lines(rules: Rules, facts: Facts, kept: Kept, held: str, running: tuple[str, ...], whole: bool) -> str:
    """记着的全部；`running` 是还没问完的几场里认定了的分支、想评的档。

    `whole` 为真时，别的厂、说过的申报也一项一项列。
    """
    ordered = tuple(_ordered(rules, row) for row in kept.subscriptions)
    if ordered and facts.muted:
        ordered = (*ordered, "已退订，都不发")
    names = "、".join(rules.branches[id].name for id in running if id in rules.branches)
    wishes = [each for each in running if each not in rules.branches]
    open_ = {
        "branches": f"{names}{_OPEN}" if names and not facts.known.branches else "",
        "wish": f"{'、'.join(wishes)}{_OPEN}" if wishes and not facts.known.wish else "",
    }
    more: list[str] = []
    if whole:
        more += [_in_full(rules, facts, each) for each in ranked(facts.known, facts.others) if each is not facts.known]
        more += [
            f"您说过：{row.factory or '贵厂'}{spelled(row.day)}{STATUSES.get(row.status, row.status)}。"
            for row in kept.rows
            if isinstance(row, Said)
        ]
        more.append(_WHOLE)
    which = _others(rules, facts) if facts.others else ""
    return summary(rules, facts.known, held, ordered, open_, which, tuple(more))


def _ordered(rules: Rules, row: Subscription) -> str:
    return f"{scope(rules, row.district, row.branch)}，{spelled(row.day)}订的"


def _others(rules: Rules, facts: Facts) -> str:
    """几个厂里说的是哪一个，别的是哪几个。"""
    held = ranked(facts.known, facts.others)
    rest = "、".join(
        f"第{NUMERALS[n]}个{each.name or called(rules, each, n)[3:]}"
        for n, each in enumerate(held, 1)
        if each is not facts.known
    )
    at, count = NUMERALS[nth_of(facts.known, facts)], "两" if len(held) == 2 else NUMERALS[len(held)]
    return f"说的是第{at}个厂，一共{count}个；别的：{rest}。要换，回复“换一个厂”。"


def _in_full(rules: Rules, facts: Facts, known: Known) -> str:
    items = shown(rules, known) | {"district": placed(rules, known)}
    told = "；".join(value for item, value in items.items() if value and item != "name")
    return f"{called(rules, known, nth_of(known, facts))}：{told or '别的没说过'}。"
