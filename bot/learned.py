"""学来的问答和叫法：存在库里，发布了就添到规则上；各个进程在库的版本变了以后的头一批消息里换上。"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from bot.store.schema import answer_versions, answers
from knowledge.records import Alias, Citation, Faq
from knowledge.rules import Rules

LIVE = ("published", "exported")
"""这两种状态的版本在用；进了文件的，等进程读到新文件才退下。"""
KINDS = {"faq": "问答", "alias": "叫法"}
REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Lesson:
    """学来的一条：问答或叫法，恰好一个不是 None。"""

    id: int
    faq: Faq | None = None
    alias: Alias | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """在用的全部；次序照编号。"""

    faq: tuple[Faq, ...] = ()
    aliases: tuple[Alias, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.faq or self.aliases)


NOTHING = Taught()


class Learned:
    """规则的入口，与 `knowledge.on` 一个样子，添上学来的。各个线程都可以用。"""

    def __init__(self, base: Callable[[date], Rules]) -> None:
        self.base = base
        self._taught = NOTHING
        self._made: dict[date, tuple[Rules, Taught, Rules]] = {}
        self._making = threading.Lock()

    def __call__(self, day: date) -> Rules:
        """这一天的规则。"""
        base, taught = self.base(day), self._taught
        if not taught:
            return base
        held = self._made.get(day)
        if held is not None and held[0] is base and held[1] is taught:
            return held[2]
        with self._making:
            return self._make(day, base, taught)

    def read(self, connection: Connection) -> None:
        """重读在用的；没有变就什么也不换。"""
        found = live(connection)
        if found != self._taught:
            self._taught = found

    def _make(self, day: date, base: Rules, taught: Taught) -> Rules:
        from knowledge.taught import again, same_stretch
        from knowledge.taught import taught as overlaid

        near = [each for each in self._made.values() if same_stretch(each[0], base)]
        ready = next((each for each in near if each[1] is taught), None)
        if ready is not None:
            made = base if ready[2] is ready[0] else again(base, ready[2])
        else:
            made = overlaid(base, taught.faq, taught.aliases, near[-1][2] if near else None)
        while len(self._made) >= REMEMBERED:
            del self._made[next(iter(self._made))]
        self._made[day] = (base, taught, made)
        return made


def live(connection: Connection) -> Taught:
    """库里在用的，分作问答和叫法。"""
    found = lessons(connection)
    return Taught(tuple(each.faq for each in found if each.faq), tuple(each.alias for each in found if each.alias))


def lessons(connection: Connection, but: int = 0) -> list[Lesson]:
    """库里在用的各条，编号 `but` 的除外；读不懂的不算。"""
    held = answer_versions.c
    query = (
        select(answers.c.id, answers.c.kind, held.body)
        .join(answers, answers.c.id == held.answer_id)
        .where(held.state.in_(LIVE), held.answer_id != but)
        .order_by(held.answer_id)
    )
    return [each for row in connection.execute(query) if (each := lesson(*row)) is not None]


def lesson(id: int, kind: str, body: str) -> Lesson | None:
    """库里的一条；读不懂是 None。"""
    try:
        given = json.loads(body)
        if kind == "alias":
            return Lesson(id, alias=Alias(given["text"], given["target"], "别名"))
        return Lesson(id, faq=_faq(id, given))
    except (ValueError, KeyError, TypeError):
        return None


def written(one: Lesson) -> str:
    """存进库里的样子。"""
    if one.alias:
        return json.dumps({"text": one.alias.text, "target": one.alias.target}, ensure_ascii=False)
    assert one.faq is not None
    given = {
        "asks": one.faq.asks, "answer": one.faq.answer, "then": one.faq.then, "silent": one.faq.silent,
        "cites": one.faq.cites,
    }  # fmt: skip
    return json.dumps(given, ensure_ascii=False)


def id_of(id: int) -> str:
    """学来的问答在规则里叫什么。"""
    return f"learned-{id}"


def _faq(id: int, given: dict[str, Any]) -> Faq:
    cites = tuple(Citation(str(source), str(clause)) for source, clause in given["cites"])
    asks = tuple(map(str, given["asks"]))
    return Faq(id_of(id), asks, (), str(given["answer"]), str(given["then"]), bool(given["silent"]), cites)
