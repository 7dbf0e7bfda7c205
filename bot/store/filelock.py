"""一次只让一个进程进来的文件锁；进程死了，锁自己松开。"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Locked(Exception):
    """等到了上限，锁还在别人手里。"""


@contextmanager
def file_lock(path: Path, seconds: float) -> Iterator[None]:
    """锁住这个文件直到离开；最多等 `seconds` 秒，等不到就是 Locked。

    两个进程同时新建一个 SQLite 文件时，改 journal_mode 会立刻报“database is locked”，不理会等待时间，所以要锁。
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + seconds
        while not _try(handle):
            if time.monotonic() > deadline:
                raise Locked(str(path))
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _try(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
