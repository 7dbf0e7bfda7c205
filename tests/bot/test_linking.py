"""谁是哪个企业的人：值班的人关联，或一次性的码；打错有限度，别家的事问不出来。"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.roster.declarations import Declared
from bot.roster.enterprises import RosterError, enterprises_of
from bot.roster.linking import (
    DAYS,
    TRIES,
    link,
    looks_like_a_code,
    new_code,
    own,
    redeem,
    unlink,
)
from bot.roster.reading import ENTERPRISES
from bot.roster.recording import record
from bot.store import Store
from bot.store.schema import link_codes, links
from dialogs.factory import LINK_LETTERS, LINK_SIZE
from tests.bot.counting import NOW
from tests.bot.rosters import HEAD, as_csv, code, imported

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def roster(store: Store, tmp_path: Path) -> None:
    """名册里两家。"""
    rows = [(f"重庆{name}有限公司", code(n), "永川", "", "", "", "") for n, name in enumerate(("宏达", "独山"), 1)]
    imported(store, as_csv(tmp_path / "册.csv", [HEAD, *rows]), ENTERPRISES)


def names(store: Store, user: str) -> list[str]:
    """这个用户关联的各家。"""
    with store.reading() as connection:
        return [each.name for each in enterprises_of(connection, user)]


def test_the_desk_links_and_unlinks(store: Store) -> None:
    """按代码关联，再关联一次不变；解除以后就没有了；没有这家、没有关联都说清楚。"""
    for _ in range(2):
        assert "重庆宏达有限公司" == link(store, "wechat:a", code(1), "desk:wang", NOW).name
    assert ["重庆宏达有限公司"] == names(store, "wechat:a")
    unlink(store, "wechat:a", code(1), "desk:wang", NOW)
    assert [] == names(store, "wechat:a")
    with pytest.raises(RosterError, match="没有关联"):
        unlink(store, "wechat:a", code(1), "desk:wang", NOW)
    with pytest.raises(RosterError, match="名册里没有这家企业：重庆宏达有限公司"):
        link(store, "wechat:a", "重庆宏达有限公司", "desk:wang", NOW)


def test_a_code_works_once(store: Store) -> None:
    """码八位，库里只有散列；大小写、全角、空格、短横都认；用过一次就不能再用。"""
    said, found = new_code(store, code(1), NOW)
    assert (LINK_SIZE, True) == (len(said), set(said) <= set(LINK_LETTERS))
    typed = f" {said[:4].lower()}-{said[4:]} ".replace(said[4], chr(ord(said[4]) + 0xFEE0), 1)
    assert looks_like_a_code(typed)
    assert found == redeem(store, "wechat:a", typed, NOW).enterprise
    assert ["重庆宏达有限公司"] == names(store, "wechat:a")
    assert "used" == redeem(store, "wechat:b", said, NOW).reason
    assert [] == names(store, "wechat:b")
    with store.reading() as connection:
        assert said not in str(connection.execute(select(link_codes)).all())
        assert "code" == connection.execute(select(links.c.by)).scalar_one()


def test_a_code_expires(store: Store) -> None:
    """过期的那一刻起就不能用了。"""
    said, _ = new_code(store, code(1), NOW)
    assert "expired" == redeem(store, "wechat:a", said, NOW + timedelta(days=DAYS)).reason
    assert redeem(store, "wechat:a", said, NOW + timedelta(days=DAYS) - MINUTE).enterprise


def test_wrong_tries_are_limited(store: Store) -> None:
    """一小时里打错满五次，对的码也先不看；过一小时又可以；别的用户不受影响。"""
    said, _ = new_code(store, code(1), NOW)
    for number in range(TRIES):
        assert "wrong" == redeem(store, "wechat:a", f"WRXNG{number:03}", NOW + number * MINUTE).reason
    assert "throttled" == redeem(store, "wechat:a", said, NOW + 59 * MINUTE).reason
    assert "wrong" == redeem(store, "wechat:b", "nonsense", NOW).reason
    assert redeem(store, "wechat:a", said, NOW + 60 * MINUTE).enterprise


@pytest.mark.parametrize("said", ["", "\0", "\ud83d", "x" * 10_000, "重庆宏达有限公司", code(1)])
def test_what_is_no_code_is_wrong(store: Store, said: str) -> None:
    """空的、坏字、太长的、企业名称、信用代码：都只是不对，什么也不透露。"""
    redeemed = redeem(store, "wechat:a", said, NOW)
    assert ("wrong", None, False) == (redeemed.reason, redeemed.enterprise, looks_like_a_code(said))


def test_one_sees_only_ones_own(store: Store) -> None:
    """关联的看得到自己那家的申报，看不到别家的；没有关联的什么也看不到。"""
    for number, user in enumerate(("wechat:a", "wechat:b"), 1):
        link(store, user, code(number), "desk:wang", NOW)
        for year in (2025, 2026):
            record(store, Declared("submitted", date(year, 9, number)), "desk:wang", NOW, user=user)
    with store.reading() as connection:
        ((mine, declared),) = own(connection, "wechat:a")
        assert () == own(connection, "wechat:c")
    assert ("重庆宏达有限公司", [2026, 2025]) == (mine.name, [each.year for each in declared])


def test_links_go_with_the_person(store: Store) -> None:
    """删除个人信息，关联也删；企业还在。"""
    link(store, "wechat:a", code(1), "desk:wang", NOW)
    store.delete("wechat:a", NOW)
    assert [] == names(store, "wechat:a")
    assert link(store, "wechat:b", code(1), "desk:wang", NOW)


def test_a_code_redeemed_twice_at_once_links_one(store: Store) -> None:
    """两个人同时用同一个码：只有一个关联上。"""
    said, _ = new_code(store, code(1), NOW)
    with ThreadPoolExecutor(4) as pool:
        reasons = list(pool.map(lambda user: redeem(store, f"wechat:{user}", said, NOW).reason, "abcd"))
    assert sorted(map(str, (None, "used", "used", "used"))) == sorted(map(str, reasons))
