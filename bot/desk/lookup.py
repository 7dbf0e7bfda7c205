"""接电话时查：打对方说的几个字，马上给出一张卡片，照着念，或复制给他。"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.visit import Answer, Page, Visit
from bot.roster.days import extra_days
from bot.windows import all_windows
from dialogs.cites import HELP, contact, joined, notice
from dialogs.flows.reviewing import Placed, placed
from dialogs.flows.when import Declare, can_declare
from dialogs.records import Facts, Known, Message, Session
from dialogs.reply import NEXT, TEMPLATES, Draft, pages
from dialogs.turn import take_turn
from knowledge.records import Benefit, Candidate, Citation, District, Faq
from knowledge.rules import Rules
from knowledge.workdays import Workdays

MOST = 4
BASIS = "依据："
_SURE = {"match": "多半是", "ask": "还要再问一句", "none": "名录里没有找到"}


@dataclass(frozen=True, slots=True)
class Place:
    """一个候选：等级、谁审、出处，和照着念的一段。"""

    why: str
    placed: Placed
    basis: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Card:
    """一张卡片。`industries` 是只认得出行业的候选；`asked` 是话里还问了的问答。"""

    said: str
    outcome: str
    question: str
    district: District | None
    places: tuple[Place, ...]
    industries: tuple[Candidate, ...]
    asked: tuple[Faq, ...]
    when: tuple[str, ...]
    materials: tuple[str, ...]
    benefits: tuple[Benefit, ...]
    contact: str
    bases: dict[str, str]


def card_of(rules: Rules, said: str, facts: Facts) -> Card:
    """对方说的话 → 卡片；一个字也不编，都是机器人自己会说的。"""
    found = rules.lookup(said)
    named = [each for each in rules.districts_in(said) if each.id in rules.districts]
    district = named[0] if named else None
    known = Known(district.id if district else "")
    places, industries = [], []
    for each in found.candidates[:MOST]:
        if each.branch is None:
            industries.append(each)
            continue
        own = replace(facts, known=replace(known, branches=(each.branch.id,)))
        declare = can_declare(rules, own)
        at = placed(rules, each.branch)
        places.append(Place(each.why, at, rules.basis(at.cites), _spoken(rules, at, declare)))
    first = (places[0].placed.branch.id,) if places else ()
    when, basis = _when(rules, replace(facts, known=replace(known, branches=first)))
    parts = tuple(each for each in rules.outline if not each.parent)
    benefits = tuple(each for each in rules.benefits if each.audience == "enterprise")
    bases = {
        "when": basis,
        "materials": rules.basis(tuple(each.cite for each in parts)),
        "benefits": rules.basis(tuple(each.cite for each in benefits)),
        "help": rules.basis(HELP),
        **{each.id: rules.basis(each.cites) for each in rules.questions(said) if each.cites},
    }
    return Card(
        said, _SURE[found.outcome], found.question, district, tuple(places), tuple(industries),
        rules.questions(said), when, tuple(each.title for each in parts), benefits, contact(rules), bases,
    )  # fmt: skip


async def _lookup(visit: Visit) -> Answer:
    """整页。"""
    said = visit.query("q")
    return "lookup_page.html", {"said": said, "card": await _card(visit, said)}


async def _only(visit: Visit) -> Answer:
    """只有卡片，页面里的脚本来换。"""
    said = visit.query("q")
    return "lookup_card.html", {"said": said, "card": await _card(visit, said)}


async def _card(visit: Visit, said: str) -> Card | None:
    if not said:
        return None
    rules, now = visit.rules, visit.now
    return await visit.reads(lambda connection: card_of(rules, said, _facts(connection, now)))


def _facts(connection: Connection, now: datetime) -> Facts:
    return Facts(now, all_windows(connection), workdays=Workdays(extra_days(connection)))


def _spoken(rules: Rules, at: Placed, declare: Declare) -> str:
    """机器人会说的那一段，连同依据。"""
    given = {"places": (at,), "declare": declare, "missed": (), "notes": at.notes, "offered": False}
    lines = _lines("which_grade.result", given)
    cites: tuple[Citation, ...] = joined(at.cites, notice("附件5"), declare.cites)
    draft = Draft(lines, cites, "有不清楚的再打来。", grounds=declare.grounds, dated=True)
    told = [page.text.rpartition("\n")[0] for page in pages(draft, rules)]
    return "\n".join(told).replace("……后面还有，回复“更多”接着看。\n", "")


def _when(rules: Rules, facts: Facts) -> tuple[tuple[str, ...], str]:
    """机器人会怎么说申报时间，和依据；分不清的，是它会问的那一句。"""
    user = "terminal:lookup"
    message = Message(user, "1", facts.now, text="申报时间")
    turn = take_turn(message, Session(user, known=facts.known), facts, rules, {"held": "", "kept": ()})
    told = [line for page in (turn.reply, *turn.session.more) if page for line in page.text.splitlines()]
    lines = dict.fromkeys(line for line in told if not line.startswith((NEXT, BASIS, "……后面还有")))
    basis = next((line.removeprefix(BASIS) for line in told if line.startswith(BASIS)), "")
    return tuple(line for line in lines if "回复“" not in line), basis


def _lines(template: str, given: dict[str, object]) -> tuple[str, ...]:
    """模板填好，不要给机器人的下一步和“回复……”。"""
    lines = TEMPLATES[template].render(given).splitlines()
    return tuple(
        line.strip() for line in lines if line.strip() and not line.startswith("下一步") and "回复“" not in line
    )


ROUTES = (Page("/desk/lookup", _lookup, nav="查询"), Page("/desk/lookup/card", _only))
