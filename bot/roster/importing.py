"""收一份名单：先看会改什么，没有毛病、没有拿不准的才整份写进去；同一份再来一遍什么也不变。"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from bot.roster.cycles import year_among
from bot.roster.declarations import Step, held_by, step, write_steps
from bot.roster.enterprises import FIELDS, Enterprise, add_enterprises, all_enterprises, change_enterprises
from bot.roster.matching import Roster, alike, normalised
from bot.roster.reading import Line, read_lines
from bot.windows import all_windows
from knowledge.importing import Sheet
from knowledge.rules import Rules

TITLES = {
    "name": "名称", "code": "信用代码", "district": "区县", "branches": "行业分支", "grade": "等级",
    "contact": "联系人", "phone": "电话",
}  # fmt: skip

ELSEWHERE = "这个信用代码登记在别的区县，或没写区县的企业名下，请市局来改"


@dataclass(frozen=True, slots=True)
class Decided:
    """拿不准的各行，人怎么定的，按行的编号：`same` 是同一家（或照表里的改），`apart` 是另一家（或不改）。"""

    same: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """名册里一家的改动；`names` 是区县和分支的编号 → 给人看的名称。"""

    before: Enterprise
    after: Enterprise
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def told(self) -> str:
        """给人看的一句：“#3 某公司：等级 C → B”。"""
        pairs = ((TITLES[name], getattr(self.before, name), getattr(self.after, name)) for name in FIELDS)
        parts = [f"{title} {self._shown(old)} → {self._shown(new)}" for title, old, new in pairs if old != new]
        return f"#{self.before.id} {self.before.name}：{'，'.join(parts)}"

    def _shown(self, value: str | tuple[str, ...]) -> str:
        named = "、".join(self.names.get(each, each) for each in (value if isinstance(value, tuple) else (value,)))
        return named or "（空）"


