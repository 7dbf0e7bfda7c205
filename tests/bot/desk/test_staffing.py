"""账号与时间：市局的管理员在页面上开账号、停用、开锁、给新密码，设值班时间，录放假；样样记审计。"""

import re
from datetime import date, time

import pytest
from sqlalchemy import select

from bot.desk.accounts import TRIES, begin_try, disable_account, stop_account
from bot.desk.hours import hours
from bot.desk.passwords import fault, random_password
from bot.roster.days import extra_days
from bot.store import Store
from bot.store.schema import audit
from tests.bot.desk.client import NOW, Answer, Person, account, opened
from tests.bot.desk.office import Office

HOME = "/desk/staff"


def written(store: Store) -> list[tuple[str, str, str]]:
    """审计里管理员做的：做什么、对什么、怎么做的；登录不算。"""
    held = audit.c
    query = select(held.action, held.subject, held.detail).where(held.operator == "admin", held.action != "登录")
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(held.id))]


def password_of(answer: Answer) -> str:
    """页上写着的密码。"""
    found = re.search(r'<b class="code">([^<]+)</b>', answer.text)
    assert found
    return found[1]


async def test_an_account_is_opened_in_the_browser(here: Office) -> None:
    """开一个值班的：密码在那一页上，别的页上没有，审计里也没有；他登录得了，只看得到自己区县的；同名的开不了第二个。"""
    admin = await here.person("admin")
    answer = await admin.post(f"{HOME}/open", {"name": "张三", "role": "operator", "district": "永川"})
    password = password_of(answer)
    assert password not in (await admin.get(HOME)).text
    zhang = Person(here.app, peer="192.0.2.99")
    assert 303 == (await zhang.login("张三", password)).status
    assert "永川区" in (await zhang.get("/desk/account")).text
    assert 403 == (await zhang.get(HOME)).status
    assert [("开账号", "operator:张三", "值班，永川区")] == written(here.store)
    again = await admin.post(f"{HOME}/open", {"name": "张三", "role": "admin"})
    assert 409 == again.status
    assert "这个名字有人用了" in again.text
    assert 303 == (await Person(here.app, peer="192.0.2.98").login("张三", password)).status


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "<b>", "role": "admin"}, "名字要是"),
        ({"name": "李四", "role": "operator"}, "要选哪个区县"),
        ({"name": "李四", "role": "operator", "district": "成都"}, "要选哪个区县"),
        ({"name": "李四", "role": "boss"}, "要选值班还是管理员"),
    ],
)
async def test_what_cannot_be_opened(here: Office, fields: dict[str, str], says: str) -> None:
    """名字不像名字、没有选区县、没有这个角色的，不开，说为什么，填的还在。"""
    admin = await here.person("admin")
    answer = await admin.post(f"{HOME}/open", fields)
    assert 400 == answer.status
    assert says in answer.text
    assert [] == written(here.store)


async def test_stop_and_a_new_password(here: Office) -> None:
    """停用立刻算数；给新密码就重新可以用，旧密码不行；自己的不在这里换。"""
    admin, tong = await here.person("admin"), await here.person("tong")
    assert f"{HOME}?done=stopped" == (await admin.post(f"{HOME}/stop", {"name": "tong"})).header("location")
    assert 303 == (await tong.get("/desk/account")).status
    assert 409 == (await admin.post(f"{HOME}/stop", {"name": "tong"})).status
    password = password_of(await admin.post(f"{HOME}/password", {"name": "tong"}))
    assert 403 == (await tong.login("tong")).status
    assert 303 == (await tong.login("tong", password)).status
    assert "自己的密码" in (await admin.post(f"{HOME}/password", {"name": "admin"})).text
    assert 404 == (await admin.post(f"{HOME}/password", {"name": "没有这个人"})).status
    assert [("停用账号", "operator:tong", ""), ("给新密码", "operator:tong", "")] == written(here.store)


async def test_unlock(here: Office) -> None:
    """试错太多锁着的，管理员可以马上开；没有锁着的说没有。"""
    admin = await here.person("admin")
    assert 409 == (await admin.post(f"{HOME}/unlock", {"name": "tong"})).status
    with here.store.transaction() as connection:
        for _ in range(TRIES):
            begin_try(connection, "tong", NOW)
    assert "锁着" in (await admin.get(HOME)).text
    assert 303 == (await admin.post(f"{HOME}/unlock", {"name": "tong"})).status
    await here.person("tong")
    assert [("账号开锁", "operator:tong", "")] == written(here.store)


