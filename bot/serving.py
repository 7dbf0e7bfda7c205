"""起服务：把收件箱、各渠道和外壳接到一起；没有配置的渠道不导入。"""

import asyncio
import gc
import re
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from bot.app import App, Counts
from bot.channels.wechat import WeChat
from bot.clock import Clock
from bot.desk.counting import DayCount
from bot.desk.opening import LazyDesk
from bot.desk.reaching import DutyWatch
from bot.desk.watching import HoldWatch
from bot.documents.opening import files_of
from bot.heap import big_pages, drop_docs, give_back, one_arena
from bot.lazy import Lazy
from bot.pushes import push_protocol
from bot.reminders.attending import Attendant
from bot.settings import Settings, SettingsError
from bot.store.opening import shown_url
from bot.web.opening import open_site
from bot.wechat.opening import open_page
from bot.wechat.reports import Reports

if TYPE_CHECKING:
    from bot.inbox import Inbox
    from bot.store import Store
    from bot.telegram.door import Door
    from knowledge.rules import Rules


def serve_forever(
    store: "Store",
    inbox: "Inbox[Rules]",
    settings: Settings,
    clock: Clock,
    host: str,
    port: int,
    sending: bool = True,
) -> bool:
    """印出地址和先试什么，一直服务到叫停；没起来是 False。`sending` 为假就不在这个进程里发提醒。"""
    one_arena()
    drop_docs()
    rules_on = inbox.rules_on
    rules_on(clock().date()).warm()
    counts = Counts()
    site = open_site(settings, store, inbox, rules_on, clock, counts)
    desk = LazyDesk(settings, store, inbox, rules_on, clock, counts)
    wechat, telegram = _wechat(settings, clock), _telegram(inbox, store, settings, clock)
    reports = Reports(store, clock) if wechat is not None else None
    page = open_page(settings, store, clock)
    app = App(inbox, wechat=wechat, telegram=telegram, site=site, reports=reports, page=page, desk=desk, counts=counts)
    holds, calls = HoldWatch(store, inbox, clock), DutyWatch(store, clock)
    app.watches = (holds, calls, DayCount(store, clock))
    if sending:
        app.attendant = Attendant(settings, store, clock)
        desk.nudge = holds.nudge = calls.nudge = app.attendant.nudge
    give_back()
    gc.freeze()  # 规则和模板一直在，垃圾回收不必一遍遍地走过它们
    gc.set_threshold(50_000, 20, 100)  # 一个回合造的对象几乎都不成环，少查几遍
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=4,
        timeout_keep_alive=75,
        proxy_headers=False,
        http=push_protocol(app),
    )
    server = _Server(config, (site, desk), lambda at: print(_opening(at, store, settings), flush=True))
    try:
        server.run()
    except SystemExit:  # uvicorn 占不到端口就这样退出，原因它已经印了
        return False
    return server.started


def _opening(address: str, store: "Store", settings: Settings) -> str:
    """开起来以后的头几行：地址、先问什么、数据在哪里、哪些开着。"""
    wechat = "开着" if settings.wechat_token else "关着"
    telegram = "关着"
    if settings.telegram_token:
        telegram = f"推到 {settings.base_url.rstrip('/')}/telegram" if settings.base_url else "开着，长轮询"
    return (
        f"创B争A 向导开着：{address}\n"
        "  先问一句：我们是做商砼的\n"
        f"  数据在：{store.path or shown_url(settings.database)}\n"
        f"  微信：{wechat}；Telegram：{telegram}；缺什么看 chuangb doctor\n"
        "  停：Ctrl-C"
    )


def _address(server: uvicorn.Server) -> str:
    """真正在听的地址，浏览器里打得开；听着全部网卡时写本机。"""
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


SETTLED = 2.0
"""起来这么多秒以后，门里门外都开好了，把造它们时用过的内存还给系统。"""


class _Server(uvicorn.Server):
    """开起来了就报地址；停之前先断开还开着的推送，否则要等到时限。"""

    def __init__(self, config: uvicorn.Config, open_: tuple[Lazy, ...], opened: Callable[[str], None]) -> None:
        super().__init__(config)
        self._open = open_
        self._opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._opened(_address(self))
            asyncio.get_running_loop().call_later(SETTLED, _settled)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for each in self._open:
            each.hang_up()
        await super().shutdown(sockets)


def _settled() -> None:
    """造它们时用过的空页还给系统，编过一次就不再编的式子也不记；留下的收成大页。"""
    re.purge()
    gc.collect()
    give_back()
    threading.Thread(target=big_pages, name="chuangb-pages", daemon=True).start()  # 要一百来毫秒，不让人等


def _wechat(settings: Settings, clock: Clock) -> WeChat | None:
    if not settings.wechat_token:
        return None
    try:
        return WeChat(settings.wechat_token, clock, app_id=settings.wechat_app_id, aes_key=settings.wechat_aes_key)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _telegram(inbox: "Inbox[Rules]", store: "Store", settings: Settings, clock: Clock) -> "Door | None":
    if not settings.telegram_token:
        return None
    from bot.telegram.door import Door

    try:
        return Door(
            inbox.answer,
            clock,
            token=settings.telegram_token,
            api_url=settings.telegram_api_url,
            secret=settings.telegram_secret,
            base_url=settings.base_url,
            files=files_of(settings, store, inbox.rules_on, clock),
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error
