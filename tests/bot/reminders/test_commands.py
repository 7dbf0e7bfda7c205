"""`chuangb remind …` 从头到尾：演习、批准、发、看账、打电话的名单、开关、广播。"""

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.__main__ import main
from bot.roster.enterprises import Enterprise, add_enterprises
from bot.store import Store
from bot.store.schema import links
from bot.windows import move_window
from tests.bot.reminders.stage import change, rows, subscribe, users, window
from tests.bot.reminders.world import at
from tests.bot.wechat_platform import APP_ID, SECRET, TEMPLATE, Fake, wechat_platform

NOW = ("--now", "2026-12-22T10:00:00+08:00")
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """一个库，三个微信的人和一个终端里的人订阅了。"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHUANGB_DATABASE_URL", f"sqlite:///{tmp_path / 'chuangb.db'}")
    with Store.open(f"sqlite:///{tmp_path / 'chuangb.db'}") as store:
        window(store)
        subscribe(store, *users(3), "terminal:me", district="长寿", branch="n15-4")
        yield store


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """敲一条 remind 命令：退出码、印出来的、报的错。"""

    def run(*words: str, now: tuple[str, ...] = NOW) -> tuple[int, str, str]:
        status = main(["remind", *words, *now])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """一台假平台，设置都指着它。"""
    import asyncio

    made, ready, loop = Fake(), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with wechat_platform(made):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait(30)
    table = f'id = "{TEMPLATE}"\nfields = {{thing1 = "{{text}}", date2 = "{{end}}"}}\n'
    (tmp_path / "t.toml").write_text(f"[default.template]\n{table}", encoding="utf-8")
    settings = {"API_URL": made.url, "APP_ID": APP_ID, "APP_SECRET": SECRET, "TEMPLATES": str(tmp_path / "t.toml")}
    for name, value in settings.items():
        monkeypatch.setenv(f"CHUANGB_WECHAT_{name}", value)
    yield made
    loop.call_soon_threadsafe(stop.set)
    thread.join(30)
    loop.close()


def test_plan_writes_nothing_and_names_everybody(database: Store, say: Say, fake: Fake) -> None:
    """演习：每个人、为什么、说什么、走哪条路；不发的为什么；什么也没有写，也没有碰平台。"""
    with database.transaction() as connection:
        from bot.store.person import opt_out

        opt_out(connection, database.user_hash("wechat:o0002"), "2026-12-01")
    status, out, _ = say("plan")
    assert 0 == status
    assert "计划 " in out
    assert (
        "  wechat:o0000  w2026-1 days-7  2026-12-22 10:00  template，等批准  正文1  订阅了提醒：长寿区、水泥制品" in out
    )
    assert "  terminal:me  w2026-1 days-7  2026-12-22 10:00  等对方下次来说话，等批准  正文1" in out
    assert "不发 1 条\n  wechat:o0002  w2026-1  退订了\n" in out
    assert "  申报窗口还剩7个工作日：长寿区，到2026年12月31日为止（2026年申报）。" in out
    found = json.loads(say("plan", "--json")[1])
    assert f"要发：chuangb remind run --plan {found['hash']}" in out
    assert [("wechat:o0000", "template", True)] == [
        (each["user"], each["way"], each["now"]) for each in found["recipients"] if each["user"] == "wechat:o0000"
    ]
    assert ([], {}) == (rows(database), fake.calls)


def test_run_sends_once(database: Store, say: Say, fake: Fake) -> None:
    """照演习的散列批准，发掉；再跑一遍，一条也不多。"""
    found = json.loads(say("plan", "--json")[1])
    status, out, _ = say("run", "--plan", found["hash"])
    assert (0, True) == (status, "发了 3 条" in out)
    assert "发了 0 条" in say("run")[1]
    assert {1: 3} == dict(fake.counts())
    state = json.loads(say("status", "--json")[1])
    assert (3, 1) == (state["states"]["sent"], state["states"]["waiting"])


def test_run_refuses_an_empty_hash(database: Store, say: Say, fake: Fake) -> None:
    """`--plan` 后面是空的（变量没有设上）：不当成批准现在的计划。"""
    status, out, error = say("run", "--plan", "")
    assert (1, "", True) == (status, out, error.startswith("chuangb：--plan 后面是空的"))
    assert [] == rows(database)


def test_run_refuses_a_changed_plan(database: Store, say: Say, fake: Fake) -> None:
    """演习以后窗口改了期：不发，一句话说计划变了。"""
    found = json.loads(say("plan", "--json")[1])
    move_window(database, at("2026-12-22"), "w2026-1", end=at("2027-01-29").date())
    status, out, error = say("run", "--plan", found["hash"])
    assert (1, "") == (status, out)
    assert error.startswith("chuangb：计划变了：现在的是 ")
    assert [] == rows(database)


def test_run_outside_hours_sends_nothing(database: Store, say: Say, fake: Fake) -> None:
    """钟点以外：什么也不发，说最早几时。"""
    status, out, _ = say("run", now=("--now", "2026-12-22T20:00:00+08:00"))
    assert 0 == status
    assert "发了 0 条" in out
    assert "还排着的：最早 2026-12-23 09:00 才能发" in out
    assert {} == fake.received


def test_wrong_secret_is_one_line(
    database: Store, say: Say, fake: Fake, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """口令不对：一句话，退出码 1；都还排着，没有一条一条地错。"""
    monkeypatch.setenv("CHUANGB_WECHAT_APP_SECRET", "wrong")
    subscribe(database, *(f"wechat:m{n}" for n in range(300)))
    status, out, error = say("run")
    assert (1, True) == (status, "还排着 303 条" in out)
    assert 1 == error.count("\n")
    assert "微信" not in out
    assert {"planned", "waiting"} == {state for (state,) in rows(database, "state")}
    assert "停着：wechat" in say("status")[1]
    caplog.clear()


def test_a_bad_template_says_why_and_alerts_the_next_run(database: Store, say: Say, fake: Fake) -> None:
    """模板用不了：头一遍末尾说停着、为什么；停满了再跑还是它，就叫人，退出码 1。"""
    fake.refuse("/cgi-bin/message/template/send", *[40037] * 50)
    status, out, _ = say("run")
    assert (0, True) == (status, "停着：days-7 到 2026-12-22 10:10，" in out and "（40037）" in out)
    status, _, error = say("run", now=("--now", "2026-12-22T11:00:00+08:00"))
    assert (1, True) == (status, "wechat：days-7：" in error and "（40037）" in error)


def test_status_shows_what_is_uncertain(database: Store, say: Say) -> None:
    """不知道到没到的逐条列出来。"""
    say("run")
    change(database, state="uncertain")
    out = say("status")[1]
    assert "不知道到没到  4" in out
    assert "不知道到没到：wechat:o0001  w2026-1 days-7@2026-12-31" in out
    assert "常设提醒：都关着" in out


def test_status_says_why_it_failed(database: Store, say: Say) -> None:
    """送不到的按原因数出来。"""
    say("run")
    change(database, state="failed", reason="date2：没有 {end} 可填")
    assert "送不到 4 条：date2：没有 {end} 可填" in say("status")[1]


def test_call_list(database: Store, say: Say, tmp_path: Path) -> None:
    """还没有申报、没有人能主动告诉到的企业，连同电话和为什么；告诉得到的不在；公式样子的不当公式。"""
    with database.transaction() as connection:
        firms = [
            Enterprise(0, "=甲公司", district="长寿", contact="王工", phone="13000000001"),
            Enterprise(0, "乙公司", district="长寿", contact="李工", phone="13000000002"),
            Enterprise(0, "丙公司", district="长寿", contact="张工", phone="13000000003"),
        ]
        ids = add_enterprises(connection, firms, "2026-06-01")
        held: list[dict[str, Any]] = [
            {"user": "wechat:o0000", "enterprise_id": ids[1], "at": "2026-06-01", "by": "desk"},
            {"user": "terminal:me", "enterprise_id": ids[2], "at": "2026-06-01", "by": "desk"},
        ]
        connection.execute(insert(links), held)
    say("run")
    table = list(csv.reader(io.StringIO(say("call-list")[1])))
    assert [
        ["企业", "统一社会信用代码", "区县", "联系人", "电话", "窗口", "截止", "为什么打电话"],
        ["'=甲公司", "", "长寿区", "王工", "13000000001", "2026年申报", "2026-12-31", "没有关联的人"],
        ["乙公司", "", "长寿区", "李工", "13000000002", "2026年申报", "2026-12-31", "要等对方来说话"],
        ["丙公司", "", "长寿区", "张工", "13000000003", "2026年申报", "2026-12-31", "要等对方来说话"],
    ] == table
    assert "4 家" not in say("call-list", "--out", "calls.csv")[1]
    assert (tmp_path / "calls.csv").read_bytes().startswith("\ufeff企业".encode())


def test_switches(database: Store, say: Say) -> None:
    """默认都关着；打开一个、关上一个；不认得的说有哪些。"""
    assert "all  off\nregistered  off\nopening  off\n" in say("switch")[1]
    assert "days-7 打开了" in say("switch", "days-7", "on")[1]
    assert "days-7  on" in say("switch")[1]
    assert 0 == say("switch", "days-7", "off")[0]
    status, _, error = say("switch", "days-8", "on")
    assert (1, True) == (status, error.startswith("chuangb：没有这个常设提醒：days-8；有 all、registered"))
    assert 1 == say("switch", "days-7")[0]


def test_broadcast(database: Store, say: Say) -> None:
    """存下、印出给谁；批准散列才发；条件不认得的说出来。"""
    status, out, _ = say("broadcast", "--text", "周五培训", "--district", "长寿", "--branch", "水泥制品")
    assert (0, True) == (status, out.startswith("广播 "))
    assert "给 4 人" in out
    assert "不想收回复“退订”。" in out
    digest = out.split()[1].rstrip("：").removesuffix("：给")
    assert [] == rows(database)
    assert 0 == say("run", "--plan", digest.split("：")[0])[0]
    assert 4 == sum(occasion.startswith("broadcast@") for (occasion,) in rows(database, "occasion"))
    for wrong in (("--district", "天津"), ("--grade", "Z"), ("--branch", "没有"), ("--text", " ")):
        assert 1 == say("broadcast", "--text", "周五", *wrong)[0]


def test_poll_gets_what_was_pushed(database: Store, say: Say, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """脚本来问推过什么：到期提醒在这里，只给一次。"""
    say("run")
    lines = '{"user": "me", "event": "poll"}\n' * 2
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert 0 == main(["chat", "--jsonl", *NOW])
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["replies"][0]["text"].startswith("申报窗口还剩7个工作日：长寿区")
    assert [] == second["replies"]


def test_a_broadcast_that_does_not_fit_is_refused(database: Store, say: Say, fake: Fake, tmp_path: Path) -> None:
    """默认的模板里有窗口的日子，广播没有：演习就说是哪个模板的哪一项、怎么办；不批准，也不写；单列了就发。"""
    out = say("broadcast", "--text", "周五培训")[1]
    missing = "模板 default.template 的 date2：没有 {end} 可填"
    assert f"wechat:o0000  走template，填不成：{missing}" in out
    assert "单列一个模板" in out
    hash_ = out.rpartition("--plan ")[2].strip()
    status, _, error = say("run", "--plan", hash_)
    assert (True, True) == (status != 0, f"3 人的填不成，{missing}" in error)
    assert ([], {}) == (rows(database), fake.calls)
    table = f'id = "{TEMPLATE}"\nfields = {{thing1 = "{{text}}", date2 = "{{year}}年12月31日"}}\n'
    with (tmp_path / "t.toml").open("a", encoding="utf-8") as file:
        file.write(f"[broadcast.template]\n{table}")
    assert "发了 3 条" in say("run", "--plan", hash_)[1]
