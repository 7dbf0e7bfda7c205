"""一个环保员在手机浏览器里的第一场谈话，和路上会出的事。"""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from bot.store import Store
from tests.bot.web_client import serving
from tests.browser.talk import Talk
from tests.chat import NOW

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = """</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">商砼 & "引号" {{7*7}}"""


async def test_by_tapping(talk: Talk) -> None:
    """除了说生产什么，一路点下去就有结果；点过的打勾，旧的按钮退成小字。"""
    await (await talk.say("我们是做商砼的")).has("“商砼”最像“水泥制品”")
    await (await talk.tap("水泥制品")).has("同一个厂还有别的行业的生产线吗")
    await (await talk.tap("没有了")).has("有两档：绩效引领、非绩效引领", "依据：", "时效：", "下一步：")
    await (await talk.tap("申报材料")).has("附件5的申报材料有六个部分")
    chosen = talk.page.locator(".option.chosen")
    await expect(chosen).to_have_text(["1水泥制品（水泥）", "1没有了"])
    assert [
        "我：我们是做商砼的",
        "我：水泥制品（水泥）",
        "我：没有了",
        "我：申报材料",
    ] == await talk.mine.all_text_contents()


async def test_by_typing(talk: Talk) -> None:
    """全打字也一样，编号就是按钮上的数字。"""
    for words, piece in (("我们是做商砼的", "最像"), ("1", "还有别的"), ("没得了", "有两档"), ("谁来审", "专家")):
        await (await talk.say(words)).has(piece)
    await expect(talk.page.locator(".option.chosen")).to_have_text(["1水泥制品（水泥）"])


async def test_several_are_ticked_then_sent(talk: Talk) -> None:
    """一次答几项的：勾一项不会交出去，勾完提交，发出的是编号；旧的勾不动了；也有现成的两句可点。"""
    for words in ("自评", "没有", "做商砼的", "绩效引领"):
        await talk.say(words)
    page, submit = talk.page, talk.button("提交")
    ticks = page.locator(".turn.last").get_by_role("checkbox")
    await expect(ticks).to_have_count(12)
    await expect(submit).to_be_disabled()
    await expect(talk.box).to_have_attribute("placeholder", "例如 1、3")
    await expect(page.locator(".turn.last .taps button")).to_have_text(["全部做到了", "都不清楚"])
    count = await talk.bubbles.count()
    for n in (0, 2, 4, 2, 2):
        await ticks.nth(n).click()
    await page.get_by_text("环境管理水平").last.click()
    await expect(submit).to_have_text("提交 4 项")
    assert count == await talk.bubbles.count()
    await talk.tap("提交 4 项")
    await expect(talk.mine.last).to_have_text("我：1、3、5、12")
    await talk.has("没说到的8项")
    for _ in range(2):
        old = page.locator(".turn:not(.last) .ticks")
        chosen = await old.locator(".chosen span").all_text_contents()
        assert ["1", "3", "5", "12"] == chosen
        await expect(old.get_by_role("checkbox")).to_have_count(0)
        await page.reload()
        await expect(talk.last).to_be_visible()
    await (await talk.tap("还没做到")).has("附件5注明“如涉及”的还有11项")
    await (await talk.tap("都不清楚")).has("短板有 8 项")
    await expect(talk.box).to_have_attribute("placeholder", "打字问一句")


async def test_the_hint_follows_the_question(talk: Talk) -> None:
    """输入框里的提示跟着问的走：问生产什么才说生产什么。"""
    for words, hint in (
        ("菜单", "打字说贵厂生产什么"),
        ("自评", "打编号，或直接打字"),
        ("没有", "打字说贵厂生产什么"),
        ("做商砼的", "打编号，或直接打字"),
    ):
        await talk.say(words)
        await expect(talk.box).to_have_attribute("placeholder", hint)


async def test_after_deletion_it_greets_again(talk: Talk) -> None:
    """删了信息再打开：不是一片空白，重新问好；再刷新也只有这一次。"""
    await talk.say("退订")
    await talk.say("删除我的信息")
    await (await talk.say("确认删除")).has("删")
    for _ in range(2):
        await talk.page.reload()
        await talk.has("您好，我是“创B争A”向导")
        await expect(talk.last).not_to_contain_text("重新关注")
        await expect(talk.bubbles).to_have_count(1)
        await expect(talk.mine).to_have_count(0)
    await (await talk.say("我们是做商砼的")).has("最像")


