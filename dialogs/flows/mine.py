"""我的信息：这里记着您的厂的什么，一项一项改；几个厂可以换着说。"""

from collections.abc import Generator
from typing import Any

from msgspec import structs

from dialogs.cites import HELP, notice
from dialogs.codes import mended, why_not
from dialogs.factory import TITLES, shown
from dialogs.flows.minefactories import NAME, dropped, switched
from dialogs.flows.mineheld import OPEN, held_lines
from dialogs.flows.place import find_place
from dialogs.flows.when import find_district
from dialogs.kept import RECALL, Kept
from dialogs.records import Facts, Known
from dialogs.reminding import scope
from dialogs.steps import Choice, Choose, Conversation, End, Given, Recall, Step, Text, ask
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
DROP = Choice("drop", "去掉一个厂", ("删掉一个厂", "删一个厂", "去掉厂"))
CODE = Text(
    key="code",
    prompt="统一社会信用代码是多少？",
    cites=HELP,
    hint="直接打营业执照上的代码。",
    typical=("91500116MA5U123453",),
    reads=mended,
    why_not=why_not,
)


_OPEN = Recall(key="open", prompt="", cites=HELP, query=OPEN, typical=((), ("n15-1", "B")))


def mine(rules: Rules, facts: Facts) -> Conversation:
    """列出记着的，要改哪项就问哪项。"""
    held = yield from ask(Recall(key="held", prompt="", cites=HELP, query="held"))
    kept = Kept.of((yield from ask(RECALL)))
    open_ = yield from ask(_OPEN)
    whole = yield from ask(Given(key="whole"))
    told = held_lines(rules, facts, kept, str(held), open_ if isinstance(open_, tuple) else (), bool(whole))
    items = (*ITEMS[:-1], DROP, ITEMS[-1]) if facts.others else ITEMS
    item = yield from ask(
        Choose(
            key="change",
            prompt=told,
            about="改哪一项",
            again="要改哪一项？",
            cites=HELP,
            choices=items,
            still=(DROP.id,),
        )
    )
    if item == "keep":
        return End("mine.kept", HELP, dated=False)
    if item == "other":
        return (yield from switched(rules, facts))
    if item == DROP.id:
        return (yield from dropped(rules, facts, kept))
    if item in ("name", "code") and facts.known.linked:
        return End("mine.bound", HELP, {"item": TITLES[item], "name": facts.known.name}, dated=False)
    value = yield from _asked(rules, facts, item)
    known = structs.replace(facts.known, **{item: value})
    order = kept.subscription(facts, facts.known) if item == "district" else None
    left = scope(rules, order.district, order.branch) if order and order.district != known.district else ""
    data = {"item": TITLES[item], "value": shown(rules, known)[item], "left": left, "known": bool(known.branches)}
    return End("mine.changed", HELP, data, dated=False, known=known)


def _asked(rules: Rules, facts: Facts, item: str) -> Generator[Step[Any], Any, Any]:
    if item == "branches":
        branch, _ = yield from find_place(rules)
        return (branch.id,) if branch else facts.known.branches
    if item == "district":
        said = Known(str((yield from ask(Given(key="place")))))
        passing = yield from ask(Given(key="passing"))
        if passing and facts.known.district in rules.heirs.of(said.district):
            return facts.known.district
        district = yield from find_district(rules, structs.replace(facts, known=said), needed=True)
        return rules.heirs.of(district.id)[0] if district else facts.known.district
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
