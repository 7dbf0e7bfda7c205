"""导航：各区域的页归成几组，一行放得下；不在组里的收在名字下面。"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.visit import Page, Visit

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("inbox", "conversation")),
    ("查", ("lookup", "helping", "canned")),
    ("企业", ("roster", "declared", "spotcheck")),
    ("发送", ("windows_page", "broadcasts", "correcting")),
    ("", ("overview",)),
    ("", ("learning", "lesson_page")),
)
"""组的名字 → 里面的区域；空着的用里面那一页的名字。"""


@dataclass(frozen=True, slots=True)
class Group:
    """一组：`path` 是头一页；`here` 是正看着里面的一页，`at` 是它归在哪一页下面。"""

    name: str
    path: str
    pages: tuple[Page, ...]
    here: bool
    at: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """一个人的导航：几组，`rest` 是名字下面的；`now` 是正看着的那一组，只有一页的不另列。"""

    groups: tuple[Group, ...]
    rest: tuple[Page, ...]
    now: Group | None


def navigation(pages: Sequence[Page], visit: Visit) -> Navigation | None:
    """他的导航；没有登录是 None。"""
    if not visit.operator.name:
        return None
    shown = [page for page in pages if page.nav and (page.role != "admin" or visit.scope is None)]
    here, groups = _area(visit.page), list[Group]()
    for name, areas in GROUPS:
        if own := tuple(page for area in areas for page in shown if _area(page) == area):
            at = next((page.path for page in own if _area(page) == here), "")
            groups.append(Group(name or own[0].nav, own[0].path, own, here in areas, at))
    grouped = {page.path for group in groups for page in group.pages}
    rest = tuple(page for page in shown if page.path not in grouped)
    now = next((group for group in groups if group.here and len(group.pages) > 1), None)
    return Navigation(tuple(groups), rest, now)


def _area(page: Page) -> str:
    """登记这一页的区域。"""
    return page.endpoint.__module__.rpartition(".")[2]
