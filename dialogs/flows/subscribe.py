"""订阅提醒：哪个区县、哪个行业分支的申报窗口，到期前提醒；已经订着的说几时订的，搬了厂的改过来。"""

from collections.abc import Hashable

from msgspec.structs import replace

from dialogs.flows.place import find_place
from dialogs.flows.when import RULE, can_declare, find_district
from dialogs.kept import RECALL, Kept, Subscription
from dialogs.reading import plain
from dialogs.records import Effect, Facts, OptedIn, Subscribed
from dialogs.reminding import promises, reminding, running, scope, window_lines
from dialogs.steps import Conversation, End, Recall, Text, ask
from knowledge.rules import Rules

_WHOLE = ("全部", "全部行业", "所有", "所有行业", "不分行业", "不分", "都要", "全都要")
_HELD = Recall(key="held", prompt="", cites=RULE, query="district", typical=("", "长寿"))
_KINDS = Recall(key="kinds", prompt="", cites=RULE, query="branches", typical=((), ("n15-4",)))


def subscribe(rules: Rules, facts: Facts) -> Conversation:
    """没说过区县、行业的才问；说产品时又说了别的区县，就照后说的。"""
    kept = Kept.of((yield from ask(RECALL)))
    mine = kept.subscription(facts, facts.known)
    held = str((yield from ask(_HELD))) or (mine.district if mine else "")
    at = replace(facts, known=replace(facts.known, district=held))
    district = yield from find_district(rules, at, needed=True)
    assert district is not None
    kinds = yield from ask(_KINDS)
    branches = kinds if isinstance(kinds, tuple) else ()
    whole = mine is not None and mine.way != "qr" and not facts.muted
    branch = branches[0] if len(branches) == 1 else mine.branch if whole and mine and not branches else ""
    if not branches and not whole:
        opening = "" if held else f"好，{district.name}。"
        first = Text(
            key="business.1.1",
            prompt=f"{opening}贵厂主要生产什么？\n不分行业都要提醒，就回复“全部”。",
            about="主要生产什么",
            cites=RULE,
            hint="直接打字说产品，例如“商砼”；不分行业，回复“全部”。",
            typical=("全部", "商砼", "开火锅店的"),
            trade=True,
            enough=_WHOLE,
        )
        said = yield from ask(first)
        if moved := next((each for each in rules.districts_in(said) if each.id != district.id), None):
            district = moved
        if plain(said) not in _WHOLE:
            lead = f"好，改成{district.name}。\n" if moved else ""
            found, _ = yield from find_place(rules, first=said, lead=lead)
            branch = found.id if found else ""
    id_ = district.id if district.id in rules.districts else district.successors[0]
    new = Subscription(mine.factory if mine else facts.known.name, id_, branch, facts.today)
    known = replace(
        facts.known, district=id_, branches=facts.known.branches or ((branch,) if branch else ()), reminded=True
    )
    return _subscribed(rules, facts.of(known, facts.others), mine, new, kept)


def _subscribed(rules: Rules, facts: Facts, mine: Subscription | None, new: Subscription, kept: Kept) -> End:
    same = mine is not None and (mine.district, mine.branch) == (new.district, new.branch)
    state = "same" if same else "changed"
    if mine is None or mine.way == "qr" or facts.muted:
        state = "new"
    effects: tuple[Effect, ...] = (OptedIn(),) if facts.muted else ()
    if state != "same":
        effects += (Subscribed(new.factory, new.district, new.branch, "chat"),)
    declare = can_declare(rules, facts.of(facts.known, facts.others))
    others = tuple(
        scope(rules, each.district, each.branch) for each in kept.subscriptions if mine is None or each != mine
    )
    left = scope(rules, mine.district, "").partition("、")[0] if mine and mine.district != new.district else ""
    window, day = running(declare), mine.day if mine else None
    data: dict[str, Hashable] = {"state": state, "scope": scope(rules, new.district, new.branch), "day": day}
    data |= {"lines": window_lines(facts, declare), "promises": promises(facts, window)}
    data |= {"left": left, "others": others, "reminding": reminding(facts, window)}
    known, grounds = facts.known, declare.grounds
    return End("subscribe.result", RULE, data, grounds=grounds, dated=False, known=known, effects=effects)
