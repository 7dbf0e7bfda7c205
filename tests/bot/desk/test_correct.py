"""更正：找得齐那几天里被告知过一条的人，写得有出处，一个人只发一次，退订的不发。"""

import asyncio
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.desk.redress import campaign_of, occasion_of, queue
from bot.desk.since import first_turn
from bot.desk.told import Progress, look
from bot.page import encode
from bot.reminders.broadcast import broadcast
from bot.reminders.people import load
from bot.store import Store
from bot.store.person import opt_out
from bot.store.schema import corrected, corrections, deliveries, meta, profiles, turns
from dialogs.records import Reply
from knowledge.records import Citation
from tests.bot.desk.client import NOW, Person, account, opened

CITE = Citation("cq-2024-210", "附件1 六")
OTHER = Citation("cq-2024-210", "附件1 八")
FORM = {"clause": f"{CITE.source}:{CITE.clause}", "since": "2026-11-10", "until": "2026-11-20"}
TEXT = "首次、轻微且没有造成危害后果的违法行为才给改正机会，不是一律不罚。"


def tell(
    store: Store, user: str, day: int, cites: Sequence[Citation] = (CITE,), kind: str = "text", hour: int = 9
) -> None:
    """11 月的这一天，`user` 被告知这几条。"""
    at = datetime(2026, 11, day, hour, tzinfo=NOW.tzinfo).isoformat()
    reply = encode(Reply("……", cites=tuple(cites))).decode()
    row = {"user": user, "message_id": f"{user}{day}{hour}{kind}", "kind": kind, "said": "", "claimed": "question"}
    with store.transaction() as connection:
        connection.execute(insert(turns).values(**row, at=at, reply=reply))


def place(store: Store, user: str, district: str, branch: str = "n15-4") -> None:
    """`user` 说过的厂。"""
    row = {"user": user, "position": 0, "district": district, "branches": json.dumps([branch]), "name": f"{user}厂"}
    with store.transaction() as connection:
        connection.execute(insert(profiles).values(**row, code="", grade="", wish="", updated_at=""))


def start(store: Store, **more: str) -> tuple[int, Progress]:
    """登记一次更正。"""
    row = {"source": CITE.source, "clause": CITE.clause, "since": date(2026, 11, 10), "until": date(2026, 11, 20)}
    with store.transaction() as connection:
        done = connection.execute(insert(corrections).values(**row, text="", state="looking", by="a", at="x"))
        return done.inserted_primary_key[0], Progress(NOW.isoformat(), **more)


def found(store: Store, id: int) -> dict[str, tuple[str, str]]:
    """找到的人 → 几时、谁说的。"""
    with store.reading() as connection:
        rows = connection.execute(select(corrected).filter_by(correction_id=id)).all()
    return {row.user: (row.told_at, row.by) for row in rows}


async def settled(person: Person, id: int, state: str) -> str:
    """等到做完，返回那一页。"""
    for _ in range(100):
        page = await person.get(f"/desk/correct/{id}")
        if "<progress" not in page.text and state in page.text:
            return page.text
        await asyncio.sleep(0.05)
    raise AssertionError(page.text)


def test_who_was_told(store: Store) -> None:
    """引了那一条的算，别的条款、别的日子的不算，首尾两天都算；值班的人说的也算；取最近一次。"""
    tell(store, "web:a", 10, hour=0)
    tell(store, "web:b", 20, hour=23)
    tell(store, "web:early", 9, hour=23)
    tell(store, "web:late", 21, hour=0)
    tell(store, "web:other", 15, (OTHER,))
    tell(store, "web:twice", 12)
    tell(store, "web:twice", 15, (OTHER, CITE), kind="say")
    id, begun = start(store)
    for _ in range(2):  # 再找一遍也不重
        look(store, id, begun, NOW)
    utc = {
        "web:a": ("2026-11-09T16:00:00+00:00", ""),
        "web:b": ("2026-11-20T15:00:00+00:00", ""),
        "web:twice": ("2026-11-15T01:00:00+00:00", "值班"),
    }
    assert utc == found(store, id)
    with store.reading() as connection:
        assert ("ready", 3) == connection.execute(select(corrections.c.state, corrections.c.found)).one()


