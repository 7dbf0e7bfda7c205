"""演习：把计划说给人看，什么也不写、不发。"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.clock import Clock
from bot.reminders.calling import call_list
from bot.reminders.campaigns import Watch
from bot.reminders.hours import stamp
from bot.reminders.notifier import Notifier, Outgoing
from bot.reminders.people import Person, pages
from bot.reminders.planner import Notice
from bot.reminders.posting import notifiers_of
from bot.settings import Settings
from bot.store import Store
from bot.store.schema import campaigns

NO_WAY = "等对方下次来说话"


def rehearse(store: Store, settings: Settings, clock: Clock) -> dict[str, Any]:
    """现在的计划：散列、各窗口的日程、每个人。`recipients` 里 `now` 为真的现在就发，别的是接下来的一条。"""
    now = clock()
    with store.reading() as connection:
        outlook = Watch(settings.zone).look(connection, now, everything=True)
        approved = connection.execute(select(campaigns).filter_by(id=outlook.hash)).one_or_none()
    notifiers = notifiers_of(settings, store, clock)
    recipients: list[dict[str, Any]] = []
    others: list[dict[str, str]] = []
    for people in pages(store, settings.zone):
        for person in people:
            settled = outlook.planner.settle(person)
            notices = ([settled.now] if settled.now else []) + list(settled.coming)
            for notice in notices:
                allowed = outlook.allowed(notice.schedule, notice.due.stage.id)
                recipients.append(_recipient(notice, notice is settled.now, allowed, notifiers))
            others += [{"user": each.user, "window": each.window_id, "why": each.why} for each in settled.others]
    hours = outlook.planner.hours
    return {
        "hash": outlook.hash,
        "approved": None if approved is None else {"at": approved.approved_at, "by": approved.approved_by},
        "now": now.isoformat(timespec="seconds"),
        "sending": hours.now_open(now),
        "opens": hours.next_open(now).isoformat(timespec="seconds"),
        "windows": [
            {
                "id": each.window.id,
                "name": each.window.name,
                "start": str(each.window.start),
                "end": str(each.window.end),
                "closed": str(each.window.closed) if each.window.closed else None,
                "stages": {due.stage.id: str(due.day) for due in each.dues},
            }
            for each in outlook.planner.schedules
        ],
        "recipients": recipients,
        "others": others,
        "calls": sum(1 for _ in call_list(store, outlook)),
    }


def way_of(notifiers: Mapping[str, Notifier], person: Person, notice: Outgoing) -> tuple[str, str]:
    """现在会走哪条路，填不成的差在哪里。"""
    notifier = notifiers.get(person.channel)
    if notifier is None:
        return "", ""
    return notifier.way(notice).name, notifier.fault(notice)


def told(found: Mapping[str, Any]) -> str:
    """给人看的。"""
    approved = found["approved"]
    lines = [f"计划 {found['hash']}（{'批准过' if approved else '没有批准'}）"]
    for window in found["windows"]:
        days = "、".join(f"{stage} {day}" for stage, day in window["stages"].items())
        closed = f"，{window['closed']} 关闭" if window["closed"] else ""
        lines.append(f"  {window['id']} {window['name']} {window['start']} 至 {window['end']}{closed}：{days}")
    if not found["windows"]:
        lines.append("  没有登记在用的申报窗口")
    texts: dict[str, int] = {}
    for title, now in (("现在该发", True), ("接下来", False)):
        held = [each for each in found["recipients"] if each["now"] is now]
        lines.append(f"{title} {len(held)} 条")
        for each in held:
            number = texts.setdefault(each["text"], len(texts) + 1)
            at = datetime.fromisoformat(each["due_at"])
            fault = f"，填不成：{each['fault']}" if each["fault"] else ""
            allowed = "" if each["allowed"] else "，等批准"
            lines.append(
                f"  {each['user']}  {each['window']} {each['stage']}  {at:%Y-%m-%d %H:%M}  "
                f"{each['way'] or NO_WAY}{fault}{allowed}  正文{number}  {each['why']}"
            )
    lines.append(f"不发 {len(found['others'])} 条")
    lines += [f"  {each['user']}  {each['window']}  {each['why']}" for each in found["others"]]
    for text, number in texts.items():
        lines += [f"正文{number}：", *(f"  {line}" for line in text.split("\n"))]
    if not found["sending"]:
        lines.append(f"现在不是发的时候，最早 {datetime.fromisoformat(found['opens']):%Y-%m-%d %H:%M}")
    lines.append(f"要打电话的 {found['calls']} 家：chuangb remind call-list")
    lines.append(f"要发：chuangb remind run --plan {found['hash']}")
    return "\n".join(lines)


def _recipient(notice: Notice, now: bool, allowed: bool, notifiers: Mapping[str, Notifier]) -> dict[str, Any]:
    said = notice.words
    outgoing = Outgoing(0, notice.person.user, notice.due.stage.id, said.text, said.values, notice.person.consents)
    way, fault = way_of(notifiers, notice.person, outgoing)
    return {
        "user": notice.person.user,
        "window": notice.schedule.window.id,
        "occasion": notice.due.occasion,
        "stage": notice.due.stage.id,
        "now": now,
        "due_at": notice.at.isoformat(timespec="seconds"),
        "due_utc": stamp(notice.at),
        "why": notice.why,
        "text": said.text,
        "short": said.values["text"],
        "way": way,
        "fault": fault,
        "allowed": allowed,
    }
