"""一处放水，别处慢不慢：`python -m bench.flood`。

一百个各有自己地址的人，每人每秒说一句；另有一处每秒来一千条（同一个人，或每次都是新来的）。安静时和放水时轮流量，
印别人的 p99 之比；目标不超过 2。服务器钉在 0 号核，压力（放水另是一个进程）在 1 号核。
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.turn import LOAD_CORE, Contender, _served

POLITE = 100
FLOOD_RATE = 1000
FLOOD_CONNECTIONS = 32
WORDS = ("我们是做商砼的", "对头", "没得了", "现在还报得成不嘛", "菜单", "家具厂", "被退回了怎么办")


class Peer:
    """一条长连接，从自己的地址来，记得 Cookie。"""

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address, self._cookie, self._count = port, address, "", 0

    async def open(self) -> None:
        """连上，打开首页。"""
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port, local_addr=(self._address, 0), limit=2**20
        )
        await self.home()

    async def home(self) -> int:
        """打开首页，换成新的 Cookie。"""
        self._cookie = ""
        return await self._ask(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

    async def say(self, text: str) -> int:
        """说一句，返回状态。"""
        self._count += 1
        body = f'{{"id":"{self._count}-{random.random()}","text":"{text}"}}'.encode()
        head = (
            f"POST /web/send HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nCookie: {self._cookie}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self._ask(head.encode() + body)

    async def _ask(self, request: bytes) -> int:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(": ")
            if name == "content-length":
                length = int(value)
            elif name == "set-cookie":
                self._cookie = value.partition(";")[0]
        await self._reader.readexactly(length)
        return int(head[9:12])


async def polite(port: int, seconds: float) -> list[float]:
    """一百个人各说各的，排好序的秒数。"""
    peers = [Peer(port, f"127.1.0.{n + 1}") for n in range(POLITE)]
    await asyncio.gather(*(peer.open() for peer in peers))
    times: list[float] = []
    until = time.perf_counter() + seconds

    async def talk(peer: Peer) -> None:
        await asyncio.sleep(random.random())
        while time.perf_counter() < until:
            began = time.perf_counter()
            status = await peer.say(random.choice(WORDS))
            times.append(time.perf_counter() - began)
            if status != 200:
                raise SystemExit(f"守规矩的人得到 {status}")
            await asyncio.sleep(max(0.0, began + 1 - time.perf_counter()))

    await asyncio.gather(*map(talk, peers))
    return sorted(times)


def flood(port: int, strangers: bool, stop: Any, done: Any) -> None:
    """每秒一千条，直到叫停；`strangers` 是每次都不带 Cookie。"""

    async def run() -> None:
        peers = [Peer(port, "127.2.0.1") for _ in range(FLOOD_CONNECTIONS)]
        await asyncio.gather(*(peer.open() for peer in peers))
        began, sent = time.perf_counter(), 0

        async def pour(peer: Peer) -> None:
            nonlocal sent
            while not stop.is_set():
                due = began + sent / FLOOD_RATE
                sent += 1
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await (peer.home() if strangers else peer.say("没得了"))
                done.value += 1

        await asyncio.gather(*map(pour, peers))

    asyncio.run(run())


def main() -> None:
    """轮流量，印比值。"""
    parser = argparse.ArgumentParser(prog="python -m bench.flood", description="一处放水，别处慢不慢")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE % (os.cpu_count() or 1)})
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        command = ["-m", "bot", "serve", "--no-sender", "--database", f"sqlite:///{folder / 'flood.db'}"]
        product = Contender("产品", [sys.executable, *command])
        stack.enter_context(_served(product, folder))
        asyncio.run(polite(product.port, 2.0))
        for strangers in (False, True):
            ratios = []
            for _ in range(given.rounds):
                quiet = asyncio.run(polite(product.port, given.seconds))
                stop, done = multiprocessing.Event(), multiprocessing.Value("q", 0)
                process = multiprocessing.Process(target=flood, args=(product.port, strangers, stop, done))
                process.start()
                began = time.perf_counter()
                busy = asyncio.run(polite(product.port, given.seconds))
                rate = done.value / (time.perf_counter() - began)
                stop.set()
                process.join()
                ratios.append(_p99(busy) / _p99(quiet))
                print(
                    f"  p99 安静 {_p99(quiet) * 1e3:.1f} ms，放水 {_p99(busy) * 1e3:.1f} ms（{rate:.0f} 条/秒）",
                    flush=True,
                )
            print(f"{'每次都是新来的' if strangers else '同一个人'}：{statistics.median(ratios):.2f}（目标 ≤ 2）")


def _p99(times: list[float]) -> float:
    return times[int(len(times) * 0.99)]


if __name__ == "__main__":
    main()
