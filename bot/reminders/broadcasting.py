"""广播的条件怎么认、会给谁。"""

from argparse import Namespace
from datetime import date
from typing import Any

import knowledge
from bot.clock import Clock
from bot.commands import Fault
from bot.reminders.broadcast import STAGE, Audience, Broadcast
from bot.reminders.notifier import Outgoing
from bot.reminders.people import pages
from bot.reminders.posting import notifiers_of
from bot.reminders.rehearsal import way_of
from bot.settings import Settings
from bot.store import Store


def audience_of(given: Namespace, day: date) -> Audience:
    """命令行上写的条件；不认得的是 Fault。"""
    from bot.window_commands import _district, _scope

    rules = knowledge.on(day)
    tiers = {tier for branch in rules.branches.values() for tier in branch.tiers}
    if given.grade and given.grade not in tiers:
        raise Fault(f"--grade：没有这个等级：{given.grade}")
    industry, branch = _scope(given.industry, given.branch, day)
    return Audience(_district(given.district, day), "" if branch else industry, branch, given.grade, given.status)


def previewed(store: Store, settings: Settings, clock: Clock, held: Broadcast) -> dict[str, Any]:
    """给谁、走哪条路；不给谁、为什么。"""
    branches = knowledge.on(held.day).branches
    notifiers = notifiers_of(settings, store, clock)
    recipients, others = [], []
    for people in pages(store, settings.zone):
        for person in people:
            if no := held.audience.no(person, branches, held.day.year):
                others.append({"user": person.user, "why": no})
                continue
            outgoing = Outgoing(0, person.user, STAGE, held.text, held.values, person.consents)
            way, fault = way_of(notifiers, person, outgoing)
            recipients.append({"user": person.user, "way": way, "fault": fault, "text": held.text})
    return {"hash": held.hash, "id": held.id, "text": held.text, "recipients": recipients, "others": others}
