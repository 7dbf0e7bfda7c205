"""网页：谁在谈、说了什么、谁不许进，都经真的套接字。"""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, SettingsError
from bot.store import Store
from bot.web.limits import BURST, MOST, Buckets, address_of
from bot.web.opening import open_site
from bot.web.streams import EACH
from bot.web.visitors import Visitors
from tests.bot.counting import inbox as counting_inbox
from tests.bot.counting import message as counted
from tests.bot.web_client import Browser, serving
from tests.chat import Chat

UNLIMITED = {"web_per_user": "0", "web_per_address": "0"}
WEB = Path(__file__).parent.parent.parent / "bot" / "web"


@pytest.fixture
def store(sqlite_url: str) -> Any:
    """一个新的 SQLite 文件；引擎之间的差别由 test_store 管。"""
    with Store.open(sqlite_url) as opened:
        yield opened


def text_of(turn: dict[str, Any]) -> str:
    """页面上一个答复的全部文字。"""
    return "\n".join(line for _, line in turn["reply"]["lines"])


async def test_a_first_conversation_word_for_word(store: Store) -> None:
    """打字和点选项走完第一场，与不经渠道的谈话一个字不差。"""
    chat = Chat(user="web:x")
    async with serving(store, **UNLIMITED) as port:
        browser = Browser(port)
        await browser.home()
        for words in ("我们是做商砼的", "［点］水泥制品", "没得了", "现在还报得成不嘛", "原文", "更多"):
            if words.startswith("［点］"):
                chat.picks(words.removeprefix("［点］"))
                assert chat.last is not None
                turn = (await browser.say(chat.last.text, value=chat.last.value)).json
            else:
                chat.says(words)
                turn = (await browser.say(words)).json
            assert chat.reply is not None
            assert chat.reply.text == text_of(turn)
            assert [(o.label, o.value) for o in chat.reply.options] == [
                (o["label"], o["value"]) for o in turn["reply"]["options"]
            ]
            assert [list(cite) for cite in chat.reply.cites] == [
                [s["document"], s["clause"]] for s in turn["reply"]["sources"]
            ]


async def test_lines_say_what_they_are(store: Store) -> None:
    """每一行标明是正文、依据、时效还是下一步；下一步里让人回复的话点得动。"""
    async with serving(store, **UNLIMITED) as port:
        browser = Browser(port)
        await browser.home()
        for words in ("我们是做商砼的", "对头", "没得了"):
            reply = (await browser.say(words)).json["reply"]
    kinds = [kind for kind, _ in reply["lines"]]
    assert ["say", "basis", "dated", "then"] == list(dict.fromkeys(kinds))
    assert ["申报材料"] == reply["taps"]


async def test_the_conversation_is_there_after_a_reload(store: Store) -> None:
    """重新打开，说过的话、答复和选项都在；换一个浏览器什么也没有。"""
    async with serving(store) as port:
        browser = Browser(port)
        await browser.home()
        assert [] == browser.page["turns"]
        sent = (await browser.say("我们是做商砼的")).json
    async with serving(store) as port:
        browser.port = port
        cookie = browser.cookie
        await browser.home()
        assert [sent] == browser.page["turns"]
        assert cookie == browser.cookie
        assert [sent] == (await browser.request("GET", "/web/turns")).json["turns"]
        assert 200 == (await browser.say("水泥制品", value=sent["reply"]["options"][0]["value"])).status
        other = Browser(port)
        await other.home()
        assert [] == other.page["turns"]


async def test_a_repeat_has_one_effect(store: Store) -> None:
    """断线后同一个 id 再发一遍：同一条答复，库里只有一个回合；两遍同时到也一样。"""
    async with serving(store) as port:
        browser = Browser(port)
        await browser.home()
        answers = [await browser.say("商砼", id="a"), await browser.say("商砼", id="a")]
        answers += await asyncio.gather(browser.say("对头", id="b"), browser.say("对头", id="b"))
        turns = (await browser.request("GET", "/web/turns")).json["turns"]
    assert answers[0].body == answers[1].body
    assert answers[2].body == answers[3].body
    assert ["a", "b"] == [turn["id"] for turn in turns]


