"""自评头一问里一句说几件（“没有，做商砼的，想评绩效引领”）；没有问就认定的分支，说“不是”再问。"""

import re
from dataclasses import dataclass

from dialogs.cites import HELP, notice
from dialogs.factory import wished
from dialogs.flows.boards import boards_of
from dialogs.flows.echo import DENY
from dialogs.flows.lines import TOLD
from dialogs.flows.veto import Vetoed, veto
from dialogs.heard import assessing
from dialogs.moves import LONGEST_TRADE, Here, answer, aside, say, settle, start
from dialogs.rating import Ratings
from dialogs.reading import plain
from dialogs.records import Frame, Turn, Value
from dialogs.steps import Taken
from dialogs.wishing import grade_in, named, stated
from dialogs.yesno import answering
from knowledge.phrases import asking

_CLAUSE = re.compile(r"[，,。;；\n]|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_GRADE = re.compile(r"(?:地方)?(?:b-|[abcd]|非?(?:绩效)?引领)性?[级档]?(?:企业)?的?")
_OPENS = re.compile(
    r"(?:想|要|来|帮|给|我们?|我厂|咱们?|做|搞|先|再|一|看|找|查|[哈下]|的)*(?:自评|短板)(?:一?[哈下次遍]|一|看看)?"
)
_QUESTION = re.compile(r"[?？]|[吗么嘛]$|咋|怎|啷|哪|什么|啥|多少|好多|多久|好久|要不要|能不能|算不算")
FIRST = "记下了；先说头一件："
APART = "几条线各评各的，一条一条来；想评哪一档，定到哪条线再对。"
_OWN_WISH = re.compile(
    r"(?:的|那?一?条?线)?[，, ]*(?:(?:今年|明年|我们|也|就|都|这次)*(?:想|要|打算|准备|争取|希望)+(?:去|来)?"
    r"(?:申报|申请|报|评|创|争|冲|升|拿|要)(?:个|到|成|上)?)((?:地方)?(?:b-|[abcd](?![a-z]))|非?绩?效?引领)性?[级档]?(?:的|了|嘛)*$"
)
"""“家具喷漆想评A”：做什么后面紧跟着想评哪一档。"""
_LINES = re.compile(r"(?:我们|厂里|一共|有)*(?:[两二三四2-4几]|好几)(?:条|个)(?:生产)?线")
_AND_ALSO = re.compile(r"^(?:旁边|另外|还|也|再|有|个|一?条|一?个)+(?=.{2})")
_HOW_FAR = re.compile(
    r"(?:帮我们?|我们|先|看看|看一?[下哈]|查一?[下哈]|现在)*(?:还)?"
    r"(?:差(?:些|在|了|得)*(?:啥子?|什么|哪[些里点]?|好多|多少|几项)|够不够得?上?)"
)
"""“看看还差哪些”：就是要自评。"""
_TOWARDS = re.compile(
    r"(?:今年|明年|我们|也|就|这次)*(?:想|要|打算|准备)(?:往|朝|冲)((?:地方)?(?:b-|[abcd])|绩?效?引领)[级档]?(?:走|靠|冲)?"
)
_NO = frozenset("不是 不是的 不对 错了 不是这个 不是哦 搞错了 行业不对 不是我们".split())


@dataclass(frozen=True, slots=True)
class Told:
    """一句里说的几件：处罚、想评哪一档、做什么、各项做到没有；没说的是空的。"""

    penal: str = ""
    wish: str = ""
    trade: str = ""
    items: str = ""
    apart: bool = False
    """几条线各说了想评的档：一条一条定，定到了再问。"""


def together(here: Here) -> Turn | None:
    """正问着处罚，或开口要自评，一句里还说了做什么、想评哪一档、各项：一件一件记下，只问还没说的。"""
    inside = bool(here.session.frames) and here.session.frames[-1].flow == "assess"
    opening = not here.session.frames and assessing(here.said)
    if not (opening or inside):
        return None
    step = here.due.step if here.due and inside else veto(here.facts.today)
    known = bool(here.facts.known.branches)
    if (
        not isinstance(step, Vetoed)
        or not (opening or (inside and not known))
        or _QUESTION.search(_HOW_FAR.sub("", here.said))
    ):
        return None
    told = _told(here, step)
    plainly = plain(told.trade)
    traded = bool(told.trade) and not asking(told.trade, plainly) and not answering(plainly)
    traded = traded and bool(here.rules.lookup(told.trade).candidates)
    if (told.trade and not traded) or not (told.penal or told.wish or told.apart if opening else traded):
        return None
    fixed = step.parse(plain(told.penal)) if told.penal else None
    answers: dict[str, Value] = {
        **({step.key: fixed} if fixed else {}),
        **({"known.branches": ()} if opening and traded else {}),
        **({"business.1.1": told.trade} if traded else {}),
        **({TOLD: told.wish} if told.wish else {}),
    }
    lead = say(step.unread(plain(told.penal)), HELP, "") if told.penal and not fixed else None
    lead = lead or (say(APART, notice("附件3"), "") if told.apart else None)
    if opening:
        turn = start(here, "assess", tuple(answers.items()), lead=lead, opening="" if fixed or lead else FIRST)
    else:
        *outer, frame = here.session.frames
        frame = Frame(frame.flow, frame.run, tuple({**dict(frame.answers), **answers}.items()))
        prefix = "" if fixed or lead else FIRST
        turn = settle(here, here.session, "together", (*outer, frame), step.key, lead=lead, prefix=prefix)
    return _with_items(here, turn, told.items) if told.items else turn


def _told(here: Here, step: Vetoed) -> Told:
    """逐句分：想评的、处罚、各项，剩下的是做什么。"""
    page = boards_of(here.rules, (("", ""),), True, ())
    penal, items, trade, owned, wish = [], [], [], [], ""
    for each in filter(None, map(str.strip, _CLAUSE.split(here.message.text))):
        said = plain(each)
        if (own := _OWN_WISH.search(said)) and here.rules.lookup(
            before := _AND_ALSO.sub("", said[: own.start()])
        ).candidates:
            trade.append(before)
            owned.append(named(own[1]))
        elif _LINES.fullmatch(said) or _HOW_FAR.fullmatch(said) or any(of == "grade" for of, _ in stated(said)):
            continue
        elif found := _wish(each):
            wish = wish or found
        elif step.parse(said) or step.unread(said):
            penal.append(each)
        elif page.touches(said):
            items.append(each)
        elif not _OPENS.fullmatch(said):
            trade.append(each)
    apart = len(owned) > 1 or (len(owned) == 1 and (len(trade) > 1 or bool(wish)))
    wish = "" if apart else wish or "".join(owned)
    return Told("，".join(penal), wish, "，".join(trade)[:LONGEST_TRADE], "，".join(items), apart)


def _with_items(here: Here, turn: Turn, items: str) -> Turn:
    """同一句里还说了各项：正好问到短板的，照说的记；还没问到、读不准的，说清楚等问到了再说。"""
    after = here.at(turn.session)
    step = after.due.step if after.due else None
    if isinstance(step, Ratings) and (value := step.parse(plain(items))) is not None:
        head = step.prompt.partition("下面")[0].replace(DENY, "不对就打“修改”")
        lead = say(f"{head}各项记了：{step.shows(value)}。", step.cites, "")
        return answer(after, (step.key, value), "together", lead=lead)
    later = "没读准，先不记，请照下面重说" if isinstance(step, Ratings) else "还没问到，先不记，问到短板时再说"
    lead = say(f"别的记下了；“{items[:30]}”{later}。", HELP, "")
    return aside(after, lead, "together", back="")


def _wish(clause: str) -> str:
    """这一句整句说的是想评哪一档；不是是空的。"""
    said = plain(clause)
    if towards := _TOWARDS.fullmatch(said):
        return named(towards[1])
    if found := [name for subject, name in stated(said) if subject == "wish"]:
        return found[0]
    return grade_in(said) if _GRADE.fullmatch(said) or (len(said) <= 10 and wished(clause)) else ""


def denied(here: Here) -> Turn | None:
    """“不是”：没有问就认定的分支不对，换个说法再查。"""
    due = here.due if here.said in _NO else None
    if due is None or not hasattr(due.step, "prompt") or DENY not in due.step.prompt:
        return None
    for step, _ in reversed(due.asked):
        if isinstance(step, Taken) and step.key.startswith("branch."):
            return answer(here, (step.key, "none"))
    return None
