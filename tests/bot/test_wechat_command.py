"""`chuangb wechat menu`、`qr`、订阅页、doctor：照设置开，写错的说得清，只有订阅页许加载平台的脚本。"""

import asyncio
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.app import App
from bot.settings import Settings, SettingsError
from bot.store import Store
from bot.wechat.menu import MENU, faults, menu
from bot.wechat.opening import open_notifier, open_page
from bot.wechat.page import sign
from dialogs.flows import FLOWS
from tests.bot.test_app import Turns, serving
from tests.bot.test_wechat_limits import GOOD
from tests.bot.wechat_client import Push, deliver
from tests.bot.wechat_platform import APP_ID, PNG, SECRET, SUBSCRIPTION, Fake, wechat_platform

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BASE = "https://bot.example.gov.cn"


@pytest.fixture
def fake() -> Iterator[Fake]:
    """在另一个线程里跑的一台假平台，命令连得上。"""
    made, ready, loop = Fake(), threading.Event(), asyncio.new_event_loop()

    async def run() -> None:
        async with wechat_platform(made):
            ready.set()
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(30)
    yield made
    loop.call_soon_threadsafe(stop.set)
    thread.join(30)
    loop.close()


@pytest.fixture
def chuangb(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """照好的设置跑一个命令：退出码、标准输出、标准错误。"""
    monkeypatch.chdir(tmp_path)
    for name, value in (
        ("APP_ID", APP_ID),
        ("APP_SECRET", SECRET),
        ("TOKEN", "token123"),
        ("API_URL", fake.url),
        ("TEMPLATES", str(tmp_path / "t.toml")),
    ):
        monkeypatch.setenv(f"CHUANGB_WECHAT_{name}", value)
    monkeypatch.setenv("CHUANGB_BASE_URL", BASE)
    monkeypatch.setenv("CHUANGB_DATABASE_URL", f"sqlite:///{tmp_path / 'c.db'}")
    (tmp_path / "t.toml").write_text(GOOD, encoding="utf-8")

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        with monkeypatch.context() as context:
            for name, value in settings.items():
                context.setenv(f"CHUANGB_{name}", value)
            code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


# 菜单


def test_the_menu_fits_and_leads_somewhere() -> None:
    """菜单合平台的规矩；每一项都是有的流程，订阅提醒除外。"""
    assert [] == faults(menu(BASE)) == faults(menu())
    flows = {flow for _, subs in MENU for _, flow in subs}
    assert flows - {"remind"} <= set(FLOWS)
    assert f"{BASE}/wechat/subscribe" == menu(BASE)["button"][-1]["sub_button"][1]["url"]


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ([], "一级菜单要 1 到 3 个"),
        ([{"name": "一", "sub_button": []}] * 4, "一级菜单要 1 到 3 个"),
        ([{"name": "六个汉字太长", "sub_button": []}], "最多 16 字节"),
        ([{"name": "一", "sub_button": [{"name": "二", "key": "k"}] * 6}], "下面最多 5 个"),
        ([{"name": "一", "sub_button": [{"name": "字" * 21, "key": "k"}]}], "名字最多 60 字节"),
        ([{"name": "一", "sub_button": [{"name": "二", "key": "k" * 129}]}], "键最多 128 字节"),
        ([{"name": "一", "sub_button": [{"name": "二", "url": "u" * 1025}]}], "网址最多 1024 字节"),
    ],
)
def test_a_menu_that_does_not_fit(made: list[dict[str, Any]], says: str) -> None:
    """平台不收的，先说出来。"""
    assert says in "；".join(faults({"button": made}))


def test_publishing_the_menu(chuangb: Callable[..., tuple[int, str, str]], fake: Fake) -> None:
    """发布到平台，说发了几项；--dry-run 只印，不碰平台。"""
    code, out, _ = chuangb("wechat", "menu", "--dry-run")
    assert (0, menu(BASE)) == (code, json.loads(out))
    assert {} == fake.menu
    assert (0, "菜单发布了，3 栏 12 项；手机上几分钟以后看得到\n", "") == chuangb("wechat", "menu")
    assert menu(BASE) == fake.menu


def test_publishing_without_what_it_takes(chuangb: Callable[..., tuple[int, str, str]], fake: Fake) -> None:
    """没有口令、口令不对、地址写错、平台不收：一行话，退出码 1，不印口令。"""
    for settings, says in (
        ({"WECHAT_APP_SECRET": ""}, "要先设 CHUANGB_WECHAT_APP_SECRET"),
        ({"WECHAT_APP_SECRET": "wrong-secret"}, "菜单没有发布：这个号用不了，叫人来看（40125，rid "),
        ({"WECHAT_API_URL": "api.weixin.qq.com"}, "CHUANGB_WECHAT_API_URL：要是一个网址"),
    ):
        code, out, err = chuangb("wechat", "menu", **settings)
        assert (1, "") == (code, out)
        assert says in err
        assert "wrong-secret" not in err
    fake.refuse("/cgi-bin/menu/create", 48001)
    code, _, err = chuangb("wechat", "menu")
    assert (1, True) == (code, "48001" in err)


# 二维码


def test_a_code_for_a_district(chuangb: Callable[..., tuple[int, str, str]], fake: Fake, tmp_path: Path) -> None:
    """写出一张 PNG，场景是区县；默认 30 天，永久的要说。"""
    out = tmp_path / "永川.png"
    code, said, _ = chuangb("wechat", "qr", "--district", "永川", "--out", str(out))
    assert (0, f"写好了：{out}（永川区，30 天到期）\n") == (code, said)
    assert PNG == out.read_bytes()
    assert {"scene": "district:永川区", "lasting": False, "seconds": 2_592_000} == fake.scene()
    code, said, _ = chuangb("wechat", "qr", "--district", "永川区", "--out", str(out), "--permanent")
    assert fake.scene()["lasting"]
    assert "永久" in said


