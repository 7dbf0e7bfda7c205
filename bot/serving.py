"""起服务：把收件箱、各渠道和外壳接到一起；没有配置的渠道不导入。"""

import gc
import socket
from typing import TYPE_CHECKING

import uvicorn
from sqlalchemy.engine import make_url

import knowledge
from bot.app import App, Counts
from bot.channels.wechat import WeChat
from bot.clock import Clock
from bot.settings import Settings, SettingsError
from bot.web.opening import open_site
from bot.web.site import Site

if TYPE_CHECKING:
    from bot.inbox import Inbox
    from bot.store import Store
    from bot.telegram.door import Door
    from knowledge.rules import Rules


def serve_forever(
    store: "Store", inbox: "Inbox[Rules]", settings: Settings, clock: Clock, host: str, port: int
) -> bool:
    """印出地址和先试什么，一直服务到叫停；没起来是 False。"""
    knowledge.on(clock().date()).warm()
    counts = Counts()
    site = open_site(settings, store, inbox, knowledge.on, clock, counts)
    wechat, telegram = _wechat(settings, clock), _telegram(inbox, settings, clock)
    app = App(inbox, wechat=wechat, telegram=telegram, site=site, counts=counts)
    gc.freeze()  # 规则和模板一直在，垃圾回收不必一遍遍地走过它们
    database = make_url(settings.database).render_as_string(hide_password=True)
    print(f"创B争A 向导在 http://{host}:{port}/ ；数据在 {database}", flush=True)
    if not settings.wechat_token:
        print("微信没有配置（CHUANGB_WECHAT_TOKEN），/wechat 是关着的；先在浏览器里试", flush=True)
    if settings.telegram_token:
        way = f"推到 {settings.base_url.rstrip('/')}/telegram" if settings.base_url else "没有公网地址，长轮询"
        print(f"Telegram：{way}", flush=True)
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
    )
    server = _Server(config, site)
    try:
        server.run()
    except SystemExit:  # uvicorn 占不到端口就这样退出，原因它已经印了
        return False
    return server.started


class _Server(uvicorn.Server):
    """停之前先断开还开着的推送，否则要等到时限。"""

    def __init__(self, config: uvicorn.Config, site: Site) -> None:
        super().__init__(config)
        self._site = site

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.hang_up()
        await super().shutdown(sockets)


def _wechat(settings: Settings, clock: Clock) -> WeChat | None:
    if not settings.wechat_token:
        return None
    try:
        return WeChat(settings.wechat_token, clock, app_id=settings.wechat_app_id, aes_key=settings.wechat_aes_key)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _telegram(inbox: "Inbox[Rules]", settings: Settings, clock: Clock) -> "Door | None":
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
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error
