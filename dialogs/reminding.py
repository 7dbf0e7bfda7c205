"""到期提醒说的话：订的是什么、现在的窗口到哪天、什么时候发、这一回是哪一回。"""

from collections.abc import Iterable
from datetime import date, timedelta

from dialogs.cycle import Cycle
from dialogs.factory import district_of
from dialogs.flows.when import Declare, can_declare
from dialogs.kept import Subscription
from dialogs.records import Facts, Known, Window
from knowledge.reminding import Stage, reminders_on
from knowledge.rules import Rules

OFF = "到期提醒主管部门现在没有打开，打开了才发；这之前请自己回复“申报时间”看。"
"""到期以前的各个时机一个也没有打开时，订提醒的答复里加的一句。"""
OFF_BRIEFLY = "到期提醒主管部门现在没有打开，打开了才发"
LATE = "这个窗口截止以前没有能发提醒的时候了"
LAST = "这个窗口只有最后一天还说一次，给动手准备了的"
_NEWS = {
    (True, True): "一登记就告诉您",
    (True, False): "开始以前登记的，一登记就告诉您",
    (False, True): "登记了，开始那天告诉您",
    (False, False): "登记了也不会主动告诉您，隔一阵回复“申报时间”看",
}
"""登记那天、开始那天的提醒开着没有 → 有了窗口几时告诉他。"""
_BY_SWITCH = ("registered", "moved", "closed")
"""批准过的计划管不到的：窗口改了就是另一份计划。"""


def scope(rules: Rules, district: str, branch: str) -> str:
    """订的是什么：“长寿区、水泥制品”。"""
    named = district_of(rules, Known(district))
    branches = rules.branches.get(branch)
    return f"{named.name if named else '全市'}、{branches.name if branches else '全部行业'}"


def spelled(day: date) -> str:
    """2026年9月1日。"""
    return f"{day.year}年{day.month}月{day.day}日"


def declare_of(rules: Rules, facts: Facts, held: Subscription) -> Declare:
    """订的这个厂今天能不能报。"""
    known = Known(held.district, (held.branch,) if held.branch else ())
    return can_declare(rules, facts.of(known, facts.others))


def until(declare: Declare) -> str:
    """“到2026年12月31日为止，还剩72天（52个工作日）”。"""
    left = f"还剩{declare.days_left}天（{declare.working}个工作日）" if declare.days_left else "今天是最后一天"
    return f"到{spelled(declare.windows[0].end)}为止，{left}"


def running(declare: Declare) -> Window | None:
    """说到的这个窗口：开着的，没有就是下一个。"""
    return declare.windows[0] if declare.state in ("open", "future") else None


def sent(facts: Facts, window: Window | None = None) -> tuple[Stage, ...]:
    """主管部门打开了、批准了的时机：这个窗口的，不给窗口就是以后登记的。"""

    def named(stage: Stage) -> str:
        return stage.id if window is None or stage.when in _BY_SWITCH else f"{stage.id}@{window.id}"

    return tuple(stage for stage in reminders_on(facts.today).stages if named(stage) not in facts.silent)


def ahead(facts: Facts, window: Window) -> tuple[Stage, ...]:
    """其中这个窗口还赶得上发的：现在才订，过去了的不补。"""
    return tuple(stage for stage in sent(facts, window) if _ahead(facts, window, stage))


def reminding(facts: Facts, window: Window | None) -> bool:
    """截止以前还会提醒他：没有窗口的，看以后登记的。"""
    stages = sent(facts) if window is None else ahead(facts, window)
    return any(stage.when == "before" for stage in stages)


def off(facts: Facts, window: Window | None, brief: bool = False) -> str:
    """截止以前不会提醒的，为什么：一个时机也没有打开，或者来不及了；会提醒的是空的。"""
    if reminding(facts, window):
        return ""
    if window is None or all(stage.when != "before" for stage in sent(facts, window)):
        return OFF_BRIEFLY if brief else OFF
    why = LAST if any(stage.when == "last-day" for stage in ahead(facts, window)) else LATE
    return why if brief else f"{why}；要报，请自己看好日子。"


def promises(facts: Facts, window: Window | None) -> tuple[str, ...]:
    """订上以后什么时候发，一句一行：只说真的会发的，没有打开的点出来。"""
    every, later = reminders_on(facts.today).stages, sent(facts)
    limits = f"{hours(facts.today)}，一天最多一条。"
    lines = [why] if (why := off(facts, window)) else []
    if window is not None and later != sent(facts, window):
        if (mine := ahead(facts, window)) and not why:
            lines.append(f"这个窗口还会发：{spoken(mine)}；{limits}")
        lines.append(f"以后的窗口：{f'{spoken(later)}；{limits}' if later else '还没有打开提醒，打开了才发。'}")
    elif later:
        lines.append(f"{'以后的窗口，' if why and why != OFF else ''}什么时候发：{spoken(later)}；{limits}")
        if window is not None and not why and _passed(facts, window):
            lines.append(f"这个窗口还赶得上的：{spoken(ahead(facts, window))}。")
    else:
        lines.append(f"打开以后什么时候发：{spoken(every)}；{limits}")
    return (*lines, rest) if (rest := lacking(facts)) else tuple(lines)