@dataclass(frozen=True, slots=True)
class Plan:
    """一份名单会做什么。`faults` 是毛病，`doubts` 是等人定的（行的编号，说明）；有一样就什么也不写。"""

    rows: int
    faults: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    added: tuple[Enterprise, ...] = ()
    changed: tuple[Change, ...] = ()
    steps: tuple[tuple[str, Step], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """可以写了。"""
        return not (self.faults or self.doubts or self.unknown)

    @property
    def taken(self) -> tuple[tuple[str, Step], ...]:
        """真的有改动的申报，连同是哪一家。"""
        return tuple(each for each in self.steps if not each[1].same)

    @property
    def outside(self) -> tuple[tuple[str, Step], ...]:
        """提交的那天不在登记的窗口里的。"""
        return tuple(each for each in self.taken if each[1].outside)


def plan(
    connection: Connection,
    sheets: Sequence[Sheet],
    rules: Rules,
    decided: Decided = Decided(),
    scope: str | None = None,
) -> Plan:
    """看一份名单会做什么；只读。写了 `scope` 就只管这个区县的企业：没写区县的行算它的，别的区县的是毛病。"""
    lines, faults = read_lines(sheets, rules, scope)
    held = all_enterprises(connection)
    if scope is not None:
        others = {each.code for each in held if each.code and each.district != scope}
        held = tuple(each for each in held if each.district == scope)
        faults += [f"{each.place}：{ELSEWHERE}" for each in lines if each.enterprise.code in others]
        lines = [each for each in lines if each.enterprise.code not in others]
    named = {name for each in rules.districts.values() for name in (each.name, *each.aliases)}
    sorting = _Sorting(Roster(held, named), held, decided)
    windows = all_windows(connection)
    declared = held_by(connection) if any(line.declared for line in lines) else {}
    steps: list[tuple[str, Step]] = []
    for line in lines:
        found = sorting.place(line)
        if line.declared is None or found is None:
            continue
        of = declared.setdefault(found.id, {})
        cycle = year_among(windows, rules, line.declared.on_day, found)
        taken = step(of, found.id, line.declared, cycle)
        if taken.doubt and line.label not in decided.same:
            if line.label not in decided.apart:
                sorting.doubts.append((line.label, f"{found.name}（{line.place}，{taken.after.told}）：{taken.doubt}"))
            continue
        steps.append((found.name, taken))
        of[taken.after.year] = taken.after
    names = {id: each.name for held in (rules.districts, rules.branches) for id, each in held.items()}
    unknown = sorted((decided.same | (decided.apart - {"all"})) - {line.label for line in lines})
    return Plan(
        sum(len(sheet.rows) for sheet in sheets),
        tuple(faults + sorting.faults),
        tuple(sorting.doubts),
        tuple(sorting.added.values()),
        tuple(Change(sorting.held[id], after, names) for id, after in sorting.changed.items()),
        tuple(steps),
        tuple(unknown),
    )


def take(connection: Connection, planned: Plan, by: str, at: str) -> None:
    """照 `plan` 看过的写进去，在同一个事务里。"""
    assert planned.ready
    numbers = dict(
        zip((each.id for each in planned.added), add_enterprises(connection, planned.added, at), strict=True)
    )
    change_enterprises(connection, (each.after for each in planned.changed), at)
    write_steps(connection, (_numbered(each, numbers) for _, each in planned.steps), by, at)


class _Sorting:
    """一行行归到名册里的哪一家；新的先用负的编号。"""

    def __init__(self, roster: Roster, held: Iterable[Enterprise], decided: Decided) -> None:
        self.roster, self.decided = roster, decided
        self.held = {each.id: each for each in held}
        self.added: dict[int, Enterprise] = {}
        self.changed: dict[int, Enterprise] = {}
        self.doubts: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self._rows: dict[str, list[tuple[int, Line]]] = defaultdict(list)
        self._codes: dict[str, Line] = {}
        self._coded: dict[str, int] = {}
        self._placed: dict[tuple[int, int], Line] = {}

    def place(self, line: Line) -> Enterprise | None:
        """这一行的企业；拿不准、还没有人定的是 None。"""
        read = line.enterprise
        if not self._one_code(line):
            return None
        matched = self.roster.match(read)
        found = matched.enterprise
        if found is not None and matched.doubt and line.label not in self.decided.same:
            if not self._apart(line):
                like = f"“{read.name}”（{line.place}）像是 {found.named}：{matched.doubt}"
                self.doubts.append((line.label, like))
                return None
            found = None
        if found is None:
            return self._fresh(line)
        year = (line.declared.year or line.declared.on_day.year) if line.declared else 0
        first = self._placed.setdefault((found.id, year), line)
        if first is not line and line.label not in self.decided.same:
            if first.enterprise.code != read.code and normalised(first.enterprise.name) != normalised(read.name):
                self.faults.append(f"{line.place}：和 {first.place} 都是 {found.named}")
            else:
                self._doubt(line, first, f"都是 {found.named}")
            return None
        return self._known(self.changed.get(found.id, found), line)

    def _one_code(self, line: Line) -> bool:
        """代码一样、名称不同的两行：没有人定是同一家就是假；一个代码只能是一家，定成另一家的是毛病。"""
        read = line.enterprise
        first = self._codes.setdefault(read.code, line) if read.code else line
        if normalised(first.enterprise.name) == normalised(read.name) or line.label in self.decided.same:
            return True
        if line.label in self.decided.apart:
            self.faults.append(f"{line.place}：和 {first.place} 的统一社会信用代码一样，只能是一家")
        else:
            self._doubt(line, first, "统一社会信用代码一样，名称不同")
        return False

    def _apart(self, line: Line) -> bool:
        """定了是另一家。"""
        label, decided = line.label, self.decided
        return label in decided.apart or ("all" in decided.apart and label not in decided.same)

    def _doubt(self, line: Line, first: Line, why: str) -> None:
        like = f"“{line.enterprise.name}”（{line.place}）像是同一份表里的“{first.enterprise.name}”（{first.place}）"
        self.doubts.append((line.label, f"{like}：{why}"))

    def _fresh(self, line: Line) -> Enterprise | None:
        """名册里没有的：和这份表前面的一行就是一家的归到那里，像的等人定，都不是就是新的。"""
        read, rows = line.enterprise, self._rows[self.roster.core(line.enterprise.name)]
        if read.code and read.code in self._coded:
            return self._filled(self._coded[read.code], line)
        for id, first in rows:
            held = first.enterprise
            if line.declared is not None and (held.name, held.code) == (read.name, read.code):
                return self.added[id]
            if not (why := alike(held, read)):
                continue
            if line.label in self.decided.same:
                return self._filled(id, line)
            if not self._apart(line):
                self._doubt(line, first, why)
                return None
        new = replace(read, id=-1 - len(self.added))
        self.added[new.id] = new
        rows.append((new.id, line))
        if read.code:
            self._coded[read.code] = new.id
        return new

    def _filled(self, id: int, line: Line) -> Enterprise:
        """前面的一行添上这一行写的；申报名单只补缺的。"""
        held, read = self.added[id], line.enterprise
        self.added[id] = replace(read.filled(held) if line.declared is not None else held.filled(read), id=id)
        return self.added[id]

    def _known(self, found: Enterprise, line: Line) -> Enterprise:
        read = line.enterprise
        if line.declared is not None:  # 申报名单只补名册缺的，不改
            missing = {field: getattr(read, field) for field in FIELDS if not getattr(found, field)}
            after = replace(found, **missing)
        else:
            after = found.filled(read)
        if after != self.held[found.id]:
            self.changed[found.id] = after
        else:
            self.changed.pop(found.id, None)  # 前面的一行改了，这一行又改回来
        return after


def _numbered(each: Step, numbers: dict[int, int]) -> Step:
    number = numbers.get(each.after.enterprise_id)
    return each if number is None else replace(each, after=replace(each.after, enterprise_id=number))
