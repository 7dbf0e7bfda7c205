"""我的信息：这里记着您的厂的什么，一项一项改；几个厂可以换着说。"""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from msgspec import structs

from dialogs.cites import HELP, notice
from dialogs.factory import FORMER, TITLES, called, checked, named_so, shown, summary, why_not
from dialogs.flows.place import find_place
from dialogs.flows.when import named
from dialogs.kept import RECALL, Kept
from dialogs.records import Facts, Known
from dialogs.reminding import scope, spelled
from dialogs.steps import Choice, Choose, Conversation, End, Recall, Step, Text, ask
from dialogs.wishing import levels
from dialogs.yesno import NEITHER
from knowledge.rules import Rules

ITEMS = (
    Choice("name", "改名称", ("名称", "改名字")),
    Choice("code", "改信用代码", ("信用代码", "改统一社会信用代码")),
    Choice("district", "改区县", ("区县",)),
    Choice("branches", "改行业分支", ("行业分支", "改行业")),
    Choice("grade", "改现在的等级", ("改现有等级", "现在的等级")),
    Choice("wish", "改想评的等级", ("想评的等级",)),
    Choice("other", "换一个厂", ("换厂", "另一个厂", "还有一个厂")),
    Choice("keep", "不用改", ("不改", "没有要改的", "不用", *NEITHER)),
)
CODE = Text(
    key="code",
    prompt="统一社会信用代码是多少？",
    cites=HELP,
    hint="直接打营业执照上的代码。",
    typical=("91500116MA5U123453",),
    reads=checked,
    why_not=why_not,
)
NAME = Text(
    key="name",
    prompt="企业名称是什么？",
    cites=HELP,
    hint="直接打全名。",
    typical=("某某公司",),
    longest=200,
    reads=named_so,
    why_not=lambda said: "" if named_so(said) else "这一问要的是企业名称，例如“某某家具厂”；不想换了，回复“退出”。",
)


def mine(rules: Rules, facts: Facts) -> Conversation:
    """列出记着的，要改哪项就问哪项。"""
    held = yield from ask(Recall(key="held", prompt="", cites=HELP, query="held"))
    rows = Kept.of((yield from ask(RECALL))).subscriptions
    ordered = tuple(f"{scope(rules, each.district, each.branch)}，{spelled(each.day)}订的" for each in rows)
    if ordered and facts.muted:
        ordered = (*ordered, "已退订，都不发")
    told = summary(rules, facts.known, str(held), ordered)
    item = yield from ask(Choose(key="change", prompt=told, about="改哪一项", cites=HELP, choices=ITEMS))
    if item == "keep":
        return End("mine.kept", HELP, dated=False)
    if item == "other":
        return (yield from _switched(rules, facts))
    value = yield from _asked(rules, facts, item)
    known = structs.replace(facts.known, **{item: value})
    return End(
        "mine.changed", HELP, {"item": TITLES[item], "value": shown(rules, known)[item]}, dated=False, known=known
    )


def _asked(rules: Rules, facts: Facts, item: str) -> Generator[Step[Any], Any, Any]:
    if item == "branches":
        branch, _ = yield from find_place(rules)
        return (branch.id,) if branch else facts.known.branches
    if item == "district":
        choices = named(rules, rules.districts.values())
        return (yield from ask(Choose(key="district", prompt="贵厂在哪个区县？", cites=HELP, choices=choices)))
    if item in ("grade", "wish"):
        prompt = "现在是哪个等级？" if item == "grade" else "想评哪个等级？"
        tiers = _tiers(rules, facts.known)
        return (yield from ask(Choose(key=item, prompt=prompt, cites=notice("附件3"), choices=tiers)))
    return (yield from ask(CODE if item == "code" else NAME))


def _tiers(rules: Rules, known: Known) -> tuple[Choice, ...]:
    """已知分支就列它的等级，不知道就列附件3的全部。"""
    branches = [rules.branches[id] for id in known.branches if id in rules.branches] or list(rules.branches.values())
    tiers = dict.fromkeys(tier for branch in branches for tier in levels(branch.tiers))
    return (*(Choice(tier, tier) for tier in tiers), Choice("", "还没有", ("没有", "没评过", "没想好")))


def _switched(rules: Rules, facts: Facts) -> Generator[Step[Any], Any, End]:
    """换到说过的另一个厂，或另加一个；现在这个留着。"""
    others = [known for known in facts.others if known != facts.known]
    picked = "new"
    if others:
        names = (
            Choice(str(n), called(rules, each, n), FORMER if n == len(others) else ())
            for n, each in enumerate(others, 1)
        )
        choices = (*names, Choice("new", "另加一个厂"))
        picked = yield from ask(Choose(key="factory", prompt="换到哪一个厂？", cites=HELP, choices=choices))
    if picked == "new":
        name = yield from ask(replace(NAME, prompt="另外那个厂叫什么？"))
        return _now(rules, facts, Known(name=name), others)
    known = others[int(picked) - 1]
    return _now(rules, facts, known, [each for each in others if each is not known])


def _now(rules: Rules, facts: Facts, known: Known, rest: list[Known]) -> End:
    left = (*rest, facts.known) if facts.known != Known() else tuple(rest)
    return End("mine.switched", HELP, {"name": called(rules, known)}, dated=False, known=known, others=left[-8:])
