"""申报窗口的登记：开、改期、关、列，每一次改动都留下前后的样子。

窗口由主管部门在运行中登记，只在库里，不在知识文件里；每次改动都让库的 `revision` 加一，服务进程下一批消息就看见。
"""

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import Connection, Integer, Row, Text, cast, func, insert, literal, select, update

from bot.store import Store
from bot.store.schema import meta, window_changes, windows
from dialogs.records import Window

LONGEST = 100
"""名称、区县、行业、来源最多这么多字。"""


class WindowError(ValueError):
    """窗口登记不了；消息是给人看的一句话。"""


@dataclass(frozen=True, slots=True)
class WindowChange:
    """一次改动：`action` 是 opened、moved 或 closed；`before`、`after` 是前后的各列（新开的 `before` 为 None）。

    知道是谁改的，`after` 里还有 `by`。
    """

    window_id: str
    at: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any]

    @property
    def by(self) -> str:
        """谁改的；不知道是空的。"""
        return str(self.after.get("by", ""))

    @property
    def told(self) -> str:
        """给人看的一句：“延长：2026-08-01 至 2026-12-31 → 2026-08-01 至 2027-01-15”。"""
        days = f"{self.after['start']} 至 {self.after['end']}"
        if self.action == "moved" and self.before is not None:
            longer = self.before["start"] == self.after["start"] and self.before["end"] < self.after["end"]
            word = "延长" if longer else "改期"
            return f"{word}：{self.before['start']} 至 {self.before['end']} → {days}"
        return f"登记：{days}" if self.action == "opened" else "关闭"


def open_window(
    store: Store,
    at: datetime,
    *,
    name: str,
    start: date,
    end: date,
    district: str = "",
    industry: str = "",
    branch: str = "",
    source: str = "",
    districts: Container[str] | None = None,
    industries: Container[str] | None = None,
) -> str:
    """登记一个新窗口，返回它的编号（例“w2026-1”）；区县、行业、分支空着表示全市、全部。

    `districts`、`industries` 是认得的区县和行业，None 表示不查。
    日期颠倒、名称为空或过长、区县行业不认得、与开着的窗口完全一样：WindowError。
    """
    draft = Window("", name.strip(), start, end, district, industry, source, branch=branch)
    _check(draft, districts, industries)
    with store.transaction() as connection:
        return open_in(connection, at, draft)


def open_in(connection: Connection, at: datetime, draft: Window, by: str = "") -> str:
    """同 open_window，在调用者的事务里做；`draft` 的编号是空的，`by` 是谁登记的。"""
    _check(draft, None, None)
    raise_revision(connection)
    for same in current_windows(connection):
        if replace(same, id="", source=draft.source) == draft:
            raise WindowError(f"已经有一模一样的窗口 {same.id}")
    prefix = f"w{draft.start.year}-"
    count = select(func.count()).select_from(windows).where(windows.c.id.startswith(prefix, autoescape=True))
    window = replace(draft, id=f"{prefix}{connection.execute(count).scalar_one() + 1}")
    columns = {name: value for name, value in asdict(window).items() if name != "closed"}
    connection.execute(insert(windows).values(**columns, created_at=at.isoformat(), closed_at=None))
    _note(connection, window.id, at, "opened", None, by)
    return window.id


def move_window(
    store: Store, at: datetime, window_id: str, *, start: date | None = None, end: date | None = None
) -> Window:
    """改期；没有给的一头不动。窗口不存在、已经关闭、日期颠倒或没有变化：WindowError。"""
    with store.transaction() as connection:
        return move_in(connection, at, window_id, start, end)


def move_in(
    connection: Connection, at: datetime, window_id: str, start: date | None, end: date | None, by: str = ""
) -> Window:
    """同 move_window，在调用者的事务里做。"""
    raise_revision(connection)
    before = _found(connection, window_id)
    window = replace(_window(before), start=start or before.start, end=end or before.end)
    _check(window, None, None)
    if window == _window(before):
        raise WindowError(f"窗口 {window_id} 本来就是 {window.start} 到 {window.end}")
    connection.execute(update(windows).filter_by(id=window_id).values(start=window.start, end=window.end))
    _note(connection, window_id, at, "moved", before, by)
    return window


def close_window(store: Store, at: datetime, window_id: str) -> Window:
    """提前关闭；此后不再算数，登记和历史留着。不存在或已经关闭：WindowError。"""
    with store.transaction() as connection:
        return close_in(connection, at, window_id)


def close_in(connection: Connection, at: datetime, window_id: str, by: str = "") -> Window:
    """同 close_window，在调用者的事务里做。"""
    raise_revision(connection)
    before = _found(connection, window_id)
    connection.execute(update(windows).filter_by(id=window_id).values(closed_at=at.isoformat()))
    _note(connection, window_id, at, "closed", before, by)
    return _window(before)


def list_windows(store: Store) -> tuple[Window, ...]:
    """没有关闭的窗口（过了期的也在内），按开始日、编号排。"""
    with store.reading() as connection:
        return current_windows(connection)


def current_windows(connection: Connection) -> tuple[Window, ...]:
    """同 list_windows，在调用者的事务里读。"""
    query = select(windows).where(windows.c.closed_at.is_(None)).order_by(windows.c.start, windows.c.id)
    return tuple(map(_window, connection.execute(query)))


