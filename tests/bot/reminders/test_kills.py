"""随便在哪里被杀、再起来：一条不少、一条不多；只有平台认不出重复的、正在路上的，才是不知道。"""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert

from bot.store import Store
from bot.store.schema import consents
from tests.bot.reminders.stage import rows, subscribe, switch_on, users, window
from tests.bot.reminders.worker import POINTS, age, ended, killed, started
from tests.bot.reminders.world import at
from tests.bot.wechat_platform import SUBSCRIPTION, Fake, wechat_platform

NOW = at("2026-12-22")
PEOPLE = 40


@pytest.fixture
def ready(store: Store) -> Store:
    """四十个人等着一条。"""
    window(store)
    switch_on(store)
    subscribe(store, *users(PEOPLE))
    return store


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    """一台假平台。"""
    async with wechat_platform(Fake(latency=0.005)) as made:
        yield made


def states(store: Store) -> dict[str, set[str]]:
    """各状态有哪些人。"""
    found: dict[str, set[str]] = {}
    for user, state in rows(store, "user", "state"):
        found.setdefault(state, set()).add(user)
    return found


def got(fake: Fake) -> dict[str, int]:
    """各人收到几条。"""
    return {f"wechat:{openid}": len(received) for openid, received in fake.received.items()}


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_a_point(ready: Store, url: str, fake: Fake, point: str) -> None:
    """杀在每个点上，再起来：每人恰好一条，都记着发了。"""
    nth = 4 if point.endswith("post") else 2 if point.endswith("claim") and point != "after-claim" else 1
    assert -9 == await ended(started(url, fake, NOW, point, nth))
    age(ready)
    assert 0 == await ended(started(url, fake, NOW))
    assert ({"sent": set(users(PEOPLE))}, dict.fromkeys(users(PEOPLE), 1)) == (states(ready), got(fake))


@pytest.mark.parametrize("point", ["after-claim", "after-post"])
async def test_restarted_too_late_for_the_platform(ready: Store, url: str, fake: Fake, point: str) -> None:
    """过了平台认得出重复的时候才起来：认领了没有结局的是不知道，不再发；别的照发。"""
    assert -9 == await ended(started(url, fake, NOW, point))
    doubtful = states(ready)["sending"]
    before = got(fake)
    age(ready, beyond=True)
    fake.skipped += 700
    assert 0 == await ended(started(url, fake, NOW))
    assert {"uncertain": doubtful, "sent": set(users(PEOPLE)) - doubtful} == {
        state: held for state, held in states(ready).items() if held
    }
    assert all(got(fake).get(user, 0) == before.get(user, 0) for user in doubtful)
    assert 1 == max(got(fake).values())


async def test_a_way_without_dedup(ready: Store, url: str, fake: Fake) -> None:
    """订阅通知平台认不出重复的：正在路上的几条不知道，一条也不重，别的照发。"""
    with ready.transaction() as connection:
        held = [{"user": user, "template": SUBSCRIPTION, "left_count": 1} for user in users(PEOPLE)]
        connection.execute(insert(consents), held)
    for user in users(PEOPLE):
        fake.consents[user.removeprefix("wechat:"), SUBSCRIPTION] = 5
    assert -9 == await ended(started(url, fake, NOW, "after-post", 5, "subscription"))
    flying = states(ready)["sending"]
    age(ready)
    assert 0 == await ended(started(url, fake, NOW, way="subscription"))
    found = states(ready)
    assert flying == found["uncertain"]
    assert 0 < len(flying) <= 8 + 5, "在路上的至多八条，已经有回音、还没记下的至多五条"
    assert set(users(PEOPLE)) - flying == found["sent"]
    assert {1} == set(got(fake).values())


async def test_killed_anywhere_two_processes(ready: Store, url: str, fake: Fake) -> None:
    """两个进程一起发，随便什么时候杀、再起来：每人恰好一条。"""
    subscribe(ready, *users(150)[PEOPLE:])
    chance = random.Random(6)
    for _ in range(4):
        pair = [started(url, fake, NOW, connections=4) for _ in range(2)]
        await asyncio.gather(killed(pair[0], chance, 0.4), killed(pair[1], chance, 0.4))
        age(ready)
    assert [0, 0] == [await ended(each) for each in [started(url, fake, NOW) for _ in range(2)]]
    assert ({"sent": set(users(150))}, dict.fromkeys(users(150), 1)) == (states(ready), got(fake))


async def test_faults_of_every_kind(ready: Store, url: str, fake: Fake) -> None:
    """各种毛病各百分之五：没有人收到两条；每个人都有了对的结局。"""
    fake.faults = dict.fromkeys(("busy", "invalid_token", "expired_token", "reset", "error", "lost", "unfollowed"), 5.0)
    for _ in range(3):
        await ended(started(url, fake, NOW))
        age(ready)
        with ready.transaction() as connection:
            connection.exec_driver_sql(
                "UPDATE deliveries SET due_at = '2026-12-22T01:00:00+00:00' WHERE state = 'planned'"
            )
            connection.exec_driver_sql("DELETE FROM switches WHERE name = 'hold:wechat'")
    fake.faults = {"unfollowed": 5.0}
    await ended(started(url, fake, NOW))
    found = states(ready)
    unfollowed = {user for user in users(PEOPLE) if fake._afflicts("unfollowed", user.removeprefix("wechat:"))}
    assert {state: held for state, held in found.items() if held} == {
        "sent": set(users(PEOPLE)) - unfollowed,
        **({"failed": unfollowed} if unfollowed else {}),
    }
    assert dict.fromkeys(set(users(PEOPLE)) - unfollowed, 1) == got(fake)