async def test_the_first_visit_is_greeted_once(store: Store) -> None:
    """第一次打开问好，带着区县；两个标签页同时打开也只问一次，问好不算“我说的”。"""
    async with serving(store) as port:
        browser = Browser(port)
        await browser.home()
        hello = {"id": "hello", "event": "subscribe", "value": "district:永川区"}
        first, second = await asyncio.gather(*(browser.post(json.dumps(hello).encode()) for _ in range(2)))
        turns = (await browser.request("GET", "/web/turns")).json["turns"]
    assert first.body == second.body
    assert "永川区" in text_of(first.json)
    assert [""] == [turn["said"] for turn in turns]


async def test_other_tabs_are_told(store: Store) -> None:
    """同一个人开着的每个页面都收到新回合；别人的收不到。"""
    async with serving(store) as port:
        browser, other = Browser(port), Browser(port)
        await browser.home()
        await other.home()
        async with browser.events() as one, browser.events() as two, other.events() as third:
            turn = (await browser.say("商砼")).json
            theirs = (await other.say("家具")).json
            assert turn == await one.next()
            assert turn == await two.next()
            assert theirs == await third.next()


async def test_streams_have_a_limit_and_end_at_the_stop(store: Store) -> None:
    """一个人开的推送有上限；服务停下时推送先断，不耽误停；没有 Cookie 的不给。"""
    async with asyncio.timeout(30), serving(store) as port:
        browser = Browser(port)
        assert 403 == (await browser.request("GET", "/web/events")).status
        assert 403 == (await browser.request("GET", "/web/turns")).status
        await browser.home()
        streams = [browser.events() for _ in range(EACH)]
        opened = [await stream.__aenter__() for stream in streams]
        assert 429 == (await browser.request("GET", "/web/events")).status
        await streams.pop().__aexit__(None, None, None)
    assert all([await stream.ended() for stream in opened[:-1]])
    for stream in streams:
        await stream.__aexit__(None, None, None)


async def test_a_closed_stream_makes_room(store: Store) -> None:
    """页面关掉，推送的位子就空出来。"""
    async with asyncio.timeout(30), serving(store) as port:
        browser = Browser(port)
        await browser.home()
        for _ in range(EACH):
            async with browser.events() as events:
                assert 200 == events.status
        status = 429
        while status == 429:
            async with browser.events() as events:
                status = events.status
        assert 200 == status


async def test_the_page_says_when_the_store_is_away(tmp_path: Path) -> None:
    """库读不出来：503 和一句人话，看不到内部的错。"""
    with Store.open(f"sqlite:///{tmp_path / 'away.db'}") as store:
        async with serving(store) as port:
            browser = Browser(port)
            await browser.home()
            with store.transaction() as connection:
                connection.exec_driver_sql("ALTER TABLE turns RENAME TO elsewhere")
            answer = await browser.home()
    assert (503, "暂时打不开，请过一会儿刷新。\n") == (answer.status, answer.body.decode())


async def test_deleted_is_gone(store: Store) -> None:
    """在网页里删除我的信息，重新打开就没有了。"""
    async with serving(store) as port:
        browser = Browser(port)
        await browser.home()
        await browser.say("商砼")
        turn = (await browser.say("删除我的信息")).json
        yes = turn["reply"]["options"][0]
        assert "删除" in text_of((await browser.say(yes["label"], value=yes["value"])).json)
        await browser.home()
    assert [] == browser.page["turns"]


