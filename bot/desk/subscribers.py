"""订阅的有几个人、常设提醒开没开、他们到时候收不收得到：窗口的各页照实说。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.store import Store
from bot.store.schema import opt_outs, subscriptions
from dialogs.records import Window
from knowledge.reminding import Stage
from knowledge.rules import Rules

WHENS = {
    "registered": "登记的时候（还没到开始）",
    "opening": "开始那天",
    "before": "截止前 {days} 个工作日",
    "last-day": "最后一天",
    "moved": "改期了",
    "closed": "提前关闭了",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """常设提醒此刻怎样：`silent` 为真是有人会收不到；`says` 是写给人看的一句。"""

    silent: bool
    says: str


def label(stage: Stage) -> str:
    """一个时机写给人看。"""
    return WHENS.get(stage.when, stage.when).format(days=stage.days)


def subscribers(store: Store, connection: Connection, rules: Rules, scope: Window) -> int:
    """订阅了、没有退订、在这个窗口范围里的有几个人；区县、分支没说的算在里面，和发提醒时一样。"""
    row = subscriptions.c
    query = select(row.user, row.district, row.branch)
    if scope.district:
        named = connection.scalars(select(row.district).distinct()).all()
        query = query.where(row.district.in_([each for each in named if rules.heirs.meet(scope.district, each)]))
    users = {user for user, _, branch in connection.execute(query) if _within(rules, scope, branch)}
    out = set(connection.scalars(select(opt_outs.c.user_hash)))
    return sum(store.user_hash(user) not in out for user in users) if out else len(users)


def standing(stages: Iterable[Stage], states: Mapping[str, bool], people: int, admin: bool) -> Standing:
    """各时机开没开 → 一句话：关着的写明有几个人不会收到、该请谁打开。"""
    stages = tuple(stages)
    off = [label(each) for each in stages if not states[each.id]]
    ask = "要发，先在“窗口”页的“常设提醒”里打开" if admin else "请市局打开"
    if not off:
        return Standing(False, f"常设提醒：开着，订阅的 {people} 人到时候会收到。")
    if len(off) == len(stages):
        return Standing(True, f"常设提醒：关着，订阅的 {people} 人不会收到；{ask}。")
    when = f"{'、'.join(off)}{'这几个时候' if len(off) > 1 else ''}"
    return Standing(True, f"常设提醒：{when}关着，订阅的 {people} 人那时不会收到；{ask}。")


def _within(rules: Rules, scope: Window, branch: str) -> bool:
    if not branch or not (scope.branch or scope.industry):
        return True
    if scope.branch:
        return branch == scope.branch
    held = rules.branches.get(branch)
    return (held.industry_id if held else branch) == scope.industry