def window_lines(facts: Facts, declare: Declare) -> tuple[str, ...]:
    """现在的窗口，和放假安排还不知道的那一句；没有窗口的，说有了几时告诉他。"""
    if declare.state == "open":
        first = f"现在的窗口：{declare.windows[0].name}，{until(declare)}。"
        return (first, declare.unsure) if declare.unsure else (first,)
    if declare.state == "future":
        window = declare.windows[0]
        return (f"下一个窗口：{window.name}，{spelled(window.start)}开始，到{spelled(window.end)}为止。",)
    whens = {stage.when for stage in sent(facts)}
    news = _NEWS["registered" in whens, "opening" in whens]
    return (f"现在没有登记在用的申报窗口，{news}；哪天开，这里说不准。",)


def spoken(stages: Iterable[Stage]) -> str:
    """哪些时候：“窗口登记、开放时，结束前30、14个工作日”。"""
    held = tuple(stages)
    whens = {stage.when for stage in held}
    begins = [said for when, said in (("registered", "登记"), ("opening", "开放")) if when in whens]
    days = [str(stage.days) for stage in held if stage.when == "before"]
    changes = [said for when, said in (("moved", "改期"), ("closed", "提前关闭")) if when in whens]
    parts = (
        f"窗口{'、'.join(begins)}时" if begins else "",
        f"结束前{'、'.join(days)}个工作日" if days else "",
        "最后一天（动手准备了的）" if "last-day" in whens else "",
        f"窗口{'、'.join(changes)}时" if changes else "",
    )
    return "，".join(filter(None, parts))


def upcoming(facts: Facts, window: Window) -> date | None:
    """这个窗口下一次最早哪天发：照批准了的时机排；窗口改期、关闭不算，最后一天只给动手准备了的也不算。"""
    stages = (stage for stage in ahead(facts, window) if stage.when in ("opening", "before"))
    return min((_first_chance(facts, _due(facts, window, stage)) for stage in stages), default=None)


def occasions(facts: Facts, window: Window | None = None) -> str:
    """哪些时候发：这个窗口赶得上的，没有就是以后登记的；一样也没有打开的，说打开了会有哪些。"""
    mine = ahead(facts, window) if window is not None and sent(facts) != sent(facts, window) else ()
    return spoken(mine or sent(facts) or reminders_on(facts.today).stages)


def lacking(facts: Facts) -> str:
    """打开了几样、没有打开的是哪些；都开着、都没有打开的是空的。"""
    later = sent(facts)
    rest = [stage for stage in reminders_on(facts.today).stages if stage not in later]
    return f"没有打开、不会发的：{spoken(rest)}。" if later and rest else ""


def unsent(facts: Facts, known: Known, declare: Declare, *, named: bool) -> str:
    """还没有交的厂，窗口到哪天为止；`named` 是连同哪个厂、还提不提醒一起说。"""
    end = f"{declare.place}{until(declare)}"
    go = off(facts, running(declare), brief=True) or "照旧提醒"
    return f"{known.name or '贵厂'}还没有交：{end}，{go}。" if named else f"{end}。"


def hours(today: date) -> str:
    """几点到几点发，照 reminders.toml。"""
    reminders = reminders_on(today)
    return f"只在工作日{reminders.opens}:00—{reminders.closes}:00"


def cycle_of(rules: Rules, facts: Facts, known: Known) -> Cycle:
    """这个厂这一回：开着的窗口，没有就是最近的一个，都没有就是今年。"""
    declare = can_declare(rules, facts.of(known, facts.others))
    if declare.windows and declare.state in ("open", "closed"):
        return Cycle(declare.windows[0].id, declare.windows[0].start.year)
    past = [w for w in facts.windows if w.end < facts.today and (not w.district or w.district == known.district)]
    if past:
        last = max(past, key=lambda w: w.end)
        return Cycle(last.id, last.start.year)
    return Cycle(str(facts.today.year), facts.today.year)


def _ahead(facts: Facts, window: Window, stage: Stage) -> bool:
    if stage.when in ("registered", "moved", "closed"):
        return stage.when != "registered"
    day = _due(facts, window, stage)
    fallen = stage.when == "opening" or day > window.start
    return fallen and day >= facts.today and _first_chance(facts, day) <= window.end


def _due(facts: Facts, window: Window, stage: Stage) -> date:
    """照窗口的头尾算，该在哪天说。"""
    if stage.when == "opening":
        return _working(facts, window.start)
    return facts.workdays.before(window.end, stage.days).day


def _first_chance(facts: Facts, day: date) -> date:
    """该在 `day` 说的，最早哪天发得出去：今天收摊了、放假的往后推。"""
    closes = reminders_on(facts.today).closes
    if day == facts.today and (facts.now + timedelta(minutes=1)).hour >= closes:
        day += timedelta(days=1)
    return _working(facts, day)


def _working(facts: Facts, day: date) -> date:
    while not facts.workdays.working(day):
        day += timedelta(days=1)
    return day


def _passed(facts: Facts, window: Window) -> bool:
    """到期以前的时机，有的已经赶不上了。"""
    before = [stage for stage in sent(facts, window) if stage.when == "before"]
    return any(stage not in ahead(facts, window) for stage in before)
