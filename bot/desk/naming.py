"""一个人在各页上叫什么：厂名，没说过就是分支，再是哪个渠道、号的末四位；有案子的点得开。从不写整个号。"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.desk.budget import CHANNELS
from bot.store.among import among
from bot.store.schema import cases, profiles
from knowledge.rules import Rules

UNNAMED = "没说厂名"


@dataclass(frozen=True, slots=True)
class Face:
    """一个人：写给人看的名字，和他的案子（没有、不归看的人管是 0）。"""

    title: str
    case: int = 0


def called(user: str, name: str = "") -> str:
    """“水泥制品 · 微信 …T88b”。"""
    channel, _, number = user.partition(":")
    return f"{name or UNNAMED} · {CHANNELS.get(channel, '别的渠道')} …{number[-4:]}"


def titles(connection: Connection, rules: Rules, users: Sequence[str]) -> dict[str, str]:
    """这些人各叫什么。"""
    names = told_names(connection, rules, users)
    return {user: called(user, names.get(user, "")) for user in users}


def told_names(connection: Connection, rules: Rules, users: Sequence[str]) -> dict[str, str]:
    """这些人说过的厂名，没说过的是分支的名称；都没说过的不在里面。"""
    held = profiles.c
    query = select(held.user, held.name, held.branches).where(among(connection, held.user, users), held.position == 0)
    found: dict[str, str] = {}
    for row in connection.execute(query) if users else ():
        named = [rules.branches[each].name for each in json.loads(row.branches) if each in rules.branches]
        if said := row.name or "、".join(named[:2]):
            found[row.user] = said
    return found


def faces(connection: Connection, rules: Rules, users: Sequence[str], scope: str | None) -> Mapping[str, Face]:
    """这些人各叫什么、案子是哪个。"""
    users = list(dict.fromkeys(users))
    if not users:
        return {}
    named = titles(connection, rules, users)
    query = select(cases.c.user, func.max(cases.c.id)).where(among(connection, cases.c.user, users))
    query = query if scope is None else query.where(cases.c.district == scope)
    held = {user: int(id) for user, id in connection.execute(query.group_by(cases.c.user))}
    return {user: Face(named[user], held.get(user, 0)) for user in users}
