"""被退回了：退的是附件5的哪一项，那里写的是什么，对着查什么，在哪里重新交，哪些没有写，问谁。"""

from collections.abc import Generator
from typing import Any

from dialogs.cites import HELP, contact, joined, notice
from dialogs.outline import ALSO, AND, BOARD, GIVEN_UP, LOOSE, narrower, told, unlisted, which
from dialogs.records import Facts
from dialogs.steps import Conversation, End, Step, ask
from knowledge.rules import Rules

_FIRST = (
    "退回来的可以改好，在系统的“审核进展”里重新提交，不算第二次申报。\n"
    "退的是附件5的哪一部分？直接打那一项的名称也行，例如“台账”“无组织”“承诺书”。"
)

_LOOSE_AT = notice("附件5", "附件4 二", "附件4 一")
_NONE = (("item", ""),)


def returned(rules: Rules, facts: Facts) -> Conversation:
    """问到附件5的一项为止，几处一处一处问；没说是哪一项，就给通用的。"""
    items = {item.id: item for item in rules.outline}
    part = yield from ask(which(rules, "part", _FIRST, tuple(id for id in items if not items[id].parent)))
    if part == GIVEN_UP:
        return End("returned.dropped", joined(notice("附件4 二"), HELP), {"contact": contact(rules)}, verdict=_NONE)
    places = part.split(ALSO)
    said = []
    for n, place in enumerate(places, 1):
        said.append((yield from _narrowed(rules, place, len(places), n)))
    picked = tuple(dict.fromkeys(id for id in said if id in items))
    boards = tuple(board for board in unlisted(rules) if f"{BOARD}{board.id}" in said)
    loose = tuple(id.removeprefix(LOOSE) for id in said if id.startswith(LOOSE))
    if loose and not picked:
        cites = joined(_LOOSE_AT, *(board.cites for board in boards), HELP)
        return End(
            "returned.apart", cites, {"loose": loose, "boards": boards, "contact": contact(rules)}, verdict=_NONE
        )
    if boards and not picked:
        cites = joined(*(board.cites for board in boards), notice("附件5 六 2", "附件4 二"), HELP)
        verdict = (("item", AND.join(f"{BOARD}{board.id}" for board in boards)),)
        return End("returned.unlisted", cites, {"boards": boards, "contact": contact(rules)}, verdict=verdict)
    if not picked:
        parts = tuple(item for item in rules.outline if not item.parent)
        cites = joined(notice("附件4 二", "附件5"), tuple(each.cite for each in parts), HELP)
        return End("returned.unsaid", cites, {"parts": parts, "contact": contact(rules)}, verdict=_NONE)
    texts = tuple(told(rules, items[id]) for id in picked)
    first = texts[0]
    cites = joined(tuple(items[id].cite for id in picked), notice("附件4 二"), HELP, *(each.cites for each in texts))
    cites = joined(cites, *(board.cites for board in boards))
    one = {
        "item": first.item,
        "quote": first.quote,
        "named": first.named,
        "inside": first.inside,
        "others": first.others,
    }
    alone = len(texts) == 1 and not boards and not loose
    several = {"told": texts, "boards": boards, "loose": loose}
    name, data = ("returned.result", one) if alone else ("returned.several", several)
    cites = joined(cites, _LOOSE_AT if loose else ())
    return End(name, cites, {**data, "contact": contact(rules)}, verdict=(("item", AND.join(picked)),))


def _narrowed(rules: Rules, place: str, count: int, n: int) -> Generator[Step[Any], Any, str]:
    """一处往下选到一项；没说是哪一项的，退到说到的那一部分。"""
    part = picked = place
    titles = {item.id for item in rules.outline}
    ahead = f"{count}处都记下了，第{n}处要再选一下：" if count > 1 else ""
    for key in ("item", "narrower"):
        if ids := narrower(rules, picked):
            prompt = f"{ahead}退的是下面哪一项？" if AND in picked else f"{ahead}具体是里面的哪一项？"
            part, picked = picked, (yield from ask(which(rules, f"{key}.{n}" if n > 1 else key, prompt, ids)))
    return part if picked == "unsaid" and part in titles else picked
