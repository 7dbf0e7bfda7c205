"""教机器人：没答上来的话归成堆，照着写一个问答或一种叫法，试过、发布，各处马上就用。"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select

from bot.desk.accounts import moment
from bot.desk.clusters import DAYS, Cluster, Clusters, gone_marks, shown
from bot.desk.clusters import Shown as Heap
from bot.desk.finding import choices, chosen
from bot.desk.lesson_page import DONE, own_lesson, title_of
from bot.desk.teaching import STATES, listed, save
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.learned import KINDS, Lesson, id_of, written
from bot.store.schema import dismissed
from knowledge.check_claims import LONGEST
from knowledge.records import Alias, Faq
from knowledge.rules import Rules

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
    told = [(row, title_of(rules, row)) for row in rows[:EACH]]
    given = {"rows": told, "more": rows[EACH - 1].id if len(rows) > EACH else 0, "states": STATES, "kinds": KINDS}
    return "learn_taught.html", {**given, "done": DONE.get(visit.query("done", 20), "")}


async def _new(visit: Visit) -> Answer:
    """从一堆写起，或空着写起。"""
    kind = "alias" if visit.query("kind", 10) == "alias" else "faq"
    found, scope = _clusters(visit).get(visit.query("key", 64)), visit.scope
    said = await visit.reads(lambda it: _examples(it, found, scope)) if found else ()
    form = {"asks": "\n".join(said), "text": said[0] if said else "", "then": THEN}
    return _form(visit, kind, 0, form)


async def _edit(visit: Visit) -> Answer:
    """改一条：写成新的一版，在用的那一版不动。"""
    found = await own_lesson(visit)
    return _form(visit, found.row.kind, found.row.id, _filled(found.one))


async def _save(visit: Visit) -> Answer:
    """存成草稿；写得不像样也存得下，发布不了。"""
    kind, id = visit.field("kind", 10), visit.field("id", 18)
    if kind not in KINDS or not (id.isascii() and id.isdecimal()):
        raise Refused(400, "表单不对。")
    number = int(id)
    one = _read(visit, kind, number)
    if number and (await own_lesson(visit, number)).row.kind != kind:
        raise missing()

    def write(connection: Connection) -> int:
        made = save(connection, number, kind, written(one), visit.operator.name, visit.now)
        visit.note(f"answer:{made}", KINDS[kind])
        return made

    return to(f"/desk/learn/answer/{await visit.writes(write)}?done=saved")


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
    Page("/desk/learn/answer/{id}/edit", _edit),
)
