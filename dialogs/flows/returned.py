"""被退回了：退的是附件5的哪一项，那里写的是什么，对着查什么，在哪里重新交，哪些没有写，问谁。"""

from dialogs.cites import HELP, joined, notice
from dialogs.outline import AND, narrower, under, which
from dialogs.records import Facts
from dialogs.steps import Conversation, End, ask
from knowledge.records import Citation
from knowledge.rules import Rules

_ELSEWHERE = {
    "六 2.16.2": (Citation("hj-1321", "保存期限"),),
    "六 2.18": (Citation("hj-1321", "门禁系统"), Citation("hj-1321", "保存期限")),
}
"""别的文件里讲到这一项的条款。"""
_FIRST = (
    "退回来的可以改好，在系统的“审核进展”里重新提交，不算第二次申报。\n"
    "退的是附件5的哪一部分？直接打那一项的名称也行，例如“台账”“无组织”“承诺书”。"
)


def returned(rules: Rules, facts: Facts) -> Conversation:
    """问到附件5的一项为止；没说是哪一项，就给通用的。"""
    items = {item.id: item for item in rules.outline}
    part = picked = yield from ask(which(rules, "part", _FIRST, tuple(id for id in items if not items[id].parent)))
    for key in ("item", "narrower"):
        if ids := narrower(rules, picked):
            prompt = "退的是下面哪一项？" if AND in picked else "具体是里面的哪一项？"
            part, picked = picked, (yield from ask(which(rules, key, prompt, ids)))
    picked = part if picked == "unsaid" and part in items else picked
    contact = rules.clause(HELP[1]).text.removeprefix("联系人：").rstrip("。")
    if picked not in items:
        parts = tuple(item for item in rules.outline if not item.parent)
        cites = joined(notice("附件4 二", "附件5"), tuple(each.cite for each in parts), HELP)
        return End("returned.unsaid", cites, {"parts": parts, "contact": contact}, verdict=(("item", ""),))
    item, inside = items[picked], under(rules, picked)
    elsewhere = tuple(cite for cite in _ELSEWHERE.get(picked, ()) if rules.holds(cite))
    weak = rules.clause(HELP[0]).text.partition("等短板指标")[0]
    named = ["短板" if each.title in weak else "重点指标" for each in rules.boards
             if each.evidence == picked and HELP[0] in each.cites]  # fmt: skip
    said = {"item": item, "quote": rules.clause(item.cite).text.split("\n")[0], "named": named[0] if named else ""}
    more = {"inside": inside, "others": tuple(rules.clause(cite) for cite in elsewhere)}
    cites = joined((item.cite,), notice("附件4 二"), HELP, tuple(each.cite for each in inside), elsewhere)
    return End("returned.result", cites, {**said, **more, "contact": contact}, verdict=(("item", picked),))
