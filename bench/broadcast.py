"""量发送：十万人各一条，对着一台单独进程里的假平台；与同一趟里什么都不记的光发比。

`python -m bench.broadcast [--people 100000] [--latency 0.05] [--connections 200] [--senders 1] [--database URL]`

几个发送的进程（`--senders`）平分连接：一个进程只用得上一个核。光发也分成一样多的进程，比的还是一样。
"""

import argparse
import asyncio
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from itertools import cycle, product
from pathlib import Path
from time import monotonic, perf_counter, process_time

import msgspec
import uvloop
from sqlalchemy import func, insert, select

import knowledge
from bot.client import Client
from bot.reminders.campaigns import ALL
from bot.reminders.haste import hurried
from bot.reminders.notifier import Notifier
from bot.reminders.posting import Posting
from bot.reminders.sender import Pace
from bot.reminders.showing import Bar
from bot.store import Store
from bot.store.schema import deliveries, subscriptions, switches
from bot.wechat.api import TIMEOUT, Api
from bot.wechat.credentials import SharedCredentials
from bot.wechat.limits import Template
from bot.wechat.notifier import WeChatNotifier
from bot.wechat.templates import Templates
from bot.windows import open_window
from tests.bot.wechat_platform import APP_ID, SECRET, TEMPLATE

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 12, 22, 10, tzinfo=ZONE)
FIELDS = (("thing1", "{text}"), ("date2", "{end}"))
TARGET, CPU = 0.90, 4.0
BRANCHES = 12
"""订的人散在各区县、这么多个分支。"""


