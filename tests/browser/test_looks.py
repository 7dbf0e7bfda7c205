"""看得清、够得着：无障碍、窄屏、放大、键盘；顺带拍照（PICTURES=文件夹）给人看。"""

import os
import struct
import zlib
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.talk import Talk

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).parent.parent.parent
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Scheme = Literal["light", "dark"]


async def told(page: Page, port: int) -> Talk:
    """谈到有结果，展开原文。"""
    talk = await Talk(page).open(port, "?district=永川区")
    await talk.say("我们是做商砼的")
    await talk.tap("水泥制品")
    await talk.tap("没有了")
    await talk.last.get_by_text("看原文").click()
    await expect(talk.last.locator(".clause").first).to_be_visible()
    return talk


async def faults(page: Page, axe: str) -> list[str]:
    """axe-core 找到的 A、AA 级毛病。"""
    await page.evaluate(axe)
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{fault['id']}：{node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


async def overlapping(page: Page) -> list[str]:
    """压在一起的两个按钮；头尾两条是盖在上面的，不算。"""
    found: list[str] = await page.evaluate(
        """() => {
            const all = [...document.querySelectorAll("main button, main .option")].filter((each) => each.offsetParent);
            const boxes = all.map((each) => [each.textContent, each.getBoundingClientRect()]);
            const over = ([, a], [, b]) =>
                a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
            return boxes.flatMap((a, n) => boxes.slice(n + 1).filter((b) => over(a, b)).map((b) => `${a[0]} ${b[0]}`));
        }"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 768, 1280])
async def test_no_accessibility_fault(
    new_context: NewContext, port: int, axe: str, tmp_path: Path, width: int, scheme: Scheme
) -> None:
    """A、AA 级一处毛病也没有，按钮互不相压：开头、谈到一半、有结果、展开原文、勾几项、断了网。"""
    context = await new_context(width, 800, color_scheme=scheme)
    page = await context.new_page()
    folder = Path(os.environ.get("PICTURES", tmp_path))

    async def look(name: str) -> None:
        await page.screenshot(path=folder / f"{width}-{scheme}-{name}.png")
        assert [] == await faults(page, axe), name
        assert [] == await overlapping(page), name

    talk = await Talk(page).open(port)
    await look("1-hello")
    await talk.say("我们是做商砼的")
    await look("2-asked")
    await talk.tap("水泥制品")
    await talk.tap("没有了")
    await talk.last.get_by_text("看原文").click()
    await expect(talk.last.locator(".clause").first).to_be_visible()
    await look("3-result")
    await talk.say("要交哪些材料")
    await look("4-options")
    for words in ("自评", "没有", "绩效引领"):
        await talk.say(words)
    await talk.page.get_by_role("checkbox").nth(1).check()
    await look("6-ticks")
    await talk.tap("提交 1 项")
    await look("7-ticked")
    await context.set_offline(True)
    await talk.type("被退回了怎么办")
    await expect(page.locator(".state")).to_be_visible()
    await look("5-offline")


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(320, 568, 1), (640, 400, 2), (320, 256, 1)], ids=["320 px", "200 %", "400 %"]
)
async def test_narrow_and_zoomed(new_context: NewContext, port: int, width: int, height: int, scale: int) -> None:
    """320 像素宽、放大到两倍四倍：不用左右滚，输入框看得见，答复没有被上下两条遮完。"""
    context = await new_context(width, height, device_scale_factor=scale)
    talk = await told(await context.new_page(), port)
    await talk.say("要交哪些材料")
    assert await talk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await expect(talk.box).to_be_in_viewport(ratio=1)
    covered = await talk.page.evaluate(
        "['header', 'footer'].map((name) => document.querySelector(name))"
        ".filter((bar) => getComputedStyle(bar).position === 'sticky')"
        ".reduce((sum, bar) => sum + bar.offsetHeight, 0) / innerHeight"
    )
    assert covered < 0.5


async def test_the_keyboard_reaches_everything(talk: Talk) -> None:
    """只用键盘：跳到输入框，打字发出，按 Tab 到选项，按回车选；焦点看得见。"""
    page = talk.page
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("跳到输入框")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(talk.box).to_be_focused()
    await page.keyboard.type("我们是做商砼的")
    await page.keyboard.press("Enter")
    await talk.has("最像")
    await expect(talk.box).to_be_focused()
    option = talk.button("水泥制品")
    for _ in range(12):
        if await option.evaluate("option => option === document.activeElement"):
            break
        await page.keyboard.press("Shift+Tab")
    await expect(option).to_be_focused()
    await expect(option).to_have_css("outline-style", "solid")
    await page.keyboard.press("Enter")
    await talk.has("同一个厂还有别的行业的生产线吗")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert await focused.evaluate(
        "it => it.getBoundingClientRect().bottom <= document.querySelector('footer').offsetTop"
    )


async def test_enter_in_an_input_method_does_not_send(talk: Talk) -> None:
    """拼音还没选完时的回车是选字，不是发送；Shift 加回车是换行。"""
    await talk.box.fill("shang")
    await talk.box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await talk.box.press("Shift+Enter")
    assert "shang\n" == await talk.box.input_value()
    await expect(talk.mine).to_have_count(0)


async def test_a_reader_hears_what_is_new(talk: Talk) -> None:
    """读屏软件：新的答复在会播报的地方，谁说的听得出，等待时的点不念。"""
    log = talk.page.get_by_role("log", name="谈话")
    await expect(log).to_contain_text("向导：您好")
    await talk.say("我们是做商砼的")
    await expect(log).to_contain_text("我：我们是做商砼的")
    await expect(talk.page.get_by_role("group", name="选项").last).to_be_visible()
    assert "true" == await talk.page.locator("#dots").get_attribute("aria-hidden")
    assert "zh-CN" == await talk.page.locator("html").get_attribute("lang")


async def test_without_script_it_says_so(new_context: NewContext, port: int) -> None:
    """没有脚本：说明白，并指给区县局。"""
    context = await new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{port}/")
    await expect(page.get_by_text("这个页面要开着 JavaScript 才能谈。")).to_be_visible()


async def test_it_weighs_little_and_loads_from_here_only(page: Page, port: int) -> None:
    """第一次打开连同问好不到 60 KB，只从自己这里取。"""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    await Talk(page).open(port)
    weight = await page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".reduce((sum, each) => sum + each.transferSize, 0)"
    )
    assert 10_000 < weight < 60_000
    assert [] == [url for url in urls if not url.startswith(f"http://127.0.0.1:{port}/")]


async def packed(page: Page, png: bytes) -> bytes:
    """同一张图，不用行滤波：满是字的图这样压得小三成。"""
    read = """async (png) => {
        const image = new Image();
        image.src = `data:image/png;base64,${png}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
        canvas.drawImage(image, 0, 0);
        const { data } = canvas.getImageData(0, 0, image.width, image.height);
        let pixels = "";
        for (let n = 0; n < data.length; n += 4) pixels += String.fromCharCode(data[n], data[n + 1], data[n + 2]);
        return [image.width, image.height, btoa(pixels)];
    }"""
    width, height, encoded = await page.evaluate(read, b64encode(png).decode())
    pixels = b64decode(encoded)
    rows = b"".join(b"\0" + pixels[n : n + 3 * width] for n in range(0, len(pixels), 3 * width))

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


async def test_the_picture_in_the_readme(new_context: NewContext, port: int, tmp_path: Path) -> None:
    """README 里的照片是这里拍的（PICTURE=docs/conversation.png 时重拍），不到 150 KB。"""
    target = Path(os.environ.get("PICTURE", tmp_path / "conversation.png"))
    context = await new_context(420, 1545, color_scheme="light")
    talk = await Talk(await context.new_page()).open(port)
    await talk.say("我们是做商砼的")
    await talk.tap("水泥制品")
    await talk.tap("没有了")
    await talk.mine.first.evaluate("said => scrollBy(0, said.getBoundingClientRect().top - 76)")
    target.write_bytes(await packed(await context.new_page(), await talk.page.screenshot()))
    for path in (target, ROOT / "docs" / "conversation.png"):
        assert not path.exists() or path.stat().st_size < 150_000
