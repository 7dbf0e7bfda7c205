"""产品的一部分：`app` 是外壳（HTTP 与微信渠道），`talking` 再加上谈话，会话放在内存里，什么都不落库。

由 bench.turn --shell 用 uvicorn 跑起来；与产品的差就是存储花的。
"""

import gc
from datetime import datetime
from zoneinfo import ZoneInfo

import knowledge
from bench.floor import TOKEN
from bot.app import App
from bot.channels.wechat import WeChat
from dialogs.records import Facts, Message, Option, Reply, Session, Value
from dialogs.turn import take_turn

ZONE = ZoneInfo("Asia/Shanghai")


class Fixed:
    """不走回合、什么都不记的 inbox。"""

    _reply = Reply(
        "“商砼”最像“水泥制品”（国家第15类 水泥），对吗？\n依据：便函〔2024〕210号 附件3 一 15\n下一步：回复编号：",
        (Option("水泥制品（水泥）", "1:branch=15"), Option("都不是", "1:branch=none")),
    )

    async def start(self) -> None: ...

    async def stop(self, bound_seconds: float) -> None: ...

    async def answer(self, message: Message) -> Reply | None:
        return self._reply

    def ready(self) -> bool:
        return True


class Memory(Fixed):
    """真的谈话，会话记在内存里。"""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._rules = knowledge.on(datetime.now(ZONE).date())
        self._rules.warm()

    async def answer(self, message: Message) -> Reply | None:
        session = self._sessions.get(message.user) or Session(message.user)
        facts = Facts(message.at, (), session.known)
        turn = take_turn(message, session, facts, self._rules)
        recalled: dict[str, Value] = {}
        while turn.recall:
            recalled[turn.recall] = "没有"
            turn = take_turn(message, session, facts, self._rules, recalled)
        self._sessions[message.user] = turn.session
        return turn.reply


def _clock() -> datetime:
    return datetime.now(ZONE)


app = App(Fixed(), wechat=WeChat(TOKEN, _clock))
talking = App(Memory(), wechat=WeChat(TOKEN, _clock))
gc.freeze()
gc.set_threshold(50_000, 20, 100)  # 与 chuangb serve 一样
