"""开着的页面一秒里就知道；接管到时了，几个进程守着也只交还一次；网页的用户在哪个进程都收得到。"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.desk.live import EACH, Live
from bot.desk.watching import HoldWatch
from bot.store import Store
from bot.web.pushing import Pusher
from bot.web.streams import Streams
from tests.bot.desk.office import Office, office


@asynccontextmanager
async def listening(store: Store, scope: str | None, case: int = 0) -> AsyncIterator["asyncio.Queue[Any]"]:
    """开着的一页，听到的放进队里。"""
    heard: asyncio.Queue[Any] = asyncio.Queue()
    closing = asyncio.Event()
    live = Live(every=0.05)

    async def listen() -> None:
        async for piece in live.listen(store, scope, closing, case):
            heard.put_nowait(json.loads(piece.removeprefix(b"data: ")))

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.2)
    yield heard
    closing.set()
    await asyncio.wait_for(task, 30)


async def heard(queue: "asyncio.Queue[Any]", wanted: Any) -> Any:
    """听到这一条为止。"""
    while (told := await queue.get()) != wanted:
        pass
    return told


async def test_a_console_hears_its_own(here: Office) -> None:
    """自己区县的听到，别的区县的听不到，市里的都听到；等着几个一并说。"""
    async with (
        listening(here.store, "铜梁") as tong,
        listening(here.store, "永川") as yong,
        listening(here.store, None) as admin,
    ):
        await here.hears("我们铜梁的，转人工")
        for heard in (tong, admin):
            assert {"cases": [1], "waiting": 1} == await asyncio.wait_for(heard.get(), 30)
        await here.hears("喂")
        assert {"cases": [1], "waiting": 1} == await asyncio.wait_for(tong.get(), 30)
        assert yong.empty()


async def test_an_open_case_that_left(here: Office) -> None:
    """开着的案子转去了别的区县，或人删掉了自己的信息：那一页马上知道，没有开着它的不知道。"""
    await here.hears("我们铜梁的，转人工")
    gone = {"cases": [1], "waiting": 0}
    async with listening(here.store, "铜梁", 1) as there, listening(here.store, "铜梁") as idle:
        await here.hears("我们在永川区")
        assert gone == await asyncio.wait_for(heard(there, gone), 30)
        assert gone not in [idle.get_nowait() for _ in range(idle.qsize())]
    async with listening(here.store, "永川", 1) as there:
        await here.hears("删除我的信息")
        await here.hears("确认删除")
        assert gone == await asyncio.wait_for(heard(there, gone), 30)


async def test_the_stream_opens_and_closes(here: Office) -> None:
    """推送开得起来；没有登录的开不了。"""
    tong = await here.person("tong")
    answer = await tong.get("/desk/events", accept="text/event-stream")
    assert (200, "text/event-stream; charset=utf-8") == (answer.status, answer.header("content-type"))
    tong.cookies.clear()
    assert 401 == (await tong.get("/desk/events", accept="text/event-stream")).status


async def test_one_account_leaves_room_for_the_others(here: Office) -> None:
    """一个账号开得再多，别人照样开得了；关掉一页，又开得了一页；一下子来得太多，多的马上就完。"""
    live, closing = Live(every=0.05), asyncio.Event()
    pages = [live.listen(here.store, "铜梁", closing, by="tong") for _ in range(EACH + 5)]
    tasks = [asyncio.create_task(anext(page, None)) for page in pages]
    await asyncio.sleep(0.2)
    assert [True] * 5 == [task.done() for task in tasks[EACH:]]
    assert (False, True) == (live.room("tong"), live.room("admin"))
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    assert live.room("tong")
    closing.set()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_hold_runs_out_once(here: Office) -> None:
    """到时了就交还，用户知道；两个进程守着，只说一遍；没有到时的不动。"""
    await here.hears("我们铜梁的，转人工")
    tong = await here.person("tong")
    await here.acts(tong, "take")
    async with office(here.store, here.clock) as other:
        watches = [HoldWatch(each.store, each.inbox, here.clock) for each in (here, other)]
        assert [0, 0] == [await each.once() for each in watches]
        here.clock.on(minutes=31)
        await asyncio.gather(*(each.once() for each in watches))
        assert [0, 0] == [await each.once() for each in watches]
    assert "open" == here.case().state
    [text] = [text for user, _, text in here.sent() if user == "wechat:o1"]
    assert text.startswith("值班人员暂时不在，我接着答。")
    assert "接管到时了" in (await tong.get("/desk/case/1")).text


async def test_a_web_user_is_told_in_any_process(here: Office) -> None:
    """用户的页面开在一个进程，值班的人在另一个进程里说：一秒里就到，只到一次，只到他那里。"""
    await here.hears("我们铜梁的，转人工", "web:w1")
    await here.hears("我们铜梁的，转人工", "web:w2")
    streams, got = Streams(), dict[str, list[Any]]()
    pusher = Pusher(here.store, streams, every=0.05)

    async def listen(user: str) -> None:
        got[user] = []
        async for piece in streams.listen(user):
            pusher.wake()
            if piece.startswith(b"data: "):
                got[user].append(json.loads(piece[6:]))

    tasks = [asyncio.create_task(listen(user)) for user in ("web:w1", "web:w2")]
    await asyncio.sleep(0.2)
    async with office(here.store, here.clock) as other:
        tong = await other.person("tong")
        await other.acts(tong, "say", text="您好")
        await asyncio.sleep(0.5)
        await other.acts(tong, "give")
        await asyncio.sleep(0.5)
    streams.hang_up()
    await asyncio.gather(*tasks)
    assert ["【铜梁区值班】您好", "值班人员把对话交还给我了。"] == [
        each["reply"]["lines"][0][1] for each in got["web:w1"]
    ]
    assert ["", ""] == [each["said"] for each in got["web:w1"]]
    assert [] == got["web:w2"]
    assert [] == [row for row in here.sent() if row[0].startswith("web:")]
