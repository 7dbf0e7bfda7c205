"""两种名单各有哪些列，一行行读成企业和申报；每处毛病说清哪一页、第几行、哪一列。"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.roster.declarations import Declared
from bot.roster.enterprises import Enterprise
from bot.roster.grading import Find, grades_of, plain
from bot.roster.matching import normalised
from bot.roster.words import STATUSES, parsed_day
from bot.sheets import Form
from dialogs.codes import checked, why_not
from knowledge.importing import Sheet
from knowledge.rules import Rules

MOST = 100_000
LARGEST = 30_000_000
LONGEST = 100
"""一格最多这么多字。"""
SUGGESTED = 50
"""不认得的行业分支，最多给这么多处提示像什么。"""
_NAME = ("企业名称", "名称", "单位名称", "企业", "公司名称")
_CODE = ("统一社会信用代码", "社会信用代码", "信用代码", "uscc")
_DISTRICT = ("区县", "所在区县", "所属区县", "行政区划")
_BRANCH = ("行业分支", "分支", "行业类型", "行业", "branches")
ENTERPRISES = Form(
    "企业名册",
    {
        "name": _NAME,
        "code": _CODE,
        "district": _DISTRICT,
        "branch": _BRANCH,
        "grade": ("等级", "绩效等级", "现等级", "评级"),
        "contact": ("联系人", "环保联系人"),
        "phone": ("联系电话", "电话", "手机", "联系方式", "tel"),
    },
    ("name",),
    "name",
    least=2,
    most=MOST,
    largest=LARGEST,
)
DECLARATIONS = Form(
    "申报情况",
    {
        "name": _NAME,
        "code": _CODE,
        "district": _DISTRICT,
        "branch": _BRANCH,
        "grade_applied": ("申报等级", "申请等级", "grade applied"),
        "grade_announced": ("公布等级", "公示等级", "评定等级", "最终等级", "grade announced"),
        "date": ("日期", "申报日期", "申报时间", "提交时间", "on"),
        "status": ("状态", "申报状态", "审核状态"),
        "year": ("年度", "申报年度", "年份"),
    },
    ("name", "date", "status"),
    "name",
    least=3,
    most=MOST,
    largest=LARGEST,
)
_EMPTY = {"无", "/", "-", "—", "--", "暂无", "不详", "null"}
_FOOT = re.compile(
    r"[合小总共]计[：:\d]*$|(?:制表|填表|审核|负责|经办)人?[：:]|(?:备注|说明|注)[：:]|填报(?:单位|日期|时间)"
)
"""名单末尾常有的几行。"""
_SPLIT = re.compile(r"[、，,;；/\n]+")


@dataclass(frozen=True, slots=True)
class Line:
    """名单上的一行：`label` 是它的编号（只有一页就是行号，几页是“页.行”），`place` 说在哪里。"""

    label: str
    place: str
    enterprise: Enterprise
    declared: Declared | None = None


def read_lines(sheets: Sequence[Sheet], rules: Rules, scope: str | None = None) -> tuple[list[Line], list[str]]:
    """全部行，和全部毛病；有毛病的行不在里面。写了 `scope` 的，没写区县的行算它的，别的区县的是毛病。"""
    finders = _Finders(cache(_districts(rules, scope)), cache(_branches(rules)), cache(grades_of(rules)), rules.day)
    lines: list[Line] = []
    faults: list[str] = []
    seen = _Seen()
    for number, sheet in enumerate(sheets, 1):
        broken: dict[int, list[tuple[str, str]]] = {}
        for row, column, message in sheet.faults:
            broken.setdefault(row, []).extend([(column, message)] if message else ())
        for row, given in sheet.rows:
            wrong = _Wrong(sheet, row, broken.get(row, []))
            cells = {column: _tidied(text) for column, text in given.items()}
            cells["district"] = cells.get("district") or scope or ""
            line = _line(cells, wrong, finders, str(row) if len(sheets) == 1 else f"{number}.{row}")
            if twice := seen.before(line):
                wrong.says(*twice)
            faults += wrong.told()
            if row not in broken and not wrong.faults:
                lines.append(line)
    return lines, faults


@dataclass(frozen=True, slots=True)
class _Finders:
    """一格的文字 → （认出来的，毛病）；`today` 以后的事还没有发生。"""

    district: Find
    branches: Find
    grade: Find
    today: date


def _line(cells: Mapping[str, str], wrong: "_Wrong", find: _Finders, label: str) -> Line:
    if not cells["name"]:
        wrong.says("name", "没有填企业名称")
    elif _FOOT.match(cells["name"]):
        wrong.says("name", "像表尾，不是企业名称")
    elif cells["name"].startswith("="):
        wrong.says("name", "像公式，不是企业名称")
    branches = tuple(filter(None, wrong.of("branch", cells, find.branches).split("\n")))
    read = Enterprise(
        0,
        wrong.text("name", cells),
        wrong.code(cells.get("code", "")),
        wrong.of("district", cells, find.district),
        branches,
        wrong.of("grade", cells, find.grade),
        wrong.text("contact", cells),
        wrong.text("phone", cells),
    )
    declared = _declared(cells, branches, wrong, find) if "status" in cells else None
    return Line(label, wrong.sheet.place(wrong.row, ""), read, declared)


class _Seen:
    """前面各行有过的代码和名称：同一家（同一年）只许有一行。写法不同、代码一样名称不同的不在这里，等人定。"""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, int], tuple[str, str]] = {}
        self._names: dict[tuple[str, int], tuple[str, bool]] = {}

    def before(self, line: Line) -> tuple[str, str] | None:
        """与前面哪一行重复：（列，说明）；没有重复就记下这一行。"""
        year = (line.declared.year or line.declared.on_day.year) if line.declared else 0
        read = line.enterprise
        code, name = (read.code, year), (read.name, year)
        if read.code and code in self._codes and normalised(read.name) == self._codes[code][1]:
            return "code", f"与 {self._codes[code][0]} 重复"
        if read.name and name in self._names:
            place, coded = self._names[name]
            if not (coded and read.code):
                return "name", f"与 {place} 重复"
        if read.code:
            self._codes.setdefault(code, (line.place, normalised(read.name)))
        self._names.setdefault(name, (line.place, bool(read.code)))
        return None


class _Wrong:
    """一行里的毛病。"""

    def __init__(self, sheet: Sheet, row: int, faults: list[tuple[str, str]]) -> None:
        self.sheet, self.row, self.faults = sheet, row, faults

    def says(self, column: str, message: str) -> str:
        """一格只说头一处毛病。"""
        if not column or column not in {each for each, _ in self.faults}:
            self.faults.append((column, message))
        return ""

    def told(self) -> Iterator[str]:
        for column, message in self.faults:
            yield f"{self.sheet.place(self.row, column)}：{message}"

    def text(self, column: str, cells: Mapping[str, str]) -> str:
        said = cells.get(column, "")
        if len(said) > LONGEST:
            return self.says(column, f"太长：最多 {LONGEST} 个字")
        if not said.isprintable():
            return self.says(column, "有换行或不能显示的字符")
        return said

    def code(self, said: str) -> str:
        if not said:
            return ""
        return checked(said) or self.says("code", f"“{said[:30]}”：{why_not(said)}")

    def of(self, column: str, cells: Mapping[str, str], find: Find) -> str:
        """按 `find` 认；认不得就记下它说的毛病。"""
        said = cells.get(column, "")
        found, fault = find(said) if said else ("", "")
        return self.says(column, fault) if fault else found


def _declared(cells: Mapping[str, str], branches: tuple[str, ...], wrong: _Wrong, find: _Finders) -> Declared | None:
    status = wrong.of("status", cells, _status) or (cells["status"] or wrong.says("status", "没有填状态"))
    day = parsed_day(cells["date"])
    if day is None:
        wrong.says("date", f"“{cells['date'][:20]}”不是日期，写成 2026-09-01" if cells["date"] else "没有填日期")
    elif day > find.today:
        wrong.says("date", f"{day} 还没有到")
    year = cells.get("year", "").removesuffix("度").removesuffix("年")
    if year and not re.fullmatch(r"20\d\d", year):
        wrong.says("year", f"“{year[:20]}”不是年度，写成 2026")
    applied, announced = (wrong.of(column, cells, find.grade) for column in ("grade_applied", "grade_announced"))
    if wrong.faults or day is None:
        return None
    return Declared(status, day, int(year) if year else 0, "、".join(branches), applied, announced)


def _status(said: str) -> tuple[str, str]:
    known = {word: status for status, words in STATUSES.items() for word in (status, *words)}
    found = known.get(said.lower(), "")
    return found, "" if found else f"不认得的状态“{said[:20]}”；有：{'、'.join(w[0] for w in STATUSES.values())}"


def _districts(rules: Rules, scope: str | None) -> Find:
    def known(said: str) -> tuple[str, str]:
        found = rules.districts_in(said)
        if len(found) != 1:
            return "", f"不认得的区县“{said[:20]}”"
        if found[0].id in rules.districts:
            return found[0].id, ""
        heirs = found[0].successors
        return (heirs[0], "") if len(heirs) == 1 else ("", f"{found[0].name}已经调整：{found[0].note}")

    def find(said: str) -> tuple[str, str]:
        found, fault = known(said)
        if found and scope is not None and found != scope:
            return "", f"“{said[:20]}”不归本区县管"
        return found, fault

    return find


def _branches(rules: Rules) -> Find:
    known = {_joined(name): id for id, each in rules.branches.items() for name in (id, each.name)}
    hints = [0]

    def find(said: str) -> tuple[str, str]:
        """几个分支用顿号、逗号隔开；名称里自己有顿号的也认。"""
        words = [word for word in map(str.strip, _SPLIT.split(said)) if word]
        found: list[str] = []
        while words:
            size = next((n for n in range(len(words), 0, -1) if _joined("".join(words[:n])) in known), 0)
            if not size:
                return "", f"附件3没有行业分支“{words[0][:20]}”{hint(words[0])}"
            found.append(known[_joined("".join(words[:size]))])
            words = words[size:]
        return "\n".join(dict.fromkeys(found)), ""

    def hint(word: str) -> str:
        hints[0] += 1
        if hints[0] > SUGGESTED:
            return ""
        like = [each.branch.name for each in rules.lookup(word).candidates[:3] if each.branch]
        return f"；像是{'、'.join(like)}" if like else ""

    return find


def _joined(name: str) -> str:
    return _SPLIT.sub("", plain(name))


def _tidied(text: str) -> str:
    bare = text.strip()
    return "" if bare.lower() in _EMPTY else bare
