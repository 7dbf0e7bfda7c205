"""收件箱：一条消息一个回合、一个答复；各自失败；库没了、写者死了都不让人干等。"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec
import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import func, make_url, select, update
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

import bot.inbox
import bot.store.opening
from bot.inbox import APOLOGY, BOUND_SECONDS, PARKED, PENDING, Fate, Inbox, Unstorable, check_storable
from bot.store import Store, StoreError
from bot.store.postgres_statements import PostgresStatements
from bot.store.schema import quarantine, results, sessions, turns
from bot.windows import open_window
from dialogs.records import Hold, Message, Reply, Session, Turn
from tests.bot.counting import NOW, inbox, message, take

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def serving(store: Store, take_turn=take) -> AsyncIterator[Inbox[date]]:
    """一个在收的收件箱。"""
    box = inbox(store, take_turn)
    await box.start()
    try:
        yield box
    finally:
        await box.stop(5)


def runs(store: Store, user: str) -> int:
    """库里这个用户的会话走了几个回合。"""
    return session(store, user).runs


def session(store: Store, user: str) -> Session:
    """库里这个用户的会话。"""
    with store.reading() as connection:
        state = connection.execute(select(sessions.c.state).filter_by(user=f"terminal:{user}")).scalar_one()
    return msgspec.json.decode(state, type=Session)


def rows(store: Store, table) -> int:
    """一张表有几行。"""
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def claims(store: Store, user: str) -> list[str]:
    """这个用户的每个回合是谁认领的。"""
    with store.reading() as connection:
        query = select(turns.c.claimed).filter_by(user=f"terminal:{user}").order_by(turns.c.id)
        return list(connection.scalars(query))


async def test_a_reply_is_durable_before_it_is_given(store: Store) -> None:
    """答复到手时，回合和会话都已经在库里。"""
    async with serving(store) as box:
        assert Reply("第 1 条：你好") == await box.answer(message("a", 1))
        assert (1, 1) == (runs(store, "a"), rows(store, turns))


async def test_no_reply_before_the_flush_and_the_next_batch_goes_on_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """还没落盘就不给答复；落盘的时候，下一批已经走完提交。"""
    gate, entered = threading.Event(), threading.Event()
    async with serving(store) as box:
        await box.answer(message("a", 1))
        writer = type(box._scribe._writer)
        flush = writer.flush

        def slow(self) -> None:
            entered.set()
            gate.wait(30)
            flush(self)

        monkeypatch.setattr(writer, "flush", slow)
        first = asyncio.create_task(box.answer(message("a", 2)))
        await asyncio.to_thread(entered.wait, 30)
        second = asyncio.create_task(box.answer(message("b", 1)))
        while "b" not in committed(store):
            await asyncio.sleep(0.01)
        assert {"a", "b"} == committed(store)
        assert [False, False] == [first.done(), second.done()]
        gate.set()
        assert [Reply("第 2 条：你好"), Reply("第 1 条：你好")] == await asyncio.gather(first, second)


async def test_a_flush_that_fails_is_an_apology_and_the_repeat_gets_the_reply(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """落不了盘：道歉，不说办好了；再投一次，落了盘，给当时的答复，不另走一个回合。"""

    def broken(self) -> None:
        raise OSError("I/O error")

    async with serving(store) as box:
        await box.answer(message("a", 1))
        with monkeypatch.context() as patched:
            patched.setattr(type(box._scribe._writer), "flush", broken)
            assert APOLOGY == await box.answer(message("a", 2))
        assert Reply("第 2 条：你好") == await until_answered(box, message("a", 2))
    assert 2 == runs(store, "a")


def committed(store: Store) -> set[str]:
    """库里有会话的用户。"""
    with store.reading() as connection:
        return {user.removeprefix("terminal:") for user in connection.scalars(select(sessions.c.user))}


async def test_three_deliveries_are_one_turn(store: Store) -> None:
    """同一条消息投递三次：一个效果，三次都是同一个答复。"""
    async with serving(store) as box:
        replies = [await box.answer(message("a", 1, "结果")) for _ in range(3)]
    assert [Reply("第 1 条：结果")] * 3 == replies
    assert (1, 1, 1) == (runs(store, "a"), rows(store, turns), rows(store, results))


async def test_a_repeat_while_the_first_is_in_work_awaits_it(store: Store) -> None:
    """第一次还在做，重复投递就等它，不另走一个回合。"""
    gate, entered = threading.Event(), threading.Event()

    def slow(*given) -> Turn:
        entered.set()
        gate.wait(30)
        return take(*given)

    async with serving(store, slow) as box:
        first = asyncio.create_task(box.answer(message("a", 1)))
        await asyncio.to_thread(entered.wait, 30)
        others = [asyncio.create_task(box.answer(message("a", 1))) for _ in range(3)]
        await asyncio.sleep(0)
        assert not first.done()
        gate.set()
        replies = await asyncio.gather(first, *others)
    assert [Reply("第 1 条：你好")] * 4 == replies
    assert 1 == runs(store, "a")


async def test_a_cancelled_waiter_harms_no_other(store: Store) -> None:
    """等的人走了（连接断了），回合照做，别的等的人照样得到答复。"""
    gate, entered = threading.Event(), threading.Event()

    def slow(*given) -> Turn:
        entered.set()
        gate.wait(30)
        return take(*given)

    async with serving(store, slow) as box:
        first = asyncio.create_task(box.answer(message("a", 1)))
        await asyncio.to_thread(entered.wait, 30)
        second = asyncio.create_task(box.answer(message("a", 1)))
        await asyncio.sleep(0)
        first.cancel()
        gate.set()
        assert Reply("第 1 条：你好") == await second
    assert 1 == runs(store, "a")


async def test_two_inboxes_take_one_message_once(store: Store, url: str) -> None:
    """两个收件箱同时收到同样的消息：各走一次，两边答复一样。"""
    messages = [message(f"u{number % 7}", number) for number in range(70)]
    with Store.open(url) as other:
        async with serving(store) as one, serving(other) as two:
            replies = await asyncio.gather(
                *(one.answer(each) for each in messages), *(two.answer(each) for each in reversed(messages))
            )
    assert list(replies[:70]) == list(reversed(replies[70:]))
    assert [10] * 7 == [runs(store, f"u{user}") for user in range(7)]
    assert 70 == rows(store, turns)


async def test_two_inboxes_share_one_user(store: Store, url: str) -> None:
    """一个用户的不同消息落到两个收件箱：谁也不盖掉谁。"""
    with Store.open(url) as other:
        async with serving(store) as one, serving(other) as two:
            for number in range(20):
                await asyncio.gather(one.answer(message("a", f"x{number}")), two.answer(message("a", f"y{number}")))
    assert (40, 40) == (runs(store, "a"), rows(store, turns))


def test_postgresql_locks_users_in_sorted_order() -> None:
    """两个进程按同样的先后锁用户，才不会死锁。"""
    assert PostgresStatements(PGDialect_psycopg()).sessions.endswith('ORDER BY sessions."user" FOR UPDATE')


async def test_silence_is_stored_and_repeated(store: Store) -> None:
    """不作声也是答复：重复投递仍然不作声，不再走回合。"""
    async with serving(store) as box:
        assert [None, None] == [await box.answer(message("a", 1, "沉默")) for _ in range(2)]
    assert 1 == runs(store, "a")


async def test_ten_users_keep_their_order(store: Store) -> None:
    """十个用户各二十条一齐来，每个用户的先后不乱。"""
    async with serving(store) as box:
        sent = [message(f"u{user}", number, f"话{number}") for number in range(20) for user in range(10)]
        replies = await asyncio.gather(*(box.answer(each) for each in sent))
    assert [f"第 {int(each.id) + 1} 条：{each.text}" for each in sent] == [reply.text for reply in replies if reply]
    assert [20] * 10 == [runs(store, f"u{user}") for user in range(10)]


@pytest.mark.parametrize("poison", ["炸", "坏字", "坏认领", "别人", "查不到"])
async def test_a_poisoned_message_harms_none(store: Store, poison: str) -> None:
    """一批三十二条里有一条有毒：只有它得到道歉、进隔离区，其余照常。"""
    async with serving(store) as box:
        sent = [message(f"u{number}", 1, poison if number == 13 else "你好") for number in range(32)]
        replies = await asyncio.gather(*(box.answer(each) for each in sent))
        assert APOLOGY == await box.answer(sent[13])
    expected = [Reply("第 1 条：你好")] * 32
    expected[13] = APOLOGY
    assert expected == replies
    assert (32, 1) == (rows(store, turns), rows(store, quarantine))
    assert ["failed"] == claims(store, "u13")


async def test_the_quarantine_keeps_message_and_error(store: Store) -> None:
    """隔离区里有原来的消息和出错的经过。"""
    async with serving(store) as box:
        await box.answer(message("a", 1, "炸"))
    with store.reading() as connection:
        row = connection.execute(select(quarantine)).one()
    assert ("terminal:a", "1") == (row.user, row.message_id)
    assert "炸" == msgspec.json.decode(row.payload)["message"]["text"]
    assert "tests.bot.counting.Bomb: 故意的" == row.error.strip().splitlines()[-1]


async def test_a_conversation_that_fails_twice_is_parked(store: Store) -> None:
    """连续两次出错，会话回到开头，旧的进隔离区；场次接着数，接管和退订都还在。"""
    async with serving(store) as box:
        await box.answer(message("a", 1))
        hold = replace(Session("terminal:a", runs=7, muted=True), hold=Hold("王", NOW))
        with store.transaction() as connection:
            connection.execute(update(sessions).values(state=msgspec.json.encode(hold).decode()))
        texts = ["炸", "你好", "炸", "炸", "炸", "你好"]
        replies = [await box.answer(message("a", 10 + at, text)) for at, text in enumerate(texts[:4])]
        parked = session(store, "a")
        replies += [await box.answer(message("a", 14 + at, text)) for at, text in enumerate(texts[4:])]
        assert () == parked.frames
    first, last = Reply("第 8 条：你好"), Reply("第 9 条：你好")
    assert [APOLOGY, first, APOLOGY, PARKED, APOLOGY, last] == replies
    with store.reading() as connection:
        payloads = [msgspec.json.decode(text) for text in connection.scalars(select(quarantine.c.payload))]
    assert [False, False, True, False] == ["state" in payload for payload in payloads]
    assert "flow" == payloads[2]["state"]["frames"][0]["flow"]
    kept = session(store, "a")
    assert (9, True, Hold("王", NOW)) == (kept.runs, kept.muted, kept.hold)


@pytest.mark.parametrize("state", ["{", '{"user": 5}', "null", "\u2028"])
async def test_an_unreadable_session_starts_afresh(store: Store, state: str) -> None:
    """读不懂的旧会话进隔离区，从头开始；场次接在已有结果之后，结果不会丢。"""
    async with serving(store) as box:
        await box.answer(message("a", 1, "结果"))
        with store.transaction() as connection:
            connection.execute(update(sessions).values(state=state))
        assert Reply("第 2 条：结果") == await box.answer(message("a", 2, "结果"))
    assert (2, 1) == (rows(store, results), rows(store, quarantine))


async def test_an_unchanged_session_is_not_rewritten(store: Store) -> None:
    """会话没有变就不写。"""
    async with serving(store) as box:
        await box.answer(message("a", 1))
        later = NOW.replace(hour=11)
        await box.answer(message("a", 2, "不变", later))
    with store.reading() as connection:
        assert NOW.isoformat() == connection.execute(select(sessions.c.updated_at)).scalar_one()


async def test_recall_tells_what_is_held(store: Store) -> None:
    """回合要回忆就查库再走一遍；同一批里先来的也数在内。"""
    async with serving(store) as box:
        assert Reply("这里还没有存下您的消息") == await box.answer(message("a", 0, "查"))
        early = datetime.fromisoformat("2026-11-19T17:00:00+00:00")
        await box.answer(message("b", 1, at=early))
        sent = [message("b", 2), message("b", 3, "查")]
        replies = await asyncio.gather(*(box.answer(each) for each in sent))
    assert Reply("第一次来是 2026-11-20，共 2 条消息") == replies[1]


@pytest.mark.parametrize(
    "bad",
    [
        {"user": ""},
        {"user": "u" * 129},
        {"user": "terminal:\0"},
        {"id": ""},
        {"id": "9" * 513},
        {"id": "\udc00"},
        {"text": "半个\ud83d"},
        {"text": "\0"},
        {"value": "menu:\0"},
        {"at": datetime(2026, 11, 24)},
    ],
)
async def test_what_cannot_be_stored_is_refused_at_the_door(store: Store, bad: dict[str, str]) -> None:
    """存不下的消息在门口就退，不进批；退回的说明不带用户的话。"""
    broken = replace(message("a", 1), **bad)
    async with serving(store) as box:
        with pytest.raises(Unstorable, match=r"^[^\0]*$"):
            await box.answer(broken)
    assert 0 == rows(store, turns)


async def test_the_longest_and_oddest_that_can_be_stored_is(store: Store) -> None:
    """最长的用户和 id、星面字符、引号反斜线，都原样存得下、认得出重复。"""
    odd = Message("𠮷" * 128, "𠮷" * 512, NOW, text="'\"\\{}%s:x\r\n😀" * 1000)
    check_storable(odd)
    async with serving(store) as box:
        assert [f"第 1 条：{odd.text}"] * 2 == [getattr(await box.answer(odd), "text", "") for _ in range(2)]
    assert [odd.text] == [row["said"] for row in store.export(odd.user)["turns"]]


async def test_a_dead_writer_is_replaced(store: Store) -> None:
    """写者死在半路：那一批得到道歉，没做完的撤回，下一条有新的写者。"""

    def deadly(given: Message, *more) -> Turn:
        if given.text == "死":
            raise SystemExit
        return take(given, *more)

    async with serving(store, deadly) as box:
        sent = [message("a", 1), message("a", 2, "死"), message("b", 3)]
        assert [APOLOGY] * 3 == await asyncio.gather(*(box.answer(each) for each in sent))
        assert not box.ready()
        assert Reply("第 1 条：你好") == await box.answer(message("a", 1))
        assert box.ready()


async def test_a_stuck_writer_gets_apologies_within_the_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """写者卡住：到了上限就道歉，新来的立刻道歉；写者回来后照常，停下也有时限。"""
    monkeypatch.setattr("bot.inbox.BOUND_SECONDS", 0.05)
    gate = threading.Event()

    def stuck(given: Message, *more) -> Turn:
        gate.wait(30)
        return take(given, *more)

    async with serving(store, stuck) as box:
        assert APOLOGY == await box.answer(message("a", 1))
        assert not box.ready()
        assert APOLOGY == await box.answer(message("a", 2))
        started = time.monotonic()
        gate.set()
        monkeypatch.setattr("bot.inbox.BOUND_SECONDS", 30.0)
        assert Reply("第 1 条：你好") == await until_answered(box, message("a", 1))
        assert time.monotonic() - started < 5
    assert 1 == rows(store, turns)


async def test_what_was_apologised_for_is_never_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """道过歉的一批，写者回来也不落库：用户没看到的选项，下一句的编号不会碰上。"""
    monkeypatch.setattr("bot.inbox.BOUND_SECONDS", 0.05)
    gate = threading.Event()

    def stuck(given: Message, *more) -> Turn:
        gate.wait(30)
        return take(given, *more)

    async with serving(store, stuck) as box:
        assert APOLOGY == await box.answer(message("a", 1))
        gate.set()
    assert (0, 0) == (rows(store, turns), rows(store, quarantine))


async def test_a_commit_under_way_is_awaited(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """到了上限却已经在提交：再等一等，给真的答复；还没有回音才说还在处理。"""
    monkeypatch.setattr("bot.inbox.BOUND_SECONDS", 1.0)
    gate, committing = threading.Event(), threading.Event()
    claim = Fate.commit

    def slow(fate: Fate) -> bool:
        won = claim(fate)
        committing.set()
        gate.wait(30)
        return won

    monkeypatch.setattr(Fate, "commit", slow)
    async with serving(store) as box:
        task = asyncio.create_task(box.answer(message("a", 1)))
        await asyncio.to_thread(committing.wait, 30)
        await asyncio.sleep(1.1)
        assert not task.done()
        gate.set()
        assert Reply("第 1 条：你好") == await task
        gate.clear()
        monkeypatch.setattr("bot.inbox.COMMIT_SECONDS", 0.05)
        assert PENDING == await box.answer(message("a", 2))
        gate.set()
    assert 2 == rows(store, turns)


async def test_stopping_has_a_bound(store: Store) -> None:
    """停下时还卡着：到了上限给道歉，不干等；停下以后来的也是道歉。"""
    gate, entered = threading.Event(), threading.Event()

    def stuck(given: Message, *more) -> Turn:
        entered.set()
        gate.wait(30)
        return take(given, *more)

    box = inbox(store, stuck)
    await box.start()
    waiting = asyncio.create_task(box.answer(message("a", 1)))
    await asyncio.to_thread(entered.wait, 30)
    started = time.monotonic()
    await box.stop(0.1)
    assert time.monotonic() - started < 1
    assert APOLOGY == await waiting
    assert APOLOGY == await box.answer(message("a", 2))
    assert not box.ready()
    gate.set()


async def test_stopping_finishes_what_was_taken(store: Store) -> None:
    """停下时已经收的都做完。"""
    box = inbox(store)
    await box.start()
    tasks = [asyncio.create_task(box.answer(message("a", number))) for number in range(300)]
    await asyncio.sleep(0)
    await box.stop(5)
    assert [f"第 {number + 1} 条：你好" for number in range(300)] == [getattr(await task, "text", "") for task in tasks]


async def test_before_start_it_apologises(store: Store) -> None:
    """还没有开始就来的消息得到道歉；没有开始也可以停。"""
    box = inbox(store)
    assert (False, APOLOGY) == (box.ready(), await box.answer(message("a", 1)))
    await box.stop(1)


async def test_start_fails_when_the_store_is_gone(tmp_path: Path) -> None:
    """开始时连不上库，是一句话的 StoreError。"""
    path = tmp_path / "chuangb.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.engine.dispose()
        path.unlink()
        with pytest.raises(StoreError, match=r"^连不上数据库：unable to open database file$"):
            await inbox(store).start()


async def test_a_locked_sqlite_file_is_apologised_for_and_recovered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite 的写锁一直被别人占着：等够了就道歉，不再就绪；放开以后自己恢复。"""
    assert bot.store.opening.BUSY_MS < 1000 * BOUND_SECONDS
    monkeypatch.setattr("bot.store.opening.BUSY_MS", 100)
    path = tmp_path / "chuangb.db"
    with Store.open(f"sqlite:///{path}") as store:
        async with serving(store) as box:
            assert Reply("第 1 条：你好") == await box.answer(message("a", 1))
            thief = sqlite3.connect(path, isolation_level=None)
            thief.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            assert [APOLOGY] * 2 == await asyncio.gather(box.answer(message("a", 2)), box.answer(message("b", 2)))
            assert time.monotonic() - started < 1
            assert not box.ready()
            thief.execute("ROLLBACK")
            thief.close()
            assert Reply("第 2 条：你好") == await until_answered(box, message("a", 3))
            assert box.ready()