def test_the_cookie_cannot_be_made_up() -> None:
    """签名不对、换了钥匙、改了人、写坏了，都认不出；同一把钥匙一直认得。"""
    visitors = Visitors(b"k")
    user = visitors.new()
    pass_ = visitors.cookie(user, secure=False).partition(";")[0]
    base, _, signature = pass_.partition("=")[2].partition(".")

    def named(cookie: str, key: bytes = b"k") -> str:
        return Visitors(key).named([(b"host", b"x"), (b"cookie", cookie.encode("latin-1"))])

    assert user == named(pass_)
    assert user == named(f"a=1; chuangb=junk; {pass_} ; b")
    assert "" == named(pass_, b"other")
    for bad in (
        "",
        "chuangb=",
        f"chuangb={base}",
        f"chuangb={base}.",
        f"chuangb={base[:-1]}x.{signature}",
        "chuangb=é.é",
    ):
        assert "" == named(bad), bad


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"),
        ({"base_url": "https://bot.example"}, "Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"),
        (
            {"embed_origins": "https://a.gov.cn https://b.gov.cn"},
            "Path=/; Max-Age=31536000; HttpOnly; SameSite=None; Secure; Partitioned",
        ),
    ],
    ids=["plain", "https", "embedded"],
)
async def test_the_page_is_guarded(store: Store, settings: dict[str, str], expected: str) -> None:
    """响应头：只用自己的脚本样式，谁能嵌照设置；Cookie 的属性对；页面里没有内联的脚本、样式和别家的地址。"""
    async with serving(store, **settings) as port:
        answer = await Browser(port).home()
        head = await Browser(port).request("HEAD", "/")
    policy = answer.headers["content-security-policy"]
    frames = "'self' https://a.gov.cn https://b.gov.cn" if "embed_origins" in settings else "'none'"
    assert f"frame-ancestors {frames}" in policy
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert ("nosniff", "same-origin", "no-store") == tuple(
        answer.headers[name] for name in ("x-content-type-options", "referrer-policy", "cache-control")
    )
    assert expected == answer.headers["set-cookie"].partition("; ")[2]
    page = answer.body.decode()
    assert [] == re.findall(r"<style|\sstyle=|\son\w+=|//[\w.]+", page)
    assert 2 == page.count("<script")
    assert (200, b"") == (head.status, head.body)


async def test_https_is_told_by_the_proxy_only(store: Store) -> None:
    """说自己走的是 https 的，只信设置过的代理。"""
    for proxies, secure in (("0", False), ("1", True)):
        async with serving(store, proxies=proxies) as port:
            answer = await Browser(port).request("GET", "/", headers={"x-forwarded-proto": "https"})
        assert secure == answer.headers["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"content_type": "application/json; charset=utf-8"}, 200),
        ({"sec_fetch_site": "", "origin": "https://bot.example"}, 200),
        ({"sec_fetch_site": "", "origin": "https://evil.example"}, 403),
        ({"sec_fetch_site": "", "origin": "null"}, 403),
        ({"sec_fetch_site": ""}, 403),
        ({"sec_fetch_site": "cross-site", "origin": "https://bot.example"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "none"}, 403),
        ({"content_type": "text/plain"}, 403),
        ({"content_type": ""}, 403),
        ({"content_type": "application/x-www-form-urlencoded"}, 403),
        ({"cookie": "chuangb=x"}, 403),
    ],
)
async def test_only_our_own_page_may_send(store: Store, headers: dict[str, str], status: int) -> None:
    """别家网站的页面替人说不了话：只收 JSON，来处要是同一个网站，还要有 Cookie。"""
    async with serving(store) as port:
        browser = Browser(port)
        await browser.home()
        if "cookie" in headers:
            browser.cookie = headers.pop("cookie")
        answer = await browser.post(b'{"id":"1","text":"\xe5\x95\x86\xe7\xa0\xbc"}', **headers)
    assert status == answer.status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b"\xff\xfe", 400),
        (b"[" * 10_000, 400),
        (b'{"id":"1"}', 400),
        (b'{"id":"1","text":"  "}', 400),
        (b'{"id":"","text":"a"}', 413),
        (b'{"id":1,"text":"a"}', 400),
        (b'{"id":"1","text":null}', 400),
        (b'{"id":"1","text":"a","user":"web:other"}', 400),
        (b'{"id":"1","event":"unsubscribe"}', 400),
        (b'{"id":"1","text":"a\\u0000"}', 400),
        (b'{"id":"1","text":"\\ud800"}', 400),
        (b'{"id":"1","text":"' + b"a" * 2001 + b'"}', 413),
        (b'{"id":"' + b"1" * 65 + b'","text":"a"}', 413),
        (b'{"id":"1","text":"' + b"a" * 5_000_000 + b'"}', 413),
    ],
)
async def test_bad_bodies_are_refused(store: Store, body: bytes, status: int) -> None:
    """读不懂、太长、存不下的：4xx 和一句人话，不进收件箱；下一句照常。"""
    async with serving(store) as port:
        browser = Browser(port)
        await browser.home()
        answer = await browser.post(body)
        assert status == answer.status
        assert answer.json["error"]
        assert 200 == (await browser.say("商砼")).status
        assert 1 == len((await browser.request("GET", "/web/turns")).json["turns"])