async def test_the_greeting_knows_the_district(page: Page, port: int) -> None:
    """带着区县的链接进来，问好时就记下。"""
    talk = await Talk(page).open(port, "?district=永川区")
    await talk.has("您好", "记下了：永川区")
    await expect(talk.mine).to_have_count(0)
    await expect(page.locator("#quick")).to_be_hidden()


async def test_reload_in_the_middle(talk: Talk, store: Store) -> None:
    """说到一半刷新，第二天再来：话都在，最后的选项还点得动。"""
    await talk.say("我们是做商砼的")
    before = await talk.page.locator("#log").inner_text()
    await talk.page.reload()
    await expect(talk.last).to_contain_text("“商砼”最像“水泥制品”")
    assert before == await talk.page.locator("#log").inner_text()
    async with serving(store, NOW + timedelta(days=1)) as tomorrow:
        await talk.open(tomorrow)
        await expect(talk.page.locator("time").first).to_have_text("11月24日 10:00")
        await (await talk.tap("水泥制品")).has("同一个厂还有别的行业的生产线吗")
        await expect(talk.page.locator("time").last).to_have_text("今天 10:00")


async def test_two_tabs(talk: Talk, context: BrowserContext, port: int) -> None:
    """两个标签页是同一场谈话：这边说，那边也看到；那边点，这边也看到；问好只有一次。"""
    other = await Talk(await context.new_page()).open(port)
    await expect(other.bubbles).to_have_count(1)
    await talk.say("我们是做商砼的")
    await other.has("“商砼”最像“水泥制品”")
    await other.tap("水泥制品")
    await talk.has("同一个厂还有别的行业的生产线吗")
    for tab in (talk, other):
        assert ["我：我们是做商砼的", "我：水泥制品（水泥）"] == await tab.mine.all_text_contents()


async def test_back_and_correct(talk: Talk) -> None:
    """选错了：返回重答上一问；修改挑一项重答，别的留着。"""
    await talk.say("我们是做商砼的")
    await talk.tap("水泥制品")
    await (await talk.quick("返回")).has("“商砼”最像")
    await talk.tap("水泥制品")
    await (await talk.quick("修改")).has("要改哪一个")
    await talk.page.locator(".turn.last .option").first.click()
    await talk.has("下一步：")
    await (await talk.quick("菜单")).has("可以问这些")


async def test_an_old_option_is_answered_kindly(talk: Talk) -> None:
    """很久以前的按钮也点得动，答得客气。"""
    await talk.say("我们是做商砼的")
    await talk.tap("水泥制品")
    await talk.tap("没有了")
    count = await talk.bubbles.count()
    await talk.page.locator(".option").filter(has_text="都不是").click()
    await expect(talk.bubbles).to_have_count(count + 1)
    await talk.has("下一步：")


async def test_a_very_long_answer(talk: Talk) -> None:
    """放不下的留在更多后面，一页页点完；从每一页的开头看起。"""
    await talk.say("我们是做商砼的")
    await talk.tap("水泥制品")
    await talk.tap("没有了")
    await talk.say("原文")
    more = talk.page.locator(".turn.last .taps button", has_text="更多")
    pages = 0
    while await more.count():
        await talk.tap("更多")
        pages += 1
        top = await talk.page.locator(".turn.last").evaluate("turn => turn.getBoundingClientRect().top")
        assert top >= 0
    assert pages >= 2


async def test_the_cited_text_unfolds(talk: Talk) -> None:
    """依据下面点开就是原文，再点收起。"""
    await talk.say("我们是做商砼的")
    await talk.last.get_by_text("看原文").click()
    clause = talk.last.locator(".clause")
    await expect(clause).to_contain_text("便函〔2024〕210号 附件3 一 15（原文）")
    await expect(clause).to_contain_text("水泥制品 绩效引领 非绩效引领")
    await talk.last.get_by_text("看原文").click()
    await expect(clause).to_be_hidden()


