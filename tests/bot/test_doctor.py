"""`chuangb doctor` 与起服务的头几行：说得出配了什么、缺什么、因此什么关着；不印口令。"""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

import bot.commands
from bot.__main__ import main
from bot.desk.accounts import Operator, put_account
from bot.settings import PREFIX, Settings
from bot.store import Store, StoreError
from bot.store.schema import operators
from bot.windows import close_window, open_window
from dialogs.flows import FLOWS
from tests.bot.test_wechat_limits import GOOD

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SAFE = {"WECHAT_TOKEN": "Kq7tW2mZ9xNb4RfY", "WECHAT_APP_ID": "wx0123456789abcdef", "WECHAT_AES_KEY": AES_KEY}
NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
Doctor = Callable[..., tuple[int, str]]


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """只有给出的这些设置时，doctor 的退出码和话。"""
    for field in fields(Settings):
        monkeypatch.delenv(f"{PREFIX}{field.name.upper()}", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(bot.commands, "law_faults", lambda now: [])
    monkeypatch.chdir(tmp_path)

    def ask(*arguments: str, **settings: str) -> tuple[int, str]:
        with monkeypatch.context() as context:
            for name, value in settings.items():
                context.setenv(f"{PREFIX}{name}", value)
            code = main(["doctor", *arguments])
        out, err = capsys.readouterr()
        assert "" == err
        return code, out

    return ask


def test_nothing_configured_is_nothing_broken(doctor: Doctor, tmp_path: Path) -> None:
    """什么都没配：退出码 0，关着的各说一行，库会建在哪里；看一眼不会把它建出来。"""
    code, out = doctor()
    assert 0 == code
    assert "［关］微信：没有 CHUANGB_WECHAT_TOKEN，/wechat 是 404\n" in out
    assert "［关］Telegram：没有 CHUANGB_TELEGRAM_TOKEN，/telegram 是 404\n" in out
    assert f"SQLite，{tmp_path}/chuangb/chuangb.db；还没有，第一次用时就建" in out
    assert not (tmp_path / "chuangb" / "chuangb.db").exists()
    assert "［错］" not in out


def test_everything_configured(doctor: Doctor, tmp_path: Path) -> None:
    """都配了：微信说安全模式和后台要填的网址，主动发用几个模板，Telegram 说推到哪里。"""
    (tmp_path / "t.toml").write_text(GOOD, encoding="utf-8")
    code, out = doctor(
        **SAFE,
        WECHAT_APP_SECRET="s" * 32,
        WECHAT_TEMPLATES="t.toml",
        BASE_URL="https://bot.example.gov.cn/",
        TELEGRAM_TOKEN="123456:ABCdef",
        EMBED_ORIGINS="https://www.example.gov.cn",
        PROXIES="1",
        SECRET_KEY="s" * 32,
    )
    assert 0 == code
    assert "［好］微信：开着，安全模式；平台后台的服务器地址填 https://bot.example.gov.cn/wechat\n" in out
    assert "［好］微信主动发：2 种时机有模板；订阅页 /wechat/subscribe 开着" in out
    assert "［好］Telegram：开着，推到 https://bot.example.gov.cn/telegram；口令由令牌推出\n" in out
    assert "许嵌在 https://www.example.gov.cn；" in out
    assert "前面 1 层代理" in out
    assert not [line for line in out.splitlines() if line.startswith(("［关］", "［错］"))]


def test_no_secret_is_printed(doctor: Doctor) -> None:
    """口令、令牌、密钥、库的密码，一个也不印；配错了的也不印。"""
    secrets = {
        **SAFE,
        "WECHAT_APP_SECRET": "app-secret-0123456789",
        "TELEGRAM_TOKEN": "123456:telegram-token",
        "TELEGRAM_SECRET": "不合格式的口令",
        "SECRET_KEY": "the-secret-key",
        "DATABASE_URL": "postgresql://u:pass-one@127.0.0.1:1/x?password=pass-two",
    }
    for broken in ({}, {"WECHAT_AES_KEY": "short-key"}, {"TELEGRAM_SECRET": "", "TELEGRAM_TOKEN": "no-colon-token"}):
        code, out = doctor(**secrets | broken)
        assert 1 == code
        shown = [
            value for name, value in (secrets | broken).items() if name != "DATABASE_URL" and value in out if value
        ]
        assert [] == shown
        assert "pass-" not in out


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"TIMEZONE": "Mars/Base"}, "［错］时区：CHUANGB_TIMEZONE"),
        ({"DATABASE_URL": "mysql://x"}, "［错］数据库：不认得的数据库"),
        ({"DATABASE_URL": "不是网址"}, "［错］数据库：数据库网址写得不对"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/x.db"}, "［错］数据库：打不开数据库：目录"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "［错］数据库：打不开数据库 postgresql://127.0.0.1:1/none"),
        ({"BASE_URL": "bot.example.gov.cn"}, "［错］公网地址：CHUANGB_BASE_URL"),
        ({"BASE_URL": "https://bot.example.gov.cn/x"}, "［错］公网地址：CHUANGB_BASE_URL"),
        ({"EMBED_ORIGINS": "www.example.gov.cn"}, "［错］网页：CHUANGB_EMBED_ORIGINS"),
        ({"PROXIES": "-1"}, "［错］网页：CHUANGB_PROXIES"),
        ({"WEB_PER_USER": "很多"}, "［错］网页：CHUANGB_WEB_PER_USER"),
        ({"WECHAT_AES_KEY": AES_KEY}, "［错］微信：有 CHUANGB_WECHAT_AES_KEY，却没有 CHUANGB_WECHAT_TOKEN"),
        ({"WECHAT_TOKEN": "abc", "WECHAT_AES_KEY": AES_KEY}, "［错］微信：安全模式还要 CHUANGB_WECHAT_APP_ID"),
        ({**SAFE, "WECHAT_AES_KEY": AES_KEY[1:]}, "［错］微信：CHUANGB_WECHAT_AES_KEY"),
        ({**SAFE, "WECHAT_API_URL": "api.weixin.qq.com"}, "［错］微信主动发：CHUANGB_WECHAT_API_URL：要是一个网址"),
        ({**SAFE, "WECHAT_TEMPLATES": "no.toml"}, "［错］微信主动发：CHUANGB_WECHAT_TEMPLATES：no.toml 读不了"),
        ({"TELEGRAM_TOKEN": "abc"}, "［错］Telegram：CHUANGB_TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": "1:a", "TELEGRAM_SECRET": "有 空格"}, "［错］Telegram：CHUANGB_TELEGRAM_SECRET"),
        ({"TELEGRAM_TOKEN": "1:a", "BASE_URL": "http://a.cn"}, "［错］Telegram：平台只推到 https"),
    ],
    ids=str,
)
def test_what_is_broken_is_named(doctor: Doctor, settings: dict[str, str], says: str) -> None:
    """配了却用不了的：点出是哪一项，退出码 1；别的各项照样说。"""
    code, out = doctor(**settings)
    assert 1 == code
    assert says in out
    assert out.endswith("1 项配错了，先改标着［错］的。\n")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"WECHAT_TOKN": "abc"}, "［注意］设置：不认得 CHUANGB_WECHAT_TOKN"),
        ({"WECHAT_TOKEN": "abc"}, "［注意］微信：没有 CHUANGB_WECHAT_AES_KEY，后台要选明文模式"),
        ({"WECHAT_TOKEN": "a-b"}, "［注意］微信：CHUANGB_WECHAT_TOKEN 在后台要是 3 到 32 个字母或数字"),
        ({**SAFE, "WECHAT_APP_ID": "gh_1"}, "［注意］微信：CHUANGB_WECHAT_APP_ID 不像是 AppID"),
        (SAFE, "［关］微信主动发：没有 CHUANGB_WECHAT_APP_SECRET：提醒只能等对方下次来说话"),
        ({**SAFE, "WECHAT_APP_SECRET": "x"}, "［注意］微信主动发：没有 CHUANGB_WECHAT_TEMPLATES"),
        ({"SECRET_KEY": "short"}, "［注意］密钥：CHUANGB_SECRET_KEY 太短"),
        ({"BASE_URL": "http://a.cn"}, "［注意］公网地址：http://a.cn 不是 https"),
        ({"EMBED_ORIGINS": "https://a.cn"}, "［注意］网页：许嵌在 https://a.cn，但 CHUANGB_BASE_URL 不是 https"),
        ({"TELEGRAM_TOKEN": "1:a"}, "［好］Telegram：开着，长轮询"),
        ({"DATABASE_URL": "sqlite://"}, "［好］数据库：SQLite，在内存里"),
    ],
    ids=str,
)
def test_what_works_but_matters_is_told(doctor: Doctor, settings: dict[str, str], says: str) -> None:
    """能用、但要知道的：说出来，退出码还是 0。"""
    code, out = doctor(**settings)
    assert 0 == code
    assert says in out


