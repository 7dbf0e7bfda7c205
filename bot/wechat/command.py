"""`chuangb wechat menu`、`qr`：发布菜单，出一张扫了就记下区县的二维码。"""

import asyncio
import json
from argparse import Namespace
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import knowledge
from bot.commands import Fault, on_store
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.store import Store
    from bot.wechat.api import Api

DAY = 86400


def add_wechat(named: Any) -> None:
    """`wechat` 这个命令怎么写。"""
    help = "微信服务号：发布菜单，出区县的二维码"
    actions = named.add_parser("wechat", help=help, description=help).add_subparsers(metavar="ACTION", required=True)
    shown = actions.add_parser("menu", help="发布菜单，换掉原来的", description="发布菜单，换掉原来的")
    shown.set_defaults(run=publish)
    shown.add_argument("--dry-run", action="store_true", help="只印出来，不发布")
    qr = actions.add_parser("qr", help="出一张二维码（PNG），扫了就记下区县", description="出一张二维码（PNG）")
    qr.set_defaults(run=draw)
    qr.add_argument("--district", required=True, metavar="D", help="哪个区县，例如 永川区")
    qr.add_argument("--out", required=True, metavar="FILE", help="写到哪个文件")
    qr.add_argument("--days", type=int, default=30, help="几天到期，1 到 30（默认 30）")
    qr.add_argument("--permanent", action="store_true", help="永久的（一个号最多十万张）")
    for each in (shown, qr):
        each.add_argument("--database", default="", metavar="URL", help="sqlite:////绝对路径.db 或 postgresql://…")


def publish(given: Namespace) -> None:
    """发布菜单；平台不收的先说出来，不去碰它。"""
    from bot.wechat.account import publish_menu
    from bot.wechat.menu import faults, menu

    settings = read_settings(database_url=given.database)
    made = menu(settings.base_url if _has_page(settings.wechat_templates) else "")
    if found := faults(made):
        raise Fault(f"菜单不合平台的规矩：{'；'.join(found)}")
    if given.dry_run:
        print(json.dumps(made, ensure_ascii=False, indent=1))
        return

    async def run(api: "Api") -> None:
        answer = await publish_menu(api, made)
        if not answer.done:
            raise Fault(f"菜单没有发布：{answer.logged}")
        count = sum(len(button["sub_button"]) for button in made["button"])
        print(f"菜单发布了，{len(made['button'])} 栏 {count} 项；手机上几分钟以后看得到")

    _with_api(given, run)


def draw(given: Namespace) -> None:
    """出一张二维码；扫了关注的、关注着又扫的，都记下区县。"""
    from bot.wechat.account import create_qr, show_qr

    if not 1 <= given.days <= 30:
        raise Fault(f"--days 要在 1 到 30 之间：{given.days}")
    out = Path(given.out)
    if not out.absolute().parent.is_dir():
        raise Fault(f"没有这个文件夹：{out.absolute().parent}")
    name = _district(given.district)

    async def run(api: "Api") -> None:
        answer = await create_qr(api, f"district:{name}", None if given.permanent else given.days * DAY)
        image = await show_qr(api, str(answer.data.get("ticket", ""))) if answer.done else b""
        if not image:
            raise Fault(f"二维码没有出成：{'图片取不到' if answer.done else answer.logged}")
        try:
            out.write_bytes(image)
        except OSError as error:
            raise Fault(f"写不进 {out}：{error.strerror}") from None
        print(f"写好了：{out}（{name}，{'永久' if given.permanent else f'{given.days} 天到期'}）")

    _with_api(given, run)


def _district(said: str) -> str:
    rules = knowledge.on(datetime.now(read_settings().zone).date())
    found = rules.districts_in(said)
    if len(found) != 1:
        raise Fault(f"不认得的区县：{said}" if not found else f"是哪一个区县：{'、'.join(each.name for each in found)}")
    return str(found[0].name)


def _has_page(path: str) -> bool:
    from bot.wechat.templates import read_templates

    return bool(read_templates(path).subscriptions)


def _with_api(given: Namespace, work: "Callable[[Api], Awaitable[None]]") -> None:
    from bot.wechat.opening import open_api

    settings = read_settings(database_url=given.database)

    def run(store: "Store", now: datetime) -> None:
        async def inside() -> None:
            api = open_api(settings, store, lambda: datetime.now(settings.zone))
            try:
                await work(api)
            finally:
                await api.close()

        asyncio.run(inside())

    on_store(given, run)
