"""问答照说的那个厂答：谁审、有哪几档照行业分支，今天能不能报照登记的窗口；几问一页放不下的，先各答一句再细说。"""

import re

from dialogs.cites import joined, notice
from dialogs.flows import FLOWS, SAID
from dialogs.flows.reviewing import notes, placed
from dialogs.graded import NO_EXPERTS, SURE, among, entrusting, levels_of, missing, said_in
from dialogs.kept import KEPT
from dialogs.moves import Here, both, confirmed
from dialogs.replay import replay
from dialogs.reply import Draft, ending, explained, faqs_of
from dialogs.steps import End
from knowledge.records import Branch, Faq

_WHO = frozenset("who-reviews who-ab who-c who-delegated who-local-a who-local-c who-three experts process".split())
_TIERS = frozenset("grades which-grade".split())
_WINDOWS = frozenset("when missed period".split())
_COUNTDOWN = re.compile(r"还(?:有|剩)?(?:好多|多少|几)(?:个工作)?天")
_ITEMS = re.compile(r"[ ，,。;；、]+|还有|另外|和|跟")
_TITLED = {
    "when": "when",
    "materials": "materials",
    "review": "process",
    "benefits": "benefits-all",
    "system": "system-url",
}
"""菜单上的几样，各由哪个问答来答。"""
_UNSTATED = "没有写明的，以贵厂所在区县生态环境局答复为准。"
_MOST, _ROOM, _HEAD, _LISTED = 3, 380, 130, 24
"""几个分支以内才逐个说；正文有这么长就一页放不下；一问开头的几行最多这么长；只报名字的最多这么长。"""


def own(here: Here, faq: Faq) -> Draft:
    """一个问答的答复：靠行业、靠今天才答得准的，照说的那个厂答。"""
    if faq.id == "when":
        return _today(here) or explained(faq)
    if faq.id not in _WHO and faq.id not in _TIERS:
        return explained(faq)
    branches = _ours(here, spoken=faq.id != "process")
    if not branches:
        return explained(faq)
    return _reviewed(here, branches, faq) if faq.id in _WHO else _tiered(branches, faq)


def in_order(drafts: list[Draft]) -> Draft:
    """几个答复合成一个，次序照问的：一页放得下的接着说，放不下的先各说头一句，再逐个细说。"""
    heads: list[str] = []
    rest: list[str] = []
    long = len(drafts) > 1 and sum(len(line) + 1 for draft in drafts for line in draft.body) > _ROOM
    for number, draft in enumerate(drafts, start=1):
        head = _head(draft) if long else len(draft.body)
        heads += [line for line in draft.body[:head] if line not in heads]
        if left := [line for line in draft.body[head:] if line not in (*heads, *rest)]:
            rest += [f"再细说第{number}问：{left[0]}", *left[1:]]
    cites = joined(*(draft.cites for draft in drafts))
    grounds = tuple(dict.fromkeys(ground for draft in drafts for ground in draft.grounds))
    return Draft((*heads, *rest), cites, drafts[-1].then, grounds, any(draft.dated for draft in drafts))


def _head(draft: Draft) -> int:
    """头几行才答得了所问：以冒号结尾的，连着它引出来的几行；每一档谁审的，各档都在内。"""
    head = 1
    if draft.body[0].endswith("："):
        while head < len(draft.body) and sum(map(len, draft.body[: head + 1])) <= _HEAD:
            head += 1
        head = max(head, min(2, len(draft.body)))
    while head < len(draft.body) and "→" in draft.body[head]:
        head += 1
    return head


def _ours(here: Here, spoken: bool) -> tuple[Branch, ...]:
    """说的是哪个厂：这句话里听准了的行业（`spoken` 才看），没有就是先前认定的；太多了分不清，是空的。"""
    found = here.rules.lookup(here.message.text).candidates if spoken else ()
    sure = found and found[0].score >= SURE and here.rules.lookup(here.message.text).outcome == "match"
    named = tuple(each.branch for each in found[:1] if each.branch) if sure else ()
    branches = named or _known(here)
    return branches if len(branches) <= _MOST else ()


def _known(here: Here) -> tuple[Branch, ...]:
    """认定了的行业分支：说完的，和正说着的一场里已经选了的。"""
    ids = here.session.known.branches or confirmed(here.session.frames, here.rules)
    return tuple(here.rules.branches[id] for id in ids if id in here.rules.branches)


def lacking(here: Here) -> Draft | None:
    """问到了自己的厂没有的一档：先说没有。"""
    branches = _known(here)
    lost = missing(said_in(here.message.text), branches) if branches else ()
    return Draft(lost, tuple(branch.cite for branch in branches), "") if lost else None


def _reviewed(here: Here, branches: tuple[Branch, ...], faq: Faq) -> Draft:
    """这几个分支的每一档谁审；点名了哪一档的只说那一档，没有那一档的先说没有。"""
    said = said_in(here.message.text)
    lost = missing(said, branches)
    places = tuple(placed(here.rules, branch) for branch in branches)
    every = [(place, row) for place in places for row in place.rows]
    wanted = [each for each in every if any(among(each[1], level) for level in said)]
    rows = [f"“{place.branch.name}”的{row}" for place, row in wanted or every]
    body = [*lost, *(levels_of(branches) if lost else ()), *rows, *entrusting(said, branches, here.rules)]
    if any("没有写明" in row for row in rows):
        body += [*notes(places), _UNSTATED]
    if faq.id == "experts" and not any("专家" in row for row in rows):
        body.insert(0, NO_EXPERTS)
    return Draft(tuple(body), joined(*(place.cites for place in places), notice("正文 三（二）")), faq.then)


def _tiered(branches: tuple[Branch, ...], faq: Faq) -> Draft:
    return Draft(tuple(levels_of(branches)), tuple(branch.cite for branch in branches), faq.then)


def _today(here: Here) -> Draft | None:
    """今天能不能报；还要先问区县、行业的，是 None。"""
    if not here.facts.windows:
        return None
    kept = {KEPT: here.recalled.get(KEPT, ())}
    end = replay(FLOWS["when"].talk, kept, here.rules, here.facts).step
    return ending(end) if isinstance(end, End) else None


def dated_later(here: Here) -> tuple[Faq, ...]:
    """问了几样，现在能不能报不是头一样：照问的次序答的那几样；别的情形是空的。"""
    asked = here.rules.questions(here.message.text)
    ordered = len(asked) > 1 and asked[0].id not in _WINDOWS and not _COUNTDOWN.search(here.said)
    return asked if ordered and not here.session.frames else ()


def besides_now(here: Here) -> Draft | None:
    """问能不能报，还问了别的：别的几样先答。"""
    if _COUNTDOWN.search(here.said):
        return None
    asked = here.rules.questions(here.message.text)
    others = [explained(each) for each in asked if each.id not in _WINDOWS]
    return both(others) if others and len(asked) > 1 else None


def titled(here: Here) -> tuple[Faq, ...]:
    """“时间 材料 流程”：几样全是菜单上的名字，各由哪个问答来答；只有一样、有别的话的是空的。"""
    if here.session.frames or len(here.said) > _LISTED:
        return ()
    flows = [SAID.get(part, "") for part in _ITEMS.split(here.said) if part]
    if len(flows) < 2 or not _TITLED.keys() >= set(flows):
        return ()
    return faqs_of(here.rules, *dict.fromkeys(_TITLED[flow] for flow in flows))