async def test_the_cited_text_unfolds(store: Store) -> None:
    """答复引的条款给得出原文；专家的登录地址绝不给；没有的条款跳过。"""
    async with serving(store) as port:
        browser = Browser(port)
        cites = ["cq-2024-210:附件3 一 15", "cq-2024-210:附件4 一 专家", "cq-2024-210:没有", "没有", ":", "a:b:c"]
        answer = await browser.request("GET", "/web/clauses?" + "&".join(f"cite={cite}" for cite in cites))
        empty = await browser.request("GET", "/web/clauses")
    [clause] = answer.json["clauses"]
    assert ("便函〔2024〕210号 附件3 一 15", "原文") == (clause["basis"], clause["kind"])
    assert "水泥制品 绩效引领 非绩效引领" in clause["text"]
    assert [] == empty.json["clauses"]


async def test_too_fast_waits_alone(store: Store) -> None:
    """一个用户发得太快：429、还要等几秒和一句人话，什么都不记；别的用户照常。"""
    async with serving(store, web_per_user="0.5", web_per_address="0") as port:
        browser, other = Browser(port), Browser(port)
        await browser.home()
        await other.home()
        answers = [await browser.say("没得了") for _ in range(8)]
        assert [200] * 5 + [429] * 3 == [answer.status for answer in answers]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
        assert "等" in answers[-1].json["error"]
        assert 200 == (await other.say("商砼")).status
        assert 5 == len((await browser.request("GET", "/web/turns")).json["turns"])


async def test_a_flooding_address_waits_alone(store: Store) -> None:
    """一个地址来得太快，换多少 Cookie 都一样；别的地址照常。地址只信自己的代理写的。"""
    async with serving(store, web_per_address="1", proxies="1") as port:
        flood = [await Browser(port, address=f"{n}.1.1.1, 8.8.8.8").home() for n in range(12)]
        assert [200] * 10 + [429] * 2 == [answer.status for answer in flood]
        assert 200 == (await Browser(port, address="8.8.8.8, 9.9.9.9").home()).status
        assert 200 == (await Browser(port).request("GET", "/web/chat.css")).status
    async with serving(store, web_per_address="1") as port:
        flood = [await Browser(port, address=f"{n}.1.1.1").home() for n in range(12)]
    assert 2 == sum(answer.status == 429 for answer in flood)


def test_a_bucket_refills() -> None:
    """攒满 BURST 秒的份额，用完按速度补；说要等多久，等了就够；不限的从不等。"""
    buckets = Buckets(2.0)
    assert [0.0] * 2 * BURST == [buckets.take("a", 100.0) for _ in range(2 * BURST)]
    wait = buckets.take("a", 100.0)
    assert pytest.approx(0.5) == wait
    assert 0.0 == buckets.take("b", 100.0)
    assert 0.0 == buckets.take("a", 100.0 + wait)
    assert 0.0 < buckets.take("a", 100.0 + wait)
    assert 0.0 == buckets.take("a", 1000.0)
    free = Buckets(0.0)
    assert [0.0] * 1000 == [free.take("a", 0.0) for _ in range(1000)]


def test_a_slow_rate_still_lets_one_through() -> None:
    """份额再慢，第一次也放行。"""
    buckets = Buckets(0.01)
    assert 0.0 == buckets.take("a", 5.0)
    assert 0.0 < buckets.take("a", 5.0)


