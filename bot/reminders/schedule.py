"""一个窗口的日程：各个时机落在哪一天、叫什么名字、这一天该怎么说；改了期就是另一份日程。"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Literal

import knowledge
from bot.reminders.hours import Hours
from bot.reminders.notifier import Value
from dialogs.records import Window
from knowledge.reminding import Reminders, Stage, filled
from knowledge.workdays import Counted

RULE = "订阅了、没有退订、区县和行业分支在窗口范围里、还没有申报或退回来还没有重新提交的人；一个人一天至多一条"
"""给谁发，写进散列里：改了规则，批准过的就不算数了。"""
BACK_SAYS = (
    "退回来的可以改好重新提交，不算第二次申报；"
    "退回后几天内要交、窗口关了还收不收，通知没有写，以区县生态环境局答复为准。"
)
"""给退回来还没有重新提交的加的一句。"""
_BACK_THEN = "下一步：在系统的“审核进展”里照退回原因改好，重新提交。"
_TOLD, _TOLD_AGAIN = "交了回复“我们今天交了”", "重新提交了回复“我们重新交了”"


Back = Literal["", "some", "all"]


@dataclass(frozen=True, slots=True)
class Due:
    """一个时机落在 `day` 这天；`occasion` 是它在送达账里的名字，改了期的是另一个。

    由登记、改期、关闭引出的，`at` 是那一刻：那以后才订阅的，订的时候就知道了。
    """

    stage: Stage
    occasion: str
    day: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """窗口的历史里要紧的：几时登记、最近几时改期、几时关闭，连同那一刻；`times` 是第几回改成现在这样。"""

    opened: date
    moved: date | None = None
    times: int = 1
    opened_at: datetime | None = None
    moved_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """一个窗口的全部时机，先到的在前；`opened` 是登记的那天，`part` 是这份日程的散列。"""

    window: Window
    dues: tuple[Due, ...]
    opened: date
    part: str

    def due(self, occasion: str) -> Due | None:
        """现在的日程里叫这个名字的；改期以前的没有。"""
        return next((each for each in self.dues if each.occasion == occasion), None)


@dataclass(frozen=True, slots=True)
class Words:
    """说出来的一条：整段的 `text`，和填进平台模板的 `values`。"""

    text: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class About:
    """说给谁的：哪几个厂（不知道是空的）、哪个区县、哪个分支，都是名称。

    `back` 是退回来还没有重新提交的：没有、其中有、全部是。
    """

    firms: tuple[str, ...] = ()
    district: str = ""
    branch: str = ""
    back: Back = ""


def schedules(
    windows: Sequence[Window], marks: Mapping[str, Marks], reminders: Reminders, hours: Hours, today: date
) -> tuple[Schedule, ...]:
    """没有过去的各窗口的日程。"""
    made = []
    for window in windows:
        if until(window, hours) < today:
            continue
        known = marks.get(window.id, Marks(window.start))
        dues = sorted(_dues(window, known, reminders, hours), key=lambda due: due.day)
        made.append(Schedule(window, tuple(dues), known.opened, _part(window, dues, reminders)))
    return tuple(made)


def until(window: Window, hours: Hours) -> date:
    """这个窗口的话最晚说到哪天：末日；提前关闭的，关闭后第一个工作日还要告诉人。"""
    if window.closed is None or window.closed > window.end:
        return window.end
    return max(window.end, hours.workday(window.closed + timedelta(days=1)))


def plan_hash(parts: Sequence[str]) -> str:
    """几份日程合起来的散列：给谁、说什么、几时发，改了一样就不同。"""
    return sha256("".join(sorted(parts)).encode()).hexdigest()[:16]


def words(schedule: Schedule, stage: Stage, about: About, counted: Counted, today: date) -> Words:
    """这个时机在 `today` 这天该说的话；`counted` 是到截止还有几个工作日。"""
    window = schedule.window
    if today < window.start:
        left = "还没有开始"
    elif today == window.end:
        left = "今天截止"
    else:
        left = f"还剩{counted.days}个工作日" if counted.days else "今天是最后一个工作日"
    unsure = counted.unsure(window.end.year)
    firms = "、".join(about.firms)
    given = {
        "window": window.name,
        "where": "，".join(part for part in (firms, about.district or "全市") if part),
        "start": spelled(window.start),
        "end": spelled(window.end),
        "closed": spelled(window.closed) if window.closed else "",
        "left": left,
        "unsure": "" if counted.certain or stage.when == "closed" else unsure,
        "basis": f"登记的窗口 {window.id}；{_basis(stage, today)}",
    }
    values: dict[str, Value] = {
        "window": window.name,
        "start": window.start,
        "end": window.closed or window.end,
        "days": counted.days,
        "year": window.start.year,
        "district": about.district or "全市",
        "branch": about.branch or "全部行业",
        "enterprise": firms or "贵厂",
        "text": filled(stage.short, given),
    }
    return Words(_sent_back(filled(stage.text, given), about.back), values)


def _sent_back(text: str, back: Back) -> str:
    """给退回来的说的：重新提交不算第二次，交了怎么说一声，下一步做什么。"""
    if not back:
        return text
    lines = text.split("\n")
    at = next((n for n, line in enumerate(lines) if line.startswith("依据：")), len(lines))
    lines.insert(at, BACK_SAYS)
    again = _TOLD_AGAIN if back == "all" else f"{_TOLD}，{_TOLD_AGAIN}"
    return "\n".join(
        _BACK_THEN if back == "all" and line.startswith("下一步：") else line.replace(_TOLD, again) for line in lines
    )


def spelled(day: date) -> str:
    """2026年12月31日。"""
    return f"{day.year}年{day.month}月{day.day}日"


def _basis(stage: Stage, today: date) -> str:
    return knowledge.on(today).basis((stage.cite,))


def _dues(window: Window, marks: Marks, reminders: Reminders, hours: Hours) -> Iterator[Due]:
    for stage in reminders.stages:
        if (stage.when == "closed") != (window.closed is not None):
            continue
        for day, key, at in _fallen(stage, window, marks, hours):
            if stage.when not in ("before", "last-day") or day > window.start:
                yield Due(stage, f"{stage.id}@{key}", day, at)


def _fallen(stage: Stage, window: Window, marks: Marks, hours: Hours) -> Iterator[tuple[date, str, datetime | None]]:
    """这个时机落在哪天、它认的日子（日子改了就是另一回）、由哪一刻引出的；落不下的没有。"""
    if stage.when == "registered":
        yield from _announced(window, marks, hours)
    elif stage.when == "opening":
        day, late = hours.workday(max(window.start, marks.opened)), marks.opened > window.start
        if day <= window.end:
            yield day, str(window.start), marks.opened_at if late else None
    elif stage.when == "moved":
        again = f"~{marks.times}" if marks.times > 1 else ""
        if marks.moved is not None:
            yield marks.moved, f"{window.start}~{window.end}{again}", marks.moved_at
    elif stage.when == "closed":
        assert window.closed is not None
        yield window.closed, str(window.closed), marks.closed_at
    else:
        yield hours.calendar.before(window.end, stage.days).day, str(window.end), None


def _announced(window: Window, marks: Marks, hours: Hours) -> Iterator[tuple[date, str, datetime | None]]:
    """开始以前登记的，登记那天；首日到末日都放假、开始那天没法发的，开始之前最近的工作日。"""
    told = hours.workday(marks.opened)
    if told < window.start:
        yield told, str(marks.opened), marks.opened_at
    eve = hours.calendar.before(window.start, 1).day
    if hours.workday(window.start) > window.end and told < eve:
        yield eve, f"{window.start}~eve", None


def _part(window: Window, dues: Sequence[Due], reminders: Reminders) -> str:
    fixed = {
        "rule": [RULE, BACK_SAYS],
        "window": [window.id, window.name, str(window.start), str(window.end), str(window.closed)],
        "scope": [window.district, window.industry, window.branch],
        "hours": [reminders.opens, reminders.closes],
        "stages": [[due.occasion, str(due.day), due.stage.who, due.stage.short, due.stage.text] for due in dues],
    }
    return sha256(json.dumps(fixed, ensure_ascii=False).encode()).hexdigest()
