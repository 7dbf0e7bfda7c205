"""服务号的菜单：点了与在对话里点一样，`menu:` 后面是流程的名字。"""

from typing import Any

from bot.wechat.page import PATH

MENU: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "查等级",
        (("查行业与等级", "which_grade"), ("自评", "assess"), ("申报材料", "materials"), ("惠企措施", "benefits")),
    ),
    (
        "办申报",
        (
            ("申报时间", "when"),
            ("审核流程", "review"),
            ("系统怎么用", "system"),
            ("被退回了", "returned"),
            ("预警了", "alert"),
        ),
    ),
    ("提醒", (("订阅提醒", "remind"), ("我的信息", "mine"))),
)


def menu(page: str = "") -> dict[str, Any]:
    """照平台的样子写成的菜单；给了 `page`（公网地址）就多一个去订阅页的。"""
    buttons = [
        {"name": name, "sub_button": [{"type": "click", "name": sub, "key": f"menu:{flow}"} for sub, flow in subs]}
        for name, subs in MENU
    ]
    made: dict[str, Any] = {"button": buttons}
    if page:
        url = f"{page.rstrip('/')}{PATH}"
        made["button"][-1]["sub_button"].insert(1, {"type": "view", "name": "允许微信通知", "url": url})
    return made


def faults(made: dict[str, Any]) -> list[str]:
    """平台不收的地方：最多 3 个、每个下面最多 5 个，名字、键、网址各有多长。"""
    found = []
    buttons = made["button"]
    if not 1 <= len(buttons) <= 3:
        found.append(f"一级菜单要 1 到 3 个，现在 {len(buttons)} 个")
    for button in buttons:
        name, subs = button["name"], button.get("sub_button", [])
        if not 0 < len(name.encode()) <= 16:
            found.append(f"“{name}”：一级菜单的名字最多 16 字节（5 个汉字）")
        if len(subs) > 5:
            found.append(f"“{name}”下面最多 5 个，现在 {len(subs)} 个")
        found += [f"“{each['name']}”：{fault}" for each in subs for fault in _faults(each)]
    return found


def _faults(sub: dict[str, Any]) -> list[str]:
    limits = (("name", 60, "名字"), ("key", 128, "键"), ("url", 1024, "网址"))
    return [f"{what}最多 {most} 字节" for key, most, what in limits if len(sub.get(key, "").encode()) > most]
