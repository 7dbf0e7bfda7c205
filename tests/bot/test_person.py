"""个人信息：看得全、删得净；退订在删除以后仍然认得，却不留下是谁。"""

import asyncio
import json
from datetime import UTC, timedelta

import msgspec
import pytest
from sqlalchemy import Connection, func, insert, inspect, select, update

from bot.inbox import APOLOGY
from bot.store import Store
from bot.store.person import HELD
from bot.store.schema import attempts, deliveries, farewells, metadata, opt_outs, receipts
from dialogs.records import Reply
from tests.bot.counting import NOW, inbox, message

TEXTS = ("你好", "结果", "炸", "退订")


async def talk(store: Store, user: str, *texts: str, first: int = 1) -> list[Reply | None]:
    """一个用户一口气说几句（同一批）。"""
    box = inbox(store)
    await box.start()
    sent = [message(user, number, text) for number, text in enumerate(texts, first)]
    replies = await asyncio.gather(*(box.answer(each) for each in sent))
    await box.stop(5)
    return list(replies)


def mentions(connection: Connection, words: str) -> list[str]:
    """库里哪些表的哪一列还提到这几个字。"""
    found = []
    for table in inspect(connection).get_table_names():
        for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings():
            found += [f"{table}.{key}" for key, value in row.items() if words in str(value)]
    return found


def test_every_table_that_holds_a_person_is_registered() -> None:
    """有 `user` 列的表都登记了导出和删除；新加一张忘了登记，这里就不过。"""
    assert {table.name for table in metadata.tables.values() if "user" in table.c} == {table.name for table in HELD}


async def test_export_shows_everything(store: Store) -> None:
    """导出有这个人的会话、回合、结果、出错的消息和退订时间，可以写成 JSON；没有别人的。"""
    await talk(store, "a", *TEXTS)
    await talk(store, "b", "别人的话")
    held = store.export("terminal:a")
    assert {"user", "attempts", "notes", "opted_out"} | {table.name for table in HELD} == set(held)
    assert list(TEXTS) == [row["said"] for row in held["turns"]]
    assert "第 1 条：你好" == held["turns"][0]["reply"]["text"]
    assert {"place": "国15-4", "tiers": ["A", "B"]} == held["results"][0]["verdict"]
    assert (3, 1, NOW.isoformat()) == (
        held["sessions"][0]["state"]["runs"],
        len(held["quarantine"]),
        held["opted_out"],
    )
    assert "别人的话" not in json.dumps(held, ensure_ascii=False)


def test_export_of_a_stranger_is_empty(store: Store) -> None:
    """没来过的人：每张表都是空的。"""
    held = store.export("terminal:nobody")
    assert {"terminal:nobody", None} == {held.pop("user"), held.pop("opted_out")}
    assert [[]] * (len(HELD) + 2) == list(held.values())


async def test_delete_leaves_only_the_hash(store: Store) -> None:
    """删除以后库里哪儿都找不到这个人，别人的一行不少；退订还认得。"""
    await talk(store, "someone", *TEXTS)
    await talk(store, "b", *TEXTS[:2])
    before = store.export("terminal:b")
    assert 1 + 4 + 1 + 1 == store.delete("terminal:someone", NOW)
    with store.reading() as connection:
        assert [] == mentions(connection, "someone")
    assert before == store.export("terminal:b")
    assert (True, False) == (store.opted_out("terminal:someone"), store.opted_out("terminal:b"))
    assert 0 == store.delete("terminal:someone", NOW)


