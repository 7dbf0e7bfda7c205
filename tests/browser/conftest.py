"""真的浏览器：Debian 的 Chromium，谈的是整个产品。没有 Chromium 就跳过，说清楚；CI=true 时那是失败。"""

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright, expect

from bot.store import Store
from tests.bot.web_client import serving
from tests.browser.talk import Talk

NewContext = Callable[..., Awaitable[BrowserContext]]

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking "
    "--disable-component-update --disable-sync --no-first-run --disable-quic"
).split()
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
PATIENCE_MS = 30_000
"""机器慢不算错：等一样东西出现，最多等这么久。"""
LEFT_OUT = "没有跑浏览器测试：这台机器没有 Chromium（Debian：apt install chromium fonts-noto-cjk）"

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """没有 Chromium：跳过；CI=true 时不跳过，起浏览器那一步会失败。"""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and not CHROMIUM and os.environ.get("CI") != "true":
            item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """一个浏览器，所有测试共用；各自的谈话在各自的 context 里。"""
    assert CHROMIUM, LEFT_OUT
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Page, "screenshot", _taken)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield browser
            await browser.close()


_screenshot = Page.screenshot


async def _taken(page: Page, **options: Any) -> bytes:
    """机器忙，浏览器偶尔说截不了：再截一次。"""
    try:
        return await _screenshot(page, **options)
    except Error as error:
        if "Unable to capture" not in str(error):
            raise
        return await _screenshot(page, **options)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """一个新的 SQLite 文件。"""
    with Store.open(sqlite_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def port(store: Store) -> AsyncIterator[int]:
    """起着的服务。"""
    async with serving(store) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def new_context(chromium: Browser) -> AsyncIterator[NewContext]:
    """开一个没有来过的浏览器，要多大就多大；用完都关掉。"""
    async with AsyncExitStack() as stack:

        async def new(width: int = 375, height: int = 720, **more: Any) -> BrowserContext:
            context = await chromium.new_context(
                viewport={"width": width, "height": height}, reduced_motion="reduce", **more
            )
            stack.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            return context

        yield new


@pytest_asyncio.fixture(loop_scope="session")
async def context(new_context: NewContext) -> BrowserContext:
    """一个手机大小的浏览器，没有来过。"""
    return await new_context()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """一个标签页；页面里出了错，测试就不过。"""
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if _fault(message.type, message.text) else None)
    yield page
    assert [] == faults


@pytest_asyncio.fixture(loop_scope="session")
async def talk(page: Page, port: int) -> Talk:
    """打开了首页、问过好的一场谈话。"""
    return await Talk(page).open(port)


@pytest.fixture
def axe() -> str:
    """axe-core 的源码；没有就跳过，CI=true 时失败。"""
    if not AXE.exists():
        missing = "没有 axe-core，没有查无障碍：先 make test（它用 npm 装进 .venv/axe）"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return AXE.read_text(encoding="utf-8")


def _fault(kind: str, text: str) -> bool:
    """控制台里的错；断网、被拒的请求是测试故意的。"""
    return kind in ("error", "warning") and not re.match(r"Failed to load resource", text)
