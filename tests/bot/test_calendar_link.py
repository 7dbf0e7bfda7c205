"""放进日历的链接：真的从网上取得到，改了期是新的，关了是取消。"""

import re
from datetime import date
from pathlib import Path

from bot.documents.links import path
from bot.store import Store
from bot.windows import close_window, move_window, open_window
from tests.bot.web_client import Browser, serving
from tests.chat import NOW


async def test_the_calendar_link_answers(tmp_path: Path) -> None:
    """答复里给的链接是 200，内容跟着窗口变；乱写的是 404。"""
    with Store.open(f"sqlite:///{tmp_path / 'web.db'}") as store:
        open_window(store, NOW, name="2026年申报", start=date(2026, 8, 1), end=date(2026, 12, 31))
        async with serving(store) as port:
            browser = Browser(port)
            await browser.home()
            found = re.search(rb"calendar/[^\"]+\.ics", (await browser.say("放到日历里")).body)
            assert found is not None
            link = f"/{found[0].decode()}"
            first = await browser.request("GET", link)
            assert (200, "text/calendar") == (first.status, first.headers["content-type"].partition(";")[0])
            assert b"DTEND;VALUE=DATE:20270101" in first.body
            move_window(store, NOW, "w2026-1", end=date(2026, 11, 30))
            moved = await browser.request("GET", link)
            assert b"DTEND;VALUE=DATE:20261201" in moved.body
            assert b"SEQUENCE:1" in moved.body
            close_window(store, NOW, "w2026-1")
            assert b"STATUS:CANCELLED" in (await browser.request("GET", link)).body
            assert 404 == (await browser.request("GET", f"/{path('x', 'calendar')}")).status