def test_the_desk_and_who_is_told(doctor: Doctor, url: str) -> None:
    """服务台有几个账号，有人等的时候告诉得到几个；告诉不到、给不出网址的提醒。"""
    with Store.open(url) as store:
        assert "［关］服务台：没有账号；" in doctor(DATABASE_URL=url)[1]
        with store.transaction() as connection:
            for name, district in (("admin", ""), ("tong", "铜梁"), ("yong", "永川")):
                put_account(connection, Operator(name, "operator" if district else "admin", district), "", NOW)
        held = "市里的账号 1 个，区县的 2 个；在值班又告诉得到的"
        assert f"［注意］服务台：{held} 0 个：有人在等，没有人会知道。" in doctor(DATABASE_URL=url)[1]
        with store.transaction() as connection:
            connection.execute(update(operators).filter_by(name="tong").values(bound="wechat:o1"))
            connection.execute(update(operators).filter_by(name="yong").values(bound="wechat:o2", on_duty=0))
        assert f"［注意］服务台：{held} 1 个；没有 CHUANGB_BASE_URL" in doctor(DATABASE_URL=url)[1]
        out = doctor(DATABASE_URL=url, BASE_URL="https://bot.example.gov.cn")[1]
        assert f"［好］服务台：{held} 1 个；https://bot.example.gov.cn/desk/\n" in out