async def test_a_sqlite_file_that_was_moved_away_takes_nothing(tmp_path: Path) -> None:
    """文件被移走：道歉，也不另建空库；放回来就恢复，确认过的一条不少。"""
    path, away = tmp_path / "chuangb.db", tmp_path / "away.db"
    with Store.open(f"sqlite:///{path}") as store:
        async with serving(store) as box:
            assert Reply("第 1 条：你好") == await box.answer(message("a", 1))
            path.rename(away)
            assert APOLOGY == await box.answer(message("a", 2))
            assert (False, False) == (box.ready(), path.exists())
            away.rename(path)
            assert Reply("第 2 条：你好") == await until_answered(box, message("a", 3))


async def test_a_sqlite_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    """文件换成另一份（恢复备份）：接上新的，窗口也照新的，版本号碰巧相同也一样。"""
    path, backup = tmp_path / "chuangb.db", tmp_path / "backup.db"
    with Store.open(f"sqlite:///{backup}") as old:
        open_window(old, NOW, name="备份里的", start=NOW.date(), end=NOW.date())
    with Store.open(f"sqlite:///{path}") as store:
        open_window(store, NOW, name="后来的", start=date(2027, 1, 1), end=date(2027, 1, 1))
        async with serving(store) as box:
            assert Reply("w2027-1") == await box.answer(message("a", 1, "窗口"))
            for end in ("", "-wal", "-shm"):
                Path(f"{path}{end}").unlink(missing_ok=True)
            backup.rename(path)
            assert Reply("w2026-1") == await until_answered(box, message("a", 2, "窗口"))


