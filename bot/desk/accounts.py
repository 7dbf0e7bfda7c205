"""服务台的账号：谁、管哪里；试错有限，停用立刻算数。口令怎么核对在 passwords.py。"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy import Connection, Row, insert, select, update

from bot.store.schema import desk_sessions, operators, strangers
from bot.windows import raise_revision

Role = Literal["operator", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES = {"operator": "值班", "admin": "管理员"}
TRIES = 10
LOCKED = timedelta(minutes=15)
"""连着错 TRIES 次，锁这么久；次数和锁到几时都记在账号那一行，各个进程、重启以后都算数。"""
STRANGERS_KEPT = timedelta(days=1)
_STRANGER = sa.text("INSERT INTO strangers (hash, failures, at) VALUES (:hash, 0, :at) ON CONFLICT DO NOTHING")
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

    def locked(self, now: datetime) -> bool:
        """试错太多，这时还锁着。"""
        return self.locked_until is not None and datetime.fromisoformat(self.locked_until) > now


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


def open_account(connection: Connection, operator: Operator, held: str, now: datetime) -> bool:
    """新开一个账号；名字有人用了（停用的也算）是 False。"""
    raise_revision(connection)
    if _held(connection, operator.name) is not None:
        return False
    return put_account(connection, operator, held, now)


def new_password(connection: Connection, name: str, held: str, now: datetime) -> bool:
    """换掉一个账号的密码：锁的开了，停用的重新可以用，登录着的都退出；没有这个账号是 False。"""
    row = _held(connection, name)
    if row is None:
        return False
    put_account(connection, Operator(row.name, row.role, row.district), held, now)
    return True


def stop_account(connection: Connection, name: str, by: str, now: datetime) -> str:
    """停用一个账号；不成的话说为什么：不能停自己，不能停最后一个管理员，自己已经停用了也不成。"""
    raise_revision(connection)  # 两个管理员同时停对方：在这里排队，后到的看得见自己已经停用了
    row, own = _held(connection, name), _held(connection, by)
    if row is None or row.disabled_at is not None:
        return "没有这个账号，或者已经停用了"
    if name == by or own is None or own.disabled_at is not None:
        return "不能停用自己的账号，请别的管理员来停"
    others = operators.c.role == "admin", operators.c.disabled_at.is_(None), operators.c.name != name
    if row.role == "admin" and connection.execute(select(operators.c.name).where(*others)).first() is None:
        return "这是最后一个管理员，停用了就没有人管得了账号"
    disable_account(connection, name, now)
    return ""


def unlock_account(connection: Connection, name: str) -> bool:
    """试错太多锁着的，现在就开；没有锁着是 False。"""
    where = operators.c.name == name, operators.c.locked_until.is_not(None)
    return bool(connection.execute(update(operators).where(*where).values(failures=0, locked_until=None)).rowcount)


def _held(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(operators).filter_by(name=name)).one_or_none()


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
    tried, values = _once_more(row, now)
    if not values:
        return tried
    connection.execute(update(operators).filter_by(name=name).values(**values))
    return Try(row.password)


def begin_stranger(connection: Connection, name_hash: str, now: datetime) -> Try:
    """没有这个账号的名字要试一次：和真的账号一样地记、一样地锁，哪个进程都一样。"""
    held = strangers.c
    connection.execute(sa.delete(strangers).where(held.at < moment(now - STRANGERS_KEPT)))
    connection.execute(_STRANGER, {"hash": name_hash, "at": moment(now)})
    row = connection.execute(select(strangers).filter_by(hash=name_hash).with_for_update()).one()
    tried, values = _once_more(row, now)
    if values:
        connection.execute(update(strangers).filter_by(hash=name_hash).values(**values, at=moment(now)))
    return tried


def _once_more(row: Row[Any], now: datetime) -> tuple[Try, dict[str, Any]]:
    """再试一次：锁着的不让试；不然先记上一次错，满了就锁。"""
    until = datetime.fromisoformat(row.locked_until) if row.locked_until else None
    if until is not None and now < until:
        return Try(locked=until), {}
    failures = 1 if until is not None else row.failures + 1
    return Try(), {"failures": failures, "locked_until": moment(now + LOCKED) if failures >= TRIES else None}


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
