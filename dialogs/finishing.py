"""“搞完了”“刚点了提交”：没有说交了，说的是弄完了；说着提醒就是交了，说着别的先问一句。"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from dialogs import handed
from dialogs.cites import HELP, joined
from dialogs.flows.when import RULE
from dialogs.moves import Here, aside, say
from dialogs.records import Turn
from dialogs.yesno import NEITHER, YES

WHETHER = "whether"
"""问了“是说已经在系统里提交申报了吗？”的话题。"""
REMINDER = "reminder"
"""回忆的名字：他上一次来说话以后，有没有发给他到期提醒。"""
_ASKED = "是说已经在系统里提交申报了吗？"
_ABOUT = ("subscribe", "about", "declared", "when", "progress", "calendar", "scan", "stays", "dropped")
"""说着提醒的话题。"""
_HINTS = frozenset("弄搞整办做填忙传点按交报递完")
_OVER = frozenset("了定妥")
"""没有说“交”的，总有其中一个字。"""
_LONGEST = 24
_SENT = r"(?=(?:就|都|也|全部?)*(?:交|提交|申报|报|上报|递))"
_DID = re.compile(
    rf"(?:弄|搞|整|办|做)(?:完|好|妥|成|齐|脱|拢|归一|巴适|撇脱)(?:了|{_SENT})|[搞办]定(?:了|{_SENT})?|办妥|完成了|"
    r"(?:点|按|摁)(?:(?:完|好|过)?了(?:那个)?提交(?:按钮|键)?|(?:那个)?提交(?:按钮|键)?了)|提交(?:按钮|键)(?:也|都)?[点按]了"
)
_SORT_OF = re.compile(r"(?:弄|搞|整|填|传|上传|办)(?:完|好|齐)?了|(?:弄|搞|整)得差不多了")
_PAPERS = re.compile(r"材料|资料")
_TABLE = re.compile(r"申报表|^(?:那个|这个)?表(?=[填弄搞整办都])")
_HEDGE = re.compile(
    r"(?:我们?)?(?:应该|可能|好像|估计|大概|差不多|算是|怕是|也许|听说|以为|(?:会计|老板|同事|财务|环保员|文员|办事员)(?:说|讲|喊)?)+"
)
_MAYBE = re.compile(r"应该|可能|好像|估计|大概|也许|差不多")
_YES = re.compile(
    rf"(?:{'|'.join(map(re.escape, sorted(YES, key=len, reverse=True)))}|嗯+|就是的?|是[的嘞]?|对[的头]?|"
    r"交了|提交了|报了|[,， ])+(?:已经|早就|都|在系统里|我们)*(?:提交|申报|报|交)?(?:上去)?(?:了|的)?"
)
_NO = re.compile(
    r"(?:还|都)?(?:没有?|没得|莫得|不是|未)"
    r"(?:呢|哦|嘛|的|得|[,， ]|还|没有?|不是|提交|申报|交|报|点|说材料|弄的?是?材料)*|暂时没有?"
)


def likely(said: str) -> bool:
    """一眼看去像是说弄完了：不像的不必一句一句拆。"""
    if _OVER.isdisjoint(said) or _HINTS.isdisjoint(said):
        return False
    return bool(_DID.search(said) or _SORT_OF.search(said))


def finished(clauses: Sequence[str]) -> str:
    """弄完了的那半句：sure 是弄完了，unsure 是也许只是材料、听人说的，空的是没有说弄完。"""
    for at, clause in enumerate(clauses):
        clause = _TABLE.sub("材料", clause)
        hedged = _HEDGE.match(clause)
        bare = clause[hedged.end() :] if hedged else clause
        others = [*clauses[:at], bare, *clauses[at + 1 :]]
        sure = handed.framed(bare, _DID) and not hedged
        said = sure or handed.framed(bare, _DID) or handed.framed(bare, _SORT_OF)
        said = said or bool(hedged and _MAYBE.match(hedged[0]) and handed.told([bare]))
        if said and not handed.elsewhere(others, at):
            return "sure" if sure and not _PAPERS.search(clause) else "unsure"
    return ""


def heard(here: Here, said: str, clauses: Sequence[str], told: str) -> str | None:
    """这句话算不算交了：submitted 算；ask 要问一句；空的不是在说这个。要看发没发过提醒而还没有看的是 None。

    `told` 是明明说了“交了”的那半句，只是没说是谁、说着别的。
    """
    if len(said) > _LONGEST or _HINTS.isdisjoint(said):
        return ""
    how, inside = "sure" if told else finished(clauses), bool(here.session.frames)
    if how != "sure":
        return "ask" if how and not inside else ""
    topic = "" if inside else here.session.topic.partition(":")[0]
    if topic == WHETHER or (topic in _ABOUT and here.session.known.reminded):
        return "submitted"
    if REMINDER not in here.recalled:
        return None
    return "submitted" if here.recalled[REMINDER] else "" if inside else "ask"


def confirmed(here: Here) -> str:
    """刚问了是不是交了：yes 是，no 没有；答的是别的是空的。"""
    if here.session.topic.partition(":")[0] != WHETHER or here.session.frames:
        return ""
    if _YES.fullmatch(here.said):
        return "yes"
    return "no" if here.said in NEITHER or _NO.fullmatch(here.said) else ""


def asked_whether(here: Here, said: str) -> Turn:
    """问一句是不是交了；话记在话题里，答了“是”就照它说的那天。"""
    draft = say(
        f"{_ASKED}\n先没有记：弄完了材料、填完了表，还没有提交的，不算交了。",
        joined(RULE, HELP),
        "提交了，回复“是的”；还没有，回复“还没交”。",
    )
    return aside(here, replace(draft, flow=WHETHER, offers=said), "unread")


def refused(here: Here) -> Turn:
    """不是交了：什么也没有记。"""
    kept = "，到期提醒照旧" if here.session.known.reminded and not here.session.muted else ""
    draft = say(f"好，没有记{kept}。", joined(RULE, HELP), "交了，说一声“我们今天交了”。")
    return aside(here, draft, "unread")
