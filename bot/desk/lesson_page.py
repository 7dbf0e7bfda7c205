"""学来的一条：写了什么，依据的原文，哪里不像样，哪些词要人来对，试得怎样；试、发布、撤下、删稿。"""

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row

from bot.desk.clusters import said_at
from bot.desk.teaching import STATES, Held, discard, held, print_of, publish, withdraw
from bot.desk.trial import Trial, basis_of, begin, claim, files_only, forget, others, running, trial
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.learned import KINDS, Lesson, lesson
from bot.reminders.campaigns import two_persons
from knowledge.rules import Rules
from knowledge.taught import alias_conflict, alias_faults, faq_conflicts, faq_doubts, faq_faults, in_files, named

DONE = {
    "saved": "存好了，还没有发布。",
    "published": "发布了，机器人下一句就照它答。",
    "withdrawn": "撤下了，机器人不再照它答。",
    "recalled": "这里撤下了。它导出过：文件里的也要删掉，不然装上新文件又照它答。",
    "dropped": "在写的稿删掉了。",
}


async def own_lesson(visit: Visit, id: int = 0, looking: bool = False) -> Held:
    """要看、要改的一条：值班的只改自己写的、没有发布过的，在用的看得到；别的是没有。"""
    found = await visit.reads(lambda connection: held(connection, id or visit.id))
    if found is None:
        raise missing()
    if visit.scope is None or (looking and found.live):
        return found
    if found.row.by != visit.operator.name or (found.row.published_at is not None and not looking):
        raise missing()
    return found


def title_of(rules: Rules, row: Row[Any]) -> str:
    """这一条叫什么：头一句问法，或叫法和指的哪里。"""
    one = lesson(row.id, row.kind, row.body)
    if one is None:
        return "（读不懂）"
    if one.alias:
        return f"{one.alias.text} → {named(rules, one.alias.target)}"
    assert one.faq is not None
    return one.faq.asks[0] if one.faq.asks else "（没有写怎么问）"


async def _answer(visit: Visit) -> Answer:
    """一条：写了什么，哪里不像样，与文件撞没撞，试得怎样，各版。"""
    return await _shown(visit, "learn_answer.html")


async def _progress(visit: Visit) -> Answer:
    """只有试得怎样。"""
    return await _shown(visit, "learn_trial.html")


async def _try(visit: Visit) -> Answer:
    """试一试。"""
    found = await own_lesson(visit)
    now, one, rules = visit.now, found.one, _files(visit)
    if one is None or _faults(visit, rules, one):
        raise Refused(400, "还有写得不像样的地方，先改好。")
    await visit.world.clusters.fresh(visit.store, now)

    def write(connection: Connection) -> Trial | None:
        visit.note(f"answer:{one.id}")
        return claim(connection, rules, one, found.row.version, now)

    begun = await visit.writes(write)
    if begun is None:
        raise Refused(409, "正在试，等它试完。")
    begin(visit.store, visit.world.clusters, rules, one, begun, now)
    return to(f"/desk/learn/answer/{one.id}")


async def _publish(visit: Visit) -> Answer:
    """发布看过的那一版：写得像样，逐句对过原文，没有着落的词一个一个对过，拿此刻的规则试过、没有变差，才行。"""
    found = await own_lesson(visit)
    one, row, now, rules = found.one, found.row, visit.now, _files(visit)
    if visit.field("print", 20) != print_of(row.body):
        raise Refused(409, "这一条刚有人改过，请看过再来。")
    if one is None or _faults(visit, rules, one):
        raise Refused(400, "还有写得不像样的地方，先改好。")
    if one.faq and not (visit.field("read", 5) and {mark for mark, _ in _doubts(one)} <= {*visit.fields("sure", 20)}):
        raise Refused(400, "还没有逐句对过原文：每一格都对过、勾上，才能发布。")

    def write(connection: Connection) -> None:
        if two_persons(connection) and row.by == visit.operator.name:
            raise Refused(403, "要另一个人来发布：这一版是您写的。")
        publish(connection, row.id, print_of(row.body), visit.operator.name, now)
        if says := _unready(trial(connection, row.id), row.version, basis_of(rules, others(connection, row.id), one)):
            raise Refused(409, says)
        visit.note(f"answer:{row.id}", f"第{row.version}版，{row.by}写")

    await visit.writes(write)
    return to(f"/desk/learn/answer/{row.id}?done=published")


