"""服务号自己的事：菜单、二维码、网页签名的票、今天的限额。"""

from collections.abc import Mapping
from typing import Any

from bot.wechat.api import Answer, Api, Unavailable

MOST_SECONDS = 2_592_000
"""临时二维码最长 30 天；平台自己的默认只有一分钟。"""


async def publish_menu(api: Api, menu: Mapping[str, Any]) -> Answer:
    """发布菜单，换掉原来的；手机上几分钟以后看得到。"""
    return await api.call("/cgi-bin/menu/create", menu, repeatable=True)


async def create_qr(api: Api, scene: str, seconds: int | None = MOST_SECONDS) -> Answer:
    """一张带场景的二维码，`data` 里有 ticket；`seconds` 是几秒到期，None 是永久（一个号十万张）。"""
    info = {"scene": {"scene_str": scene}}
    if seconds is None:
        body: dict[str, Any] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": info}
    else:
        body = {"expire_seconds": seconds, "action_name": "QR_STR_SCENE", "action_info": info}
    return await api.call("/cgi-bin/qrcode/create", body, repeatable=True, proof="ticket")


async def show_qr(api: Api, ticket: str) -> bytes:
    """二维码的图片；要不到是空的。"""
    return await api.image("/cgi-bin/showqrcode", {"ticket": ticket})


async def quota(api: Api, path: str) -> Answer:
    """一个接口今天的限额和用了多少。"""
    return await api.call("/cgi-bin/openapi/quota/get", {"cgi_path": path}, repeatable=True)


async def js_ticket(api: Api) -> str:
    """网页签名用的 jsapi_ticket，各进程共用一张；要不到是空的。"""

    async def fetch() -> tuple[str, float]:
        answer = await api.call("/cgi-bin/ticket/getticket", {}, repeatable=True, query={"type": "jsapi"})
        if not answer.done:
            raise Unavailable(answer)
        return str(answer.data["ticket"]), float(answer.data["expires_in"])

    try:
        return await api.shared("ticket", fetch)
    except (Unavailable, TimeoutError):
        return ""
