"""接电话时查：打对方说的几个字，马上给出一张卡片，照着念，或复制给他。"""

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from bot.desk.spoken import spoken
from bot.desk.visit import Answer, Page, Visit
from bot.roster.days import extra_days
from bot.windows import all_windows
from dialogs.cites import HELP, contact, joined, notice
from dialogs.flows.reviewing import Placed, placed
from dialogs.flows.when import Declare, can_declare
from dialogs.kept import DONE
from dialogs.records import Facts, Known
from dialogs.reply import TEMPLATES, Draft, pages
from knowledge.records import Benefit, Candidate, Citation, District, Faq
from knowledge.rules import Rules
from knowledge.workdays import Workdays

MOST = 4
BASIS = "依据："
_SURE = {"match": "多半是", "ask": "还要再问一句", "none": "名录里没有找到"}


@dataclass(frozen=True, slots=True)
class Place:
    """一个候选：等级、谁审、出处；`spoken` 是照着念的几句，`written` 是写给他的一段。"""

    why: str
    placed: Placed
    basis: str
    spoken: tuple[str, ...]
    written: str


@dataclass(frozen=True, slots=True)
class Card:
    """一张卡片。`industries` 是只认得出行业的候选；`asked` 是话里还问了的问答。

    `home` 为真是没有说区县、照接电话的人自己的区县说的；`benefits` 是（措施，写到这里有的哪几个等级）。
    """

    said: str
    outcome: str
    question: str
    district: District | None
    home: bool
    places: tuple[Place, ...]
    industries: tuple[Candidate, ...]
    asked: tuple[Faq, ...]
    when: tuple[str, ...]
    materials: tuple[str, ...]
    benefits: tuple[tuple[Benefit, tuple[str, ...]], ...]
    contact: str
    bases: dict[str, str]

    @property
    def graded(self) -> bool:
        """措施里有没有一条点名写到这里的等级。"""
        return any(grades for _, grades in self.benefits)


def card_of(rules: Rules, said: str, facts: Facts, home: str = "") -> Card:
    """对方说的话 → 卡片；一个字也不编，都是机器人自己会说的。没有说区县的，照 `home`（接电话的人的区县）说。"""
    found = rules.lookup(said)
    named = [each for each in rules.districts_in(said) if each.id in rules.districts]
    district = named[0] if named else rules.districts.get(home)
    known = Known(district.id if district else "")
    parts = tuple(each for each in rules.outline if not each.parent)
    titles = tuple(each.title for each in parts)
    places, industries = [], []
    for each in found.candidates[:MOST]:
        if each.branch is None:
            industries.append(each)
            continue
        declare = can_declare(rules, replace(facts, known=replace(known, branches=(each.branch.id,))))
        at = placed(rules, each.branch)
        told = spoken(at, declare, titles)
        places.append(Place(each.why, at, rules.basis(at.cites), told, _written(rules, at, declare)))
    first = (places[0].placed.branch.id,) if places else ()
    when, basis = _when(rules, can_declare(rules, replace(facts, known=replace(known, branches=first))))
    tiers = {tier for each in places for tier in each.placed.branch.tiers}
    benefits = _benefits(rules, tiers)
    bases = {
        "when": basis,
        "materials": rules.basis(tuple(each.cite for each in parts)),
        "benefits": rules.basis(tuple(each.cite for each, _ in benefits)),
        "help": rules.basis(HELP),
        **{each.id: rules.basis(each.cites) for each in rules.questions(said) if each.cites},
    }
    return Card(
        said, _SURE[found.outcome], found.question, district, bool(district and not named), tuple(places),
        tuple(industries), rules.questions(said), when, titles, benefits, contact(rules), bases,
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
    rules, now, home = visit.rules, visit.now, visit.operator.district
    return await visit.reads(lambda connection: card_of(rules, said, _facts(connection, now), home))


def _facts(connection: Connection, now: datetime) -> Facts:
    return Facts(now, all_windows(connection), workdays=Workdays(extra_days(connection)))


def _benefits(rules: Rules, tiers: set[str]) -> tuple[tuple[Benefit, tuple[str, ...]], ...]:
    """写给企业的措施：点名写了等级的，只留写到 `tiers` 里的；一个分支也没有认出来的全列。"""
    grades = {tier.partition("（")[0] for tier in tiers}
    listed = []
    for each in rules.benefits:
        own = each.grades if not tiers else tuple(grade for grade in each.grades if grade in grades)
        if each.audience == "enterprise" and (own or not each.grades):
            listed.append((each, own))
    return tuple(listed)


def _written(rules: Rules, at: Placed, declare: Declare) -> str:
    """机器人会说的那一段，连同依据。"""
    given = {"places": (at,), "declare": declare, "missed": (), "notes": at.notes, "offered": False}
    lines, cites = _lines("which_grade.result", given), joined(at.cites, notice("附件5"), declare.cites)
    return "\n".join(_told(rules, lines, cites, declare))


def _when(rules: Rules, declare: Declare) -> tuple[tuple[str, ...], str]:
    """机器人会怎么说申报时间，和依据；要看在哪个区县的，照样说要看。"""
    given = {"declare": declare, "late": "", "said": None, "recorded": None, "back": False, "done": DONE}
    told = _told(rules, _lines("when.result", given), declare.cites, declare)
    basis = next((line.removeprefix(BASIS) for line in told if line.startswith(BASIS)), "")
    return tuple(line for line in told if not line.startswith(BASIS)), basis


def _told(rules: Rules, lines: tuple[str, ...], cites: tuple[Citation, ...], declare: Declare) -> list[str]:
    """一段话，连同“依据”和“时效”；登记的窗口写名称，不写编号。"""
    named = tuple(f"登记的窗口“{each.name}”" for each in declare.windows[:3])
    for each in declare.windows:
        lines = tuple(line.replace(f"（{each.id}，", "（") for line in lines)
    draft = Draft(lines, cites, "有不清楚的再打来。", grounds=named, dated=True)
    told = [line for page in pages(draft, rules) for line in page.text.rpartition("\n")[0].splitlines()]
    return [line for line in told if not line.startswith("……后面还有")]


def _lines(template: str, given: dict[str, object]) -> tuple[str, ...]:
    """模板填好，不要给机器人的下一步和“回复……”。"""
    lines = TEMPLATES[template].render(given).splitlines()
    return tuple(
        line.strip() for line in lines if line.strip() and not line.startswith("下一步") and "回复“" not in line
    )


ROUTES = (Page("/desk/lookup", _lookup, nav="查询"), Page("/desk/lookup/card", _only))
