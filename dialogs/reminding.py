"""到期提醒说的话：订的是什么、现在的窗口到哪天、什么时候发、这一回是哪一回。"""

from datetime import date

from dialogs.cycle import Cycle
from dialogs.factory import district_of
from dialogs.flows.when import Declare, can_declare
from dialogs.kept import Subscription
from dialogs.records import Facts, Known
from knowledge.reminding import reminders_on
from knowledge.rules import Rules

NOT_YET = "现在没有登记在用的申报窗口，一登记就告诉您；哪天开，这里说不准。"
SILENT = "现在没有登记在用的申报窗口；登记了也不会主动告诉您，隔一阵回复“申报时间”看；哪天开，这里说不准。"
"""主管部门没有打开登记、开始那天的提醒时。"""
OFF = "到期提醒主管部门现在没有打开，打开了才发；这之前请自己回复“申报时间”看。"
"""到期以前的各个时机一个也没有打开时，订提醒的答复里加的一句。"""
OFF_BRIEFLY = "到期提醒主管部门现在没有打开，打开了才发"


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


def off(facts: Facts, said: str = OFF) -> str:
    """到期以前的提醒没有打开的那一句；打开着的是空的。"""
    return said if "before" in facts.silent else ""


def window_lines(declare: Declare, silent: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """现在的窗口，和放假安排还不知道的那一句；`silent` 是不会发的时机。"""
    if declare.state == "open":
        first = f"现在的窗口：{declare.windows[0].name}，{until(declare)}。"
        return (first, declare.unsure) if declare.unsure else (first,)
    if declare.state == "future":
        window = declare.windows[0]
        return (f"下一个窗口：{window.name}，{spelled(window.start)}开始，到{spelled(window.end)}为止。",)
    return (SILENT if silent & {"registered", "opening"} else NOT_YET,)


def occasions(today: date) -> str:
    """哪些时候发，照 reminders.toml。"""
    days = "、".join(str(stage.days) for stage in reminders_on(today).stages if stage.when == "before")
    return f"窗口登记、开放时，结束前{days}个工作日，窗口改期时"


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