async def test_nobody_stops_himself(here: Office) -> None:
    """管理员停不了自己的账号。"""
    admin = await here.person("admin")
    assert "不能停用自己的账号" in (await admin.post(f"{HOME}/stop", {"name": "admin"})).text
    assert 200 == (await admin.get(HOME)).status
    assert [] == written(here.store)


def test_there_is_always_an_administrator(store: Store) -> None:
    """两个管理员停对方，只有先到的成；最后一个停不了；值班的照停。两种库都一样。"""
    for name in ("a", "b"):
        account(store, name)
    account(store, "tong", "铜梁")
    with store.transaction() as connection:
        assert "" == stop_account(connection, "b", "a", NOW)
        assert "不能停用" in stop_account(connection, "a", "b", NOW)
        assert "最后一个管理员" in stop_account(connection, "a", "tong", NOW)
        assert "没有这个账号" in stop_account(connection, "b", "a", NOW)
        assert "" == stop_account(connection, "tong", "a", NOW)
        assert disable_account(connection, "a", NOW)


async def test_office_hours(here: Office) -> None:
    """值班时间改得了、清得掉；颠倒的不改，说哪一段；没有带着那几格来的不当成清掉。"""
    admin = await here.person("admin")
    given = {"start1": "08:30", "end1": "12:00", "start2": "", "end2": "", "start3": "", "end3": ""}
    assert 303 == (await admin.post(f"{HOME}/hours", given)).status
    with here.store.reading() as connection:
        assert ((time(8, 30), time(12)),) == hours(connection)
    wrong = await admin.post(f"{HOME}/hours", {**given, "start2": "11:00", "end2": "10:00"})
    assert 400 == wrong.status
    assert "11:00-10:00" in wrong.text
    assert 400 == (await admin.post(f"{HOME}/hours")).status
    assert 303 == (await admin.post(f"{HOME}/hours", dict.fromkeys(given, ""))).status
    with here.store.reading() as connection:
        assert () == hours(connection)
    assert [("改值班时间", "hours", "08:30-12:00"), ("改值班时间", "hours", "不设")] == written(here.store)


async def test_holidays(here: Office) -> None:
    """放假和调休录得进、拿得掉；颠倒、太长、不是日期的不录。"""
    admin = await here.person("admin")
    new_year = {"start": "2027-01-01", "end": "2027-01-03", "working": "off", "title": "元旦", "source": "国办通知"}
    assert 303 == (await admin.post(f"{HOME}/days", new_year)).status
    assert 303 == (await admin.post(f"{HOME}/days", {"start": "2027-01-09", "working": "on"})).status
    with here.store.reading() as connection:
        held = extra_days(connection)
    assert [False] * 3 + [True] == [held[date(2027, 1, day)] for day in (1, 2, 3, 9)]
    assert "国办通知" in (await admin.get(HOME)).text
    for wrong in ({"end": "2026-12-31"}, {"end": "2027-03-01"}, {"start": "元旦"}, {"working": ""}):
        assert 400 == (await admin.post(f"{HOME}/days", {**new_year, **wrong})).status
    assert 303 == (await admin.post(f"{HOME}/days/drop", {"day": "2027-01-09"})).status
    assert 409 == (await admin.post(f"{HOME}/days/drop", {"day": "2027-01-09"})).status
    with here.store.reading() as connection:
        assert date(2027, 1, 9) not in extra_days(connection)
    assert ("拿掉日历的一天", "calendar", "拿掉 2027-01-09") == written(here.store)[-1]


def test_random_passwords() -> None:
    """随机的密码念得清，过得了密码的规矩，每次都不同。"""
    made = {random_password("zhang") for _ in range(50)}
    assert 50 == len(made)
    assert not [each for each in made if fault(each, "zhang")]
    assert all(re.fullmatch(r"[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}", each) for each in made)


async def test_only_the_city(store: Store) -> None:
    """没有登录的、值班的都进不来。"""
    account(store, "tong", "铜梁")
    person = Person(opened(store))
    assert 303 == (await person.get(HOME)).status
    await person.login("tong")
    assert 403 == (await person.get(HOME)).status
    assert 403 == (await person.post(f"{HOME}/stop", {"name": "tong"})).status
