"""照设置开出微信主动的一侧；没有配的是 None，写错了抛 SettingsError。"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.settings import PREFIX, Settings, SettingsError
from bot.store import Store

if TYPE_CHECKING:
    from bot.wechat.api import Api
    from bot.wechat.notifier import WeChatNotifier
    from bot.wechat.page import SubscribePage

_URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
Now = Callable[[], datetime]


def missing(settings: Settings) -> str:
    """主动发还缺哪几项，名字用顿号连着；不缺是空的。"""
    names = ("wechat_app_id", "wechat_app_secret")
    return "、".join(f"{PREFIX}{name.upper()}" for name in names if not getattr(settings, name))


def check_url(settings: Settings) -> None:
    """平台的地址写得对不对。"""
    if not _URL.fullmatch(settings.wechat_api_url):
        raise SettingsError(f"{PREFIX}WECHAT_API_URL：要是一个网址：{settings.wechat_api_url}")


def open_api(settings: Settings, store: Store, clock: Now) -> "Api":
    """接口客户端。"""
    if lacks := missing(settings):
        raise SettingsError(f"要先设 {lacks}")
    check_url(settings)
    from bot.wechat.api import Api
    from bot.wechat.credentials import SharedCredentials

    credentials = SharedCredentials(store)
    return Api(settings.wechat_app_id, settings.wechat_app_secret, credentials, clock, url=settings.wechat_api_url)


def open_notifier(settings: Settings, store: Store, clock: Now) -> "WeChatNotifier | None":
    """送信的人。"""
    if missing(settings):
        return None
    from bot.wechat.notifier import WeChatNotifier
    from bot.wechat.templates import read_templates

    templates = read_templates(settings.wechat_templates)
    return WeChatNotifier(open_api(settings, store, clock), templates)


def open_page(settings: Settings, store: Store, clock: Now) -> "SubscribePage | None":
    """订阅页；要有公网地址和订阅通知的模板。"""
    if not settings.wechat_templates:
        return None
    from bot.wechat.templates import read_templates

    templates = read_templates(settings.wechat_templates).subscriptions
    if missing(settings) or not settings.base_url or not templates:
        return None
    from bot.wechat.page import SubscribePage

    return SubscribePage(open_api(settings, store, clock), settings.wechat_app_id, settings.base_url, templates, clock)