def test_the_database_and_its_windows(doctor: Doctor, url: str) -> None:
    """两种库都说得出是哪一种、连得上；登记了几个窗口，今天开着哪几个；--database 优先。"""
    with Store.open(url) as store:
        open_window(store, NOW, name="早过了", start=date(2020, 1, 1), end=date(2020, 1, 2))
        kind = "SQLite" if store.sqlite else "PostgreSQL"
        code, out = doctor("--database", url, DATABASE_URL="mysql://x")
        assert 0 == code
        assert f"［好］数据库：{kind}，" in out
        assert "［注意］申报窗口：登记着 1 个，今天没有开着的。" in out
        opened = open_window(store, NOW, name="开着", start=date(2020, 1, 1), end=date(2099, 1, 1))
        assert f"［好］申报窗口：登记着 2 个，今天开着 {opened}\n" in doctor(DATABASE_URL=url)[1]
        close_window(store, NOW, opened)
        assert "登记着 1 个，今天没有开着的" in doctor(DATABASE_URL=url)[1]


def test_a_file_that_is_no_database_is_broken(doctor: Doctor, tmp_path: Path) -> None:
    """库的位置上是别的文件：错，也不动它。"""
    path = tmp_path / "x.db"
    path.write_text("别的东西", encoding="utf-8")
    code, out = doctor(DATABASE_URL=f"sqlite:///{path}")
    assert 1 == code
    assert "不是 SQLite 数据库" in out
    assert "别的东西" == path.read_text(encoding="utf-8")


