"""真的浏览器里找答案、查询、教、更正：边打边出，一个键放进回话里、出处跟着走；手机和电脑都看得下去。"""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.store import Store
from tests.bot.desk.office import staff
from tests.browser.conftest import NewContext
from tests.browser.test_desk import Floor, floor, login
from tests.browser.test_looks import faults

pytestmark = pytest.mark.asyncio(loop_scope="session")
ASK = "厂里养看门狗要不要打招呼"


@pytest_asyncio.fixture(loop_scope="session")
async def there(store: Store) -> AsyncIterator[Floor]:
    """整个产品，有人值班。"""
    staff(store)
    async with floor(store) as made:
        yield made


async def test_one_key_inserts_an_answer_with_its_citation(there: Floor, new_context: NewContext) -> None:
    """回话框里打字就找到条款和问答，F2 放进去，出处跟着走；去得掉；发出去的话引了那一条。"""
    await there.hears("我们在铜梁区")
    await there.hears("人工")
    page = await login(await (await new_context(1280)).new_page(), there.port, "tong", "/desk/case/1")
    box = page.locator("#text")
    await box.click()
    await page.keyboard.type("首违不罚")
    await expect(page.locator(".suggest li").first).to_be_visible()
    first = await page.locator(".suggest li").first.inner_text()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(page.locator(".suggest li").nth(1)).to_have_class("picked")
    await page.keyboard.press("Alt+ArrowUp")
    await page.keyboard.press("F2")
    assert "首违" in first
    assert "违法" in await box.input_value()
    held = json.loads(await page.locator("#cites").input_value())
    assert any(each.startswith("cq-2024-210:附件1") for each in held)
    await expect(page.locator(".cited li")).to_have_count(len(held))
    await page.locator(".cited button").first.click()
    await expect(page.locator(".cited li")).to_have_count(len(held) - 1)


async def test_the_card_comes_as_one_types(there: Floor, new_context: NewContext) -> None:
    """查询框里边打边出卡片，不用按什么。"""
    page = await login(await (await new_context(1280)).new_page(), there.port, "tong", "/desk/lookup")
    await page.locator("#q").press_sequentially("铸造厂 中频炉 铜梁", delay=20)
    await expect(page.locator("#card h2").first).to_contain_text("铸")
    await expect(page.locator("#card")).to_contain_text("铜梁区")
    await page.locator("#q").fill("商砼")
    await expect(page.locator("#card h2").first).to_contain_text("水泥制品")


async def test_teach_from_the_page(there: Floor, new_context: NewContext, axe: str) -> None:
    """从没答上来的一堆写起，筛条款，存，试，发布，微信里下一句就照它答。"""
    await there.hears(ASK)
    page = await login(await (await new_context(1280)).new_page(), there.port, "admin", "/desk/learn")
    await page.get_by_role("link", name="写成问答").first.click()
    assert ASK in await page.locator("#asks").input_value()
    await page.locator("#answer").fill("没有看门狗的说法，有疑问一定问区县生态环境局。")
    await page.locator("#filter").fill("正文 三（二）")
    await page.locator("#clauses label:visible input").first.check()
    await page.locator("#then").fill("问贵厂所在区县生态环境局。")
    await page.get_by_role("button", name="存草稿").click()
    await page.get_by_role("button", name="试一试").click()
    await expect(page.locator("#trial")).to_contain_text("变差 0 句", timeout=120_000)
    await expect(page.locator("#trial")).to_contain_text("会答上 1 堆")
    page.on("dialog", lambda dialog: dialog.accept())
    for width in (375, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert [] == await faults(page, axe)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=Path(folder) / f"help-answer-{width}.png", full_page=True)
    for each in await page.locator("fieldset.sure input").all():
        await each.check()
    await page.get_by_label("逐句对过原文").check()
    await page.get_by_role("button", name="发布").click()
    await expect(page.get_by_role("status")).to_contain_text("发布了")
    await expect(page.get_by_text("在用").first).to_be_visible()


@pytest.mark.parametrize("width", [375, 1280])
async def test_looks(there: Floor, new_context: NewContext, axe: str, width: int) -> None:
    """每一页没有 A、AA 级的毛病，不左右滚动；设了 SHOTS 就存下来看。"""
    await there.hears(ASK)
    await there.hears("我们在铜梁区")
    await there.hears("人工")
    page = await login(await (await new_context(width)).new_page(), there.port, "admin")
    for name, path in {
        "lookup": "/desk/lookup?q=铸造厂 中频炉 铜梁", "help": "/desk/help?q=首违不罚", "canned": "/desk/canned",
        "learn": "/desk/learn", "faq": "/desk/learn/new?kind=faq", "alias": "/desk/learn/new?kind=alias",
        "taught": "/desk/learn/taught", "correct": "/desk/correct", "case": "/desk/case/1",
    }.items():  # fmt: skip
        await page.goto(f"http://127.0.0.1:{there.port}{path}")
        if name == "case":
            await page.locator("#text").click()
            await page.keyboard.type("首违不罚")
            await expect(page.locator(".suggest li").first).to_be_visible()
        assert [] == await faults(page, axe), name
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=Path(folder) / f"help-{name}-{width}.png", full_page=True)
