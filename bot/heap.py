"""进程占的内存：少占一点，占着的走得快一点。C 库那一层只有 glibc 要管，别的平台什么也不做。"""

import contextlib
import ctypes
import mmap
import sys
from array import array
from collections.abc import Iterator

_ARENA_MAX = -8
"""mallopt 的 M_ARENA_MAX。"""
_SMALL = 4096
_BIG = 2 << 20
_SPARE = 8
"""一个大页里空着的小页最多这么多，不然收起来反而多占。"""
_COLLAPSE = 25
"""madvise 的 MADV_COLLAPSE（Linux 6.1 起）。"""


def one_arena() -> None:
    """各个线程共用一处堆：大小对象的分配都由解释器的锁排着队，各开一处只是白占；要在起别的线程之前叫。"""
    if (libc := _glibc()) is not None:
        libc.mallopt(_ARENA_MAX, 1)


def drop_docs() -> None:
    """模块和类的说明文字，服务时没有人看：库的有几百 KB。只动写在 Python 里的；函数的跟着代码走，放不掉。"""
    for module in list(sys.modules.values()):
        if not str(getattr(module, "__file__", "")).endswith(".py"):
            continue
        module.__doc__ = None
        for each in vars(module).values():
            if type(each) is type and each.__module__ == module.__name__:
                with contextlib.suppress(TypeError):  # 有的名字里写着模块，其实写在 C 里，不让改
                    each.__doc__ = None


def give_back() -> None:
    """把堆里空着的整页还给系统。"""
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def big_pages() -> None:
    """把堆里满着的收成大页：规则和模板散在几十兆里，小页每走一步都要查页表。内核不会收、不让看的就罢。"""
    if (libc := _glibc()) is None or mmap.PAGESIZE != _SMALL:
        return
    with contextlib.suppress(OSError), open("/proc/self/pagemap", "rb") as pages:
        for low, high in _heaps():
            for at in range(-(-low // _BIG) * _BIG, high - _BIG + 1, _BIG):
                pages.seek(at // _SMALL * 8)
                held = array("Q", pages.read(_BIG // _SMALL * 8))  # 一页一个数，最高位是在不在
                if sum(page >> 63 for page in held) >= len(held) - _SPARE:
                    libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(_BIG), _COLLAPSE)


def _heaps() -> Iterator[tuple[int, int]]:
    """没有文件在后面、可读可写的各段，从哪里到哪里。"""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for span, flags, _, _, _, *name in map(str.split, maps.readlines()):
            if "rw" in flags and name in ([], ["[heap]"]):
                low, high = (int(end, 16) for end in span.split("-"))
                yield low, high


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
