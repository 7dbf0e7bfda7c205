"""服务台的账号：谁、管哪里；试错有限，停用立刻算数。口令怎么核对在 passwords.py。"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from bot.store.schema import desk_sessions, operators
from bot.windows import raise_revision

Role = Literal["operator", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES = {"operator": "值班", "admin": "管理员"}
TRIES = 10
LOCKED = timedelta(minutes=15)
"""连着错 TRIES 次，锁这么久；次数和锁到几时都记在账号那一行，各个进程、重启以后都算数。"""
_NAME = re.compile(r"[\w.\-]{1,32}")


@dataclass(frozen=True, slots=True)
class Operator:
    """登录着的一个人；`district` 是区县的 id，管理员是空的。"""

    name: str
    role: str
    district: str

    @property
    def scope(self) -> str | None:
        """看得到哪个区县；None 是全市，空串什么也看不到。"""
        return None if self.role == "admin" else self.district


NOBODY = Operator("", "", "")


@dataclass(frozen=True, slots=True)
class Account:
    """账号的一行，给管理的人看，没有口令。"""

    name: str
    role: str
    district: str
    created_at: str
    disabled_at: str | None
    locked_until: str | None


@dataclass(frozen=True, slots=True)
class Try:
    """试一次口令以前：`held` 是存着的散列（没有这个账号是空的），`locked` 是锁着、到几时。"""

    held: str = ""
    locked: datetime | None = None


def clean_name(said: str) -> str:
    """账号的名字：字母、数字、汉字、点和横线，2—32 个，不分大小写和全半角；不像名字的是空串。"""
    if len(said) > 100:
        return ""
    bare = unicodedata.normalize("NFKC", said).strip().lower()
    return bare if _NAME.fullmatch(bare) else ""


def put_account(connection: Connection, operator: Operator, held: str, now: datetime) -> bool:
    """新开一个账号，或整个换掉原来的（登录着的都退出，锁也开了）；返回是不是新的。"""
    raise_revision(connection)
    row = {
        "role": operator.role,
        "district": operator.district,
        "password": held,
        "disabled_at": None,
        "failures": 0,
        "locked_until": None,
    }
    connection.execute(sa.delete(desk_sessions).filter_by(operator=operator.name))
    if connection.execute(update(operators).filter_by(name=operator.name).values(**row)).rowcount:
        return False
    connection.execute(insert(operators).values(name=operator.name, created_at=moment(now), **row))
    return True


def disable_account(connection: Connection, name: str, now: datetime) -> bool:
    """停用，登录着的立刻退出；没有这个账号是 False。"""
    raise_revision(connection)
    connection.execute(sa.delete(desk_sessions).filter_by(operator=name))
    return bool(connection.execute(update(operators).filter_by(name=name).values(disabled_at=moment(now))).rowcount)


def accounts(connection: Connection) -> tuple[Account, ...]:
    """全部账号，停用的也在内；市局在前，再按区县、名字。"""
    held = operators.c
    query = select(held.name, held.role, held.district, held.created_at, held.disabled_at, held.locked_until)
    return tuple(Account(*row) for row in connection.execute(query.order_by(held.role, held.district, held.name)))


def begin_try(connection: Connection, name: str, now: datetime) -> Try:
    """要试一次口令：先记上一次错（对了再抹掉），这样一齐来试也多试不了；锁着就不让试。"""
    query = select(operators).filter_by(name=name, disabled_at=None)
    row = connection.execute(query.with_for_update()).one_or_none() if name else None
    if row is None:
        return Try()
    until = datetime.fromisoformat(row.locked_until) if row.locked_until else None
    if until is not None and now < until:
        return Try(locked=until)
    failures = 1 if until is not None else row.failures + 1
    locked = moment(now + LOCKED) if failures >= TRIES else None
    connection.execute(update(operators).filter_by(name=name).values(failures=failures, locked_until=locked))
    return Try(row.password)


def passed(connection: Connection, name: str, held: str) -> Operator | None:
    """口令对了：错的次数抹掉；核对的时候账号停用了、口令换了，就不算。"""
    where = {"name": name, "password": held, "disabled_at": None}
    row = connection.execute(select(operators).filter_by(**where)).one_or_none()
    if row is None:
        return None
    connection.execute(update(operators).filter_by(name=name).values(failures=0, locked_until=None))
    return Operator(row.name, row.role, row.district)


def change_password(connection: Connection, name: str, held: str) -> None:
    """换口令。"""
    connection.execute(update(operators).filter_by(name=name).values(password=held, failures=0, locked_until=None))


def moment(at: datetime) -> str:
    """库里的时刻：UTC，到秒。"""
    return at.astimezone(UTC).isoformat(timespec="seconds")