def test_what_was_sent_goes_with_the_person(store: Store) -> None:
    """送达账里他的行、每次发送和平台的回执都导得出、删得净；别人的一行不少。"""
    row = {"occasion": "open", "window_id": "w1", "due_at": "", "state": "sent", "text": "", "updated_at": ""}
    with store.transaction() as connection:
        for number, user in enumerate(("terminal:a", "terminal:b"), 1):
            connection.execute(insert(deliveries).values(**row, id=number, user=user))
            tried = {"delivery_id": number, "at": "", "channel": "wechat", "outcome": "sent", "message_id": user}
            connection.execute(insert(attempts).values(**tried))
            connection.execute(insert(receipts).values(channel="wechat", message_id=user, status="ok", at=""))
    assert ["terminal:a"] == [each["message_id"] for each in store.export("terminal:a")["attempts"]]
    assert 1 == store.delete("terminal:a", NOW)
    with store.reading() as connection:
        assert [] == mentions(connection, "terminal:a")
        assert ["terminal:b"] == list(connection.scalars(select(receipts.c.message_id)))
        assert ["terminal:b"] == list(connection.scalars(select(attempts.c.message_id)))


async def test_forgotten_in_chat_is_the_same(store: Store) -> None:
    """聊天里删除，同一批里之前的也删，之后的从头算；重复投递不把人再记下来。"""
    replies = await talk(store, "someone", "退订", "结果", "炸", "删除")
    assert [Reply("第 1 条：退订"), Reply("第 2 条：结果"), APOLOGY, Reply("第 3 条：删除")] == replies
    with store.reading() as connection:
        assert [] == mentions(connection, "someone")
    assert store.opted_out("terminal:someone")
    assert [Reply("第 1 条：又来了")] == await talk(store, "someone", "又来了", first=9)


async def test_a_repeated_farewell_writes_nobody_down(store: Store, url: str) -> None:
    """删除那一条再投递：同一进程、另一进程、重启以后，答复都一样，人没有再被记下。"""
    gone = message("someone", 2, "删除")
    with Store.open(url) as other:
        one, two = inbox(store), inbox(other)
        await one.start()
        await two.start()
        await one.answer(message("someone", 1))
        assert [Reply("第 2 条：删除")] * 3 == [await box.answer(gone) for box in (one, one, two)]
        await one.stop(5)
        await two.stop(5)
    assert [Reply("第 2 条：删除")] == await talk(store, "someone", "删除", first=2)
    with store.reading() as connection:
        assert [] == mentions(connection, "someone")
        assert 2 == connection.execute(select(func.count()).select_from(farewells)).scalar_one()


async def test_what_was_said_before_a_farewell_is_not_taken_anew(store: Store) -> None:
    """删除之前说的那几句再投递：不作声，人没有再被记下；别人的同号消息照答。"""
    await talk(store, "someone", "你好", "删除", "结果")
    await talk(store, "someone", "删除", first=4)
    assert [None] == await talk(store, "someone", "你好")
    assert [None, Reply("第 2 条：删除")] == await talk(store, "someone", "结果", "删除", first=3)
    with store.reading() as connection:
        assert [] == mentions(connection, "someone")
    assert [Reply("第 1 条：你好")] == await talk(store, "b", "你好")


async def test_a_deletion_by_command_is_kept_too(store: Store) -> None:
    """值班的人删掉的也一样：正在路上的那几条再投递，不作声，也不记下。"""
    await talk(store, "someone", "你好")
    store.delete("terminal:someone", NOW)
    assert [None] == await talk(store, "someone", "你好")
    with store.reading() as connection:
        assert [] == mentions(connection, "someone")


async def test_a_repeat_after_coming_back_is_still_the_farewell(store: Store) -> None:
    """删除以后又来说话，删除那一条这时才再投递：还是当时的答复，新的会话不动。"""
    box = inbox(store)
    await box.start()
    gone = message("a", 1, "删除")
    said = [await box.answer(each) for each in (gone, message("a", 2), gone, message("a", 3))]
    await box.stop(5)
    assert [Reply("第 1 条：删除"), Reply("第 1 条：你好"), Reply("第 1 条：删除"), Reply("第 2 条：你好")] == said


