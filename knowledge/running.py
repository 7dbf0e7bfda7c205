"""口头的问法：句尾的方言、“先说……再说……”；一口气问几样、中间没有停顿（“要好多钱好久出结果管几年”）：在每个疑问词前后断开，断得哪一截都有着落才算。"""

import re
from collections.abc import Callable, Iterator

Hit = tuple[float, int, int]
"""多像、第几个问答、分不清的另一个。"""
_WH = re.compile(
    r"什么时候|什么|多少|多久|多大|哪[个里天些级]|几(?<![一二三四五六七八九十]几)|怎么|(\w)不\1|"
    r"有没有|能不能|可不可以"
)
_TAILS = frozenset("莫嘎三")
_TAIL = re.compile(r"(?<=\w)[莫嘎](?=\W*$|[，,？?])|(?<=[得的系])三(?=\W*$)")
_STEPWISE = re.compile(r"(?:^|(?<=[，,、；;。\s]))(?:我)?(?:先|再|然后|最后)(?:说|问|讲)(?:一?[下哈])?(?:你)?")
_SHORTEST, _LONGEST, _MOST = 6, 30, 4
_BEFORE = range(5)
"""疑问词前面至多这么几个字，和它是一问（“公示几天”的“公示”）。"""


def apart(bare: str, best: Callable[[str], Hit | None]) -> tuple[int, ...]:
    """断开以后各问的问答，照先后；断不开的是空的。`best` 说一截最像哪个问答，没有把握是 None。"""
    if not _SHORTEST <= len(bare) <= _LONGEST:
        return ()
    spans = [found.span() for found in _WH.finditer(bare)]
    if not 2 <= len(spans) <= _MOST:
        return ()
    heard: dict[str, Hit | None] = {}
    top: tuple[float, tuple[int, ...]] = (0.0, ())
    for parts in _splits(bare, spans, 0):
        found: list[Hit] = []
        for part in parts:
            if part not in heard:
                heard[part] = best(part) if len(part) > 1 else None
            hit = heard[part]
            if hit is None:
                break
            found.append(hit)
        else:
            each = tuple(dict.fromkeys(at for _, at, _ in found))
            if len(each) > 1 and (total := sum(min(score, 2.0) for score, _, _ in found)) > top[0]:
                top = total, each
    return top[1]


def _splits(bare: str, spans: list[tuple[int, int]], start: int) -> Iterator[tuple[str, ...]]:
    """每一截正好有一个疑问词的各种断法。"""
    if len(spans) == 1:
        yield (bare[start:],)
        return
    for back in _BEFORE:
        cut = spans[1][0] - back
        if cut < spans[0][1]:
            return
        for rest in _splits(bare, spans[1:], cut):
            yield (bare[start:cut], *rest)


def spoken(text: str) -> str:
    """重庆话句尾问人的“莫”“嘎”和“得三”“的三”，就是“吗”；“先说……再说……最后说”这几个字不算。"""
    if "先说" in text or "先问" in text or "先讲" in text:
        text = _STEPWISE.sub("", text)
    return text if _TAILS.isdisjoint(text) else _TAIL.sub("吗", text)
