"""值班的人把自己的微信、Telegram 绑到账号上。"""

import re

from dialogs.cites import HELP
from dialogs.moves import Here, aside, say
from dialogs.records import Bound, Turn

_BINDS = re.compile(r"绑定值班\D{0,3}(\d{8})")


def binding(here: Here) -> Turn | None:
    """值班的人把自己的号绑到账号上，有人等的时候好告诉他；不是这样说的是 None。

    回忆 bind:码 的答案是 ("ok", 账号)、("wrong",) 或 ("throttled",)。
    """
    found = _BINDS.fullmatch(here.said) if here.said.startswith("绑") else None
    if found is None:
        return None
    if here.session.user.startswith("web:"):
        draft = say("网页里绑定不了：关了页面就收不到。", HELP, "在微信或 Telegram 里把这句话发给我。")
        return aside(here, draft, "bind")
    asked = f"bind:{found[1]}"
    if asked not in here.recalled:
        return Turn(here.session, None, recall=asked, claimed="bind")
    answer = here.recalled[asked]
    how, *name = answer if isinstance(answer, tuple) else (str(answer),)
    told = {
        "ok": f"绑定好了：有人等的时候，就在这里告诉您（账号 {''.join(name)}）。",
        "throttled": "试错太多次了，过一个小时再试。",
    }.get(how, "这个码不对，或者过了时间。")
    then = "有人等的时候，点开发来的链接就能答。" if how == "ok" else "在服务台的“值班”页再取一个码。"
    return aside(here, say(told, HELP, then), "bind", () if how == "throttled" else (Bound(found[1]),))
