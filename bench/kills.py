"""杀发送进程：每个点上杀一遍，再随便什么时候杀许多遍，每次都再起来；一条不少、一条不多才算过。

`python -m bench.kills [--kills 50] [--senders 2] [--people 2000] [--database URL]`
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bot.reminders.showing import Bar
from bot.store import Store
from tests.bot.reminders.stage import rows, subscribe, switch_on, users, window
from tests.bot.reminders.worker import POINTS, age, ended, killed, started
from tests.bot.reminders.world import at
from tests.bot.wechat_platform import Fake, wechat_platform

NOW = at("2026-12-22")


def main() -> None:
    """全对是 0。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--database", default="", metavar="URL", help="一个空的库；不写就是临时的 SQLite 文件")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'kills.db'}"
        with Store.open(url) as store:
            sys.exit(asyncio.run(_run(store, url, given)))


async def _run(store: Store, url: str, given: argparse.Namespace) -> int:
    people = list(users(given.people))
    window(store)
    switch_on(store)
    subscribe(store, *people)
    chance = random.Random(given.seed)
    done = 0
    async with wechat_platform(Fake(latency=0.02)) as fake:
        with Bar(given.kills + len(POINTS), lambda: done) as bar:
            for point in POINTS:
                await ended(started(url, fake, NOW, point, chance.randint(1, 4)))
                age(store)
                done += 1
                bar.draw()
            while done < given.kills + len(POINTS):
                senders = [started(url, fake, NOW, connections=4) for _ in range(given.senders)]
                await asyncio.gather(*(killed(each, chance, 0.5) for each in senders))
                age(store)
                done += len(senders)
                bar.draw()
        codes = [await ended(each) for each in [started(url, fake, NOW) for _ in range(given.senders)]]
        counts = Counter(len(fake.received.get(user.removeprefix("wechat:"), ())) for user in people)
    states = Counter(state for (state,) in rows(store, "state"))
    print(f"杀了 {done} 次，{given.senders} 个进程；送达账 {dict(states)}；各收到几条 {dict(counts)}")
    return int(states != {"sent": given.people} or counts != {1: given.people} or any(codes))


if __name__ == "__main__":
    main()
