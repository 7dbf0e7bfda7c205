"""边打字边找：条款、问答、常用回复里和这几个字最近的，连同出处。"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.store.schema import canned
from dialogs.cites import EXPERTS_ONLY
from knowledge.phrases import plain
from knowledge.records import Citation
from knowledge.rules import Rules

MOST, EACH = 8, 3
"""一共几条，每样至多几条：问答再像，也给条款留地方。"""
LONGEST = 60
"""只看最后这么多个字。"""
QUOTED = 200
"""条款最多照抄这么多字，放得进一条回话。"""
_FOUND, _NEAR, _WHOLE, _OWN = 1.0, 0.4, 0.3, 0.1
"""问的就是它；最接近；整串都在；常用的略靠前。"""
_LEAST = 0.3
KINDS = {"faq": "问答", "clause": "条款", "canned": "常用"}


@dataclass(frozen=True, slots=True)
class Found:
    """找到的一条：`text` 是放进回话里的字，`cites` 是它的出处，`basis` 写给人看。"""

    kind: str
    title: str
    text: str
    cites: tuple[Citation, ...]
    basis: str


class Index:
    """一天的条款和问答的二字串；建好后不变。"""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._all = (*map(self._faq, rules.faq), *self._clauses())
        self._faq_at = {each.id: at for at, each in enumerate(rules.faq)}
        self._where: dict[str, list[int]] = defaultdict(list)
        self._bare = []
        for at, (_, said) in enumerate(self._all):
            bare, found = _prepared(said)
            self._bare.append(bare)
            for gram in found:
                self._where[gram].append(at)

    def find(self, said: str, own: Iterable[tuple[Found, str]] = (), most: int = MOST) -> list[Found]:
        """最近的几条，近的在前；`own` 是常用回复和它的全部文字。"""
        bare = plain(said[-LONGEST:])
        wanted = grams(bare)
        if not wanted:
            return []
        total = sum(self._weight(gram) for gram in wanted)
        scores: dict[int, float] = defaultdict(float)
        for gram in wanted:
            for at in self._where.get(gram, ()):
                scores[at] += self._weight(gram) / total
        for at in scores:
            if bare in self._bare[at]:
                scores[at] += _WHOLE
        for extra, listed in ((_FOUND, self._rules.questions(said)), (_NEAR, self._rules.nearest(said))):
            for each in listed:
                scores[self._faq_at[each.id]] += extra
        ranked = [(score, self._all[at][0]) for at, score in scores.items()]
        ranked += [(self._likeness(wanted, total, bare, text), found) for found, text in own]
        ranked = [each for each in ranked if each[0] >= _LEAST]
        ranked.sort(key=lambda each: -each[0])
        left = dict.fromkeys(KINDS, EACH)
        picked = []
        for _, found in ranked:
            if left[found.kind] > 0:
                left[found.kind] -= 1
                picked.append(found)
        return picked[:most]

    def _weight(self, gram: str) -> float:
        return log((len(self._all) + 1) / (1 + len(self._where.get(gram, ()))))

    def _likeness(self, wanted: set[str], total: float, bare: str, text: str) -> float:
        held, found = _prepared(text)
        shared = sum(self._weight(gram) for gram in wanted & found) / total
        return shared + (_WHOLE if bare in held else 0.0) + (_OWN if shared else 0.0)

    def _faq(self, each: Any) -> tuple[Found, str]:
        found = Found("faq", each.asks[0] if each.asks else each.id, each.answer, each.cites, _basis(self._rules, each))
        return found, "\n".join((*each.asks, each.answer))

    def _clauses(self) -> Iterable[tuple[Found, str]]:
        for cite, clause in self._rules.clauses.items():
            if cite == EXPERTS_ONLY:
                continue
            basis = self._rules.basis((cite,))
            text = clause.text if len(clause.text) <= QUOTED else f"{clause.text[:QUOTED]}……"
            shown = f"{basis}：“{text}”" if clause.quoted else f"{basis}：{text}"
            yield (
                Found("clause", f"{cite.clause} {clause.title}", shown, (cite,), basis),
                f"{cite.clause}\n{clause.text}",
            )


@lru_cache(maxsize=2)
def index(rules: Rules) -> Index:
    """这一天的索引。"""
    return Index(rules)


@lru_cache(maxsize=2048)
def _prepared(said: str) -> tuple[str, frozenset[str]]:
    """归一的写法和它的二字串；换一天、添一个问答，别的不必重来。"""
    bare = plain(said)
    return bare, frozenset(grams(bare))


def grams(bare: str) -> set[str]:
    """各个二字串。"""
    return {bare[at : at + 2] for at in range(len(bare) - 1)} or ({bare} if bare else set())


def canned_of(connection: Connection, scope: str | None) -> Sequence[Row[Any]]:
    """常用的回复：自己区县的和全市的；管理员看全部。"""
    query = select(canned).order_by(canned.c.district, canned.c.title, canned.c.id)
    if scope is not None:
        query = query.where(canned.c.district.in_((scope, "")))
    return connection.execute(query.limit(1000)).all()


def own(rows: Iterable[Row[Any]], rules: Rules) -> list[tuple[Found, str]]:
    """常用的回复，连同它的全部文字；引的条款今天没有了的不给。"""
    made = []
    for row in rows:
        cites = cites_of(row.cites)
        if all(rules.holds(cite) for cite in cites):
            found = Found("canned", row.title, row.text, cites, rules.basis(cites) if cites else "通知没有写")
            made.append((found, f"{row.title}\n{row.text}"))
    return made


def cites_of(held: str) -> tuple[Citation, ...]:
    """存着的出处；读不懂的是空的。"""
    try:
        return tuple(Citation(str(source), str(clause)) for source, clause in json.loads(held))
    except (ValueError, TypeError):
        return ()


def choices(rules: Rules) -> list[tuple[str, str, str]]:
    """可以引的条款：（表单里的值，编号，标题），照文件的次序；专家网址那一条不给。"""
    return [
        (f"{cite.source}:{cite.clause}", rules.basis((cite,)), clause.title)
        for cite, clause in rules.clauses.items()
        if cite != EXPERTS_ONLY
    ]


def chosen(rules: Rules, given: Iterable[str]) -> tuple[Citation, ...]:
    """表单里选的条款；没有的不算。"""
    cites = (Citation(*each.partition(":")[::2]) for each in given)
    return tuple(dict.fromkeys(cite for cite in cites if rules.holds(cite) and cite != EXPERTS_ONLY))


def _basis(rules: Rules, faq: Any) -> str:
    held = [cite for cite in faq.cites if rules.holds(cite)]
    return rules.basis(held) if held else "通知没有写"
