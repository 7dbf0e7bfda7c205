"""一场谈话的页面：一屏放得下，慢网、断网、登录过期都不丢字，别人在等、来了新话、人走了都看得见。"""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect
from sqlalchemy import delete

from bot.store import Store
from bot.store.schema import desk_sessions
from tests.bot.desk.client import PASSWORD
from tests.bot.desk.office import staff
from tests.browser.conftest import NewContext
from tests.browser.test_desk import floor, login
from tests.browser.test_looks import faults

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = ((1280, 800), (375, 667))
BASIS = "依据：便函〔2024〕210号 附件5 四"


async def out_of_sight(page: Page) -> list[str]:
    """回话要用的，哪几样不在眼前；刚换过的一段还没有排好的，等一等再看。"""
    for _ in range(100):
        if not (hidden := await _hidden(page)):
            break
        await asyncio.sleep(0.05)
    return hidden


async def _hidden(page: Page) -> list[str]:
    names = ("#text", "#answer button[type=submit]", "#state .acts", "#state b", "#notice", "#lines")
    boxes = {name: await page.locator(name).bounding_box() for name in names}
    size = page.viewport_size
    assert size is not None
    return [
        name
        for name, box in boxes.items()
        if box is None or box["y"] < 0 or box["y"] + box["height"] > size["height"] or box["height"] < 8
    ]


@pytest.mark.parametrize("size", SIZES)
async def test_one_screen(
    new_context: NewContext, store: Store, axe: str, size: tuple[int, int], tmp_path: Path
) -> None:
    """一屏放得下：谈话自己滚，回话框、发送、结果、还能发几条总在眼前；往上翻着，来了新话也看得见；没有 A/AA 的毛病。"""
    staff(store)
    folder = Path(os.environ.get("PICTURES", tmp_path))
    async with floor(store) as here:
        for said in ("我们铜梁的，想自评", "没有", "做商砼的", "1", "转人工", *(f"再补充第{n}件" for n in range(9))):
            await here.hears(said)
        await here.hears("我们铜梁的，转人工", "o2")
        context = await new_context(*size)
        page = await login(await context.new_page(), here.port, "tong", "/desk/case/1")
        await page.locator("#state [data-act=t] button").click()
        await expect(page.locator("#state")).to_contain_text("您 接管着")
        await expect(page.locator("#notice")).to_contain_text("接管了")
        await expect(page.get_by_role("link", name="还有 1 个在等")).to_be_visible()
        await page.get_by_label("回话").fill("环评过期")
        await expect(page.locator("#preview")).to_be_visible()
        assert [] == await out_of_sight(page)
        assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        await page.locator("#lines").evaluate("each => each.scrollTo(0, 0)")
        await here.hears("还在不在哦")
        await expect(page.get_by_role("button", name="↓ 新消息")).to_be_visible()
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await page.screenshot(path=folder / f"case-{size[0]}-{scheme}.png")
            assert [] == await faults(page, axe), scheme
        await page.get_by_role("button", name="↓ 新消息").click()
        await expect(page.get_by_text("还在不在哦")).to_be_in_viewport()
        await page.get_by_label("回话").press_sequentially("首违不罚")
        await expect(page.locator(".suggest li").first).to_be_visible()
        assert [] == await out_of_sight(page)
        await page.screenshot(path=folder / f"case-{size[0]}-help.png")
        if size[0] < 600:
            await page.get_by_role("link", name="企业、记录").click()
            await expect(page.get_by_label("记一笔")).to_be_visible()
            assert [] == await out_of_sight(page)
            await page.screenshot(path=folder / f"case-{size[0]}-about.png")


async def test_nothing_typed_is_lost(new_context: NewContext, store: Store) -> None:
    """慢的时候接着写的留着；断了网说清楚，再点不发两遍；登录过期，字、引的条款、要记的都还在；删光了就不回来。"""
    staff(store)
    async with floor(store) as here:
        await here.hears("我们铜梁的，转人工")
        page = await login(await (await new_context(1280)).new_page(), here.port, "tong", "/desk/case/1")
        box, gate = page.get_by_label("回话"), asyncio.Event()

        async def slow(route: Route) -> None:
            await gate.wait()
            await route.continue_()

        await page.route("**/say", slow)
        await box.fill("您好，我看一下。")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#notice")).to_have_text("正在发…")
        await box.press_sequentially("还有一件")
        gate.set()
        await expect(page.locator("#notice")).to_have_text("说了。")
        await expect(box).to_have_value("还有一件")
        assert "【铜梁区值班】您好，我看一下。" == await here.got("o1", 1)
        await page.unroute("**/say")

        async def lost(route: Route) -> None:
            await route.fetch()
            await route.abort()

        await page.route("**/say", lost)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#notice")).to_contain_text("网断了，没有发出去，字还在")
        await page.unroute("**/say")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#notice")).to_have_text("说了。")
        await expect(box).to_have_value("")
        assert "【铜梁区值班】还有一件" == await here.got("o1", 2)
        assert 2 == len(here.fake.received["o1"])

        await box.press_sequentially("您好，附件5 承诺书")
        await expect(page.locator(".suggest li").first).to_be_visible()
        await page.keyboard.press("F2")
        assert (await box.input_value()).startswith("您好，")
        await page.keyboard.press("Control+z")
        await expect(box).to_have_value("您好，附件5 承诺书")
        await expect(page.locator("#preview")).to_contain_text("依据：")
        chips = await page.locator(".cited li").all_inner_texts()
        await page.get_by_label("记一笔").fill("等环评批复")
        with store.transaction() as connection:
            connection.execute(delete(desk_sessions))
        await page.get_by_role("button", name="发送").click()
        await page.get_by_label("账号").fill("tong")
        await page.get_by_label("密码").fill(PASSWORD)
        await page.get_by_role("button", name="登录").click()
        await expect(box).to_have_value("您好，附件5 承诺书")
        await expect(page.get_by_label("记一笔")).to_have_value("等环评批复")
        assert chips == await page.locator(".cited li").all_inner_texts()
        shown = (await page.locator("#preview").inner_text()).removeprefix("对方看到：")
        await page.keyboard.press("r")
        await page.keyboard.press("Control+Enter")
        assert shown == await here.got("o1", 3)
        assert "\n依据：" in shown
        await expect(page.locator(".cited li")).to_have_count(0)
        await box.fill("不要发这句")
        await box.fill("")
        await page.reload()
        await expect(box).to_have_value("")

        await here.hears("删除我的信息")
        await here.hears("确认删除")
        await expect(page.locator("#notice")).to_contain_text("对方删掉了自己的信息")
        await expect(page.locator("#lines li")).to_have_count(0)
        await expect(box).to_be_hidden()
