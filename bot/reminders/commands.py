"""`chuangb remind …`：演习、批准并发、看账、打电话的名单、常设提醒的开关、广播。"""

import asyncio
import csv
import getpass
import json
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.commands import Fault, on_store
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.reminders.posting import Posting
    from bot.store import Store

Work = Callable[["Store", Settings, Clock], int | None]


def plan(given: Namespace) -> None:
    """演习：该给谁发、为什么、说什么、走哪条路，不发的为什么；什么也不写。"""

    def work(store: "Store", settings: Settings, clock: Clock) -> None:
        from bot.reminders.rehearsal import rehearse, told

        found = rehearse(store, settings, clock)
        print(json.dumps(found, ensure_ascii=False, indent=1) if given.json else told(found))

    _on(given, work)


def run(given: Namespace) -> int:
    """批准（写了散列的，要正是现在的计划或存着的广播），把现在该发的发掉。"""

    def work(store: "Store", settings: Settings, clock: Clock) -> int:
        from bot.reminders.broadcasting import unfit
        from bot.reminders.campaigns import CampaignError, Watch, approve
        from bot.reminders.haste import hurried

        if given.plan == "":
            raise Fault("--plan 后面是空的：写 remind plan 印出的散列；不写 --plan 就是批准现在的计划")
        plan = given.plan or ""
        if wrong := unfit(store, settings, clock, plan):
            raise Fault(wrong)
        try:
            with store.transaction() as connection:
                outlook = Watch(settings.zone).look(connection, clock())
                id_ = approve(connection, outlook, plan, getpass.getuser())
        except CampaignError as error:
            raise Fault(str(error)) from None
        print(f"批准了 {id_}")
        with hurried(), asyncio.Runner(loop_factory=_loop()) as runner:
            return runner.run(_sent(store, settings, clock))

    return _on(given, work)


def status(given: Namespace) -> None:
    """送达账：各状态几条，不知道到没到的逐条列出，停着的渠道，开关。"""

    def work(store: "Store", settings: Settings, clock: Clock) -> None:
        from bot.reminders.showing import ledger_lines, ledger_state

        found = ledger_state(store, clock())
        if given.json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            print("\n".join(ledger_lines(found, sys.stdout.isatty())))

    _on(given, work)


def call_list(given: Namespace) -> None:
    """该打电话的企业，一张 CSV。"""

    def work(store: "Store", settings: Settings, clock: Clock) -> None:
        from bot.reminders.calling import COLUMNS, call_list, plain, unapproved
        from bot.reminders.campaigns import Watch

        with store.reading() as connection:
            outlook = Watch(settings.zone).look(connection, clock())
        rows = [call.cells() for call in call_list(store, outlook)]
        if told := unapproved(outlook):
            print(f"chuangb：{told}：先看 chuangb remind plan", file=sys.stderr)
        if not given.out:
            csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *map(plain, rows)])
            return
        try:
            with Path(given.out).open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([COLUMNS, *map(plain, rows)])
        except OSError as error:
            raise Fault(f"写不进 {given.out}：{error.strerror}") from None
        print(f"写好了：{given.out}，{len(rows)} 家")

    _on(given, work)


def switch(given: Namespace) -> None:
    """打开或关上一个常设提醒；不写名字就列出来。"""

    def work(store: "Store", settings: Settings, clock: Clock) -> None:
        from bot.reminders.campaigns import ALL, CampaignError
        from bot.reminders.campaigns import switch as switched
        from knowledge.reminding import reminders_on

        known = [stage.id for stage in reminders_on(clock().date()).stages]
        if not given.name:
            from bot.reminders.showing import switches_of

            with store.reading() as connection:
                held = switches_of(connection)
            whole = held.get(ALL, "off")
            print("\n".join([f"{ALL}  {whole}", *(f"{name}  {held.get(name, whole)}" for name in known)]))
            return
        if not given.state:
            raise Fault("写 on 或 off，例如 chuangb remind switch all on")
        try:
            with store.transaction() as connection:
                switched(connection, given.name, given.state, clock(), getpass.getuser(), known)
        except CampaignError as error:
            raise Fault(str(error)) from None
        print(f"{given.name} {'打开了；serve 到点就发' if given.state == 'on' else '关上了'}")

    _on(given, work)