def main() -> None:
    """量完印一张表；少了、重了、慢了，以 1 退出。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--bare", type=int, default=20_000, help="光发多少条来比")
    parser.add_argument("--senders", type=int, default=1, help="几个发送的进程")
    parser.add_argument("--worker", choices=["bare", "product"], help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    parser.add_argument("--database", default="", metavar="URL")
    given = parser.parse_args()
    if given.worker:
        uvloop.run(_worker(given))
        return
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(_measure(given, given.database or f"sqlite:///{Path(folder) / 'bench.db'}"))


async def _measure(given: argparse.Namespace, database: str) -> None:
    platform = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.broadcast_platform", str(given.latency), stdout=asyncio.subprocess.PIPE
    )
    assert platform.stdout is not None
    url = (await platform.stdout.readline()).decode().split()[0]
    try:
        bare_rate, bare_cpu, _ = await _together("bare", given.bare, url, "", given)
        with Store.open(database) as store:
            began = perf_counter()
            _fill(store, given.people)
            print(f"造 {given.people:,} 个订阅的人用了 {perf_counter() - began:.1f} 秒", flush=True)
            await _plan(store, given.people)
            rate, cpu, memory = await _together("product", given.people, url, database, given)
            counts = _counts(store)
        seen = await _seen(url)
    finally:
        platform.terminate()
        await platform.wait()
    ceiling = given.connections / given.latency
    print(f"光发      {bare_rate:8,.0f} 条/秒  × 并发÷时延 {bare_rate / ceiling:.2f}  CPU {bare_cpu * 1e6:5.0f} µs/条")
    print(f"产品      {rate:8,.0f} 条/秒  × 并发÷时延 {rate / ceiling:.2f}  CPU {cpu * 1e6:5.0f} µs/条")
    print(f"× 光发的 CPU {cpu / bare_cpu:.2f}（目标 ≤ {CPU:g}）；内存多了 {memory:.0f} MiB")
    print(f"送达账：{counts}；平台收到：{seen}")
    right = counts == {"sent": given.people} and seen["people"] == given.people and seen["doubled"] == 0
    sys.exit(0 if right and rate / ceiling >= TARGET and cpu / bare_cpu <= CPU else 1)


class Spent(msgspec.Struct):
    """一个发送的进程从叫开始到发完：几时起止（各进程同一只钟，进程收尾不算）、几秒 CPU、多了几 MiB。"""

    began: float
    ended: float
    cpu: float
    memory: float


async def _together(
    worker: str, count: int, url: str, database: str, given: argparse.Namespace
) -> tuple[float, float, float]:
    """几个进程一起发完 `count` 条：每秒几条、每条几秒 CPU、最多的一个多了几 MiB。"""
    shares = [str(count // given.senders + (n < count % given.senders)) for n in range(given.senders)]
    common = ["--worker", worker, "--url", url, "--database", database, "--people", str(count)]
    ours = [*common, "--connections", str(given.connections // given.senders)]
    made = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.broadcast", *ours, "--bare", share,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for share in shares
    ]  # fmt: skip
    for each in made:
        assert each.stdout is not None
        await each.stdout.readline()  # 都装好了，一起起跑
    outs = await asyncio.gather(*(each.communicate(b"\n") for each in made))
    spent = [msgspec.json.decode(out, type=Spent) for out, _ in outs]
    seconds = max(each.ended for each in spent) - min(each.began for each in spent)
    return count / seconds, sum(each.cpu for each in spent) / count, max(each.memory for each in spent)


async def _worker(given: argparse.Namespace) -> None:
    """一个发送的进程：说一声装好了，等到叫开始；发完印出几时起止、用了几秒 CPU、多了几 MiB。"""
    work = _bare if given.worker == "bare" else _product
    knowledge.on(NOW.date())  # 载入知识是起步，不是发送
    print("好", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    before, cpu, began = _memory(), process_time(), monotonic()
    await work(given)
    spent = Spent(began, monotonic(), process_time() - cpu, _memory() - before)
    print(msgspec.json.encode(spent).decode())


async def _bare(given: argparse.Namespace) -> None:
    """同样的客户端、同样的正文，光发，不查不记。"""
    client = Client(given.url, connections=given.connections, seconds=TIMEOUT)
    ask = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET, "force_refresh": False}
    token = msgspec.json.decode((await client.post("/cgi-bin/stable_token")(msgspec.json.encode(ask))).body)
    post = client.post(f"/cgi-bin/message/template/send?access_token={token['access_token']}")
    data = {"thing1": {"value": "申报窗口还剩7个工作日"}, "date2": {"value": "2026年12月31日"}}
    numbers = iter(range(given.bare))

    async def worker() -> None:
        for number in numbers:
            body = msgspec.json.encode({"touser": f"bare{number}", "template_id": TEMPLATE, "data": data})
            assert not msgspec.json.decode((await post(body)).body)["errcode"]

    await asyncio.gather(*(worker() for _ in range(given.connections)))
    await client.close()


async def _plan(store: Store, people: int) -> None:
    posting = _posting(store, "", 1)
    began, cpu = perf_counter(), process_time()
    await posting.plan()
    print(f"排 {people:,} 条：{perf_counter() - began:.1f} 秒，CPU {(process_time() - cpu):.1f} 秒", flush=True)
    await posting.close()


async def _product(given: argparse.Namespace) -> None:
    """真的发送：认领、再看一遍、发、记。"""
    with Store.open(given.database) as store:
        posting = _posting(store, given.url, given.connections)
        with Bar(given.people, lambda: posting.done) as bar:
            watching = asyncio.create_task(bar.watch())
            with hurried():
                await posting.once()
            watching.cancel()
        await posting.close()


def _posting(store: Store, url: str, connections: int) -> Posting:
    api = Api(APP_ID, SECRET, SharedCredentials(store), _clock(), url=url, connections=connections)
    templates = Templates({"default": {"template": Template(TEMPLATE, FIELDS)}})
    notifiers: dict[str, Notifier] = {"wechat": WeChatNotifier(api, templates)}
    paces = {"wechat": lambda: Pace(first=1e6, most=1e6)}
    return Posting(store, _clock(), ZONE, notifiers, concurrency=connections, paces=paces)


def _clock() -> Callable[[], datetime]:
    began = perf_counter()
    return lambda: NOW + timedelta(seconds=perf_counter() - began)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(store: Store, people: int) -> None:
    open_window(store, NOW - timedelta(days=100), name="2026年申报", start=date(2026, 8, 3), end=date(2026, 12, 31))
    rules = knowledge.on(NOW.date())
    places = list(product(rules.districts, list(rules.branches)[:BRANCHES]))
    with store.transaction() as connection:
        connection.execute(insert(switches).values(name=ALL, state="on", at="", by="bench"))
        for start in range(0, people, 10_000):
            rows = [
                {
                    "user": f"wechat:o{number:07}", "channel": "wechat", "district": district, "branch": branch,
                    "consented_at": "2026-07-01T10:00:00+08:00", "way": "chat",
                }
                for number, (district, branch) in zip(range(start, min(people, start + 10_000)), cycle(places))
            ]  # fmt: skip
            connection.execute(insert(subscriptions), rows)


def _counts(store: Store) -> dict[str, int]:
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    with store.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


async def _seen(url: str) -> dict[str, int]:
    client = Client(url, connections=1, seconds=TIMEOUT)
    seen = msgspec.json.decode((await client.get("/seen")).body, type=dict[str, int])
    await client.close()
    return seen


if __name__ == "__main__":
    main()