async def test_hostile_text_is_text(talk: Talk) -> None:
    """谁写的标签都只是字：自己说的、答复里引的、重新打开时带在页面里的。"""
    await talk.say(f"我们是做{HOSTILE}的")
    for _ in range(2):
        await expect(talk.mine.first).to_have_text(f"我：我们是做{HOSTILE}的")
        assert 0 == await talk.page.locator("#log img, #log script").count()
        assert await talk.page.evaluate("window.hacked === undefined")
        await talk.page.reload()
        await expect(talk.last).to_be_visible()
    await talk.open(int(talk.page.url.split(":")[-1].strip("/")), f"?district={HOSTILE.replace('&', '')[:60]}")
    assert await talk.page.evaluate("window.hacked === undefined")


async def test_offline_and_back(talk: Talk, context: BrowserContext, store: Store) -> None:
    """断网时说的话先记着，说明白；连上以后按先后发出，各一次。"""
    await context.set_offline(True)
    await talk.type("我们是做商砼的")
    await talk.type("对头")
    await expect(talk.page.locator(".state").first).to_have_text("还没有发出")
    await expect(talk.note).to_have_text("没有网络，写好的会在连上以后发出。")
    await context.set_offline(False)
    await talk.has("同一个厂还有别的行业的生产线吗")
    await expect(talk.page.locator(".state")).to_have_count(0)
    await expect(talk.note).to_be_empty()
    assert ["我：我们是做商砼的", "我：对头"] == await talk.mine.all_text_contents()


async def test_unsent_survives_a_reload(talk: Talk) -> None:
    """没有发出就刷新：话还在，自动再发，只有一次。"""
    await talk.page.route("**/web/send", lambda route: route.abort())
    await talk.type("我们是做商砼的")
    await expect(talk.page.locator(".state")).to_have_text("还没有发出")
    await talk.page.unroute("**/web/send")
    await talk.page.reload()
    await talk.has("“商砼”最像")
    await expect(talk.mine).to_have_text(["我：我们是做商砼的"])


async def test_a_lost_answer_is_asked_again(talk: Talk, store: Store) -> None:
    """答复在路上丢了，再发的是同一条，只有一个回合。"""
    lost = asyncio.Event()

    async def lose(route: Route) -> None:
        if not lost.is_set():
            lost.set()
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await talk.page.route("**/web/send", lose)
    await talk.say("我们是做商砼的")
    await talk.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(talk.page.locator(".state")).to_have_count(0)
    await expect(talk.mine).to_have_text(["我：我们是做商砼的"])
    await talk.page.unroute_all(behavior="wait")


async def test_too_fast_is_said_kindly(talk: Talk) -> None:
    """太快了：说要等几秒，等完自动接着发。"""
    times = [0]

    async def slow(route: Route) -> None:
        times[0] += 1
        if times[0] > 1:
            await route.continue_()
        else:
            line = '{"error": "消息来得太快，请等 1 秒。"}'
            await route.fulfill(status=429, headers={"retry-after": "0.3"}, content_type="application/json", body=line)

    await talk.page.route("**/web/send", slow)
    await talk.type("我们是做商砼的")
    await expect(talk.note).to_have_text("消息来得太快，请等 1 秒。 写好的会接着发。")
    await talk.has("“商砼”最像")
    await expect(talk.note).to_be_empty()


async def test_refused_is_said(talk: Talk, context: BrowserContext) -> None:
    """收不下的（没有 Cookie）：在那句话下面说明，不再重发；下一句照常排队。"""
    await context.clear_cookies()
    await talk.type("我们是做商砼的")
    await expect(talk.page.locator(".state.bad")).to_contain_text("Cookie")
    await expect(talk.page.locator("#dots")).to_be_hidden()


async def test_typing_before_the_script_came(page: Page, port: int) -> None:
    """脚本来得慢：页面先在，先打的字不丢，来了就能发。"""
    gate = asyncio.Event()

    async def late(route: Route) -> None:
        await gate.wait()
        await route.continue_()

    await page.route("**/chat.js*", late)
    await page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
    talk = Talk(page)
    await talk.box.fill("我们是做商砼的")
    await expect(page.get_by_role("button", name="发送")).to_be_disabled()
    await expect(page.get_by_text("正在打开……")).to_be_visible()
    gate.set()
    await talk.has("您好")
    await page.get_by_role("button", name="发送").click()
    await talk.has("“商砼”最像")