def test_only_there(store: Store) -> None:
    """限了区县、分支的：只找说过是那里的。"""
    for user, district, branch in (("web:a", "铜梁", "n15-4"), ("web:b", "永川", "n15-4"), ("web:c", "铜梁", "n6-1")):
        tell(store, user, 12)
        place(store, user, district, branch)
    tell(store, "web:unknown", 12)
    for more, users in (
        ({"district": "铜梁"}, {"web:a", "web:c"}),
        ({"district": "铜梁", "branch": "n6-1"}, {"web:c"}),
    ):
        id, begun = start(store, **more)
        look(store, id, begun, NOW)
        assert users == set(found(store, id))


def test_halving_never_starts_too_late(store: Store) -> None:
    """从几时起的回合，对半找到的编号不会漏掉一个。"""
    for day in range(1, 29):
        tell(store, f"web:{day}", day)
    with store.reading() as connection:
        held = connection.execute(select(turns.c.id, turns.c.at).order_by(turns.c.id)).all()
        for day in range(1, 30):
            since = datetime(2026, 11, day, tzinfo=NOW.tzinfo)
            first = first_turn(connection, since)
            assert all(row.id >= first for row in held if datetime.fromisoformat(row.at) >= since)
            early = [row for row in held if datetime.fromisoformat(row.at) < since - timedelta(days=1)]
            assert all(row.id < first for row in early)


async def test_from_the_clause_to_the_ledger(store: Store) -> None:
    """找、写、看全文、批准、排进送达账：一个人一行，再排不重，退订的不排、列给人打电话。"""
    account(store, "admin")
    for user in ("wechat:a", "wechat:b", "web:gone"):
        tell(store, user, 12)
        place(store, user, "铜梁")
    with store.transaction() as connection:
        opt_out(connection, store.user_hash("web:gone"), NOW.isoformat())
    person = Person(opened(store))
    await person.login("admin")
    for wrong in ({"clause": "x:y"}, {"since": "2026-11-21"}, {"until": "昨天"}, {"district": "成都"}):
        assert 400 == (await person.post("/desk/correct/new", {**FORM, **wrong})).status
    made = await person.post("/desk/correct/new", FORM)
    assert 303 == made.status
    id = int(made.header("location").rsplit("/", 1)[1])
    page = await settled(person, id, "找齐了")
    assert all(f"{user}厂" in page for user in ("wechat:a", "wechat:b", "web:gone"))
    assert 1 == page.count("退订了，不发")
    assert "wechat:a厂 · 微信 …a" in page
    cites = {"cites": FORM["clause"]}
    for wrong, says in (
        ({"text": TEXT}, "更正要有出处"),
        ({"text": "最多罚300元。", **cites}, "所引条款里没有“300”"),
        ({"text": "", **cites}, "没有写更正的话"),
        ({"text": "以区县的答复为准。", **cites}, "写了由谁来定（区县），要引写明的那一条，例如正文 三（二）"),
    ):
        answer = await person.post(f"/desk/correct/{id}/text", wrong)
        assert (400, True) == (answer.status, says in answer.text)
    assert 303 == (await person.post(f"/desk/correct/{id}/text", {"text": TEXT, **cites})).status
    with store.reading() as connection:
        text = connection.execute(select(corrections.c.text).filter_by(id=id)).scalar_one()
    assert text.startswith(f"更正：{TEXT}\n依据：便函〔2024〕210号 附件1 六\n下一步：")
    before = await settled(person, id, "找齐了")
    assert f'<p class="letter">{text}</p>' in before  # 批准以前看得到各种样子
    assert "没有配广播的模板" in before
    assert [2, 1] == [before.count(each) for each in ("说话时说全", "退订了，不发")]
    assert 409 == (await person.post(f"/desk/correct/{id}/approve", {"text": "换过的话"})).status
    assert 303 == (await person.post(f"/desk/correct/{id}/approve", {"text": text})).status
    await settled(person, id, "交给送达账了")
    assert 409 == (await person.post(f"/desk/correct/{id}/approve", {"text": text})).status
    queue(store, id, Progress(NOW.isoformat()), NOW)
    with store.reading() as connection:
        rows = connection.execute(select(deliveries).filter_by(occasion=occasion_of(id)).order_by("user")).all()
        assert [("wechat:a", text), ("wechat:b", text)] == [(row.user, row.text) for row in rows]
        held = broadcast(connection, campaign_of(id))
        people = load(store, connection, ["wechat:a", "web:gone"], NOW.tzinfo)
        assert ["", "退订了"] == [held.audience.no(each, {}, 2026) for each in people]
    calls = await person.get(f"/desk/correct/{id}/calls")
    assert "text/csv; charset=utf-8" == calls.header("content-type")
    assert ["web:gone厂", "退订了"] == [calls.text.splitlines()[1].split(",")[at] for at in (0, 5)]
    assert 2 == len(calls.text.splitlines())