def all_windows(connection: Connection) -> tuple[Window, ...]:
    """全部窗口，提前关闭的也在内（`closed` 是那一天）：答“今天能报吗”要知道它曾经有过。"""
    query = select(windows).order_by(windows.c.start, windows.c.id)
    return tuple(map(_window, connection.execute(query)))


def overlapping(store: Store, window_id: str) -> tuple[str, ...]:
    """没有关闭、日子和范围都与这个窗口有重叠的别的窗口的编号；重叠不是错，登记的人要知道。"""
    with store.reading() as connection:
        return tuple(each.id for each in overlaps(current_windows(connection), window_id))


def overlaps(live: Sequence[Window], window_id: str) -> tuple[Window, ...]:
    """`live` 里与这个窗口有重叠的别的窗口。"""
    mine = next((window for window in live if window.id == window_id), None)
    if mine is None:
        return ()
    return tuple(
        each
        for each in live
        if each.id != window_id
        and each.start <= mine.end
        and mine.start <= each.end
        and all("" in pair or len(pair) == 1 for pair in _scopes(each, mine))
    )


def sequences(connection: Connection) -> dict[str, int]:
    """每个窗口登记以后改过几次（改期、关闭各算一次），给日历条目的 SEQUENCE。"""
    query = select(window_changes.c.window_id, func.count() - 1).group_by(window_changes.c.window_id)
    return {row.window_id: row[1] for row in connection.execute(query)}


def window_history(store: Store, window_id: str) -> tuple[WindowChange, ...]:
    """一个窗口的全部改动，先发生的在前；没有这个窗口就是空的。"""
    with store.reading() as connection:
        return changes_of(connection, window_id)


def changes_of(connection: Connection, window_id: str) -> tuple[WindowChange, ...]:
    """同 window_history，在调用者的事务里读。"""
    query = select(window_changes).filter_by(window_id=window_id).order_by(window_changes.c.id)
    return tuple(
        WindowChange(row.window_id, row.at, row.action, json.loads(row.before or "null"), json.loads(row.after))
        for row in connection.execute(query)
    )


def window_lines(store: Store, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """全部窗口连同改动，一行一句：先窗口，下面缩进的是它的历史；关闭的也列出。`names` 是行业、分支的名称。"""
    lines = []
    with store.reading() as connection:
        rows = connection.execute(select(windows).order_by(windows.c.created_at, windows.c.id)).all()
    for row in rows:
        kind = row.branch or row.industry
        named = f"{kind} {(names or {}).get(kind, '')}".strip() or "全部行业"
        scope = f"{row.district or '全市'}，{named}"
        ending = f"，{row.closed_at} 关闭" if row.closed_at else ""
        source = f"，来源：{row.source}" if row.source else ""
        lines.append(f"{row.id}  {row.start} 至 {row.end}  {row.name}（{scope}{source}{ending}）")
        lines += [f"  {change.at}  {change.told}" for change in window_history(store, row.id)]
    return tuple(lines)


def _check(window: Window, districts: Container[str] | None, industries: Container[str] | None) -> None:
    if not window.name.strip():
        raise WindowError("窗口要有名称")
    for label, value in (
        ("名称", window.name),
        ("区县", window.district),
        ("行业", window.industry),
        ("分支", window.branch),
        ("来源", window.source),
    ):
        if len(value) > LONGEST:
            raise WindowError(f"{label}太长：最多 {LONGEST} 个字")
        if not value.isprintable():
            raise WindowError(f"{label}里有换行或不能显示的字符")
    if window.start > window.end:
        raise WindowError(f"开始日 {window.start} 晚于结束日 {window.end}")
    if districts is not None and window.district and window.district not in districts:
        raise WindowError(f"不认得的区县：{window.district}")
    if industries is not None and window.industry and window.industry not in industries:
        raise WindowError(f"不认得的行业：{window.industry}")


def _scopes(one: Window, other: Window) -> tuple[set[str], ...]:
    return {one.district, other.district}, {one.industry, other.industry}, {one.branch, other.branch}


def raise_revision(connection: Connection) -> None:
    """库的 revision 加一：服务进程下一批消息就重新读窗口和日历。"""
    # 先改这一行：同时改窗口的人在这里排队，编号才不会撞
    raised = cast(cast(meta.c.value, Integer) + literal(1), Text)
    connection.execute(update(meta).filter_by(key="revision").values(value=raised))


def _found(connection: Connection, window_id: str) -> Row[Any]:
    row = connection.execute(select(windows).filter_by(id=window_id)).one_or_none()
    if row is None:
        raise WindowError(f"没有编号为 {window_id} 的窗口")
    if row.closed_at is not None:
        raise WindowError(f"窗口 {window_id} 已经在 {row.closed_at} 关闭")
    return row


def _note(connection: Connection, window_id: str, at: datetime, action: str, before: Row[Any] | None, by: str) -> None:
    after = connection.execute(select(windows).filter_by(id=window_id)).one()
    connection.execute(
        insert(window_changes).values(
            window_id=window_id,
            at=at.isoformat(),
            action=action,
            before=None if before is None else _json(before),
            after=_json(after, by),
        )
    )


def _json(row: Row[Any], by: str = "") -> str:
    held = dict(row._mapping) | ({"by": by} if by else {})
    return json.dumps(held, default=date.isoformat, ensure_ascii=False)


def _window(row: Row[Any]) -> Window:
    closed = datetime.fromisoformat(row.closed_at).date() if row.closed_at else None
    return Window(row.id, row.name, row.start, row.end, row.district, row.industry, row.source, closed, row.branch)
