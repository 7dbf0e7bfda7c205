"""教机器人：没答上来的话归成堆，照着写一个问答或一种叫法，试过、发布，各处马上就用。"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from bot.desk.accounts import moment
from bot.desk.clusters import DAYS, Cluster, Clusters, gone_marks, said_at, shown
from bot.desk.clusters import Shown as Heap
from bot.desk.finding import choices, chosen
from bot.desk.teaching import STATES, Held, held, listed, publish, save, withdraw
from bot.desk.trial import Trial, basis_of, begin, claim, files_only, forget, others, running, trial
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.learned import KINDS, Lesson, id_of, lesson, written
from bot.store.schema import dismissed
from knowledge.check_claims import LONGEST
from knowledge.records import Alias, Faq
from knowledge.rules import Rules
from knowledge.taught import alias_conflict, alias_faults, faq_conflicts, faq_faults, named

EACH = 50
THEN = "回复“菜单”看能问什么；要找人，回复“人工”。"


def _clusters(visit: Visit) -> Clusters:
    return visit.world.clusters


async def _unanswered(visit: Visit) -> Answer:
    """没答上来的，多的在前；值班的只看得到自己区县的。"""
    after = visit.query("after", 6)
    first = int(after) if after.isascii() and after.isdecimal() else 0
    whole = await _clusters(visit).fresh(visit.store, visit.now)
    rules, scope = visit.rules, visit.scope

    def read(connection: Connection) -> tuple[Sequence[Heap], int]:
        page, total = _clusters(visit).ranked(scope, gone_marks(connection, scope), first, EACH)
        return shown(connection, page, scope), total

    listed_, total = await visit.reads(read)
    known = {each.key: _now(rules, each.examples[0][0]) for each in listed_}
    more = first + EACH if total > first + EACH else 0
    given = {"clusters": listed_, "total": total, "whole": whole, "more": more, "known": known, "days": DAYS}
    return "learn_list.html", given


async def _taught(visit: Visit) -> Answer:
    """学来的，新的在前；值班的看得到在用的和自己写的。"""
    before = visit.query("before", 18)
    last = int(before) if before.isascii() and before.isdecimal() else 0
    by = None if visit.scope is None else visit.operator.name
    rows = await visit.reads(lambda connection: listed(connection, by, last, EACH + 1))
    rules = visit.rules
    told = [(row, _title(rules, row)) for row in rows[:EACH]]
    given = {"rows": told, "more": rows[EACH - 1].id if len(rows) > EACH else 0, "states": STATES, "kinds": KINDS}
    return "learn_taught.html", given


async def _new(visit: Visit) -> Answer:
    """从一堆写起，或空着写起。"""
    kind = "alias" if visit.query("kind", 10) == "alias" else "faq"
    found, scope = _clusters(visit).get(visit.query("key", 64)), visit.scope
    said = await visit.reads(lambda it: _examples(it, found, scope)) if found else ()
    form = {"asks": "\n".join(said), "text": said[0] if said else "", "then": THEN}
    return _form(visit, kind, 0, form)


async def _edit(visit: Visit) -> Answer:
    """改一条：写成新的一版，在用的那一版不动。"""
    found = await _own(visit)
    return _form(visit, found.row.kind, found.row.id, _filled(found.one))


async def _save(visit: Visit) -> Answer:
    """存成草稿；写得不像样也存得下，发布不了。"""
    kind, id = visit.field("kind", 10), visit.field("id", 18)
    if kind not in KINDS or not (id.isascii() and id.isdecimal()):
        raise Refused(400, "表单不对。")
    number = int(id)
    one = _read(visit, kind, number)
    if number and (await _own(visit, number)).row.kind != kind:
        raise missing()

    def write(connection: Connection) -> int:
        made = save(connection, number, kind, written(one), visit.operator.name, visit.now)
        visit.note(f"answer:{made}", KINDS[kind])
        return made

    return to(f"/desk/learn/answer/{await visit.writes(write)}")


async def _answer(visit: Visit) -> Answer:
    """一条：写了什么，哪里不像样，与文件撞没撞，试得怎样，各版。"""
    return await _shown(visit, "learn_answer.html")


async def _progress(visit: Visit) -> Answer:
    """只有试得怎样。"""
    return await _shown(visit, "learn_trial.html")


async def _try(visit: Visit) -> Answer:
    """试一试。"""
    found = await _own(visit)
    if found.one is None or _faults(visit, found.one):
        raise Refused(400, "还有写得不像样的地方，先改好。")
    now, one = visit.now, found.one
    rules = files_only(visit.world.rules_on, now.date())
    await _clusters(visit).fresh(visit.store, now)

    def write(connection: Connection) -> Trial | None:
        visit.note(f"answer:{one.id}")
        return claim(connection, rules, one, found.row.version, now)

    begun = await visit.writes(write)
    if begun is None:
        raise Refused(409, "正在试，等它试完。")
    begin(visit.store, _clusters(visit), rules, one, begun, now)
    return to(f"/desk/learn/answer/{one.id}")


async def _publish(visit: Visit) -> Answer:
    """发布：写得像样，拿此刻的规则试过，一处也没有变差，才行。"""
    found = await _own(visit)
    one, row, now = found.one, found.row, visit.now
    if one is None or _faults(visit, one):
        raise Refused(400, "还有写得不像样的地方，先改好。")
    rules = files_only(visit.world.rules_on, now.date())

    def write(connection: Connection) -> None:
        publish(connection, row.id, row.version, visit.operator.name, now)
        if says := _unready(trial(connection, row.id), row.version, basis_of(rules, others(connection, row.id))):
            raise Refused(409, says)
        visit.note(f"answer:{row.id}", f"第{row.version}版")

    await visit.writes(write)
    return to(f"/desk/learn/answer/{row.id}")


async def _withdraw(visit: Visit) -> Answer:
    """撤下在用的。"""
    found = await _own(visit)

    def write(connection: Connection) -> None:
        if not withdraw(connection, found.row.id):
            raise Refused(409, "这一条不在用。")
        forget(connection, (found.row.id,))
        visit.note(f"answer:{found.row.id}")

    await visit.writes(write)
    return to(f"/desk/learn/answer/{found.row.id}")


async def _dismiss(visit: Visit) -> Answer:
    """这一堆不用管：管理员定的各处都不再列，值班的只管自己区县的。"""
    found = _clusters(visit).get(visit.field("key", 64))
    if found is None or not found.count(visit.scope):
        raise missing()
    owner, now = visit.scope or "", visit.now

    def write(connection: Connection) -> None:
        known = set(connection.scalars(select(dismissed.c.words).where(dismissed.c.words.startswith(f"{owner}:"))))
        words = [f"{owner}:{mark}" for mark in found.marks if f"{owner}:{mark}" not in known]
        rows = [{"words": each, "by": visit.operator.name, "at": moment(now)} for each in words]
        if rows:
            connection.execute(insert(dismissed), rows)
        visit.note(f"cluster:{found.key[:12]}", f"{found.count(visit.scope)} 句")

    await visit.writes(write)
    return to("/desk/learn")


async def _shown(visit: Visit, template: str) -> Shown:
    found = await _own(visit, looking=True)
    row, one, now = found.row, found.one, visit.now
    rules = files_only(visit.world.rules_on, now.date())

    def read(connection: Connection) -> tuple[Trial | None, str, list[str]]:
        tried = trial(connection, row.id)
        ids = tried.turns if tried and visit.scope is None else ()
        return tried, basis_of(rules, others(connection, row.id)), list(dict.fromkeys(said_at(connection, ids)))

    tried, basis, now_answered = await visit.reads(read)
    mine = visit.scope is None or row.by == visit.operator.name
    given = {
        "row": row, "one": one, "found": found, "states": STATES, "kinds": KINDS, "title": _title(rules, row),
        "faults": _faults(visit, one) if one else ["读不懂"], "conflicts": _conflicts(rules, one), "tried": tried,
        "running": running(tried, now), "unready": _unready(tried, row.version, basis), "answered": now_answered,
        "basis": rules.basis(one.faq.cites) if one and one.faq and all(map(rules.holds, one.faq.cites)) else "",
        "target": named(rules, one.alias.target) if one and one.alias else "", "may": visit.scope is None,
        "mine": mine and (visit.scope is None or row.published_at is None),
    }  # fmt: skip
    return Shown(template, given)


async def _own(visit: Visit, id: int = 0, looking: bool = False) -> Held:
    """要看、要改的一条：值班的只改自己写的、没有发布过的，在用的看得到；别的是没有。"""
    found = await visit.reads(lambda connection: held(connection, id or visit.id))
    if found is None:
        raise missing()
    if visit.scope is None or (looking and found.live):
        return found
    if found.row.by != visit.operator.name or (found.row.published_at is not None and not looking):
        raise missing()
    return found


def _read(visit: Visit, kind: str, id: int) -> Lesson:
    if kind == "alias":
        return Lesson(id, alias=Alias(visit.field("text", 60), visit.field("target", 20), "别名"))
    asks = tuple(dict.fromkeys(line.strip() for line in visit.field("asks", 5000).splitlines() if line.strip()))
    cites, silent = chosen(visit.rules, visit.fields("cites")), bool(visit.field("silent", 5))
    answer = "\n".join(line.strip() for line in visit.field("answer", 1000).splitlines() if line.strip())
    return Lesson(id, faq=Faq(id_of(id), asks, (), answer, visit.field("then", 200), silent, cites))


def _form(visit: Visit, kind: str, id: int, form: Mapping[str, object]) -> Shown:
    rules = visit.rules
    blank: dict[str, object] = {
        "asks": "",
        "answer": "",
        "then": "",
        "silent": False,
        "cites": (),
        "text": "",
        "target": "",
    }
    given = {"kind": kind, "id": id, "form": {**blank, **form}, "choices": choices(rules), "longest": LONGEST}
    return Shown("learn_form.html", {**given, "industries": rules.industries.values()})


def _filled(one: Lesson | None) -> dict[str, object]:
    if one is None:
        return {}
    if one.alias:
        return {"text": one.alias.text, "target": one.alias.target}
    assert one.faq is not None
    faq = one.faq
    cites = tuple(f"{cite.source}:{cite.clause}" for cite in faq.cites)
    told = {"asks": "\n".join(faq.asks), "answer": faq.answer, "then": faq.then, "silent": faq.silent}
    return {**told, "cites": cites}


def _faults(visit: Visit, one: Lesson) -> list[str]:
    if one.alias:
        return alias_faults(visit.rules, one.alias)
    assert one.faq is not None
    return faq_faults(one.faq, visit.now.date())


def _conflicts(rules: Rules, one: Lesson | None) -> list[str]:
    if one is None:
        return []
    if one.alias:
        found = alias_conflict(rules, one.alias)
        return [f"“{found.said}”文件里已经指着{found.held}，文件的算数"] if found else []
    assert one.faq is not None
    return [f"“{each.said}”文件里的{each.held}已经列着，文件的算数" for each in faq_conflicts(rules, one.faq)]


def _unready(tried: Trial | None, version: int, basis: str) -> str:
    """为什么还不能发布；能发布是空的。"""
    if tried is None or tried.version != version:
        return "这一版还没有试过。"
    if tried.state != "done":
        return "还没有试完。" if tried.state == "running" else "没有试成，再试一次。"
    if tried.basis != basis:
        return "试过以后规则变了，再试一次。"
    return f"有 {len(tried.worse)} 处变差了，改好再试。" if tried.worse else ""


def _title(rules: Rules, row: Row[Any]) -> str:
    one = lesson(row.id, row.kind, row.body)
    if one is None:
        return "（读不懂）"
    if one.alias:
        return f"{one.alias.text} → {named(rules, one.alias.target)}"
    assert one.faq is not None
    return one.faq.asks[0] if one.faq.asks else "（没有写怎么问）"


def _now(rules: Rules, said: str) -> str:
    """现在已经答得上的，答成哪个；还答不上是空的。"""
    found = rules.questions(said)
    return found[0].asks[0] if found and found[0].id.startswith("learned-") else ""


def _examples(connection: Connection, found: Cluster, scope: str | None) -> list[str]:
    listed_ = shown(connection, [found], scope)
    return [said.replace("\n", " ")[:100] for each in listed_ for said, _ in each.examples]


ROUTES = (
    Page("/desk/learn", _unanswered, nav="教机器人", action="看没答上来的"),
    Page("/desk/learn/taught", _taught),
    Page("/desk/learn/new", _new),
    Page("/desk/learn/save", _save, changes=True, action="写学来的"),
    Page("/desk/learn/dismiss", _dismiss, changes=True, action="不用管"),
    Page("/desk/learn/answer/{id}", _answer),
    Page("/desk/learn/answer/{id}/edit", _edit),
    Page("/desk/learn/answer/{id}/progress", _progress),
    Page("/desk/learn/answer/{id}/try", _try, changes=True, action="试学来的"),
    Page("/desk/learn/answer/{id}/publish", _publish, role="admin", changes=True, action="发布学来的"),
    Page("/desk/learn/answer/{id}/withdraw", _withdraw, role="admin", changes=True, action="撤下学来的"),
)