async def test_two_persons(store: Store) -> None:
    """主管部门要两个人的：写的人批不了，另一个管理员批得了。"""
    for name in ("one", "two"):
        account(store, name)
    with store.transaction() as connection:
        connection.execute(insert(meta).values(key="two_persons", value="1"))
    try:
        app = opened(store)
        one, two = Person(app), Person(app, peer="192.0.2.8")
        await one.login("one")
        await two.login("two")
        tell(store, "web:a", 12)
        id = int((await one.post("/desk/correct/new", FORM)).header("location").rsplit("/", 1)[1])
        await settled(one, id, "找齐了")
        await one.post(f"/desk/correct/{id}/text", {"text": TEXT, "cites": FORM["clause"]})
        with store.reading() as connection:
            text = connection.execute(select(corrections.c.text).filter_by(id=id)).scalar_one()
        assert 403 == (await one.post(f"/desk/correct/{id}/approve", {"text": text})).status
        assert 303 == (await two.post(f"/desk/correct/{id}/approve", {"text": text})).status
        await settled(two, id, "交给送达账了")
    finally:
        with store.transaction() as connection:
            connection.execute(meta.delete().where(meta.c.key == "two_persons"))


async def test_a_broken_search_goes_on(store: Store) -> None:
    """找到一半进程没了：页上说停在半路，接着做就找齐；正在做的不许再开。"""
    account(store, "admin")
    tell(store, "web:a", 12)
    id, begun = start(store)
    with store.transaction() as connection:
        connection.execute(insert(meta).values(key=f"correction:{id}", value=json.dumps({"at": NOW.isoformat()})))
    person = Person(opened(store))
    await person.login("admin")
    assert 409 == (await person.post(f"/desk/correct/{id}/again")).status
    with store.transaction() as connection:
        old = json.dumps({"at": (NOW - timedelta(hours=1)).isoformat()})
        connection.execute(update(meta).filter_by(key=f"correction:{id}").values(value=old))
    assert "停在半路" in (await person.get(f"/desk/correct/{id}")).text
    assert 303 == (await person.post(f"/desk/correct/{id}/again")).status
    await settled(person, id, "找齐了")
    assert {"web:a"} == set(found(store, id))
    assert begun.alive(NOW)


@pytest.mark.parametrize("path", ["/desk/correct", "/desk/correct/1", "/desk/correct/1/calls"])
async def test_operators_have_no_business_here(store: Store, path: str) -> None:
    """更正只给管理员。"""
    account(store, "tong", "铜梁")
    person = Person(opened(store))
    await person.login("tong")
    assert 403 == (await person.get(path)).status
