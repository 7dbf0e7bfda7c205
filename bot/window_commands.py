"""`chuangb windows list`、`open`、`move`、`close`：申报窗口。"""

import sys
from argparse import Namespace
from datetime import date, datetime
from typing import TYPE_CHECKING

import knowledge
from bot.commands import Fault, on_store

if TYPE_CHECKING:
    from bot.store import Store


def list_all(given: Namespace) -> None:
    """全部窗口，一行一个。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.windows import window_lines

        rules = knowledge.on(now.date())
        names = {id: each.name for id, each in rules.industries.items()}
        names |= {id: each.name for id, each in rules.branches.items()}
        print("\n".join(window_lines(store, names)) or "还没有登记窗口")

    on_store(given, run)


def open_(given: Namespace) -> None:
    """登记一个窗口，印出编号。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.windows import open_window, overlapping

        industry, branch = _scope(given.industry, given.branch, now.date())
        opened = open_window(
            store,
            now,
            name=given.name,
            start=given.start,
            end=given.end,
            district=_district(given.district, now.date()),
            industry=industry,
            branch=branch,
            source=given.source,
        )
        print(opened)
        if others := overlapping(store, opened):
            print(f"注意：日子和范围与 {'、'.join(others)} 有重叠", file=sys.stderr)

    on_store(given, run)


def move(given: Namespace) -> None:
    """给一个窗口改期。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.windows import move_window

        move_window(store, now, given.id, start=given.start, end=given.end)
        print(f"{given.id} 已改期")

    on_store(given, run)


def close(given: Namespace) -> None:
    """取消一个窗口。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.windows import close_window

        close_window(store, now, given.id)
        print(f"{given.id} 已取消")

    on_store(given, run)


def _district(said: str, day: date) -> str:
    if not said:
        return ""
    rules = knowledge.on(day)
    named = rules.districts_in(said)
    found = [each for each in named if each.id in rules.districts]
    if len(found) != 1 and len(named) == 1:
        heirs = "、".join(rules.districts[each].name for each in rules.heirs.of(named[0].id))
        raise Fault(f"--district：{named[0].name}已经并入{heirs}（{named[0].note}）写现在的区县")
    if len(found) != 1:
        raise Fault(f"--district：没有这个区县：{said}")
    return found[0].id


def _scope(industry: str, branch: str, day: date) -> tuple[str, str]:
    """行业和分支的 id；写了分支，行业就是它的。"""
    found = _industry(industry, day)
    branches = knowledge.on(day).branches
    named = [id for id, each in branches.items() if branch in (id, each.name) and found in ("", each.industry_id)]
    if branch and len(named) != 1:
        raise Fault(f"--branch：没有这个分支：{branch}；写 id（n15-4）或附件3的名称")
    return (branches[named[0]].industry_id, named[0]) if branch else (found, "")


def _industry(said: str, day: date) -> str:
    industries = knowledge.on(day).industries
    named = [id for id, each in industries.items() if said in (id, each.name)]
    if said and len(named) != 1:
        raise Fault(f"--industry：没有这个行业：{said}；写编号（国15、地6）或附件3的名称")
    return named[0] if said else ""
