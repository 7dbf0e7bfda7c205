"""提醒的事：多久发一次、工作日怎么算、要不要重新订、明年还提醒不，和这里办不了的。"""

from collections.abc import Hashable
from datetime import date

from dialogs.cites import HELP, joined
from dialogs.factory import district_of
from dialogs.flows.when import RULE, can_declare
from dialogs.kept import RECALL, Kept
from dialogs.records import Facts
from dialogs.reminding import cycle_of, hours, lacking, occasions, off, running, scope, upcoming, window_lines
from dialogs.standing import declared_already
from dialogs.steps import Conversation, End, Given, ask
from knowledge.rules import Rules

RECEIVING = ("device", "account", "why", "hours", "days", "next", "which", "blocked", "astray", "how")
"""问自己收的提醒：答在 _receiving.j2。"""
_OFFERED = frozenset("often will renew nextyear why days next which how".split())


def about(rules: Rules, facts: Facts) -> Conversation:
    """`topic` 是问的哪一件；没有说是哪一件，就说多久发一次。"""
    topic, _, holiday = (str((yield from ask(Given(key="topic")))) or "often").partition(":")
    kept = Kept.of((yield from ask(RECALL)))
    mine = kept.subscription(facts, facts.known)
    declare = can_declare(rules, facts)
    asked = date.fromisoformat(holiday) if topic == "day" else facts.today
    said = kept.said(facts, facts.known, cycle_of(rules, facts, facts.known).id)
    window = running(declare)
    coming = None if topic == "nextyear" else window
    district = district_of(rules, facts.known)
    data: dict[str, Hashable] = {
        "topic": topic,
        "holiday": holiday,
        "asked": asked,
        "weekday": "周" + "一二三四五六日"[asked.weekday()],
        "working": facts.workdays.working(asked),
        "certain": facts.workdays.certain(asked),
        "muted": facts.muted,
        "when": occasions(facts, coming),
        "hours": hours(facts.today),
        "off": off(facts, coming),
        "lacking": lacking(facts),
        "mine": mine,
        "scope": scope(rules, mine.district, mine.branch) if mine else "",
        "window": window,
        "since": bool(mine and window and mine.day >= window.start),
        "said": said,
        "where": district.name if district else "所在区县",
        "next_year": any(each.start.year > facts.today.year for each in facts.windows),
    }
    data["receiving"] = receiving = topic in RECEIVING
    if receiving:
        data["scopes"] = tuple(scope(rules, each.district, each.branch) for each in kept.subscriptions)
        data["declared"] = mine is not None and declared_already(rules, facts, kept, facts.known)
        data["next"] = day = upcoming(facts, window) if mine and window else None
        data["next_weekday"] = "周" + "一二三四五六日"[day.weekday()] if day else ""
        data["lines"] = window_lines(facts, declare)
    registered = topic in ("renew", "nextyear") or (topic in ("often", "will") and mine is None)
    held = kept.subscriptions if topic == "which" else mine
    return End(
        "about.result",
        joined(RULE, HELP if receiving or topic in ("late", "other", "dispute", "stop", "again", "keep") else ()),
        data,
        grounds=declare.grounds
        if window and (topic in ("why", "next") or (registered and topic != "nextyear"))
        else (),
        dated=False,
        offers="subscribe" if topic in _OFFERED and not held and not (receiving and facts.muted) else "",
    )