def test_buckets_forget() -> None:
    """记的人再多也有上限；还没缓过来的尽量留着。"""
    buckets = Buckets(1.0)
    for n in range(MOST * 3):
        buckets.take(str(n), n / 1e6)
    assert len(buckets._used) <= MOST + 1


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "expected"),
    [
        ("1.2.3.4", [], 0, "1.2.3.4"),
        ("1.2.3.4", ["6.6.6.6"], 0, "1.2.3.4"),
        ("127.0.0.1", ["6.6.6.6, 1.2.3.4"], 1, "1.2.3.4"),
        ("127.0.0.1", ["6.6.6.6", "1.2.3.4, 10.0.0.1"], 2, "1.2.3.4"),
        ("127.0.0.1", [], 1, "127.0.0.1"),
        ("127.0.0.1", ["1.2.3.4"], 2, "127.0.0.1"),
        ("127.0.0.1", ["not an address"], 1, "not an address"),
        ("2001:db8:1:2:3::4", [], 0, "2001:db8:1:2::"),
        ("::ffff:1.2.3.4", [], 0, "1.2.3.4"),
        ("", [], 0, ""),
    ],
)
def test_addresses(client: str, forwarded: list[str], proxies: int, expected: str) -> None:
    """地址取自连接，或自己的代理写的那一层；IPv6 一家算一个。"""
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"client": (client, 1) if client else None, "headers": headers}
    assert expected == address_of(scope, proxies)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("embed_origins", "https://a.gov.cn/path"),
        ("embed_origins", "a.gov.cn"),
        ("embed_origins", "https://a;script-src"),
        ("proxies", "1.5"),
        ("proxies", "-1"),
        ("web_per_user", "快"),
        ("web_per_address", "nan"),
    ],
)
def test_wrong_settings_are_named(store: Store, name: str, value: str) -> None:
    """写错的设置，启动时就点出是哪一项。"""
    with pytest.raises(SettingsError, match=name.upper()):
        open_site(Settings(**{name: value}), store, None, None, None, None)  # type: ignore[arg-type]


def test_the_signing_key(store: Store, tmp_path: Path) -> None:
    """没有设密钥，同一个库一直是同一把，别的库是另一把；各种用途也是另一把。"""
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        assert store.derived("web") == store.derived("web")
        assert 3 == len({store.derived("web"), store.derived("desk"), other.derived("web")})


async def test_recent_turns(tmp_path: Path) -> None:
    """最近的几个回合，早的在前，不出声的也在；别人的不在。"""
    with Store.open(f"sqlite:///{tmp_path / 'recent.db'}") as store:
        box = counting_inbox(store)
        await box.start()
        for n, text in enumerate(("一", "沉默", "三")):
            await box.answer(counted("u", n, text))
        await box.answer(counted("v", 9, "别人"))
        await box.stop()
        past = store.recent("terminal:u", 2)
    assert [("1", "沉默", None), ("2", "三", True)] == [(p.message_id, p.said, p.reply and True) for p in past]


def test_the_page_is_light() -> None:
    """页面连同样式、脚本和图标不到 60 KB，不经压缩。"""
    files = [WEB / "page.html", *(WEB / "static").iterdir()]
    assert sum(path.stat().st_size for path in files) < 60_000


async def test_files_are_kept_and_nothing_else_is_served(store: Store) -> None:
    """静态文件可以一直存着；别的路径 404，方法不对 405，跳不出文件夹。"""
    async with serving(store) as port:
        browser = Browser(port)
        answer = await browser.request("GET", "/web/chat.js")
        assert "immutable" in answer.headers["cache-control"]
        assert "text/javascript; charset=utf-8" == answer.headers["content-type"]
        for method, path, status in (
            ("GET", "/web/nothing.js", 404),
            ("GET", "/web/", 404),
            ("GET", "/web/../settings.py", 404),
            ("GET", "/web/%2e%2e%2fpage.html", 404),
            ("GET", "/web/page.html", 404),
            ("GET", "/web/send", 404),
            ("POST", "/", 405),
            ("POST", "/web/turns", 405),
        ):
            assert status == (await browser.request(method, path)).status, path


async def test_metrics_count_the_page(store: Store) -> None:
    """网页的消息也计数。"""
    async with serving(store) as port:
        browser = Browser(port)
        await browser.home()
        await browser.say("商砼")
        metrics = (await browser.request("GET", "/metrics")).body.decode()
    assert "chuangb_messages_total 1\n" in metrics
    assert "chuangb_replies_total 1\n" in metrics
