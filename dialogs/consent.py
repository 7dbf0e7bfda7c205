"""同意和不同意：退订、恢复订阅、扫区县的码关注；退订过的人，扫码不会又给他订上。"""

import re
from dataclasses import replace

from dialogs.cites import HELP, joined
from dialogs.flows.when import RULE
from dialogs.kept import KEPT, Kept, Subscription
from dialogs.moves import Here, aside, say
from dialogs.records import Effect, OptedIn, Subscribed, Turn
from dialogs.reminding import declare_of, scope, until
from knowledge.records import District

STOP = re.compile(r"(?<!不)(?<!不要)(?<!不想)(?<!没有)(?<!没说)(?<!没)(?<!别)(?:退订|取消订阅|取消提醒)")
AGAIN = re.compile(r"(?<!不)(?<!不要)(?<!不想)(?<!没有)(?<!没说)(?<!没)(?<!别)(?:恢复订阅|恢复提醒|重新订阅)")
_ASKING = re.compile(r"咋|怎|啷|如何|[吗么？?]|不[嘛哦]?$|能不能|可以不|会不会|还能|以后|过后|之后|了还|要是|如果")


def wanted(said: str) -> str:
    """一句话里说了退订还是恢复；问怎么退的不算。"""
    if ("订" not in said and "提醒" not in said) or _ASKING.search(said):
        return ""
    return "resubscribe" if AGAIN.search(said) else "unsubscribe" if STOP.search(said) else ""


def resumed(here: Here) -> Turn:
    """恢复订阅：说清以前订的还在不在。"""
    if KEPT not in here.recalled:
        return Turn(here.session, None, recall=KEPT, claimed="resubscribe")
    held = Kept.of(here.recalled[KEPT]).subscriptions
    declares = [declare_of(here.rules, here.facts, each) for each in held]
    lines = [
        f"提醒照旧：{scope(here.rules, each.district, each.branch)}"
        f"{'，' + until(declare) if declare.state == 'open' else ''}。"
        for each, declare in zip(held, declares, strict=True)
    ]
    body = "\n".join(("已恢复，今后可以主动给您发消息。", *(lines or ("到期提醒还没有订过。",))))
    then = "回复“菜单”看能问什么。" if held else "要到期前提醒，回复“订阅提醒”。"
    draft = say(body, joined(RULE, HELP) if held else HELP, then)
    grounds = tuple(dict.fromkeys(each for declare in declares if declare.state == "open" for each in declare.grounds))
    freed = here.at(replace(here.session, muted=False))
    return aside(freed, replace(draft, grounds=grounds), "resubscribe", (OptedIn(),))


def scanned(here: Here, district: District, muted: bool) -> tuple[str, tuple[Effect, ...], bool]:
    """扫了一个区县的码：该说的一句、效果、订上了没有。这个区县没有窗口，也先订着。"""
    held = Kept.of(here.recalled[KEPT])
    mine = held.subscription(here.facts, here.session.known)
    if mine is not None and mine.district == district.id:
        return f"到期提醒订着：{_scope(here, mine)}；不想收，回复“退订”。", (), True
    if muted:
        return "您退订过，没有给您订提醒；要到期前提醒，回复“订阅提醒”。", (), False
    if mine is not None:
        return f"\n提醒还订在{_scope(here, mine)}；要改到{district.name}，回复“订阅提醒”。", (), True
    new = Subscribed(here.session.known.name, district.id, "", "qr")
    said = "申报窗口到期前提醒您，交了不催；要按行业订，回复“订阅提醒”，不想收，回复“退订”。"
    return said, (new,), True


def _scope(here: Here, held: Subscription) -> str:
    return scope(here.rules, held.district, held.branch)
