"""`chuangb doctor`：逐项说哪些配好了、缺什么、因此什么关着；不连外网，不印口令。"""

import os
import re
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.settings import PREFIX, Settings, SettingsError, given, given_settings

if TYPE_CHECKING:
    from bot.store import Store

Mark = Literal["好", "关", "注意", "错"]
_BASE_URL = re.compile(r"https?://[^\s/?#]+/?")
_BOT = re.compile(r"\d+:\S+")
_WECHAT_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_APP_ID = re.compile(r"wx[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Finding:
    """一项看下来怎样：`好`；`关` 是没有配；`注意` 是能用，但要知道；`错` 是配了却用不了。"""

    mark: Mark
    what: str
    says: str


def doctor(asked: Namespace) -> int:
    """一项一行；有一项错就是 1。"""
    wrong = 0
    for finding in findings(given_settings(database_url=asked.database)):
        wrong += finding.mark == "错"
        print(f"［{finding.mark}］{finding.what}：{finding.says}", flush=True)
    print(f"\n{wrong} 项配错了，先改标着［错］的。" if wrong else "\n没有配错的；标着［关］的，要用才配。")
    return 1 if wrong else 0


def findings(settings: Settings) -> Iterator[Finding]:
    """全部各项，看完一项给一项；从不抛出设置和数据库的错，那些也是一项。"""
    yield from _written()
    try:
        now = datetime.now(settings.zone)
    except SettingsError as error:
        yield Finding("错", "时区", str(error))
        return
    yield Finding("好", "时区", f"{settings.timezone}，现在 {now:%Y-%m-%d %H:%M}")
    yield from _database(settings, now)
    yield _knowledge(now)
    yield _secret(settings)
    yield _address(settings)
    yield _web(settings)
    yield from _wechat(settings)
    yield from _telegram(settings)


def _written(dotenv: Path = Path(".env")) -> Iterator[Finding]:
    """从哪里读了几项；认不得的名字点出来，多半是写错了。"""
    known = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)}
    ours = [name for name, value in given(dotenv).items() if name.startswith(PREFIX) and value]
    outside = [name for name in ours if name in os.environ]
    file = f"{dotenv.absolute()} 里 {len(ours) - len(outside)} 项" if dotenv.is_file() else "没有 .env 文件"
    yield Finding("好", "设置", f"{file}，环境变量里 {len(outside)} 项")
    for name in sorted(set(ours) - known):
        yield Finding("注意", "设置", f"不认得 {name}，没有理会；名字写错了？")


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    from bot.store import Store, StoreError

    try:
        if fresh := _fresh(settings):
            yield Finding("好", "数据库", fresh)
            yield Finding("注意", "申报窗口", "还没有登记；问“今天能报吗”，只能答说不准。登记：chuangb windows open")
            return
        with Store.open(settings.database) as store:
            yield Finding("好", "数据库", _place(store, settings))
            yield _windows(store, now)
            yield _desk(store, settings)
    except (StoreError, OSError) as error:
        yield Finding("错", "数据库", str(error))


def _fresh(settings: Settings) -> str:
    """SQLite 文件还没有建，就说会建在哪里，不去建它；别的情形是空的。"""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError):
        return ""
    if url.drivername.partition("+")[0] != "sqlite" or url.database in (None, "", ":memory:"):
        return ""
    path = Path(str(url.database)).absolute()
    usable = path.parent.is_dir() and os.access(path.parent, os.W_OK) and not path.exists()
    return f"SQLite，{path}；还没有，第一次用时就建" if usable else ""


def _place(store: "Store", settings: Settings) -> str:
    from bot.store.opening import shown_url

    if store.path is not None:
        return f"SQLite，{store.path}；打得开（只许一个服务进程用）"
    if store.sqlite:
        return "SQLite，在内存里，停了就没有了"
    return f"PostgreSQL，{shown_url(settings.database)}；连得上"


def _windows(store: "Store", now: datetime) -> Finding:
    from bot.windows import list_windows

    windows = list_windows(store)
    today = [window.id for window in windows if window.start <= now.date() <= window.end]
    if today:
        return Finding("好", "申报窗口", f"登记着 {len(windows)} 个，今天开着 {'、'.join(today)}")
    held = f"登记着 {len(windows)} 个，今天没有开着的" if windows else "还没有登记；问“今天能报吗”，只能答说不准"
    return Finding("注意", "申报窗口", f"{held}。登记：chuangb windows open")


