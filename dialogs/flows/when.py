"""申报时间：今天能不能报、到哪天为止；没有登记的窗口就说没有，绝不套用往年的日期。"""

from collections.abc import Generator, Hashable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct, structs

from dialogs.cites import joined, notice
from dialogs.factory import WHOLE_CITY, district_of
from dialogs.flows.place import find_place
from dialogs.kept import DONE, RECALL, Kept
from dialogs.records import Facts, Known, Window
from dialogs.steps import Choice, Choose, Conversation, End, Given, Step, ask
from knowledge.records import Citation, District
from knowledge.rules import Rules
from knowledge.workdays import Workdays

State = Literal["open", "future", "closed", "none", "depends"]
RULE = notice("附件4 二", "正文 一")
PERIOD_END = date(2024, 12, 31)
"""通知工作时段的末日（正文 一）。"""


class Declare(Struct, frozen=True):
    """一个厂今天能不能报：`windows` 是与它有关的窗口，最要紧的在前，`scopes` 说各给谁；`note` 说区县的变动。

    `working` 是离最要紧的窗口结束还有几个工作日，`unsure` 说放假安排还不知道。
    """

    state: State
    place: str
    windows: tuple[Window, ...]
    scopes: tuple[str, ...]
    today: date
    note: str
    cites: tuple[Citation, ...]
    working: int = 0
    unsure: str = ""

    @property
    def over(self) -> bool:
        """通知自己的工作时段过完没有。"""
        return self.today > PERIOD_END

    @property
    def grounds(self) -> tuple[str, ...]:
        """“依据”里怎么写登记的窗口。"""
        ids = "、".join(window.id for window in self.windows[:3]) + ("等" if len(self.windows) > 3 else "")
        return (f"登记的窗口 {ids}",) if ids else ()

    @property
    def days_left(self) -> int:
        """离最要紧的窗口结束还有几天（不含今天）。"""
        return (self.windows[0].end - self.today).days


def when(rules: Rules, facts: Facts) -> Conversation:
    """需要知道区县或行业才分得清时才问，然后说今天能不能报；替别处问的（`elsewhere`），不记到自己的厂头上。"""
    elsewhere = str((yield from ask(Given(key="elsewhere"))))
    late = yield from ask(Given(key="late"))
    own = facts.known
    if elsewhere:
        there = next((known for known in facts.others if known.district == elsewhere), Known(elsewhere))
        facts = structs.replace(facts, known=there)
    district = yield from find_district(rules, facts, _matters(facts, "district"))
    known = structs.replace(facts.known, district=district.id if district else "")
    if not known.branches and _matters(facts, "industry", known.district):
        branch, _ = yield from find_place(rules)
        known = structs.replace(known, branches=(branch.id,) if branch else ())
    declare = can_declare(rules, facts.of(known, facts.others))
    own_data: dict[str, Hashable] = {"said": None, "recorded": None, "back": False, "done": DONE}
    if declare.state in ("open", "closed") and not elsewhere:
        own_data |= Kept.of((yield from ask(RECALL))).standing(facts, own, declare.windows[0])
    return End(
        "when.result",
        declare.cites,
        {"declare": declare, "late": late} | own_data,
        grounds=declare.grounds,
        verdict=(("declare", declare.state), ("windows", tuple(window.id for window in declare.windows))),
        known=own if elsewhere else known,
    )


def find_district(rules: Rules, facts: Facts, needed: bool) -> Generator[Step[Any], Any, District | None]:
    """说过的区县，拆开了的问是哪一个；没说过的，要分得清才问。"""
    said = district_of(rules, facts.known)
    if said is None and needed:
        return rules.districts[(yield from ask(_which_district(rules, tuple(rules.districts.values()))))]
    if said is not None and said.id not in rules.districts and len(said.successors) > 1:
        heirs = tuple(rules.districts[heir] for heir in said.successors)
        return rules.districts[(yield from ask(_which_district(rules, heirs, said)))]
    return said


