"""学来的一条怎么走：写、改、发布、撤下、进了文件；每一版都留着，在用的那一版不因改稿而变。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, insert, select, update

from bot.desk.accounts import moment
from bot.desk.visit import Refused
from bot.learned import LIVE, Lesson, lesson
from bot.store.schema import answer_versions, answers
from bot.windows import raise_revision

STATES = {
    "draft": "在写",
    "published": "在用",
    "withdrawn": "撤下了",
    "exported": "进了文件",
    "replaced": "换掉了",
    "recalled": "撤下了，写进过的文件里还要删",
}


@dataclass(frozen=True, slots=True)
class Held:
    """库里的一条和它的各版；`live` 是在用的那一版，没有是 0。"""

    row: Row[Any]
    one: Lesson | None
    versions: Sequence[Row[Any]]

    @property
    def live(self) -> int:
        """在用的是第几版。"""
        return next((each.version for each in self.versions if each.state in LIVE), 0)


def held(connection: Connection, id: int) -> Held | None:
    """这一条；没有是 None。"""
    row = connection.execute(select(answers).filter_by(id=id)).one_or_none()
    if row is None:
        return None
    query = select(answer_versions).filter_by(answer_id=id).order_by(answer_versions.c.version.desc())
    return Held(row, lesson(row.id, row.kind, row.body), connection.execute(query).all())


def listed(connection: Connection, by: str | None, before: int, most: int) -> Sequence[Row[Any]]:
    """新的在前；`by` 不空的，只有在用的和这个人自己写的。"""
    query = select(answers).order_by(answers.c.id.desc()).limit(most)
    if before:
        query = query.where(answers.c.id < before)
    if by is not None:
        query = query.where(sa.or_(answers.c.by == by, answers.c.published_at.is_not(None)))
    return connection.execute(query).all()


def save(connection: Connection, id: int, kind: str, body: str, by: str, at: datetime) -> int:
    """存一版：`id` 是 0 就新写一条；返回编号。"""
    now = moment(at)
    if not id:
        row = {"kind": kind, "body": body, "version": 1, "state": "draft", "by": by, "at": now}
        done = connection.execute(insert(answers).values(**row))
        id, version = int(done.inserted_primary_key[0]), 1  # type: ignore[index]
    else:
        version = connection.execute(select(answers.c.version).filter_by(id=id).with_for_update()).scalar_one() + 1
        change = {"body": body, "version": version, "state": "draft", "by": by, "at": now}
        connection.execute(update(answers).filter_by(id=id).values(**change))
    draft = {"answer_id": id, "version": version, "body": body, "state": "draft", "by": by, "at": now}
    connection.execute(insert(answer_versions).values(**draft))
    return id


def print_of(body: str) -> str:
    """这一版写的什么：发布的人看的要就是这一版。"""
    return sha256(body.encode()).hexdigest()[:16]


def publish(connection: Connection, id: int, seen: str, by: str, at: datetime) -> None:
    """发布看过的这一版（`print_of`），换下先前的；库的版本加一，各个进程下一批消息就用上。已经不是这一版的 Refused。"""
    raise_revision(connection)
    row = connection.execute(select(answers).filter_by(id=id)).one_or_none()
    if row is None or print_of(row.body) != seen or row.state not in ("draft", "withdrawn"):
        raise Refused(409, "这一条刚有人改过或发布过，请看过再来。")
    now = moment(at)
    _settle(connection, id, "replaced")
    mine = update(answer_versions).filter_by(answer_id=id, version=row.version)
    connection.execute(mine.values(state="published", published_by=by, published_at=now))
    connection.execute(update(answers).filter_by(id=id).values(state="published", published_at=now))


def withdraw(connection: Connection, id: int) -> str:
    """撤下在用的，返回它原来怎样；没有在用的是空的。改着的稿不动；导出过的记着，文件里还要删。"""
    raise_revision(connection)
    live = select(answer_versions.c.state).where(answer_versions.c.answer_id == id, answer_versions.c.state.in_(LIVE))
    was = connection.execute(live).scalar()
    if was is None:
        return ""
    _settle(connection, id, "recalled" if was == "exported" else "withdrawn")
    row = connection.execute(select(answers).filter_by(id=id)).one()
    state = row.state if row.state == "draft" else "withdrawn"
    connection.execute(update(answers).filter_by(id=id).values(state=state, published_at=None))
    return str(was)


def discard(connection: Connection, id: int) -> bool:
    """删掉在写的稿，一条都没有发布过的整条删掉，返回还在不在；不是在写的 Refused。"""
    row = connection.execute(select(answers).filter_by(id=id).with_for_update()).one()
    if row.state != "draft":
        raise Refused(409, "这一条不是在写的，删不了；在用的可以撤下。")
    version = answer_versions.c
    query = select(answer_versions).where(version.answer_id == id, version.state != "draft")
    kept = connection.execute(query.order_by(version.version.desc()).limit(1)).one_or_none()
    if kept is None:
        connection.execute(sa.delete(answer_versions).filter_by(answer_id=id))
        connection.execute(sa.delete(answers).filter_by(id=id))
        return False
    connection.execute(sa.delete(answer_versions).where(version.answer_id == id, version.version > kept.version))
    state = "withdrawn" if kept.state == "recalled" else kept.state
    back = {"body": kept.body, "version": kept.version, "state": state, "by": kept.by, "at": kept.at}
    connection.execute(update(answers).filter_by(id=id).values(**back))
    return True


def exported(connection: Connection, ids: Sequence[int]) -> None:
    """在用的进了文件。"""
    raise_revision(connection)
    for id in ids:
        _settle(connection, id, "exported")
        connection.execute(update(answers).filter_by(id=id, state="published").values(state="exported"))


def _settle(connection: Connection, id: int, state: str) -> None:
    live = update(answer_versions).where(answer_versions.c.answer_id == id, answer_versions.c.state.in_(LIVE))
    connection.execute(live.values(state=state))