def _desk(store: "Store", settings: Settings) -> Finding:
    """有没有账号；有人在等时，告不告诉得到值班的人。"""
    from sqlalchemy import select

    from bot.store.schema import operators

    with store.reading() as connection:
        found = connection.execute(select(operators).filter_by(disabled_at=None)).all()
    if not found:
        return Finding(
            "关", "服务台", "没有账号；“人工”只说打电话找谁。开账号：chuangb desk add-user NAME --role admin"
        )
    reached = [each for each in found if each.on_duty and (each.bound or each.webhook)]
    district = sum(each.role == "operator" for each in found)
    held = f"市里的账号 {len(found) - district} 个，区县的 {district} 个；在值班又告诉得到的 {len(reached)} 个"
    if not reached:
        return Finding("注意", "服务台", f"{held}：有人在等，没有人会知道。到服务台的“值班”页绑定自己的微信或填网址")
    if not settings.base_url:
        return Finding("注意", "服务台", f"{held}；没有 {PREFIX}BASE_URL，告诉他们时给不出网址")
    return Finding("好", "服务台", f"{held}；{settings.base_url.rstrip('/')}/desk/")


def _knowledge(now: datetime) -> Finding:
    import knowledge
    from bot.commands import law_faults

    try:
        faults = law_faults(now)
        rules = knowledge.on(now.date())
    except Exception as error:  # 读不进来的数据、写坏的模板，种类很多；都只是一项
        return Finding("错", "知识", f"{type(error).__name__} {error}".splitlines()[0])
    if faults:
        file, line, message = faults[0]
        return Finding("错", "知识", f"{len(faults)} 处有错，第一处 {file}:{line}: {message}；全部：chuangb check")
    said = f"版本 {rules.revision[:12]}，{len(rules.branches)} 个行业分支，{len(rules.faq)} 个问答；没有毛病"
    return Finding("好", "知识", said)


def _secret(settings: Settings) -> Finding:
    name = f"{PREFIX}SECRET_KEY"
    if not settings.secret_key:
        return Finding("好", "密钥", f"没有设 {name}，网页的 Cookie 和文书的链接用库里自带的密钥签；换库时才要自己设")
    if len(settings.secret_key) < 16:
        return Finding("注意", "密钥", f"{name} 太短，至少 16 个字符")
    return Finding("好", "密钥", f"设了 {name}，网页的 Cookie 和文书的链接由它签")


def _address(settings: Settings) -> Finding:
    name, url = f"{PREFIX}BASE_URL", settings.base_url
    if not url:
        return Finding(
            "关", "公网地址", f"没有 {name}：Telegram 改为长轮询，网页的 Cookie 不限 https，微信里给不出文书的链接"
        )
    if not _BASE_URL.fullmatch(url):
        return Finding("错", "公网地址", f"{name} 要写成 https://bot.example.gov.cn，不带路径：{url}")
    if url.startswith("http:"):
        return Finding("注意", "公网地址", f"{url} 不是 https：路上谁都看得见；Telegram 不推到 http")
    return Finding("好", "公网地址", url)


def _web(settings: Settings) -> Finding:
    from bot.web.doors import doors

    try:
        made = doors(settings, b"")
    except SettingsError as error:
        return Finding("错", "网页", str(error))
    embed = f"许嵌在 {'、'.join(made.embed_origins)}" if made.embed_origins else "不许嵌在别的网站里"
    rate = "、".join(
        f"每个{who}每秒 {most:g} 次" if most else f"每个{who}不限"
        for who, most in (("用户", made.per_user), ("地址", made.per_address))
    )
    if made.embed_origins and not settings.base_url.startswith("https:"):
        return Finding("注意", "网页", f"{embed}，但 {PREFIX}BASE_URL 不是 https，嵌着时记不住人；{rate}")
    return Finding("好", "网页", f"开着，/；{embed}；{rate}；前面 {made.proxies} 层代理")


