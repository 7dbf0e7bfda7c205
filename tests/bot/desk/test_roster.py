"""名册的页面：找、看、关联、一次性的码、导入；值班的碰不到别的区县的。"""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.roster.linking import redeem
from bot.store import Store
from bot.store.schema import audit, cases, enterprises, links, profiles, sessions
from tests.bot.desk.client import NOW, Answer, Person
from tests.bot.desk.office import Office
from tests.bot.rosters import HEAD, as_csv, as_xlsx, code, everything

AT = "2026-11-30T02:00:00+00:00"
TONG = ("重庆铜梁建材有限公司", code(1), "铜梁", "水泥制品", "C", "张工", "13800000001")
YONG = ("重庆永川铸造有限公司", code(2), "永川", "铸造", "B", "李工", "13800000002")


async def upload(person: Person, path: str, fields: dict[str, Any]) -> Answer:
    """像浏览器那样传一份，`fields` 里的路径是文件。"""
    line, parts = "xBOUNDARYx", []
    for name, value in {"csrf": person.csrf, **fields}.items():
        head = f'content-disposition: form-data; name="{name}"'
        if isinstance(value, Path):
            head += f'; filename="{value.name}"\r\ncontent-type: application/octet-stream'
        body = value.read_bytes() if isinstance(value, Path) else value.encode()
        parts.append(f"--{line}\r\n{head}\r\n\r\n".encode() + body + b"\r\n")
    whole = b"".join(parts) + f"--{line}--\r\n".encode()
    return await person.request("POST", path, whole, {"content_type": f"multipart/form-data; boundary={line}"})


def hidden(page: str) -> dict[str, str]:
    """看过的那一页里要带回去的。"""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


async def imported(person: Person, file: Path, at: str = "/desk/roster/import") -> Answer:
    """先看，再写。"""
    seen = await upload(person, f"{at}/look", {"file": file})
    assert "写进去" in seen.text, seen.text
    return await upload(person, f"{at}/write", hidden(seen.text))


def put(store: Store, *rows: tuple[str, ...]) -> None:
    """名册里有这几家。"""
    names = ("name", "code", "district", "branches", "grade", "contact", "phone")
    with store.transaction() as connection:
        for row in rows:
            values = dict(zip(names, row, strict=True)) | {"branches": '["n15-4"]', "updated_at": AT}
            connection.execute(insert(enterprises).values(**values))


def known(store: Store, user: str, district: str, name: str = "") -> None:
    """说过自己是这个区县的人。"""
    row = {"position": 0, "branches": "[]", "name": name, "code": "", "grade": "", "wish": "", "updated_at": AT}
    with store.transaction() as connection:
        connection.execute(insert(sessions).values(user=user, state="", updated_at=AT))
        connection.execute(insert(profiles).values(user=user, district=district, **row))


async def test_found_by_what_is_known(here: Office) -> None:
    """名称、代码、联系人、电话都找得到；区县、分支、等级筛得出；值班的只看得到自己的。"""
    put(here.store, TONG, YONG)
    tong, admin = await here.person("tong"), await here.person("admin")
    for query in ("q=铜梁建材", f"q={TONG[1]}", "q=张工", "q=13800000001", "district=铜梁", "branch=n15-4", "grade=C"):
        assert "重庆铜梁建材" in (await admin.get(f"/desk/roster?{query}")).text, query
    for query in ("q=没有这家", "district=永川", "grade=A", "branch=n15-3", "q=%25"):
        assert "重庆铜梁建材" not in (await admin.get(f"/desk/roster?{query}")).text, query
    for query in ("", "?q=永川", "?district=永川"):
        assert "重庆永川铸造" not in (await tong.get(f"/desk/roster{query}")).text, query


