"""杀发送进程：每个点上杀一遍，再随便什么时候杀许多遍，每次都再起来；一条不少、一条不多才算过。

`python -m bench.kills [--kills 50] [--senders 2] [--people 2000] [--way template] [--database URL]`

`--way subscription` 走平台认不出重复的路：不知道到没到的只能是被杀时正在路上的，各收到至多一条，都列在账上。
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from bot.reminders.showing import Bar, ledger_state
from bot.store import Store
from bot.store.schema import consents
from tests.bot.reminders.stage import rows, subscribe, switch_on, users, window
from tests.bot.reminders.worker import POINTS, age, ended, killed, started
from tests.bot.reminders.world import at
from tests.bot.wechat_platform import SUBSCRIPTION, Fake, wechat_platform

NOW = at("2026-12-22")
CONNECTIONS = 4


def main() -> None:
    """全对是 0。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--way", choices=("template", "subscription"), default="template")
    parser.add_argument("--database", default="", metavar="URL", help="一个空的库；不写就是临时的 SQLite 文件")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'kills.db'}"
        with Store.open(url) as store:
            sys.exit(asyncio.run(_run(store, url, given)))


async def _run(store: Store, url: str, given: argparse.Namespace) -> int:
    people = list(users(given.people))
    _prepare(store, people)
    chance = random.Random(given.seed)
    done = 0
    async with wechat_platform(Fake(latency=0.02)) as fake:
        for user in people:
            fake.consents[user.removeprefix("wechat:"), SUBSCRIPTION] = 5
        with Bar(given.kills + len(POINTS), lambda: done) as bar:
            for point in POINTS:
                nth = chance.randint(1, 2 if "claim" in point or "record" in point else 20)
                await ended(started(url, fake, NOW, point, nth, given.way, CONNECTIONS), 600)
                age(store)
                done += 1
                bar.draw()
            while done < given.kills + len(POINTS):
                senders = [
                    started(url, fake, NOW, way=given.way, connections=CONNECTIONS) for _ in range(given.senders)
                ]
                if chance.random() < 0.8:  # 其余的杀在刚起来、还在排的时候
                    await _under_way(fake)
                await asyncio.gather(*(killed(each, chance, 0.6) for each in senders))
                age(store)
                done += len(senders)
                bar.draw()
        sent = sum(state == "sent" for (state,) in rows(store, "state"))
        finishing = [started(url, fake, NOW, way=given.way) for _ in range(given.senders)]
        codes = [await ended(each, 600) for each in finishing]
        got = {user: len(fake.received.get(user.removeprefix("wechat:"), ())) for user in people}
    faults = _faults(store, got, codes, done * CONNECTIONS if given.way == "subscription" else 0)
    states = Counter(state for (state,) in rows(store, "state"))
    counts = dict(Counter(got.values()))
    print(
        f"{store.engine.dialect.name}，{given.senders} 个进程，{given.way}：杀了 {done} 次（杀完时发了 {sent}）；",
        end="",
    )
    print(f"送达账 {dict(states)}；各收到几条 {counts}；{'；'.join(faults) or '全对'}")
    return int(bool(faults))


async def _under_way(fake: Fake) -> None:
    """等到又有一条发到了平台；都发完了就不等。"""
    before, left = sum(fake.calls.values()), 500
    while sum(fake.calls.values()) == before and left:
        await asyncio.sleep(0.02)
        left -= 1


def _prepare(store: Store, people: Sequence[str]) -> None:
    window(store)
    switch_on(store)
    subscribe(store, *people)
    with store.transaction() as connection:
        held = [{"user": user, "template": SUBSCRIPTION, "left_count": 1} for user in people]
        connection.execute(insert(consents), held)


def _faults(store: Store, got: Mapping[str, int], codes: Sequence[int], most: int) -> list[str]:
    """哪里不对；`most` 是至多几条不知道到没到。"""
    state = dict(rows(store, "user", "state"))
    doubtful = [user for user in got if state.get(user) == "uncertain"]
    listed = ledger_state(store, datetime.now(UTC))
    wrong = {
        "有的没有发完": any(state.get(user) not in ("sent", "uncertain") for user in got),
        "有的发了两条": any(count > 1 for count in got.values()),
        "有的记着发了却没有收到": any(count != 1 for user, count in got.items() if state.get(user) == "sent"),
        f"不知道到没到的多于 {most} 条": len(doubtful) > most,
        "不知道到没到的没有都列出来": listed["states"]["uncertain"] != len(doubtful)
        or {each["user"] for each in listed["uncertain"]} - set(doubtful) != set(),
        "最后一遍没有好好结束": any(codes),
    }
    return [what for what, is_so in wrong.items() if is_so]


if __name__ == "__main__":
    main()