def _wechat(settings: Settings) -> Iterator[Finding]:
    token, key = settings.wechat_token, settings.wechat_aes_key
    if not token:
        rest = [name for name in ("app_id", "app_secret", "aes_key") if getattr(settings, f"wechat_{name}")]
        if rest:
            names = "、".join(f"{PREFIX}WECHAT_{name.upper()}" for name in rest)
            yield Finding("错", "微信", f"有 {names}，却没有 {PREFIX}WECHAT_TOKEN，/wechat 是 404")
        else:
            yield Finding("关", "微信", f"没有 {PREFIX}WECHAT_TOKEN，/wechat 是 404")
        return
    from bot.channels.wechat import WeChat

    try:
        WeChat(token, datetime.now, app_id=settings.wechat_app_id, aes_key=key)
    except ValueError as error:
        yield Finding("错", "微信", str(error))
        return
    mode = "安全模式" if key else "明文模式"
    there = f"{settings.base_url.rstrip('/')}/wechat" if settings.base_url else f"/wechat（没有 {PREFIX}BASE_URL）"
    yield Finding("好", "微信", f"开着，{mode}；平台后台的服务器地址填 {there}")
    if not key:
        name = f"{PREFIX}WECHAT_AES_KEY"
        yield Finding("注意", "微信", f"没有 {name}，后台要选明文模式，消息不加密；建议填上它，后台改选安全模式")
    if not _WECHAT_TOKEN.fullmatch(token):
        yield Finding("注意", "微信", f"{PREFIX}WECHAT_TOKEN 在后台要是 3 到 32 个字母或数字，现在的填不进去")
    if settings.wechat_app_id and not _APP_ID.fullmatch(settings.wechat_app_id):
        yield Finding("注意", "微信", f"{PREFIX}WECHAT_APP_ID 不像是 AppID（wx 加 16 个字符）")
    yield _wechat_sending(settings)


def _wechat_sending(settings: Settings) -> Finding:
    """主动发：要 AppID、口令和模板；订阅页还要公网地址。"""
    from bot.wechat.opening import check_url, missing
    from bot.wechat.templates import read_templates

    try:
        templates = read_templates(settings.wechat_templates)
        check_url(settings)
    except SettingsError as error:
        return Finding("错", "微信主动发", str(error))
    if lacks := missing(settings):
        return Finding("关", "微信主动发", f"没有 {lacks}：提醒只能等对方下次来说话，菜单、二维码也发布不了")
    if not templates.given:
        return Finding("注意", "微信主动发", f"没有 {PREFIX}WECHAT_TEMPLATES：提醒只能等对方下次来说话")
    if not templates.subscriptions:
        page = "没有订阅通知的模板，订阅页关着"
    else:
        page = "订阅页 /wechat/subscribe 开着" if settings.base_url else f"没有 {PREFIX}BASE_URL，订阅页关着"
    return Finding("好", "微信主动发", f"{len(templates.given)} 种时机有模板；{page}；试没试通要发一次才知道")


def _telegram(settings: Settings) -> Iterator[Finding]:
    token, secret = settings.telegram_token, settings.telegram_secret
    if not token:
        yield Finding("关", "Telegram", f"没有 {PREFIX}TELEGRAM_TOKEN，/telegram 是 404")
        return
    from bot.channels.telegram import Telegram

    try:
        Telegram(secret or "derived", datetime.now)
    except ValueError as error:
        yield Finding("错", "Telegram", str(error))
        return
    if not _BOT.fullmatch(token):
        yield Finding("错", "Telegram", f"{PREFIX}TELEGRAM_TOKEN 要像 123456:ABC…，照 BotFather 给的抄")
    elif not settings.base_url:
        yield Finding("好", "Telegram", "开着，长轮询；不要公网地址，要能连到平台")
    elif settings.base_url.startswith("http:") and settings.telegram_api_url == Settings().telegram_api_url:
        yield Finding("错", "Telegram", f"平台只推到 https；{PREFIX}BASE_URL 改成 https，或者不设，改为长轮询")
    else:
        how = "口令由令牌推出" if not secret else "口令是自己设的"
        yield Finding("好", "Telegram", f"开着，推到 {settings.base_url.rstrip('/')}/telegram；{how}")
