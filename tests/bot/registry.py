"""照 .talk 里登记的话写进真的库：窗口、企业、申报、一次性的码、日历、值班的人。"""

from collections.abc import Callable
from datetime import date, datetime

from msgspec.structs import asdict
from sqlalchemy import insert

import knowledge
from bot.desk.accounts import Operator, put_account
from bot.desk.hours import read_hours, set_hours
from bot.roster.days import Day, set_days
from bot.roster.declarations import Declared
from bot.roster.enterprises import Enterprise, add_enterprises
from bot.roster.linking import _hash, _moment
from bot.roster.recording import record
from bot.store import Store
from bot.store.schema import link_codes, windows
from bot.windows import _note, close_window, move_window, raise_revision
from tests.chat import STATUS, branch_of, window_of


def register(store: Store, now: datetime, word: str, words: list[str]) -> None:
    """登记一件。"""
    _ACTS[word](store, now, words)


def _opened(store: Store, now: datetime, words: list[str]) -> None:
    window = window_of(words, knowledge.on(now.date()))
    columns = {name: value for name, value in asdict(window).items() if name != "closed"}
    with store.transaction() as connection:
        raise_revision(connection)
        connection.execute(insert(windows).values(**columns, created_at=now.isoformat(), closed_at=None))
        _note(connection, window.id, now, "opened", None, "测试")


def _moved(store: Store, now: datetime, words: list[str]) -> None:
    move_window(store, now, words[0], start=date.fromisoformat(words[1]), end=date.fromisoformat(words[2]))


def _closed(store: Store, now: datetime, words: list[str]) -> None:
    assert close_window(store, now, words[0])
    assert now.date() == date.fromisoformat(words[1])


def _enlisted(store: Store, now: datetime, words: list[str]) -> None:
    number, name, code, district, branch = words
    rules = knowledge.on(now.date())
    place = rules.districts_in(district)[0].id
    with store.transaction() as connection:
        firm = Enterprise(0, name, code.strip("-"), place, branch_of(branch, rules))
        assert [int(number)] == add_enterprises(connection, [firm], now.isoformat())


def _recorded(store: Store, now: datetime, words: list[str]) -> None:
    number, year, status, day = words
    said = Declared(STATUS[status], date.fromisoformat(day), int(year))
    record(store, said, "desk:1", now, enterprise=number, correct=True)


def _coded(store: Store, now: datetime, words: list[str]) -> None:
    number, code, expires = words
    row = {"hash": _hash(store, code), "expires_at": _moment(datetime.fromisoformat(expires))}
    with store.transaction() as connection:
        connection.execute(insert(link_codes).values(**row, enterprise_id=int(number)))


def _off(store: Store, now: datetime, words: list[str]) -> None:
    day, word, *name = words
    set_days(store, [Day(date.fromisoformat(day), word == "班", "".join(name))])


def _staffed(store: Store, now: datetime, words: list[str]) -> None:
    place, names, *spans = words
    district = "" if place == "市" else knowledge.on(now.date()).districts_in(place)[0].id
    with store.transaction() as connection:
        for name in names.split("、"):
            put_account(connection, Operator(name, "operator" if district else "admin", district), "", now)
        set_hours(connection, read_hours(" ".join(spans)))


_ACTS: dict[str, Callable[[Store, datetime, list[str]], None]] = {
    "窗口": _opened,
    "改期": _moved,
    "关闭": _closed,
    "企业": _enlisted,
    "申报": _recorded,
    "领码": _coded,
    "工作日": _off,
    "值班": _staffed,
}
