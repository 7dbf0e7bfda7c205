"""值班的人在真的浏览器里：登录、有人等马上看见、接管、回话、记一笔、交还；两个人抢；手机和电脑都看得下去。"""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Page, expect
from sqlalchemy import update

import knowledge
from bot.app import App, Counts
from bot.channels.wechat import WeChat
from bot.desk.direct import Linked
from bot.desk.opening import LazyDesk
from bot.inbox import Inbox
from bot.reminders.posting import Posting
from bot.settings import Settings
from bot.store import Store
from bot.store.schema import operators
from bot.web.opening import open_site
from bot.wechat.api import Api
from bot.wechat.credentials import SharedCredentials
from bot.wechat.notifier import WeChatNotifier
from bot.wechat.templates import Templates
from dialogs.turn import take_turn
from tests.bot.desk.client import PASSWORD
from tests.bot.desk.office import staff
from tests.bot.reminders.stage import FAST
from tests.bot.wechat_client import Platform, deliver, text
from tests.bot.wechat_platform import APP_ID, SECRET, Fake, wechat_platform
from tests.browser.conftest import NewContext
from tests.browser.talk import Talk
from tests.browser.test_looks import faults

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOW = datetime.fromisoformat("2026-11-30T10:00:00+08:00")
BASE = "https://bot.example"


@dataclass
class Floor:
    """整个产品：微信推来、服务台开着、发送守着；`phone` 是微信用户收到的。"""

    port: int
    fake: Fake
    platform: Platform
    number: int = 0

    async def hears(self, said: str, openid: str = "o1") -> str:
        """微信用户说一句，返回当场的答复。"""
        self.number += 1
        self.fake.spoke(openid)
        status, body = await deliver(self.port, self.platform.push(text(said, openid, msg_id=str(self.number))))
        assert 200 == status
        return "" if body == b"success" else self.platform.open(body)["Content"]

    async def got(self, openid: str, count: int) -> str:
        """等到他收到第几条主动发的，返回那一句。"""
        async with asyncio.timeout(30):
            while len(self.fake.received[openid]) < count:
                await asyncio.sleep(0.02)
        return str(self.fake.received[openid][count - 1]["text"]["content"])


@asynccontextmanager
async def floor(store: Store) -> AsyncIterator[Floor]:
    """开起来。"""
    clock, counts, platform = (lambda: NOW), Counts(), Platform()
    given = Settings(base_url=BASE, web_per_address="0")
    inbox: Inbox[Any] = Inbox(store, take_turn, knowledge.on, clock)
    site = open_site(given, store, inbox, knowledge.on, clock, counts)
    desk = LazyDesk(given, store, inbox, knowledge.on, clock, counts)
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(wechat_platform(Fake()))
        api = Api(APP_ID, SECRET, SharedCredentials(store), clock, url=fake.url)
        notifier = Linked(WeChatNotifier(api, Templates({})), BASE)
        posting = Posting(store, clock, NOW.tzinfo, {"wechat": notifier}, paces=FAST)  # type: ignore[arg-type]
        desk.nudge = posting.nudge
        app = App(inbox, wechat=WeChat(platform.token, clock), site=site, desk=desk, counts=counts)
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=3, proxy_headers=False)
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        listener = socket.create_server(("127.0.0.1", 0))
        await server.startup(sockets=[listener])
        await posting.start()
        try:
            yield Floor(listener.getsockname()[1], fake, platform)
        finally:
            site.hang_up()
            desk.hang_up()
            await posting.stop()
            await posting.close()
            await server.shutdown(sockets=[listener])


async def login(page: Page, port: int, name: str, path: str = "/desk/") -> Page:
    """登录，到收件箱。"""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(f"http://127.0.0.1:{port}{path}")
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("navigation", name="服务台")).to_be_visible()
    return page


async def console(new_context: NewContext, port: int, name: str = "tong", width: int = 1280) -> Page:
    """一个值班的人的浏览器。"""
    context = await new_context(width, 800 if width > 600 else 720)
    return await login(await context.new_page(), port, name)