async def test_a_store_that_breaks_during_a_turn_is_no_fault_of_the_message(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """回合中查库时库断了：道歉，但不算这条消息出错，不进隔离区；再来一次就好。"""

    def broken(*_: object) -> str:
        raise sqlite3.OperationalError("disk I/O error")

    async with serving(store) as box:
        with monkeypatch.context() as patched:
            patched.setattr("bot.page.Page.recall", broken)
            assert APOLOGY == await box.answer(message("a", 1, "查"))
        assert Reply("这里还没有存下您的消息") == await until_answered(box, message("a", 1, "查"))
    assert (1, 0) == (rows(store, turns), rows(store, quarantine))


async def test_those_waiting_behind_a_lost_store_wait_no_longer(store: Store) -> None:
    """前一批刚发现库没了，等在后面的立刻得到道歉，不再各等一遍。"""
    gate, entered, batches = threading.Event(), threading.Event(), []

    async with serving(store) as box:

        def down(messages: list[Message], may_commit: object) -> list[Reply]:
            batches.append(len(messages))
            entered.set()
            gate.wait(30)
            box._scribe.away = True
            return [APOLOGY] * len(messages)

        box._scribe.answer = down
        first = asyncio.create_task(box.answer(message("a", 1)))
        await asyncio.to_thread(entered.wait, 30)
        second = asyncio.create_task(box.answer(message("b", 1)))
        await asyncio.sleep(0)
        gate.set()
        assert [APOLOGY] * 2 == await asyncio.gather(first, second)
    assert [1] == batches


async def test_postgresql_taken_away_and_given_back(postgres_url: str, postgres_server: str) -> None:
    """PostgreSQL 的库被关上：三秒内道歉，不再就绪；重新开放后自己恢复，确认过的不丢不重。"""
    name = str(make_url(postgres_url).database)
    with (
        Store.open(postgres_url) as store,
        psycopg.connect(postgres_server.format("postgres"), autocommit=True) as admin,
    ):
        async with serving(store) as box:
            assert Reply("第 1 条：你好") == await box.answer(message("a", 1))
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            kick(admin, name)
            started = time.monotonic()
            assert APOLOGY == await box.answer(message("a", 2))
            assert time.monotonic() - started < 5
            assert not box.ready()
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
            assert Reply("第 2 条：你好") == await until_answered(box, message("a", 3))
            assert Reply("第 1 条：你好") == await box.answer(message("a", 1))


async def test_a_dropped_idle_connection_goes_unnoticed(postgres_url: str, postgres_server: str) -> None:
    """空闲时连接被服务器断掉：换一条接着做，用户看不出来。"""
    name = str(make_url(postgres_url).database)
    with (
        Store.open(postgres_url) as store,
        psycopg.connect(postgres_server.format("postgres"), autocommit=True) as admin,
    ):
        async with serving(store) as box:
            assert Reply("第 1 条：你好") == await box.answer(message("a", 1))
            kick(admin, name)
            assert Reply("第 2 条：你好") == await box.answer(message("a", 2))


def test_kill_nine_under_load_loses_and_doubles_nothing(url: str) -> None:
    """两个进程轮流在忙时被 kill -9：印出来的（确认过的）一条不少，没有一条走两遍。"""
    said: list[str] = []
    for round_ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.counting", url, f"r{round_}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        said += [process.stdout.readline() for _ in range(200)]
        os.kill(process.pid, signal.SIGKILL)
        said += [line for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        process.stdout.close()
        process.wait()
    acknowledged = [tuple(line.split()[:2]) for line in said]
    with Store.open(url) as store, store.reading() as connection:
        query = select(turns.c.user, turns.c.message_id)
        kept = [(user.removeprefix("terminal:"), id_) for user, id_ in connection.execute(query)]
        states = [
            msgspec.json.decode(state, type=Session)
            for state in connection.scalars(select(sessions.c.state).where(sessions.c.state != ""))
        ]
    assert set() == set(acknowledged) - set(kept)
    assert Counter(user for user, _ in kept) == {state.user.removeprefix("terminal:"): state.runs for state in states}


def kick(admin: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """断开这个库的所有连接，等到真的断了。"""
    admin.execute("SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = %s", (name,))


async def until_answered(box: Inbox[date], given: Message) -> Reply | None:
    """一直问到不再道歉；十秒还在道歉就算没有恢复。"""
    async with asyncio.timeout(10):
        while (reply := await box.answer(given)) == APOLOGY:
            await asyncio.sleep(0.01)
    return reply
