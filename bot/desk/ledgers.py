"""送达账给人看：值班回话、交还各一行，广播写名称，更正写哪一条，到期提醒写哪个窗口的哪个时机。"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, select

from bot.desk.naming import Face, faces
from bot.desk.redress import campaign_of
from bot.desk.subscribers import label
from bot.reminders.broadcast import REST, STAGE
from bot.reminders.showing import CALLED, HANDED, SAID
from bot.store.schema import campaigns, corrections
from bot.windows import all_windows
from knowledge.reminding import reminders_on
from knowledge.rules import Rules

TELLING = {SAID: "值班回话", HANDED: "交还，连同说一声", CALLED: "告诉值班的人有人等"}


class Names:
    """时机 → 给人看的名字和网址（没有是空的）。"""

    def __init__(self, connection: Connection, today: datetime) -> None:
        self._windows = {each.id: each.name for each in all_windows(connection)}
        self._stages = {each.id: label(each) for each in reminders_on(today.date()).stages}
        rows = connection.execute(select(corrections.c.id, corrections.c.clause)).all()
        self._corrections = {campaign_of(row.id): (f"更正 {row.clause}", f"/desk/correct/{row.id}") for row in rows}
        held = campaigns.c
        sent = connection.execute(select(held.id, held.name, held.planned_at).filter_by(kind="broadcast")).all()
        self._broadcasts = {row.id: (f"广播 {row.name}", row.planned_at) for row in sent}
        self._zone: tzinfo | None = today.tzinfo

    def of(self, window: str, occasion: str) -> tuple[str, str]:
        """一个时机。"""
        if occasion in TELLING:
            return TELLING[occasion], ""
        kind, _, rest = occasion.partition("@")
        if window:
            where = self._windows.get(window, "没有了的窗口")
            stage = self._stages.get(kind, "别的时机")
            return f"{where}：{stage}", f"/desk/window/{window}" if window in self._windows else ""
        if kind not in (STAGE, REST):
            return "别的", ""
        name, path = self._campaign(rest)
        return name + ("：模板里放不下的全文" if kind == REST else ""), path

    def _campaign(self, id: str) -> tuple[str, str]:
        if id in self._corrections:
            return self._corrections[id]
        if id not in self._broadcasts:
            return "没有了的广播", ""
        name, at = self._broadcasts[id]
        day = datetime.fromisoformat(at).astimezone(self._zone)
        return f"{name}（{day.month}月{day.day}日写的）", f"/desk/broadcast/{id}"


def lines(names: Names, occasions: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, Mapping[str, int]]]:
    """各行：叫什么、网址、各个状态几条；值班的几类在前，同名的合在一起。"""
    made: dict[tuple[str, str], dict[str, int]] = {}
    for said, counts in sorted(occasions.items(), key=lambda each: (each[0] not in TELLING, each[0])):
        window, _, occasion = said.rpartition(" ")
        held = made.setdefault(names.of(window, occasion), {})
        for state, count in counts.items():
            held[state] = held.get(state, 0) + count
    return [(name, path, counts) for (name, path), counts in made.items()]


def doubts(
    connection: Connection, rules: Rules, names: Names, rows: list[dict[str, Any]]
) -> list[tuple[Face, str, str]]:
    """不知道到没到的：谁、什么、几时。"""
    found = faces(connection, rules, [row["user"] for row in rows], None)
    return [(found[row["user"]], names.of(row["window"], _kind(row["occasion"]))[0], row["at"]) for row in rows]


def _kind(occasion: str) -> str:
    if occasion.startswith("desk:"):
        return SAID if ":say:" in occasion else HANDED
    return CALLED if occasion.startswith("duty:") else occasion
