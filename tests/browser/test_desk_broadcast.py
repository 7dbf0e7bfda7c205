"""在真的浏览器里：登记窗口、写广播、另一个人批准、看着发完；名册的页面手机和电脑都看得下去。"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.reminders import posting as sending
from bot.reminders.posting import open_posting
from bot.settings import Settings
from bot.store import Store
from tests.bot.desk.client import PASSWORD
from tests.bot.desk.office import staff
from tests.bot.desk.test_roster import TONG, YONG, known, put
from tests.bot.reminders.stage import subscribe
from tests.bot.rosters import HEAD, as_csv
from tests.bot.web_client import serving
from tests.bot.wechat_platform import APP_ID, SECRET, TEMPLATE, Fake, wechat_platform
from tests.browser.conftest import NewContext
from tests.browser.test_looks import faults

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOW = datetime.fromisoformat("2026-11-30T10:00:00+08:00")
TEXT = "周五下午两点培训，带上自评表。"


@asynccontextmanager
async def product(store: Store, folder: Path) -> AsyncIterator[tuple[int, Fake]]:
    """整个产品连同发送，接着一台假的微信平台；两个铜梁的、一个永川的订阅了。"""
    staff(store)
    put(store, TONG, YONG)
    known(store, "wechat:o1", "铜梁", TONG[0])
    subscribe(store, "wechat:o1", "wechat:o2", district="铜梁")
    subscribe(store, "wechat:o3", district="永川")
    templates = folder / "templates.toml"
    templates.write_text(
        f'[broadcast.template]\nid = "{TEMPLATE}"\nfields = {{thing1 = "{{text}}"}}\n', encoding="utf-8"
    )
    async with wechat_platform(Fake(templates={TEMPLATE: ("thing1",)})) as fake:
        named = {"wechat_app_id": APP_ID, "wechat_app_secret": SECRET, "wechat_api_url": fake.url}
        given = named | {"wechat_templates": str(templates), "web_per_address": "0"}
        posting = open_posting(Settings(**given), store, lambda: NOW)
        await posting.start()
        try:
            async with serving(store, NOW, **given) as port:
                yield port, fake
        finally:
            await posting.stop()
            await posting.close()


async def signed_in(new_context: NewContext, port: int, name: str, width: int = 1280) -> Page:
    """登录好的一个人；要紧的都点“确定”。"""
    context = await new_context(width, 800)
    page = await context.new_page()
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.goto(f"http://127.0.0.1:{port}/desk/account")
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("heading", name="账号", exact=True)).to_be_visible()
    return page


async def test_window_broadcast_approval_result(
    new_context: NewContext, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """登记窗口 → 写广播、看演习 → 写的人批不了，另一个人批准 → 看着发完，微信上收到的正是那一句。"""
    monkeypatch.setattr(sending, "GLANCE", 0.2)
    async with product(store, tmp_path) as (port, fake):
        admin = await signed_in(new_context, port, "admin")
        await admin.get_by_role("link", name="发送").click()
        await admin.get_by_role("link", name="广播").click()
        await admin.get_by_role("button", name="改成要另一个人批准").click()
        await expect(admin.get_by_text("写的人不能自己批")).to_be_visible()
        tong = await signed_in(new_context, port, "tong")
        await tong.get_by_role("link", name="发送").click()
        await tong.get_by_label("名称").fill("2026年申报")
        await tong.get_by_label("开始日").fill("2026-11-01")
        await tong.get_by_label("结束日").fill("2026-12-31")
        await tong.get_by_role("button", name="登记", exact=True).click()
        await expect(tong.get_by_text("登记好了。")).to_be_visible()
        await tong.get_by_role("link", name="广播").click()
        await tong.get_by_role("link", name="写一次").click()
        await tong.get_by_label("名称").fill("培训通知")
        await tong.get_by_label("正文").fill(TEXT)
        await tong.get_by_role("button", name="存下，看给谁").click()
        for said in ("给 2 人", "微信模板消息 2", "要另一个人来批准"):
            await expect(tong.locator("main")).to_contain_text(said)
        await expect(tong.locator("tbody")).not_to_contain_text("wechat:o3")
        liang = await signed_in(new_context, port, "liang")
        await liang.goto(tong.url)
        await liang.get_by_role("button", name="批准，发给 2 人").click()
        await expect(liang.locator("#progress")).to_contain_text("都有结局了，一共 2 条")
        await expect(liang.locator("tbody tr")).to_have_count(2)
        await expect(liang.locator("main")).to_contain_text("liang")
        got = {user: [each["data"]["thing1"]["value"] for each in all_] for user, all_ in fake.received.items()}
        assert {"o1": [TEXT], "o2": [TEXT]} == got


@pytest.mark.parametrize("width", [375, 1280])
async def test_they_look_right(new_context: NewContext, store: Store, axe: str, tmp_path: Path, width: int) -> None:
    """窗口、名册、申报、广播的各页：A、AA 级一处毛病也没有，不用左右滚；顺带拍照（PICTURES=文件夹）。"""
    folder = Path(os.environ.get("PICTURES", tmp_path))
    async with product(store, tmp_path) as (port, _):
        page = await signed_in(new_context, port, "admin", width)

        async def look(name: str) -> None:
            await page.screenshot(path=folder / f"desk-{width}-{name}.png", full_page=True)
            assert [] == await faults(page, axe), name
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

        async def opened(path: str, name: str) -> None:
            await page.goto(f"http://127.0.0.1:{port}/desk/{path}")
            await look(name)

        await opened("windows", "windows")
        await page.get_by_label("名称").fill("2026年申报")
        await page.get_by_label("开始日").fill("2026-11-01")
        await page.get_by_label("结束日").fill("2026-12-31")
        await page.get_by_role("button", name="登记", exact=True).click()
        await expect(page.get_by_text("登记好了。")).to_be_visible()
        await look("window")
        await opened("roster", "roster")
        await opened("enterprise/1", "enterprise")
        await opened("roster/import", "import")
        lines = [
            HEAD,
            ("铜梁建材厂", "", "铜梁", "水泥制品", "B", "", ""),
            ("永川新的一家", "", "永川", "", "", "", ""),
        ]
        await page.get_by_label("选一份").set_input_files(as_csv(tmp_path / "名册.csv", lines))
        await page.get_by_role("button", name="先看会改什么").click()
        await expect(page.get_by_role("heading", name="是不是同一家")).to_be_visible()
        await look("doubts")
        await page.get_by_label("是同一家，照表里的改").check()
        await page.get_by_role("button", name="定了，再看一遍").click()
        await page.get_by_role("button", name="写进去").click()
        await expect(page.get_by_role("heading", name="写好了")).to_be_visible()
        await look("written")
        await opened("declared", "declared")
        await opened("broadcasts/new", "compose")
        await page.get_by_label("正文").fill(TEXT)
        await page.get_by_role("button", name="存下，看给谁").click()
        await expect(page.get_by_role("button", name="批准，发给 3 人")).to_be_visible()
        await look("rehearsal")
        await opened("broadcasts", "broadcasts")
        await opened("broadcasts/ledger", "ledger")