def test_the_dotenv_file_is_counted_and_the_environment_wins(doctor: Doctor, tmp_path: Path) -> None:
    """说得出 .env 在哪里、里面几项、环境变量几项；两处都有的听环境变量的。"""
    lines = "CHUANGB_BASE_URL=https://a.cn\nCHUANGB_PROXIES=1\nCHUANGB_WECHAT_TOKEN=\n别的=1\n"
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    out = doctor(BASE_URL="https://b.cn")[1]
    assert f"［好］设置：{tmp_path}/.env 里 1 项，环境变量里 1 项\n" in out
    assert "［好］公网地址：https://b.cn\n" in out
    assert "前面 1 层代理" in out


def test_a_dotenv_file_that_cannot_be_read_is_one_line(
    doctor: Doctor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """.env 不是 UTF-8：一行说清楚，退出码 1。"""
    (tmp_path / ".env").write_bytes("CHUANGB_BASE_URL=中文".encode("gbk"))
    assert 1 == main(["doctor"])
    assert re.fullmatch(r"chuangb：\.env 读不了：.*\n", capsys.readouterr().err)


def test_broken_knowledge_is_broken(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """知识有毛病：说几处、第一处在哪里。"""
    monkeypatch.setattr(bot.commands, "law_faults", lambda now: [("faq.toml", 7, "没有出处"), ("x.csv", 1, "y")])
    code, out = doctor()
    assert 1 == code
    assert "［错］知识：2 处有错，第一处 faq.toml:7: 没有出处；全部：chuangb check\n" in out


def test_knowledge_is_really_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """知识一项跑的就是 chuangb check 那一套。"""
    monkeypatch.setattr("dialogs.check.FLOWS", {"system": FLOWS["system"]})
    monkeypatch.setitem(FLOWS["system"].talk.__globals__, "joined", lambda *cites: ())
    assert [] != bot.commands.law_faults(NOW)


def test_the_password_is_in_no_message() -> None:
    """打不开库的说明里没有口令，写在查询串里的也没有。"""
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://u:pass-one@127.0.0.1:1/x?password=pass-two&sslmode=disable")
    assert "pass-" not in str(caught.value)
    assert "sslmode=disable" in str(caught.value)


async def test_the_first_lines_of_serve(tmp_path: Path) -> None:
    """起服务：真正在听的地址、先问什么、数据在哪里、哪些开着；占不到端口就不说开着，退出码 1。"""
    database = f"sqlite:///{tmp_path / 'chuangb.db'}"
    first = await serving(tmp_path, "--port", "0", "--host", "0.0.0.0", "--database", database)
    assert first.stdout is not None
    try:
        lines = [(await asyncio.wait_for(first.stdout.readline(), 20)).decode() for _ in range(5)]
        opened = re.fullmatch(r"创B争A 向导开着：http://127\.0\.0\.1:(\d+)/\n", lines[0])
        assert opened, lines
        assert "  先问一句：我们是做商砼的\n" == lines[1]
        assert f"  数据在：{tmp_path / 'chuangb.db'}\n" == lines[2]
        assert "  微信：关着；Telegram：关着；缺什么看 chuangb doctor\n" == lines[3]
        second = await serving(tmp_path, "--port", opened[1], "--host", "0.0.0.0", "--database", "sqlite://")
        out, _ = await asyncio.wait_for(second.communicate(), 20)
        assert (1, b"") == (second.returncode, out)
    finally:
        first.send_signal(signal.SIGINT)
        await asyncio.wait_for(first.wait(), 20)


async def serving(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    """真的起一个服务。"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    root = str(Path(bot.commands.__file__).parents[1])
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", *arguments),
        cwd=folder,
        env={**environment, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
