"""库出的错分几种：库不在了、两边撞上了，其余是这一批数据自己的错。"""

import sqlite3
import sys

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

CLASHES = {"40001", "40P01"}
"""PostgreSQL：不可串行化、死锁；原样再来一次就好。"""
TAKEN = "55P03"
"""PostgreSQL：等锁到了上限。"""


class StoreError(Exception):
    """库打不开或不能用；消息是给人看的一句话，不含口令。"""


def one_line(error: BaseException) -> str:
    """错误的第一行，不带 SQLAlchemy 加上的语句和参数。"""
    cause = _cause(error)
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]


def lost(error: BaseException) -> bool:
    """库现在用不了（断了、满了、被锁住、被移走）：不是消息的错，连接也不能再用。"""
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return isinstance(cause, sqlite3.OperationalError) or type(cause) is sqlite3.DatabaseError
    if isinstance(cause, StoreError):
        return True
    psycopg = sys.modules.get("psycopg")
    if psycopg is not None and isinstance(cause, psycopg.Error):
        state: str = getattr(cause, "sqlstate", None) or ""
        down = isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)) or state.startswith("25")
        return down and state not in CLASHES and state != TAKEN
    return isinstance(cause, SQLAlchemyError)


def clashed(error: BaseException) -> bool:
    """与别的进程撞上了，整批再来一次就好。"""
    return getattr(_cause(error), "sqlstate", None) in CLASHES


def locked_out(error: BaseException) -> bool:
    """SQLite 的写锁一直在别人手里：已经等够了，不必换连接再等一遍。"""
    return getattr(_cause(error), "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _cause(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
