"""C 库那一层的内存：只有 glibc 要管，别的平台什么也不做。"""

import ctypes
import sys

_ARENA_MAX = -8
"""mallopt 的 M_ARENA_MAX。"""


def one_arena() -> None:
    """各个线程共用一处堆：大小对象的分配都由解释器的锁排着队，各开一处只是白占；要在起别的线程之前叫。"""
    if (libc := _glibc()) is not None:
        libc.mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """把堆里空着的整页还给系统。"""
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