async def test_a_farewell_and_its_repeat_at_two_processes_at_once(store: Store, url: str) -> None:
    """删除那一条同时到了两个进程：一次删除，两边答复一样，谁也没有把人再记下。"""
    with Store.open(url) as other:
        one, two = inbox(store), inbox(other)
        await one.start()
        await two.start()
        for round_ in range(10):
            user = f"someone{round_}"
            await one.answer(message(user, 1))
            gone = message(user, 2, "删除")
            replies = await asyncio.gather(one.answer(gone), two.answer(gone))
            assert [Reply("第 2 条：删除")] * 2 == replies
        await one.stop(5)
        await two.stop(5)
    with store.reading() as connection:
        assert [] == mentions(connection, "someone")


async def test_people_with_a_session_cost_no_look_at_farewells(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """墓碑只为没有会话的人去查：正谈着的人，一次也不查。"""
    box, asked = inbox(store), []
    monkeypatch.setattr("bot.scribe.buried", lambda connection, keys, digest: asked.append(keys) or {})
    await box.start()
    for number in range(3):
        await box.answer(message("a", number))
    await box.stop(5)
    assert [[("terminal:a", "0")]] == asked


async def test_farewells_are_kept_a_week(store: Store) -> None:
    """墓碑只留七天：下一次删除、下一次启动时清掉过期的；里面没有名字。"""
    await talk(store, "someone", "删除")
    with store.transaction() as connection:
        connection.execute(
            update(farewells).values(at=(NOW - timedelta(days=7, seconds=1)).astimezone(UTC).isoformat())
        )
    await talk(store, "b", "删除")
    with store.reading() as connection:
        kept = list(connection.execute(select(farewells)).mappings())
    assert [Reply("第 1 条：删除")] == [msgspec.json.decode(row["reply"], type=Reply) for row in kept]
    assert [64] == [len(row["key"]) for row in kept]
    with store.transaction() as connection:
        connection.execute(update(farewells).values(at=(NOW - timedelta(days=8)).astimezone(UTC).isoformat()))
    await talk(store, "c", "你好")
    with store.reading() as connection:
        assert [] == list(connection.execute(select(farewells)))


async def test_a_batch_around_a_farewell(store: Store) -> None:
    """删除前后的话在同一批：只剩后面的，会话从头数。"""
    replies = await talk(store, "a", "你好", "删除", "结果", "查")
    assert Reply("第 1 条：结果") == replies[2]
    assert Reply("第一次来是 2026-11-24，共 1 条消息") == replies[3]
    held = store.export("terminal:a")
    assert ["结果", "查"] == [row["said"] for row in held["turns"]]
    assert 1 == held["sessions"][0]["state"]["runs"]


async def test_saying_the_same_after_a_farewell_is_kept(store: Store) -> None:
    """删除以后说的话与从前一模一样，会话也一模一样，仍要重新写下。"""
    await talk(store, "a", "你好")
    await talk(store, "a", "删除", "你好", first=2)
    assert [1] == [row["state"]["runs"] for row in store.export("terminal:a")["sessions"]]


async def test_an_opt_out_mutes_the_new_session(store: Store) -> None:
    """退订、删除以后再来，新会话一开始就是静音的；恢复以后不再是。"""
    await talk(store, "a", "退订", "删除", "你好")
    assert [True] == [row["state"]["muted"] for row in store.export("terminal:a")["sessions"]]
    store.delete("terminal:a", NOW)
    await talk(store, "a", "你好", first=20)
    assert [True] == [row["state"]["muted"] for row in store.export("terminal:a")["sessions"]]
    await talk(store, "a", "恢复", first=30)
    assert not store.opted_out("terminal:a")


async def test_opting_out_twice_keeps_the_first_time(store: Store) -> None:
    """退订两次只有一行，时间是第一次的；恢复没有退订过的也不出错。"""
    await talk(store, "a", "恢复", "退订", "退订")
    with store.reading() as connection:
        assert [NOW.isoformat()] == list(connection.scalars(select(opt_outs.c.at)))