async def _withdraw(visit: Visit) -> Answer:
    """撤下在用的；已经在机器人读着的文件里的，页上撤不下。"""
    found = await own_lesson(visit)
    if found.one and in_files(_files(visit), found.one.faq, found.one.alias):
        raise Refused(409, "这一条已经写进机器人用的知识文件，这里撤不下：请管机器的人从文件里删掉，再重新装上。")

    def write(connection: Connection) -> str:
        was = withdraw(connection, found.row.id)
        if not was:
            raise Refused(409, "这一条不在用。")
        forget(connection, (found.row.id,))
        visit.note(f"answer:{found.row.id}", "导出过，文件里还要删" if was == "exported" else "")
        return "recalled" if was == "exported" else "withdrawn"

    return to(f"/desk/learn/answer/{found.row.id}?done={await visit.writes(write)}")


async def _discard(visit: Visit) -> Answer:
    """删掉在写的稿。"""
    id = (await own_lesson(visit)).row.id

    def write(connection: Connection) -> bool:
        forget(connection, (id,))
        visit.note(f"answer:{id}", "删掉在写的稿")
        return discard(connection, id)

    there = await visit.writes(write)
    return to(f"/desk/learn/{f'answer/{id}' if there else 'taught'}?done=dropped")


async def _shown(visit: Visit, template: str) -> Shown:
    found = await own_lesson(visit, looking=True)
    row, one, now, rules = found.row, found.one, visit.now, _files(visit)

    def read(connection: Connection) -> tuple[Trial | None, str, list[str], bool]:
        tried = trial(connection, row.id)
        ids = tried.turns if tried and visit.scope is None else ()
        answered = list(dict.fromkeys(said_at(connection, ids)))
        return tried, basis_of(rules, others(connection, row.id), one), answered, two_persons(connection)

    tried, basis, now_answered, two = await visit.reads(read)
    own = row.by == visit.operator.name
    cites = one.faq.cites if one and one.faq else ()
    given = {
        "row": row, "one": one, "found": found, "states": STATES, "kinds": KINDS, "title": title_of(rules, row),
        "faults": _faults(visit, rules, one) if one else ["读不懂"], "conflicts": _conflicts(rules, one),
        "doubts": _doubts(one), "print": print_of(row.body), "tried": tried, "running": running(tried, now),
        "unready": _unready(tried, row.version, basis), "answered": now_answered, "may": visit.scope is None,
        "another": two and own, "done": DONE.get(visit.query("done", 20), ""),
        "clauses": [(rules.basis((cite,)), rules.clause(cite)) for cite in cites if rules.holds(cite)],
        "filed": one is not None and in_files(rules, one.faq, one.alias),
        "target": named(rules, one.alias.target) if one and one.alias else "",
        "mine": visit.scope is None or (own and row.published_at is None),
    }  # fmt: skip
    return Shown(template, given)


def _files(visit: Visit) -> Rules:
    return files_only(visit.world.rules_on, visit.now.date())


def _faults(visit: Visit, rules: Rules, one: Lesson) -> list[str]:
    if one.alias:
        return alias_faults(rules, one.alias)
    assert one.faq is not None
    return faq_faults(one.faq, visit.now.date())


def _doubts(one: Lesson | None) -> list[tuple[str, str]]:
    """要发布的人一个一个对的：（勾上时报回来的，写给人看的）。"""
    found = faq_doubts(one.faq) if one and one.faq else []
    return [(sha256(each.encode()).hexdigest()[:16], each) for each in found]


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


ROUTES = (
    Page("/desk/learn/answer/{id}", _answer),
    Page("/desk/learn/answer/{id}/progress", _progress),
    Page("/desk/learn/answer/{id}/try", _try, changes=True, action="试学来的"),
    Page("/desk/learn/answer/{id}/drop", _discard, changes=True, action="删学来的稿"),
    Page("/desk/learn/answer/{id}/publish", _publish, role="admin", changes=True, action="发布学来的"),
    Page("/desk/learn/answer/{id}/withdraw", _withdraw, role="admin", changes=True, action="撤下学来的"),
)
