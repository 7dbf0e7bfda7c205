"""给老板看的那一页：手机和电脑上看得清，没有无障碍的毛病，只从自己这里取，文件下得下来。"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.documents.opening import passes_of
from bot.documents.passes import LASTS
from bot.settings import Settings
from bot.store import Store
from tests.assessments import NAME, NOW, TWO_LINES
from tests.bot.papers import assessed
from tests.browser.conftest import NewContext
from tests.browser.talk import Talk
from tests.browser.test_looks import Scheme, faults
from tests.chat import NOW as TODAY

pytestmark = pytest.mark.asyncio(loop_scope="session")
USER = "wechat:oABC"


def link(store: Store, ago: timedelta = timedelta()) -> str:
    """一条给了的链接。"""
    return f"/paper/{passes_of(Settings(), store).issue(USER, 3, NOW - ago)}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 768, 1280])
async def test_it_reads_well(
    new_context: NewContext, store: Store, port: int, axe: str, tmp_path: Path, width: int, scheme: Scheme
) -> None:
    """A、AA 级一处毛病也没有，不用左右滚；过期的一页也是。"""
    assessed(store, USER, TWO_LINES, at=NOW - timedelta(hours=1))
    context = await new_context(width, 800, color_scheme=scheme)
    page = await context.new_page()
    folder = Path(os.environ.get("PICTURES", tmp_path))
    for name, path in (("paper", link(store)), ("expired", link(store, LASTS))):
        await page.goto(f"http://127.0.0.1:{port}{path}")
        await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert [] == await faults(page, axe), name


async def test_nothing_runs_and_nothing_is_fetched(new_context: NewContext, store: Store, port: int) -> None:
    """关了脚本也一样；只取这一页，样式是用上了的；名称原样是文字。"""
    assessed(store, USER)
    context = await new_context(java_script_enabled=False)
    page = await context.new_page()
    urls: list[str] = []
    blocked: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.on("console", lambda message: blocked.append(message.text))
    await page.goto(f"http://127.0.0.1:{port}{link(store)}")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    await expect(page.locator("header")).to_have_css("background-color", "rgb(13, 104, 88)")
    assert 1 == len([url for url in urls if "favicon" not in url])
    assert [] == [text for text in blocked if "Content Security Policy" in text and "favicon" not in text]


async def test_the_files_come_down(new_context: NewContext, store: Store, port: int) -> None:
    """点一下就下载，名字是中文。"""
    assessed(store, USER)
    page = await (await new_context(accept_downloads=True)).new_page()
    await page.goto(f"http://127.0.0.1:{port}{link(store)}")
    for label, name in (("申报材料大纲（Word）", "申报材料大纲.docx"), ("材料清单（Excel）", "材料清单.xlsx")):
        async with page.expect_download() as coming:
            await page.get_by_role("link", name=label).click()
        assert name == (await coming.value).suggested_filename


async def test_from_the_chat(talk: Talk, tmp_path: Path) -> None:
    """在网页上谈完自评，气泡里有链接，点开就是那一页。"""
    for words in ("自评", "没有", "做商砼的", "绩效引领", "除了1都做到了", "全部", "出材料"):
        await talk.say(words)
    await talk.has("申报材料大纲和材料清单做好了")
    await expect(talk.last.locator(".files a")).to_have_count(3)
    await talk.page.screenshot(path=Path(os.environ.get("PICTURES", tmp_path)) / "chat-papers.png")
    assert TODAY == NOW
    async with talk.page.expect_popup() as opened:
        await talk.last.get_by_role("link", name="给老板看的一页").click()
    await expect((await opened.value).get_by_text("短板有 1 项：无组织排放")).to_be_visible()
