"""每个命令做的事；命令行的写法在 __main__.py，重的东西用到才导入。"""

import asyncio
import gc
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import knowledge
from bot.clock import Clock
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.inbox import Inbox
    from bot.store import Store
    from knowledge.records import Found
    from knowledge.rules import Rules


class Fault(Exception):
    """输入或数据有错；说明是一行话。"""


def chat(given: Namespace) -> None:
    """在终端里谈。"""
    from bot.channels.terminal import exchange, talk

    settings = read_settings(database_url=given.database)
    clock = _clock(settings, given.now)

    async def run() -> None:
        from bot.documents.opening import files_of, handed_out

        store = _store(settings)
        inbox = _inbox(store, clock, settings)
        files = handed_out(files_of(settings, store, inbox.rules_on, clock), settings.base_url)
        await inbox.start()
        try:
            if given.jsonl:
                from bot.reminders.waiting import pushed

                async def polled(user: str) -> "Sequence[str]":
                    return await asyncio.to_thread(pushed, store, user, clock(), settings.zone)

                await exchange(inbox.answer, clock, sys.stdin, sys.stdout, given.user, files, polled)
            else:
                await talk(inbox.answer, clock, given.user or "me", sys.stdin, sys.stdout, files)
        finally:
            await inbox.stop(5)

    _with_store(lambda: asyncio.run(run()))


def serve(given: Namespace) -> None:
    """起服务，印出地址和先试什么。"""
    gc.collect()  # 命令行的写法用完了，不必留着
    gc.set_threshold(200_000)  # 启动时造的东西几乎都留着，不必一遍遍地查；起来以后另设
    from bot.serving import serve_forever

    settings = read_settings(database_url=given.database)
    clock = _clock(settings, given.now)

    def run() -> None:
        store = _store(settings)
        inbox, sending = _inbox(store, clock, settings), not given.no_sender
        if not serve_forever(store, inbox, settings, clock, given.host, given.port, sending):
            raise Fault("服务没有起来，原因见上")

    _with_store(run)


def lookup(given: Namespace) -> None:
    """一句话是哪个行业：给人看，或一行一个 JSON。"""
    from bot.channels.terminal import one_line

    rules = knowledge.on(_clock(read_settings(), given.now)().date())
    if not given.jsonl:
        if not given.text:
            raise Fault("要查什么？例如 chuangb lookup 商砼，或 chuangb lookup --jsonl")
        _print_found(rules.lookup(given.text))
        return
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            text = asked.get("q") if isinstance(asked, dict) else None
            if not isinstance(text, str):
                raise ValueError('要是一个 JSON 对象，"q" 是字符串')
        except (ValueError, RecursionError) as error:
            answered: dict[str, Any] = {"error": f"读不懂这一行：{error}"}
        else:
            answered = {"q": text, **_found(rules.lookup(text))}
        print(one_line(answered), flush=True)


def catalogue(given: Namespace) -> None:
    """附件3全表。"""
    rules = knowledge.on(_clock(read_settings(), None)().date())
    if given.json:
        print(json.dumps(rules.catalogue(), ensure_ascii=False, indent=1))
        return
    for branch in rules.branches.values():
        print(f"{branch.list}{branch.no:>3} {branch.industry} / {branch.name}：{'、'.join(branch.tiers)}")


def check(given: Namespace) -> int:
    """知识的每一行、每个流程；有毛病就逐条指出文件和行。"""
    faults = law_faults(_clock(read_settings(), None)())
    for file, line, message in faults:
        print(f"{file}:{line}: {message}", file=sys.stderr)
    print(f"{len(faults)} 处有错" if faults else "知识和流程都没有毛病")
    return 1 if faults else 0


def law_faults(now: datetime) -> list[tuple[str, int, str]]:
    """知识和流程的每处毛病：文件、行、说明；知识有毛病就不再走流程。"""
    from dialogs.check import check_flows
    from dialogs.records import Facts
    from knowledge.check import check as check_knowledge

    faults = [(fault.file, fault.line, fault.message) for fault in check_knowledge()]
    return faults or check_flows(knowledge.on(now.date()), Facts(now))


def diagram(given: Namespace) -> None:
    """流程的 Mermaid 图。"""
    from dialogs.diagram import diagram as drawn
    from dialogs.flows import FLOWS
    from dialogs.records import Facts

    now = _clock(read_settings(), None)()
    if given.flow and given.flow not in FLOWS:
        raise Fault(f"没有这个流程：{given.flow}；有：{'、'.join(FLOWS)}")
    for name in (given.flow,) if given.flow else FLOWS:
        print(drawn(name, knowledge.on(now.date()), Facts(now)))


def knowledge_build(given: Namespace) -> None:
    """编译成一个 SQLite 文件。"""
    from knowledge.build import build

    build(Path(given.out))
    print(f"写好了：{given.out}")


def export(given: Namespace) -> None:
    """一个用户的全部信息。"""
    from bot.channels.terminal import addressed

    def run(store: "Store", now: datetime) -> None:
        print(json.dumps(store.export(addressed(given.user)), ensure_ascii=False, indent=1))

    on_store(given, run)


def delete(given: Namespace) -> None:
    """删除一个用户的全部信息。"""
    from bot.channels.terminal import addressed

    def run(store: "Store", now: datetime) -> None:
        user = addressed(given.user)
        store.delete(user, now)
        print(f"{user} 的信息已删除{'；退订仍然有效' if store.opted_out(user) else ''}")

    on_store(given, run)


def _clock(settings: Settings, now: datetime | None) -> Clock:
    clock = Clock(settings.zone)
    if now is not None:
        clock.move(now)
    return clock


def _store(settings: Settings) -> "Store":
    from bot.store import Store

    return Store.open(settings.database)


def _inbox(store: "Store", clock: Clock, settings: Settings) -> "Inbox[Rules]":
    from bot.documents.handing import handing
    from bot.documents.opening import passes_of
    from bot.inbox import Inbox
    from bot.learned import Learned
    from dialogs.turn import take_turn

    turn = handing(take_turn, passes_of(settings, store), settings.base_url)
    learned = Learned(knowledge.on)
    with store.reading() as connection:
        learned.read(connection)
    return Inbox(store, turn, rules_on=learned, clock=clock, reread=learned.read)


def on_store(given: Namespace, run: "Callable[[Store, datetime], None]") -> None:
    from bot.store import Store

    settings = read_settings(database_url=given.database)
    now = _clock(settings, None)()

    def opened() -> None:
        with Store.open(settings.database) as store:
            run(store, now)

    _with_store(opened)


def _with_store(run: Callable[[], None]) -> None:
    """数据库和窗口的错说成一行话。"""
    from bot.store import StoreError
    from bot.windows import WindowError

    try:
        run()
    except (StoreError, WindowError) as error:
        raise Fault(str(error)) from error


def _found(found: "Found") -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "candidates": [
            {
                "list": each.industry.list,
                "no": each.industry.no,
                "industry": each.industry.name,
                "branch": each.branch.name if each.branch else None,
                "score": round(each.score, 3),
                "why": each.why,
            }
            for each in found.candidates
        ],
    }


def _print_found(found: "Found") -> None:
    outcome = {"match": "认得", "ask": "要再问一句", "none": "不在名录"}[found.outcome]
    print(f"{outcome}：{found.question}" if found.question else outcome)
    for each in found.candidates:
        branch = each.branch.name if each.branch else "（分支未定）"
        print(f"  {each.industry.list}{each.industry.no} {each.industry.name} / {branch}  {each.score:.2f}  {each.why}")
