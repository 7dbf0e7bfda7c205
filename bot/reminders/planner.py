"""该给谁发、为什么、几时、说什么；不该给谁发、又为什么。纯函数：看一个人，说一个人。"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.reminders.hours import Hours
from bot.reminders.people import BACK, DONE, Firm, Person, Said, Unit
from bot.reminders.schedule import About, Back, Due, Schedule, Words, spelled, until, words
from bot.roster.declarations import Declaration
from bot.roster.words import STATUSES
from dialogs.kept import came_back, meant
from dialogs.records import Window
from knowledge.places import Heirs
from knowledge.records import Branch, District
from knowledge.workdays import Counted

Sendable = Callable[[Schedule, str], bool]
"""这份日程的这个时机现在许不许发：批准过，或者开关开着。"""
REMEMBERED = 8192
"""同样的话最多记这么多句。"""
LATE = ("planned", "waiting")
"""还没有送到的：后面的时机到了就并进去。"""
NO_TIME = "截止以前没有能发的时候了，要打电话"


@dataclass(frozen=True, slots=True)
class Notice:
    """要发的一条；`covers` 是因此并掉的、还没有发的别的时机。"""

    person: Person
    schedule: Schedule
    due: Due
    at: datetime
    why: str
    words: Words
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """一个人在一个窗口里没有要发的，为什么。"""

    user: str
    window_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Settled:
    """一个人：`now` 是现在就该发的一条，`coming` 是各窗口接下来的一条，`others` 是不发的。"""

    now: Notice | None
    coming: tuple[Notice, ...]
    others: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """这个人合不合一个窗口：合的 `units` 是还没有申报的厂；不合的 `no` 说为什么。"""

    no: str = ""
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Planner:
    """一次计划用的全部东西；`branches`、`districts` 用来认分支属于哪个行业、各叫什么，`heirs` 认撤销了的区县。"""

    schedules: Sequence[Schedule]
    branches: Mapping[str, Branch]
    districts: Mapping[str, District]
    hours: Hours
    now: datetime
    sendable: Sendable = lambda schedule, stage: True
    heirs: Heirs = field(default_factory=Heirs)
    _counted: dict[tuple[date, date], Counted] = field(default_factory=dict, compare=False)
    _said: dict[object, Words] = field(default_factory=dict, compare=False)

    @property
    def today(self) -> date:
        """今天。"""
        return self.hours.today(self.now)

    def settle(self, person: Person) -> Settled:
        """这个人现在该发什么、接下来发什么、为什么不发。"""
        due: list[Notice] = []
        coming: list[Notice] = []
        others: list[Kept] = []
        for schedule in self.schedules:
            fit = self.fit(schedule.window, person)
            made = None if fit.no else self._next(schedule, person, fit)
            if made is not None and made.at.date() > until(schedule.window, self.hours):
                others.append(Kept(person.user, schedule.window.id, NO_TIME))
            elif made is None:
                others.append(Kept(person.user, schedule.window.id, fit.no or self._idle(schedule, person)))
            else:
                (due if made.due.day <= self.today else coming).append(made)
        due.sort(key=lambda each: (each.schedule.window.end, each.schedule.window.id))
        now = due.pop(0) if due and person.pushed != self.today else None
        for each in due:  # 一天一条：今天有了的，往后推；推过了截止的，要打电话
            later = self.hours.next_open(self.hours.start(self.today + timedelta(days=1)))
            window = each.schedule.window
            if later.date() > until(window, self.hours):
                others.append(Kept(person.user, window.id, NO_TIME))
            else:
                coming.append(replace(each, at=later, why=f"{each.why}；今天已经有一条，推到下一个工作日"))
        return Settled(now, tuple(coming), tuple(others))

    def fit(self, window: Window, person: Person) -> Fit:
        """这个人合不合这个窗口。"""
        if self.today > until(window, self.hours):
            return Fit("窗口已经过了")
        if person.opted_out:
            return Fit("退订了")
        if not person.places:
            return Fit("没有订阅")
        outside, done, left = "", "", []
        for unit in person.units():
            if no := self.outside(window, unit):
                outside = f"{unit.name}：{no}" if unit.name else no
            elif no := self._done(window, unit):
                done = no
            else:
                left.append(unit)
        if not left:
            return Fit(done or outside)
        return Fit("", tuple(left))

    def words(self, schedule: Schedule, due: Due, units: Sequence[Unit], today: date) -> Words:
        """这一条在 `today` 这天该说的话；`units` 是说的哪几个厂，区县、分支不一样的就不说是哪个。"""
        district = schedule.window.district or _same(unit.district for unit in units)
        branch = _same(unit.branches[0] if unit.branches else "" for unit in units)
        named = tuple(unit.name for unit in units if unit.name)
        back = _back(schedule.window, units)
        key = (schedule.window.id, due.occasion, today, named, district, branch, back)
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= REMEMBERED:
                self._said.clear()
            about = About(named, self._district(district), self._branch(branch), back)
            said = self._said[key] = words(schedule, due.stage, about, self._left(schedule.window, today), today)
        return said

    def _left(self, window: Window, today: date) -> Counted:
        counted = self._counted.get((today, window.end))
        if counted is None:
            counted = self._counted[today, window.end] = self.hours.calendar.between(today, window.end)
        return counted

    def _done(self, window: Window, unit: Unit) -> str:
        """这个厂这一回申报过了，怎么知道的；没有是空的。"""
        if not (unit.said or unit.declared) or sent_back(window, unit.said, unit):
            return ""
        if (said := told_done(window, unit.said)) is not None:
            return f"自己说 {said.year} 年{STATUSES[said.status][0]}（{spelled(said.day)}）"
        held = declared_in(window, unit)
        return f"{unit.name} {held.told}" if held is not None else ""

    def outside(self, window: Window, unit: Unit | Firm) -> str:
        """在窗口的范围以外，为什么；不知道的算在里面。"""
        if not self.heirs.meet(window.district, unit.district):
            return f"窗口只给{self._district(window.district)}，这里是{self._district(unit.district)}"
        if window.branch and unit.branches and window.branch not in unit.branches:
            return "窗口只给别的分支"
        industries = {self.branches[each].industry_id if each in self.branches else each for each in unit.branches}
        if window.industry and industries and window.industry not in industries:
            return "窗口只给别的行业"
        return ""

    def _district(self, id: str) -> str:
        return "、".join(self.districts[each].name if each in self.districts else each for each in self.heirs.of(id))

    def _branch(self, id: str) -> str:
        return self.branches[id].name if id in self.branches else id

    def _described(self, unit: Unit) -> str:
        place = "、".join((self._district(unit.district) or "全市", *map(self._branch, unit.branches)))
        return f"{unit.name}（{place}），没有记着它已经申报" if unit.name else place

    def _next(self, schedule: Schedule, person: Person, fit: Fit) -> Notice | None:
        """这个窗口接下来的一条：错过了几个就只发最后一个；后面的发过了，前面的就不补。"""
        late: Due | None = None
        coming: Due | None = None
        covers: list[str] = []
        first = min(fit.units, key=lambda unit: unit.since)
        for due in schedule.dues:
            state = person.rows.get((schedule.window.id, due.occasion), "")
            if not self._meant(schedule, due, person, first):
                continue
            if due.day > self.today:
                coming = coming or due
                continue
            covers += [late.occasion] if late else []
            late = due if state in ("", "dropped", "planned") else None
            covers += [due.occasion] if state == "waiting" else []
        chosen = late or coming
        if chosen is None:
            return None
        at = self.hours.next_open(max(self.now, self.hours.start(chosen.day)))
        said = self.words(schedule, chosen, fit.units, self.hours.today(at))
        why = f"订阅了提醒：{'；'.join(map(self._described, fit.units))}；{_when(chosen, at)}"
        covered = tuple(each for each in covers if person.rows.get((schedule.window.id, each)) in LATE)
        return Notice(person, schedule, chosen, at, why, said, covered if late else ())

    def _meant(self, schedule: Schedule, due: Due, person: Person, first: Unit) -> bool:
        """这个时机是不是给他的：订阅以前的不补；没有动手的不催最后一天；刚登记就改、还没有告诉过人的不说改。"""
        changed = due.stage.when in ("moved", "closed")
        if due.at is not None and first.agreed is not None:
            if due.at <= first.agreed:
                return False
        elif due.day < first.since or (changed and due.day == first.since):
            return False
        if due.stage.who == "began" and not began(schedule.window, person):
            return False
        window_id = schedule.window.id
        if changed and due.day <= schedule.opened:
            heard = (each for each, state in person.rows.items() if each[0] == window_id and state != "dropped")
            if next(heard, None) is None:
                return False
        return self.sendable(schedule, due.stage.id)

    def _idle(self, schedule: Schedule, person: Person) -> str:
        if any((schedule.window.id, due.occasion) in person.rows for due in schedule.dues):
            return "该发的都发过了"
        if not any(self.sendable(schedule, due.stage.id) for due in schedule.dues):
            return "没有批准，常设提醒也没有打开"
        return "没有轮到他的时机"


def declared_in(window: Window, firm: Unit | Firm) -> Declaration | None:
    """这家企业在这个窗口的年度申报过没有；退回来了没有重新提交的，不算。"""
    return next((each for each in _declared(window, firm) if each.status in DONE), None)


def sent_back(window: Window, said: Iterable[Said], firm: Unit | Firm) -> bool:
    """这一回退回来了还没有重新提交：自己说的和名单上的，看后来的那一个。"""
    steps = [(each.day, each.status) for each in said if _meant_for(each, window)]
    steps += [(each.on_day, each.status) for each in _declared(window, firm)]
    return any(status == BACK for _, status in steps) and came_back(steps)


def _declared(window: Window, firm: Unit | Firm) -> Iterator[Declaration]:
    """这家企业在这个窗口的年度登记的申报。"""
    for year in range(window.start.year, window.end.year + 1):
        held = firm.declared.get(year)
        if held is not None and (year == window.start.year or held.on_day >= window.start):
            yield held


def told_done(window: Window, said: Iterable[Said]) -> Said | None:
    """他自己说这一回申报过了的那一句。"""
    return next((each for each in said if each.status in DONE and _meant_for(each, window)), None)


def began(window: Window, person: Person) -> bool:
    """他这一年动手准备了没有。"""
    preparing = any(said.status not in DONE and _meant_for(said, window) for said in person.said)
    preparing = preparing or any(sent_back(window, (), each) for each in person.firms)
    return preparing or (person.began is not None and person.began.year >= window.start.year)


def _back(window: Window, units: Sequence[Unit]) -> Back:
    """这几个厂里退回来还没有重新提交的有没有、是不是全部。"""
    back = sum(bool(unit.said or unit.declared) and sent_back(window, unit.said, unit) for unit in units)
    return "all" if back == len(units) else "some" if back else ""


def _meant_for(said: Said, window: Window) -> bool:
    return meant(window, said.cycle, said.year, said.day)


def _when(due: Due, at: datetime) -> str:
    names = {"registered": "窗口登记", "opening": "窗口开始", "last-day": "最后一天"}
    names |= {"moved": "改期", "closed": "提前关闭"}
    late = f"，该在 {due.day} 发" if at.date() > due.day else ""
    return f"{names.get(due.stage.when) or f'截止前 {due.stage.days} 个工作日'}{late}"


def _same(ids: Iterable[str]) -> str:
    """都是这一个；不一样是空的。"""
    only = set(ids)
    return only.pop() if len(only) == 1 else ""