def _matters(facts: Facts, what: Literal["district", "industry"], district: str = "") -> bool:
    """今天的答案会不会因区县（或行业）而不同：有一个不分区县（行业）的正开着，就不用问。"""
    live = [window for window in facts.windows if window.closed is None]
    if what == "industry":
        live = [window for window in live if window.district in ("", district)]
    whole = (w for w in live if not (w.industry or w.branch) and not (what == "district" and w.district))
    if any(window.start <= facts.today <= window.end for window in whole):
        return False
    return any(window.district if what == "district" else window.industry or window.branch for window in live)


def can_declare(rules: Rules, facts: Facts) -> Declare:
    """按已知的区县和行业挑出有关的窗口，看今天处在哪一段。"""
    said = district_of(rules, facts.known)
    district, note, cites = said, "", RULE
    if said is not None and said.id not in rules.districts:
        district = rules.districts[said.successors[0]] if len(said.successors) == 1 else None
        note, cites = f"{said.name}：{said.note}", joined(RULE, (said.cite,))
    industries = {rules.branches[branch].industry_id for branch in facts.known.branches if branch in rules.branches}
    at = district.id if district else "-"
    fitting = [
        window
        for window in facts.windows
        if rules.heirs.meet(window.district, at)
        and (not window.industry or window.industry in industries)
        and (not window.branch or window.branch in facts.known.branches)
    ]
    today = facts.today
    live = [window for window in fitting if window.closed is None]
    running = sorted((w for w in live if w.start <= today <= w.end), key=lambda w: w.end, reverse=True)
    coming = sorted((w for w in live if today < w.start), key=lambda w: w.start)
    past = sorted((w for w in fitting if w.closed or w.end < today), key=lambda w: w.closed or w.end, reverse=True)
    if not running and district is None and any(window.district for window in facts.windows if window.closed is None):
        return Declare("depends", "", (), (), today, note, cites)
    state: State = "open" if running else "future" if coming else "closed" if past else "none"
    windows = tuple(running or coming or past[:1])
    scopes = tuple(_scope(rules, window) for window in windows)
    counted = _counted(facts.workdays, today, windows[0].end) if running else (0, "")
    return Declare(state, district.name if district else "", windows, scopes, today, note, cites, *counted)


@lru_cache(maxsize=4096)
def _counted(workdays: Workdays, today: date, end: date) -> tuple[int, str]:
    """还有几个工作日；放假安排还不知道的，那一句。"""
    year = workdays.unknown(today, end)
    counted = workdays.between(today, end)
    return counted.days, counted.unsure(year) if year else ""


def _scope(rules: Rules, window: Window) -> str:
    """一个窗口给谁：“全市，水泥行业”。"""
    held = rules.heirs.of(window.district) if window.district else ()
    district = "、".join(rules.districts[each].name for each in held if each in rules.districts) or "全市"
    industry, branch = rules.industries.get(window.industry), rules.branches.get(window.branch)
    only = branch.name if branch else f"{industry.name}行业" if industry else ""
    return f"{district}，{f'只给{only}' if only else '全部行业'}"


def named(rules: Rules, districts: Iterable[District]) -> tuple[Choice, ...]:
    """区县的选项：名称、简称都认，整个并进来的也认。"""
    return tuple(Choice(d.id, d.name, (d.id, *d.aliases, *rules.merged(d.id))) for d in districts)


def _which_district(rules: Rules, choices: tuple[District, ...], former: District | None = None) -> Choose:
    prompt = f"{former.name}已经调整：{former.note}\n贵厂现在属于哪一个？" if former else "贵厂在哪个区县？"
    return Choose(
        key="district",
        prompt=prompt,
        about="区县",
        cites=(former.cite,) if former else notice("正文 三（一）", "附件4 二"),
        choices=named(rules, choices),
        still=rules.districts,
        remarks=(WHOLE_CITY,),
    )
