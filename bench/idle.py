"""闲着的时候占多少内存：`python -m bench.idle`，起几回 `chuangb serve`，各说几句，印各回的中位数。

照部署的样子起：SQLite，微信的门开着，同一个进程里发提醒；说过话、歇几秒以后，读 /proc 里的数（只在 Linux 上）。
"""

import argparse
import contextlib
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from bench.floor import APP_ID, TOKEN
from bench.load import press, talks

MOST = 80.0
"""目标：闲着最多这么多 MiB。"""
PROFILE = ("VmRSS", "RssAnon", "RssFile", "Pss")
SECRET = "0123456789abcdef0123456789abcdef"


def main() -> None:
    """印每一回和中位数；过了目标就以 1 退出。"""
    options = _options()
    found = [_started(options) for _ in range(options.starts)]
    medians = {key: statistics.median(each[key] for each in found) for key in (*PROFILE, "seconds")}
    print("中位数", _line(medians), f"目标 ≤ {MOST:g} MiB", sep="  ")
    sys.exit(medians["VmRSS"] > MOST)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description="闲着占多少内存")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--messages", type=int, default=40, help="起来以后说几句")
    parser.add_argument("--rest", type=float, default=3.0, help="说完歇几秒再量")
    return parser.parse_args()


def _started(options: argparse.Namespace) -> dict[str, float]:
    """起一回、说几句、歇一歇：各个数（MiB）和几秒起来的。"""
    settings = {
        "CHUANGB_WECHAT_TOKEN": TOKEN, "CHUANGB_WECHAT_APP_ID": APP_ID,
        "CHUANGB_WECHAT_API_URL": "http://127.0.0.1:9",
    }  # fmt: skip
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--port", "0", "--database", f"sqlite:///{folder / 'idle.db'}"],
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(server.wait, 10)
        stack.callback(server.send_signal, signal.SIGTERM)
        assert server.stdout is not None
        port = re.search(r":(\d+)/", server.stdout.readline())
        if port is None:
            raise RuntimeError("服务没有起来")
        seconds = time.perf_counter() - began
        load = press(int(port[1]), [islice(talk, options.messages // 4) for talk in talks(4)], 30.0)
        if load.bad:
            raise RuntimeError(f"{load.bad} 条答得不合格")
        time.sleep(options.rest)
        held = _memory(server.pid) | {"seconds": seconds}
    print(_line(held), flush=True)
    return held


def _memory(pid: int) -> dict[str, float]:
    """这个进程占的内存，MiB。"""
    told = f"{Path(f'/proc/{pid}/status').read_text()}\n{Path(f'/proc/{pid}/smaps_rollup').read_text()}"
    return {key: int(size) / 1024 for key, size in re.findall(r"^(\w+):\s+(\d+) kB", told, re.M) if key in PROFILE}


def _line(held: dict[str, float]) -> str:
    sizes = "  ".join(f"{key} {held[key]:.1f}" for key in PROFILE)
    return f"{sizes}  起来 {held['seconds']:.2f} 秒"


if __name__ == "__main__":
    main()