async def test_pages_by_key(here: Office) -> None:
    """一页五十家，翻完不漏不重。"""
    put(here.store, *[(f"第{n}家", code(n), *TONG[2:]) for n in range(120)])
    tong = await here.person("tong")
    path, seen = "/desk/roster", list[str]()
    while path:
        page = (await tong.get(path)).text
        seen += re.findall(r"/desk/enterprise/(\d+)", page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert [str(n) for n in range(1, 121)] == seen


async def test_one_enterprise(here: Office) -> None:
    """一家的名册、联系人、关联的人都看得到，看过的记审计；别的区县的是 404。"""
    put(here.store, TONG, YONG)
    tong = await here.person("tong")
    page = (await tong.get("/desk/enterprise/1")).text
    for piece in (TONG[0], TONG[1], "张工", "13800000001", "水泥制品"):
        assert piece in page
    assert [404, 404] == [(await tong.get(f"/desk/enterprise/{id}")).status for id in (2, 3)]
    with here.store.reading() as connection:
        seen = connection.execute(select(audit.c.subject).filter_by(action="看企业")).scalars().all()
    assert ["enterprise:1"] == seen


async def test_a_code_is_shown_once(here: Office) -> None:
    """一次性的码只在取的那一页上，库里只有散列；用它关联得上。"""
    put(here.store, TONG)
    tong = await here.person("tong")
    page = (await tong.post("/desk/enterprise/1/code")).text
    found = re.search(r'class="code">([^<]+)<', page)
    assert found is not None
    assert found[1] not in (await tong.get("/desk/enterprise/1")).text
    assert TONG[0] == redeem(here.store, "wechat:o1", found[1], NOW).enterprise.name  # type: ignore[union-attr]
    page = (await tong.get("/desk/enterprise/1")).text
    assert "wechat:o1" in page
    assert "一次性的码" in page


async def test_linked_by_the_desk(here: Office) -> None:
    """说过自己是本区县的才关联得了；说过这个厂名的列出来；解除了就没有了。"""
    put(here.store, TONG)
    known(here.store, "wechat:near", "铜梁", TONG[0])
    known(here.store, "wechat:far", "永川", TONG[0])
    tong = await here.person("tong")
    page = (await tong.get("/desk/enterprise/1")).text
    assert [True, False] == [each in page for each in ("wechat:near", "wechat:far")]
    assert f"{TONG[0]} · 微信 …near" in page
    assert "wechat:near" not in re.sub(r'<input type="hidden"[^>]*>', "", page)
    for user, status in (("wechat:far", 400), ("wechat:none", 400), ("wechat:near", 303)):
        assert status == (await tong.post("/desk/enterprise/1/link", {"user": user})).status
    with here.store.reading() as connection:
        assert [("wechat:near", "desk:tong")] == [(r.user, r.by) for r in connection.execute(select(links))]
    assert 303 == (await tong.post("/desk/enterprise/1/unlink", {"user": "wechat:near"})).status
    assert 400 == (await tong.post("/desk/enterprise/1/unlink", {"user": "wechat:near"})).status


async def test_who_has_left_is_not_linked(here: Office) -> None:
    """说过在本区县、关了案子又说在别处的，不能关联；没有说过区县、本区县的案子还没关的可以；又有一个厂在本区县的可以。"""
    put(here.store, TONG)
    tong = await here.person("tong")
    await here.hears("我们铜梁的，转人工")
    await here.acts(tong, "take")
    await here.acts(tong, "close")
    await here.hears("我们搬到永川区了，在永川区")
    with here.store.transaction() as connection:
        row = {"reason": "desk", "question": "", "opened_at": AT, "said_at": AT, "touched": 0.0, "district": "铜梁"}
        for user, state in (("wechat:open", "open"), ("wechat:shut", "closed")):
            connection.execute(insert(sessions).values(user=user, state="", updated_at=AT))
            connection.execute(insert(cases).values(**row, user=user, state=state))
        known_ = {"branches": "[]", "name": "", "code": "", "grade": "", "wish": "", "updated_at": AT}
        connection.execute(insert(sessions).values(user="wechat:two", state="", updated_at=AT))
        for position, district in enumerate(("永川", "铜梁")):
            connection.execute(
                insert(profiles).values(user="wechat:two", position=position, district=district, **known_)
            )
    for user, status in (("wechat:o1", 400), ("wechat:shut", 400), ("wechat:open", 303), ("wechat:two", 303)):
        assert status == (await tong.post("/desk/enterprise/1/link", {"user": user})).status, user


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_imported_after_a_look(here: Office, tmp_path: Path, kind: str) -> None:
    """看的时候什么也不写；写了以后，同一份再来一遍什么也不变。"""
    rows = [HEAD, TONG, ("铜梁第二家", "", "", "", "", "", "")]
    file = as_csv(tmp_path / "名册.csv", rows) if kind == "csv" else as_xlsx(tmp_path / "名册.xlsx", 名册=rows)
    tong = await here.person("tong")
    seen = await upload(tong, "/desk/roster/import/look", {"file": file})
    assert "新企业 2 家" in seen.text
    assert [] == everything(here.store)
    assert "写好了" in (await upload(tong, "/desk/roster/import/write", hidden(seen.text))).text
    before = everything(here.store)
    assert 2 == len(before)
    again = await imported(tong, file)
    assert "什么也没有变" in again.text
    assert before == everything(here.store)
    page = (await tong.get("/desk/roster?q=铜梁第二家")).text
    assert "铜梁第二家" in page


async def test_faults_name_row_and_column(here: Office, tmp_path: Path) -> None:
    """有错的逐处指出第几行哪一列，不给写；别的区县的行、登记在别处的代码是毛病，说不出那是谁。"""
    put(here.store, YONG)
    bad = ("铜梁第三家", "123", "铜梁", "不认得的行业", "Z", "", "")
    stolen = ("铜梁第四家", YONG[1], "铜梁", "", "", "", "")
    file = as_csv(tmp_path / "名册.csv", [HEAD, (YONG[0], "", *YONG[2:]), bad, stolen])
    tong = await here.person("tong")
    page = (await upload(tong, "/desk/roster/import/look", {"file": file})).text
    for piece in (
        "第 2 行 C 列",
        "不归本区县管",
        "第 3 行 B 列",
        "第 3 行 D 列",
        "第 3 行 E 列",
        "第 4 行",
        "别的区县",
    ):
        assert piece in page
    assert "写进去" not in page
    assert "李工" not in page


async def test_other_districts_are_not_compared(here: Office, tmp_path: Path) -> None:
    """值班的传上来的，只和自己区县的比：名称像别的区县的，不问、也不说。"""
    put(here.store, YONG)
    file = as_csv(tmp_path / "名册.csv", [HEAD, ("重庆永川铸造公司", "", "铜梁", "", "", "", "")])
    tong = await here.person("tong")
    page = (await upload(tong, "/desk/roster/import/look", {"file": file})).text
    assert "新企业 1 家" in page
    assert YONG[1] not in page


async def test_doubts_are_decided(here: Office, tmp_path: Path) -> None:
    """名称像的要人定：是同一家就照表里的改，不是就另记一家；没有定的不给写。"""
    put(here.store, TONG)
    file = as_csv(tmp_path / "名册.csv", [HEAD, ("铜梁建材厂", "", "铜梁", "", "B", "", "")])
    tong = await here.person("tong")
    first = await upload(tong, "/desk/roster/import/look", {"file": file})
    assert "1 处拿不准" in first.text
    given = hidden(first.text)
    assert 409 == (await upload(tong, "/desk/roster/import/write", given)).status
    for choice, told in (("apart", "新企业 1 家"), ("same", "改 1 家")):
        second = await upload(tong, "/desk/roster/import/look", given | {"row:2": choice})
        assert told in second.text
    await upload(tong, "/desk/roster/import/write", hidden(second.text))
    with here.store.reading() as connection:
        assert [("铜梁建材厂", "B")] == [(r.name, r.grade) for r in connection.execute(select(enterprises))]


async def test_what_was_seen_is_what_is_written(here: Office, tmp_path: Path) -> None:
    """看过以后名册变了，不写，再看一遍。"""
    put(here.store, TONG)
    tong = await here.person("tong")
    file = as_csv(tmp_path / "名册.csv", [HEAD, (*TONG[:4], "B", *TONG[5:])])
    seen = await upload(tong, "/desk/roster/import/look", {"file": file})
    with here.store.transaction() as connection:
        connection.execute(update(enterprises).values(phone="13900000000"))
    answer = await upload(tong, "/desk/roster/import/write", hidden(seen.text))
    assert (409, True) == (answer.status, "请再看一遍" in answer.text)


async def test_files_are_bounded(here: Office, tmp_path: Path) -> None:
    """太大的、不是表格的、空的都说为什么，怪名字出不了文件夹。"""
    tong = await here.person("tong")
    for name, body, status in (
        ("大.csv", b"x" * 3_100_000, 400),
        ("更大.csv", b"x" * 5_000_000, 413),
        ("名册.exe", b"MZ", 400),
        ("空.csv", b"", 400),
        ("坏.xlsx", b"PK\x03\x04nonsense", 400),
        ("......csv", b"x", 400),
    ):
        path = tmp_path / name
        path.write_bytes(body)
        assert status == (await upload(tong, "/desk/roster/import/look", {"file": path})).status, name
    for given in ({}, {"name": "../../etc/x.csv", "data": "eA=="}, {"name": "x.csv", "data": "@@"}):
        assert 400 == (await upload(tong, "/desk/roster/import/write", given)).status