def broadcast(given: Namespace) -> None:
    """存下一次广播，印出给谁、散列；要 `remind run --plan 散列` 才发。"""

    def work(store: "Store", settings: Settings, clock: Clock) -> None:
        from bot.reminders.broadcast import store_broadcast, whole_text
        from bot.reminders.broadcasting import REMEDY, audience_of, previewed

        try:
            text = whole_text(given.text)
        except ValueError as error:
            raise Fault(f"--text：{error}") from None
        now = clock()
        audience = audience_of(given, now.date())
        with store.transaction() as connection:
            name, by = given.name.strip() or "通知", getpass.getuser()
            held = store_broadcast(connection, audience, text, name, now, now.date(), by)
        found = previewed(store, settings, clock, held)
        if given.json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
            return
        lines = [f"广播 {held.hash}：给 {len(found['recipients'])} 人，不给 {len(found['others'])} 人", text, ""]
        for each in found["recipients"]:
            fault = f"，填不成：{each['fault']}" if each["fault"] else ""
            lines.append(f"  {each['user']}  走{each['way'] or '不了，等对方来说话'}{fault}")
        lines += [f"  不给 {each['user']}：{each['why']}" for each in found["others"]]
        if any(each["way"] and each["fault"] for each in found["recipients"]):
            lines += ["", f"填不成就不能发。{REMEDY}"]
        lines += ["", f"要发：chuangb remind run --plan {held.hash}"]
        print("\n".join(lines))

    _on(given, work)


async def _sent(store: "Store", settings: Settings, clock: Clock) -> int:
    from bot.reminders.posting import open_posting
    from bot.reminders.showing import Bar, holds_of, pending

    posting = open_posting(settings, store, clock)
    stop = _stopping(posting)
    try:
        await posting.plan()
        with Bar(pending(store), lambda: posting.done) as bar:
            watching = asyncio.create_task(bar.watch())
            try:
                tallies = await posting.once()
            finally:
                watching.cancel()
    finally:
        stop()
        await posting.close()
    outcomes = sum((tally.outcomes for tally in tallies), start=type(tallies[0].outcomes)())
    settled = sum(tally.settled for tally in tallies)
    left = pending(store)
    print(
        f"发了 {outcomes['sent']} 条，送不到 {outcomes['failed']} 条，不知道到没到 {outcomes['uncertain']} 条，"
        f"不用发或等对方来说话 {settled + outcomes['waiting']} 条；还排着 {left} 条"
    )
    if left and (why := next((tally.why for tally in tallies if tally.why), "")):
        print(f"还排着的：{why}")
    if left:
        print("".join(f"{line}\n" for line in holds_of(store, clock())), end="")
    for alert in posting.alerts:
        print(f"chuangb：{alert}", file=sys.stderr)
    return 1 if posting.alerts else 0


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """快的事件循环；没有装就用自带的。"""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _stopping(posting: "Posting") -> Callable[[], None]:
    """收到 SIGTERM、SIGINT 就叫停；返回怎样不再管。"""
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []
    signals = (signal.SIGTERM, signal.SIGINT)
    for each in signals:
        try:
            loop.add_signal_handler(each, lambda: tasks.append(asyncio.create_task(posting.stop())))
        except NotImplementedError:  # Windows 的事件循环没有这个：照默认的中断，认领着的留给租约
            return lambda: None

    def restore() -> None:
        for each in signals:
            loop.remove_signal_handler(each)

    return restore


def _on(given: Namespace, work: Work) -> int:
    settings = read_settings(database_url=given.database)
    clock = Clock(settings.zone)
    if given.now is not None:
        clock.move(given.now)
    result: list[int | None] = []

    def opened(store: Any, now: object) -> None:
        result.append(work(store, settings, clock))

    on_store(given, opened)
    return result[0] or 0
