"""广播的条件怎么认、会给谁。"""

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import knowledge
from bot.commands import Fault
from bot.reminders.broadcast import STAGE, Audience, Broadcast, broadcast
from bot.reminders.notifier import Outgoing
from bot.reminders.people import pages
from bot.reminders.posting import notifiers_of
from bot.reminders.rehearsal import way_of
from bot.settings import Settings
from bot.store import Store
from bot.wechat.allowance import lefts

Now = Callable[[], datetime]
REMEDY = f"在 CHUANGB_WECHAT_TEMPLATES 里给 {STAGE} 单列一个模板：广播不说哪个窗口，只有 {{text}}、{{window}}、{{year}}"


def audience_of(given: Namespace, day: date) -> Audience:
    """命令行上写的条件；不认得的是 Fault。"""
    from bot.window_commands import _district, _scope

    rules = knowledge.on(day)
    tiers = {tier for branch in rules.branches.values() for tier in branch.tiers}
    if given.grade and given.grade not in tiers:
        raise Fault(f"--grade：没有这个等级：{given.grade}")
    industry, branch = _scope(given.industry, given.branch, day)
    district = _district(given.district, day)
    scope = (district, "" if branch else industry, branch, given.grade, given.status)
    return Audience(*scope, rules.heirs.former(district))


def previewed(store: Store, settings: Settings, clock: Now, held: Broadcast) -> dict[str, Any]:
    """给谁、凭哪个厂、走哪条路；不给谁、为什么。"""
    recipients: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for some, rest in previewing(store, settings, clock, held):
        recipients += some
        others += rest
    return {"hash": held.hash, "id": held.id, "text": held.text, "recipients": recipients, "others": others}


def previewing(
    store: Store, settings: Settings, clock: Now, held: Broadcast
) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """同 previewed，一批人一批人地给；`near` 是不给的人有没有厂在要发的区县。"""
    branches = knowledge.on(held.day).branches
    notifiers = notifiers_of(settings, store, clock)
    for people in pages(store, settings.zone):
        recipients, others = [], []
        with store.reading() as connection:
            left = lefts(connection, [person.user for person in people], clock())
        for person in people:
            unit = held.audience.unit(person, branches, held.day.year)
            if isinstance(unit, str):
                others.append({"user": person.user, "why": unit, "near": held.audience.near(person)})
                continue
            outgoing = Outgoing(0, person.user, STAGE, held.text, held.values, person.consents)
            outgoing = replace(outgoing, left=left.get(person.user, 0))
            way, fault = way_of(notifiers, person, outgoing)
            names = "、".join(branches[each].name if each in branches else each for each in unit.branches)
            why = "，".join(filter(None, (unit.name, unit.district, names, unit.grade))) or "订阅了"
            recipients.append({"user": person.user, "why": why, "way": way, "fault": fault, "text": held.text})
        yield recipients, others


def unfit(store: Store, settings: Settings, clock: Now, given: str) -> str:
    """散列是 `given` 的广播填不进谁的模板、差在哪里；都填得成、不是广播的是空的。"""
    with store.reading() as connection:
        held = broadcast(connection, f"b-{given}")
    if held is None:
        return ""
    recipients = previewed(store, settings, clock, held)["recipients"]
    faults = [each["fault"] for each in recipients if each["way"] and each["fault"]]
    if not faults:
        return ""
    return f"广播 {given} 没有批准：{len(faults)} 人的填不成，{faults[0]}。{REMEDY}"