async def test_the_whole_way(new_context: NewContext, store: Store) -> None:
    """微信用户找人 → 值班的人的微信响、页面一秒里看见 → 接管 → 回话 → 记一笔 → 交还，自评接着走。"""
    staff(store)
    with store.transaction() as connection:
        connection.execute(update(operators).filter_by(name="tong").values(bound="wechat:op"))
    async with floor(store) as here:
        here.fake.spoke("op")
        await here.hears("绑不绑都行", "op")
        page = await console(new_context, here.port)
        await expect(page.get_by_text("没有人等着。")).to_be_visible()
        await asyncio.sleep(0.6)
        for said in ("我们铜梁的，想自评", "没有", "做商砼的"):
            await here.hears(said)
        await here.hears("转人工")
        await expect(page.locator(".cases > li.waiting")).to_have_count(1)
        await expect(page).to_have_title(re.compile("（1 个在等）"))
        await expect(page.get_by_role("status")).to_contain_text("又有人等")
        assert "铜梁区有人等（要找人）：转人工\nhttps://bot.example/desk/case/1" == await here.got("op", 1)
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("正问着")).to_be_visible()
        await page.wait_for_load_state()  # 脚本到了，快捷键才管用
        await page.keyboard.press("t")
        await page.keyboard.press("g")
        assert "waiting" == await page.locator("#state section").get_attribute("data-state")
        await page.keyboard.press("Alt+t")
        await expect(page.locator("#state")).to_contain_text("您 接管着")
        await expect(page.get_by_label("派给")).to_have_value("tong")
        assert "" == await here.hears("在不在哦")
        await expect(page.locator("#lines")).to_contain_text("在不在哦")
        await page.keyboard.press("r")
        await page.get_by_label("回话").fill("在的，您说 <b>& {{7*7}}")
        await expect(page.locator("#preview")).to_have_text("对方看到：【铜梁区值班】在的，您说 <b>& {{7*7}}")
        await page.keyboard.press("Control+Enter")
        assert "【铜梁区值班】在的，您说 <b>& {{7*7}}" == await here.got("o1", 1)
        await expect(page.get_by_label("回话")).to_have_value("")
        await expect(page.locator("#lines .desk")).to_have_count(1)
        await expect(page.locator("#state")).to_contain_text("还能发 4 条")
        await page.get_by_label("记一笔").fill("等他发环评批复")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#notes")).to_contain_text("等他发环评批复")
        await page.get_by_label("回话").fill("还没写完")
        await page.keyboard.press("Alt+g")
        assert "值班人员把对话交还给我了" in await here.got("o1", 2)
        await expect(page.locator("#state")).to_contain_text("交还了，没关")
        await expect(page.locator("#notice")).to_contain_text("还能发 3 条")
        await expect(page.get_by_label("回话")).to_have_value("还没写完")
        await page.get_by_label("回话").fill("")
        assert (await here.hears("1")).startswith("好，想评“绩效引领”")
        await page.get_by_role("button", name="关闭").click()
        await expect(page.locator("#state")).to_contain_text("要再说话，先接管")
        await expect(page.get_by_label("回话")).to_be_hidden()


async def test_two_race(new_context: NewContext, store: Store) -> None:
    """两个人同时点接管，一个成，另一个看见是谁；后说话的送不出去，写的字还在。"""
    staff(store)
    async with floor(store) as here:
        await here.hears("我们铜梁的，转人工")
        pages = [await console(new_context, here.port, name) for name in ("tong", "liang")]
        for page in pages:
            await page.goto(f"http://127.0.0.1:{here.port}/desk/case/1")
            await expect(page.get_by_role("button", name="接管")).to_be_enabled()
        await asyncio.gather(*(page.get_by_role("button", name="接管", exact=True).click() for page in pages))
        await expect(pages[0].locator("#state")).to_contain_text("接管着")
        await expect(pages[1].locator("#state")).to_contain_text("接管着")
        states = [await page.locator("#state .holder").inner_text() for page in pages]
        assert 1 == sum(state.startswith("您") for state in states)
        loser = pages[0 if not states[0].startswith("您") else 1]
        await loser.get_by_label("回话").fill("我也想说")
        await loser.keyboard.press("Control+Enter")
        await expect(loser.locator("#notice")).to_contain_text("正接管着")
        await expect(loser.get_by_label("回话")).to_have_value("我也想说")
        assert [] == here.fake.received["o1"]


async def test_a_web_visitor(new_context: NewContext, store: Store) -> None:
    """网页的用户：值班的人说的一秒里就在他开着的页面上；刷新也还在，不是他自己说的。"""
    staff(store)
    async with floor(store) as here:
        visitor = await Talk(await (await new_context()).new_page()).open(here.port)
        await visitor.say("我们铜梁的，转人工")
        page = await console(new_context, here.port)
        await page.goto(f"http://127.0.0.1:{here.port}/desk/case/1")
        await page.get_by_label("回话").fill("您好，请讲")
        await page.keyboard.press("Control+Enter")
        await expect(visitor.last).to_contain_text("【铜梁区值班】您好，请讲")
        await visitor.page.reload()
        await expect(visitor.last).to_contain_text("【铜梁区值班】您好，请讲")
        await expect(visitor.mine).to_have_count(1)


@pytest.mark.parametrize("width", [375, 1280])
async def test_looks(new_context: NewContext, store: Store, axe: str, width: int, tmp_path: Path) -> None:
    """收件箱、谈话、值班三页：不横着滚，axe 查不出 A/AA 的毛病，明暗都一样。"""
    staff(store)
    folder = Path(os.environ.get("PICTURES", tmp_path))
    async with floor(store) as here:
        for said in ("我们铜梁的，想自评", "没有", "做商砼的", "1", "转人工"):
            await here.hears(said)
        await here.hears("我们铜梁的，你说的不对嘛", "o2")
        await here.hears("没用", "o2")
        page = await console(new_context, here.port, width=width)
        for name, path in (("inbox", "/desk/"), ("case", "/desk/case/1"), ("duty", "/desk/duty")):
            await page.goto(f"http://127.0.0.1:{here.port}{path}")
            if name == "case":
                await page.get_by_role("button", name="接管", exact=True).click()
                await expect(page.locator("#state")).to_contain_text("您 接管着")
                await page.get_by_label("回话").fill("在的，前面您选的我都看到了")
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                await page.screenshot(path=folder / f"desk-{width}-{scheme}-{name}.png", full_page=True)
                assert [] == await faults(page, axe), (name, scheme)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, wide)
