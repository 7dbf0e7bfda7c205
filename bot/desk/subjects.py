"""审计里的编号写给人看：哪个案子、哪家企业、哪次广播，叫什么，点得开的给网址；没有了的只说是哪一样。"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.desk.naming import titles
from bot.desk.redress import CORRECTION
from bot.desk.subscribers import label
from bot.desk.tables import place
from bot.store.schema import answers, campaigns, canned, cases, corrections, enterprises, spot_checks, windows
from knowledge.records import Citation
from knowledge.reminding import reminders_on
from knowledge.rules import Rules

GONE = "（没有了）"
_WORDS = {
    "case": "案子", "enterprise": "企业", "broadcast": "广播", "correction": "更正", "answer": "学来的",
    "canned": "常用回复", "window": "窗口", "spot_check": "抽查", "operator": "账号", "list": "名单",
    "overview": "总览", "cluster": "没答上来的一类", "switch": "常设提醒", "two_persons": "两个人批准",
    "calls": "打电话的名单", "hours": "值班时间", "calendar": "放假和调休",
}  # fmt: skip
_PATHS = {
    "case": "/desk/case/", "enterprise": "/desk/enterprise/", "broadcast": "/desk/broadcast/",
    "correction": "/desk/correct/", "answer": "/desk/learn/answer/", "window": "/desk/window/",
    "spot_check": "/desk/spot/",
}  # fmt: skip
_PLACES = {
    "operator": "/desk/staff", "hours": "/desk/staff", "calendar": "/desk/staff", "canned": "/desk/canned",
    "cluster": "/desk/learn", "switch": "/desk/windows", "calls": "/desk/broadcasts", "overview": "/desk/overview",
    "两个人批准": "/desk/broadcasts", "two_persons": "/desk/broadcasts", "收件箱": "/desk/", "名册": "/desk/roster",
}  # fmt: skip
_DETAILS = {
    "taken": "成了", "desk": "成了", "given": "成了", "onward": "成了，转给那里的区县", "closed": "成了",
    "busy": "别人正接管着", "not_held": "没有接管着", "not_due": "还没有到时候", "elsewhere": "对方的区县不归他管",
    "empty": "没有写字", "deleting": "对方正在删除自己的信息", "experts": "说到了专家登录地址",
    "spent": "能发的条数用完了", "too_long": "太长", "on": "打开", "off": "关上",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """对什么：给人看的字，和网址（点不开的是空的）。"""

    words: str
    path: str = ""


def subjects(connection: Connection, rules: Rules, written: Iterable[str]) -> Mapping[str, Subject]:
    """这些编号各是什么。"""
    apart, found = defaultdict[str, list[str]](list), dict[str, Subject]()
    for each in dict.fromkeys(written):
        kind, _, key = each.partition(":")
        apart[kind].append(key)
    for kind, keys in apart.items():
        named = _named(connection, rules, kind, keys)
        for key in keys:
            each = f"{kind}:{key}" if key else kind
            found[each] = _subject(kind, key, named)
    return found


def told(subject: str, detail: str) -> str:
    """怎么做的，写给人看；案子里是“say desk”一类的，念成“成了”“没有接管着”，认不得的字码不写。"""
    kind = subject.partition(":")[0]
    if kind not in ("case", "switch"):
        return detail
    event, _, rest = detail.partition(" ")
    said = rest if kind == "case" and event.isascii() else detail
    return _DETAILS.get(said, "" if said.isascii() else said)


def _subject(kind: str, key: str, named: Mapping[str, str]) -> Subject:
    word = _WORDS.get(kind, kind)
    if kind not in _PATHS:
        return Subject(f"{word} {named.get(key, '')}".strip(), _PLACES.get(kind, ""))
    if key not in named:
        return Subject(f"{word}{GONE}")
    if kind == "broadcast" and key.startswith(CORRECTION):
        return Subject(f"更正 {named[key]}", f"/desk/correct/{key.removeprefix(CORRECTION)}")
    return Subject(f"{word} {named[key]}", f"{_PATHS[kind]}{key}")


def _named(connection: Connection, rules: Rules, kind: str, keys: list[str]) -> Mapping[str, str]:
    """编号 → 叫什么；没有了的不在里面。"""
    ids = [int(each) for each in keys if each.isascii() and each.isdecimal() and len(each) <= 18]
    match kind:
        case "case":
            rows = connection.execute(select(cases.c.id, cases.c.user).where(cases.c.id.in_(ids))).all()
            called = titles(connection, rules, [row.user for row in rows])
            return {str(row.id): called[row.user] for row in rows}
        case "enterprise":
            held = enterprises.c
            return _pairs(connection.execute(select(held.id, held.name).where(held.id.in_(ids))))
        case "canned":
            return _pairs(connection.execute(select(canned.c.id, canned.c.title).where(canned.c.id.in_(ids))))
        case "broadcast":
            return _pairs(connection.execute(select(campaigns.c.id, campaigns.c.name).where(campaigns.c.id.in_(keys))))
        case "window":
            return _pairs(connection.execute(select(windows.c.id, windows.c.name).where(windows.c.id.in_(keys))))
        case "correction":
            rows = connection.execute(select(corrections).where(corrections.c.id.in_(ids))).all()
            return {str(row.id): _clause(rules, Citation(row.source, row.clause)) for row in rows}
        case "answer":
            rows = connection.execute(select(answers.c.id, answers.c.body).where(answers.c.id.in_(ids))).all()
            return {str(row.id): _asked(row.body) for row in rows}
        case "spot_check":
            rows = connection.execute(select(spot_checks).where(spot_checks.c.id.in_(ids))).all()
            return {str(row.id): f"{_place(rules, row.district)} {row.year}年" for row in rows}
        case "overview":
            return {key: "全市" if key == "city" else _place(rules, key) for key in keys}
        case "switch":
            return {"all": "总开关"} | {each.id: label(each) for each in reminders_on(rules.day).stages}
        case "cluster":
            return {}
    return {key: key for key in keys}


def _pairs(rows: Iterable[tuple[object, object]]) -> dict[str, str]:
    return {str(id): str(name) for id, name in rows}


def _place(rules: Rules, district: str) -> str:
    return place(rules, district) if district else "全市"


def _clause(rules: Rules, cite: Citation) -> str:
    return rules.basis((cite,)) if rules.holds(cite) else cite.clause


def _asked(body: str) -> str:
    """学来的：头一个问法，或叫法。"""
    try:
        held = json.loads(body)
    except ValueError:
        return ""
    said = (held.get("asks") or [held.get("text", "")])[0] if isinstance(held, dict) else ""
    return f"“{str(said)[:30]}”" if said else ""