def test_a_code_that_cannot_be_made(chuangb: Callable[..., tuple[int, str, str]], fake: Fake, tmp_path: Path) -> None:
    """区县不认得、文件夹没有、天数不对、平台不给：说清楚，不留半个文件。"""
    out = str(tmp_path / "x.png")
    for arguments, says in (
        (("--district", "朝阳区", "--out", out), "不认得的区县：朝阳区"),
        (("--district", "永川区", "--out", str(tmp_path / "no" / "x.png")), "没有这个文件夹"),
        (("--district", "永川区", "--out", out, "--days", "31"), "--days 要在 1 到 30 之间"),
    ):
        code, _, err = chuangb("wechat", "qr", *arguments)
        assert 1 == code
        assert says in err
    fake.refuse("/cgi-bin/qrcode/create", 45009)
    code, _, err = chuangb("wechat", "qr", "--district", "永川区", "--out", out)
    assert (1, True) == (code, "45009" in err)
    assert not Path(out).exists()


# 订阅页


def settings_of(fake_url: str, templates: Path, **given: str) -> Settings:
    """开得出订阅页的设置。"""
    named = {
        "base_url": BASE,
        "wechat_app_id": APP_ID,
        "wechat_app_secret": SECRET,
        "wechat_api_url": fake_url,
        "wechat_templates": str(templates),
    }
    return Settings(**(named | given))


def test_the_published_example_of_the_signature() -> None:
    """签名与平台文档里的例子一样；# 后面的不算。"""
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value#top"
    assert "0f9de62fce790f9a083d5c99e95740ceb90c27ed" == sign(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url)


async def page_of(port: int, query: str = "", path: str = "/wechat/subscribe") -> tuple[str, str]:
    """取一页：响应头和正文。"""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path}{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return head.decode().lower(), body.decode()


async def test_the_page(tmp_path: Path) -> None:
    """签名覆盖浏览器里的地址，连查询串；页上有模板；只有这一页许加载平台的脚本；票只要一次。"""
    templates = tmp_path / "t.toml"
    templates.write_text(GOOD, encoding="utf-8")
    async with wechat_platform() as fake:
        store = Store.open("sqlite://")
        page = open_page(settings_of(fake.url, templates), store, lambda: NOW)
        async with serving(App(Turns(), page=page)) as port:
            head, body = await page_of(port, "?from=a%20b&x=1")
            given = dict(re.findall(r'data-(\w+)="([^"]*)"', body))
            signed = (
                f"jsapi_ticket=ticket-1&noncestr={given['nonce']}&timestamp={given['timestamp']}"
                f"&url={BASE}/wechat/subscribe?from=a%20b&x=1"
            )
            assert hashlib.sha1(signed.encode()).hexdigest() == given["signature"]
            assert APP_ID == given["app"]
            assert f'<wx-open-subscribe template="{SUBSCRIPTION}"' in body
            assert "script-src 'self' https://res.wx.qq.com;" in head
            assert SECRET not in body
            assert "ticket-1" not in body
            await page_of(port)
            assert 1 == fake.calls["/cgi-bin/ticket/getticket"]
            for name in ("subscribe.js", "subscribe.css"):
                head, _ = await page_of(port, path=f"/wechat/{name}")
                assert head.startswith("http/1.1 200")
            home, _ = await page_of(port, path="/")
            assert "res.wx.qq.com" not in home
            status, _ = await deliver(port, Push("", b"", "POST"), "/wechat/subscribe")
            assert 405 == status


async def test_the_page_without_the_platform(tmp_path: Path) -> None:
    """平台连不上：页照样开，说怎么办，不出错。"""
    templates = tmp_path / "t.toml"
    templates.write_text(GOOD, encoding="utf-8")
    async with wechat_platform(Fake(secret="另一个")) as fake:
        page = open_page(settings_of(fake.url, templates), Store.open("sqlite://"), lambda: NOW)
        async with serving(App(Turns(), page=page)) as port:
            head, body = await page_of(port)
    assert head.startswith("http/1.1 200")
    assert "订阅提醒" in body
    assert "jweixin" not in body


@pytest.mark.parametrize("lacks", ["base_url", "wechat_app_id", "wechat_app_secret", "wechat_templates"])
def test_no_page_without_its_settings(tmp_path: Path, lacks: str) -> None:
    """缺一项就没有这一页，路径是 404。"""
    templates = tmp_path / "t.toml"
    templates.write_text(GOOD, encoding="utf-8")
    store = Store.open("sqlite://")
    assert open_page(settings_of("http://127.0.0.1:1", templates, **{lacks: ""}), store, lambda: NOW) is None


def test_a_broken_template_file_fails_the_start(tmp_path: Path) -> None:
    """模板写错了，启动时就说，不等到发的时候。"""
    templates = tmp_path / "t.toml"
    templates.write_text("[a.template]\nid = 'x'", encoding="utf-8")
    for opened in (open_page, open_notifier):
        with pytest.raises(SettingsError, match=r"t\.toml"):
            opened(settings_of("http://127.0.0.1:1", templates), Store.open("sqlite://"), lambda: NOW)  # type: ignore[operator]


def test_no_notifier_without_a_secret(tmp_path: Path) -> None:
    """没有口令就没有送信的人。"""
    assert open_notifier(Settings(), Store.open("sqlite://"), lambda: NOW) is None
