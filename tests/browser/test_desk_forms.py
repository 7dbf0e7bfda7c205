"""真的浏览器里：导航一行、手机上一个菜单；写到一半的表单过了登录也还在；提交以后刷新、后退都好好的；表在手机上是卡片。"""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.async_api import Page, expect
from sqlalchemy import insert

from bot.store import Store
from bot.store.schema import day_counts, desk_sessions
from tests.bot.desk.client import PASSWORD
from tests.bot.desk.office import staff
from tests.bot.desk.test_roster import TONG, YONG, put
from tests.bot.rosters import HEAD, as_csv
from tests.browser.conftest import NewContext
from tests.browser.test_desk import NOW, floor, login
from tests.browser.test_looks import faults

pytestmark = pytest.mark.asyncio(loop_scope="session")
TOLD = "上次写到一半的字放回来了"


async def enter(page: Page) -> None:
    """在登录的一页上登录。"""
    await page.get_by_label("账号").fill("tong")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()


async def test_what_was_typed_outlives_the_login(new_context: NewContext, store: Store) -> None:
    """写广播写到一半过了登录：登录回来字还在；删掉的不再回来；存下了就不再放回来，退出了也不留。"""
    staff(store)
    async with floor(store) as here:
        page = await login(await (await new_context(1280)).new_page(), here.port, "tong", "/desk/broadcasts/new")
        box = page.get_by_label("正文")
        await box.fill("周五下午两点培训")
        await page.get_by_label("名册上的等级").select_option("B")
        with store.transaction() as connection:
            connection.execute(sa.delete(desk_sessions))
        await page.get_by_role("button", name="存下，看给谁").click()
        await page.get_by_role("link", name="去登录").click()
        await enter(page)
        await expect(page.get_by_text(TOLD)).to_be_visible()
        await expect(box).to_have_value("周五下午两点培训")
        await expect(page.get_by_label("名册上的等级")).to_have_value("B")
        await page.get_by_role("button", name="不要了").click()
        await page.reload()
        await expect(box).to_have_value("")
        await box.fill("周六培训")
        await page.reload()
        await expect(box).to_have_value("周六培训")
        await page.get_by_role("button", name="存下，看给谁").click()
        await expect(page.get_by_role("heading", name="通知")).to_be_visible()
        await page.goto(f"http://127.0.0.1:{here.port}/desk/broadcasts/new")
        await expect(box).to_have_value("")
        await box.fill("不该给别人看")
        await page.locator(".menu summary").click()
        await page.get_by_role("button", name="退出").click()
        await expect(page.get_by_role("heading", name="登录服务台")).to_be_visible()
        assert 0 == await page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('form:')).length")


async def test_reload_and_back_do_not_submit_again(new_context: NewContext, store: Store, tmp_path: Path) -> None:
    """取了码、导入了名册以后：刷新还是那一页，后退回到原来那一页，再点一次“写进去”说先前已经写进去了。"""
    staff(store)
    put(store, TONG)
    async with floor(store) as here:
        page = await login(await (await new_context(1280)).new_page(), here.port, "tong", "/desk/enterprise/1")
        await page.get_by_role("button", name="取一个关联码").click()
        code = await page.locator("b.code").inner_text()
        await page.reload()
        await expect(page.locator("b.code")).to_have_text(code)
        await page.go_back()
        await expect(page.get_by_role("heading", name=TONG[0])).to_be_visible()
        await expect(page.locator("b.code")).to_have_count(0)
        await page.goto(f"http://127.0.0.1:{here.port}/desk/roster/import")
        row = ("铜梁第二家", "", "铜梁", "水泥制品", "B", "", "")
        await page.get_by_label("选一份").set_input_files(as_csv(tmp_path / "名册.csv", [HEAD, row]))
        await page.get_by_role("button", name="先看会改什么").click()
        await page.get_by_role("button", name="写进去").click()
        for _ in range(2):
            await expect(page.get_by_role("heading", name="写好了")).to_be_visible()
            await page.reload()
        await page.go_back()
        await page.get_by_role("button", name="写进去").click()
        await expect(page.get_by_role("heading", name="已经写进去了")).to_be_visible()


@pytest.mark.parametrize("width", [375, 1280])
async def test_they_look_right(new_context: NewContext, store: Store, axe: str, width: int) -> None:
    """导航一行，手机上没有脚本也打得开菜单；表是卡片，代码不断行；图的字不小于 12 像素；明暗都没有 A、AA 级的毛病。"""
    staff(store)
    put(store, TONG, YONG)
    with store.transaction() as connection:
        row: dict[str, Any] = {"day": NOW.date().replace(day=20), "district": "铜梁", "name": "messages", "count": 3}
        connection.execute(insert(day_counts).values(**row))
    async with floor(store) as here:
        base = f"http://127.0.0.1:{here.port}/desk"
        if width < 600:
            plain = await (await new_context(width, java_script_enabled=False)).new_page()
            await login(plain, here.port, "tong")
            await plain.locator(".menu summary").click()
            await plain.get_by_role("link", name="抽查").click()
            await expect(plain.get_by_role("heading", name="抽一次")).to_be_visible()
        page = await login(await (await new_context(width)).new_page(), here.port, "admin", "/desk/roster")
        assert await page.evaluate("document.querySelector('.top').offsetHeight") < 60
        high = await page.locator("td.whole").first.evaluate("cell => cell.getBoundingClientRect().height")
        assert high < 50
        assert (width > 600) == await page.locator("thead th").first.evaluate("cell => cell.offsetWidth > 10")
        for path in ("roster", "overview", "spot", "declared", "nothing"):
            await page.goto(f"{base}/{path}")
            if path == "overview":
                picture = page.locator(".chart").first
                await expect(picture).to_be_visible()
                scale = await picture.evaluate("async (it) => (await it.decode(), it.width / it.naturalWidth)")
                assert 14 * scale >= 12
            if path == "nothing":
                await page.locator(".menu summary").click()
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                assert [] == await faults(page, axe), (path, scheme)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
