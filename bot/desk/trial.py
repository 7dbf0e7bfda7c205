"""发布以前试一试：新的一条会答上哪些没答上来的话，问答自己的问法和考题哪些变了；在别的线程里做，进度记在库里。"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from bot.desk.clusters import Clusters
from bot.learned import Lesson, Taught, lessons
from bot.store import Store
from bot.store.schema import meta
from dialogs.evaluate import judge
from dialogs.records import Facts
from knowledge.rules import Rules
from knowledge.taught import taught

_LOG = logging.getLogger(__name__)
EVERY = 0.5
WORK, REST = 0.002, 0.001
"""做这么久就让一让：机器人在同一个进程里答话。"""
DEAD = timedelta(seconds=60)
"""进度这么久没有动，就当那个进程没了，可以再试。"""
ASKED, KEPT = 3000, 50
"""最多看这么多堆没答上来的话；变了的最多记这么多条。"""
LINES = Path(__file__).resolve().parents[2] / "tests" / "eval"
"""考题在哪里：跟着代码走，不看在哪个文件夹里开的；装好的产品里没有。"""
FRAMES = (
    "我们厂是做{}的",
    "{}厂，想评B",
    "我们是{}企业，请问怎么申报",
    "老板开了个{}厂，在铜梁区",
    "本公司主要从事{}生产",
    "做{}的，烧天然气",
    "我们烧窑做{}",
    "{}车间有锅炉，还有喷漆房",
    "我们那个厂子搞{}，环保手续齐全",
    "{}，设备是去年新上的",
    "加工{}，自己有仓库和叉车",
    "在园区里头做{}，有环评和排污许可证",
    "{}算不算重点行业哦",
    "免烧的，做{}",
)
"""平常的话：套上每个分支的名称，不该因为学了一种叫法就变。"""
_TASKS: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class Trial:
    """一次试：`basis` 是拿什么试的（规则、别的在用的、写的什么），变了就要重试；`turns` 是会答上的回合。

    `changed` 是变了的考题和问法，`worse` 是其中变差的，各是（哪句话，原来，现在）。
    """

    version: int
    basis: str
    at: str
    state: str = "running"
    done: int = 0
    total: int = 1
    count: int = 0
    turns: tuple[int, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()
    worse: tuple[tuple[str, str, str], ...] = ()
    checked: Mapping[str, int] = field(default_factory=dict)

    @property
    def fine(self) -> bool:
        """试完了，一处也没有变差。"""
        return self.state == "done" and not self.worse


def trial(connection: Connection, id: int) -> Trial | None:
    """最近一次；没有试过是 None。"""
    held = connection.execute(select(meta.c.value).filter_by(key=_key(id))).scalar_one_or_none()
    if held is None:
        return None
    given = json.loads(held)
    pairs = {name: tuple(tuple(each) for each in given[name]) for name in ("changed", "worse")}
    return Trial(**{**given, **pairs, "turns": tuple(given["turns"])})


def running(found: Trial | None, now: datetime) -> bool:
    """正在试。"""
    return found is not None and found.state == "running" and datetime.fromisoformat(found.at) > now - DEAD


def others(connection: Connection, id: int) -> Taught:
    """别的在用的。"""
    found = lessons(connection, id)
    return Taught(tuple(one.faq for one in found if one.faq), tuple(one.alias for one in found if one.alias))


def basis_of(rules: Rules, rest: Taught, one: Lesson | None) -> str:
    """拿什么试的。"""
    return sha256(f"{rules.revision}{rest!r}{one!r}".encode()).hexdigest()[:16]


def files_only(rules_on: Callable[[date], Rules], day: date) -> Rules:
    """只有文件的规则。"""
    base: Callable[[date], Rules] = getattr(rules_on, "base", rules_on)
    return base(day)


def claim(connection: Connection, rules: Rules, one: Lesson, version: int, now: datetime) -> Trial | None:
    """占下来试这一版；正在试的是 None。`rules` 只有文件。"""
    if running(trial(connection, one.id), now):
        return None
    found = Trial(version, basis_of(rules, others(connection, one.id), one), now.isoformat())
    _put(connection, one.id, found)
    return found


def begin(store: Store, clusters: Clusters, rules: Rules, one: Lesson, found: Trial, now: datetime) -> None:
    """开始试：马上回来，在别的线程里做。"""
    task = asyncio.create_task(asyncio.to_thread(_run, store, clusters, rules, one, found, now))
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)


def _run(store: Store, clusters: Clusters, rules: Rules, one: Lesson, found: Trial, now: datetime) -> None:
    began = time.monotonic()

    def put(found: Trial) -> None:
        at = (now + timedelta(seconds=time.monotonic() - began)).isoformat()
        with store.transaction() as connection:
            _put(connection, one.id, Trial(**{**_fields(found), "at": at}))

    try:
        with store.reading() as connection:
            rest = others(connection, one.id)
        old, new = _both(rules, rest, one)
        work = [*_questions(rules, one), *_ordinary(rules, one), *_lines(one)]
        held = clusters.often(ASKED)
        changed, worse, total = [], [], len(work) + len(held)
        checked: dict[str, int] = {}
        ticked = rested = time.monotonic()
        for done, (name, told, look) in enumerate(work):
            checked[name] = checked.get(name, 0) + 1
            before, after = look(old, now), look(new, now)
            if before != after:
                changed.append((told, before or "对", after or "对"))
                if not before:
                    worse.append((told, "对", after))
            at = time.monotonic()
            if at - rested > WORK:
                time.sleep(REST)
                rested = time.monotonic()
            if at - ticked > EVERY:
                ticked = at
                put(Trial(**{**_fields(found), "done": done, "total": total}))
        answers_ = [id for words, id in held if _answers(old, new, one, words)]
        put(
            Trial(
                found.version, basis_of(rules, rest, one), "", "done", total, total, len(answers_),
                tuple(answers_[:KEPT]), tuple(changed[:KEPT]), tuple(worse[:KEPT]), checked,
            )
        )  # fmt: skip
    except Exception:
        _LOG.exception("试不成")
        put(Trial(**{**_fields(found), "state": "failed"}))


Look = Callable[[Rules, datetime], str]
"""拿这一天的规则答一句；答对了是空的。"""


def _both(rules: Rules, rest: Taught, one: Lesson) -> tuple[Rules, Rules]:
    old = taught(rules, rest.faq, rest.aliases)
    faq = (*rest.faq, *((one.faq,) if one.faq else ()))
    aliases = (*rest.aliases, *((one.alias,) if one.alias else ()))
    return old, taught(rules, faq, aliases, old)


def _questions(rules: Rules, one: Lesson) -> Iterator[tuple[str, str, Look]]:
    """文件里的问法还答原来的；文件里的叫法还认得原来的。"""
    if one.faq:
        for each in rules.faq:
            for ask in each.asks:
                yield "问法", ask, _asked(ask, each.id)
    if one.alias:
        names = dict.fromkeys(each.text for each in rules.aliases)
        firsts = {text: _first(rules, text) for text in (*names, *(each.name for each in rules.branches.values()))}
        for text, first in firsts.items():
            yield "叫法", text, _called(text, first)


def _ordinary(rules: Rules, one: Lesson) -> Iterator[tuple[str, str, Look]]:
    """平常的话里说别的分支，还认得原来的。"""
    for branch in rules.branches.values() if one.alias else ():
        if one.alias and one.alias.target not in (branch.id, f"{branch.list[0]}{branch.no}"):
            for frame in FRAMES:
                said = frame.format(branch.name)
                yield "平常的话", said, _called(said, _first(rules, said))


def _asked(ask: str, id: str) -> Look:
    def look(rules: Rules, now: datetime) -> str:
        found = rules.questions(ask)
        if found and found[0].id == id:
            return ""
        return f"答成“{found[0].asks[0]}”" if found else "没答上来"

    return look


def _called(text: str, first: str) -> Look:
    return lambda rules, now: "" if (got := _first(rules, text)) == first else f"原来是{first}，认成{got}"


def _first(rules: Rules, text: str) -> str:
    found = rules.lookup(text)
    each = found.candidates[0] if found.candidates else None
    name = (each.branch.name if each.branch else each.industry.name) if each else "没有"
    return f"{name}（{found.outcome}）"


def _lines(one: Lesson, folder: Path = LINES) -> Iterator[tuple[str, str, Look]]:
    """考题；装好的产品里没有，就只考问法和叫法。问答变不了查找，就不必考查找。"""
    for file in sorted(folder.glob("*.jsonl")):
        for said in file.read_text(encoding="utf-8").splitlines():
            line = json.loads(said) if said.strip() else {}
            if line and not (one.faq and "expect" in line):
                yield "考题", line["q"], _judged(line)


def _judged(line: dict[str, Any]) -> Look:
    return lambda rules, now: judge(line, rules, Facts(now)).why


def _answers(old: Rules, new: Rules, one: Lesson, words: str) -> bool:
    """原来答不上、有了这一条就答得上。"""
    if one.faq:
        return _has(new, one, words) and not _has(old, one, words)
    assert one.alias is not None
    return _first(old, words) != _first(new, words)


def _has(rules: Rules, one: Lesson, words: str) -> bool:
    assert one.faq is not None
    return any(each.id == one.faq.id for each in rules.questions(words))


def _fields(found: Trial) -> dict[str, Any]:
    return asdict(found)


def _put(connection: Connection, id: int, found: Trial) -> None:
    value = json.dumps(asdict(found), ensure_ascii=False)
    if not connection.execute(update(meta).filter_by(key=_key(id)).values(value=value)).rowcount:
        connection.execute(insert(meta).values(key=_key(id), value=value))


def forget(connection: Connection, ids: Iterable[int]) -> None:
    """试过的记录不要了。"""
    connection.execute(sa.delete(meta).where(meta.c.key.in_([_key(id) for id in ids])))


def _key(id: int) -> str:
    return f"trial:{id}"
