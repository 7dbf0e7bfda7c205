"""在页面上谈：打字、点选项、看答复。"""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect


@dataclass
class Talk:
    """一个标签页上的谈话；每一步都等到新的答复画出来。"""

    page: Page

    async def open(self, port: int, query: str = "") -> "Talk":
        """打开首页，等到第一条答复。"""
        await self.page.goto(f"http://127.0.0.1:{port}/{query}")
        await expect(self.last).to_be_visible()
        return self

    async def say(self, text: str) -> "Talk":
        """打一句，按回车。"""
        count = await self.bubbles.count()
        await self.type(text)
        await expect(self.bubbles).to_have_count(count + 1)
        return self

    async def type(self, text: str) -> None:
        """打一句，按回车，不等答复。"""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def tap(self, label: str) -> "Talk":
        """点最近答复下的一个按钮。"""
        count = await self.bubbles.count()
        await self.button(label).click()
        await expect(self.bubbles).to_have_count(count + 1)
        return self

    async def quick(self, label: str) -> "Talk":
        """点输入框上面的 返回、修改、菜单。"""
        count = await self.bubbles.count()
        await self.page.locator("#quick").get_by_role("button", name=label, exact=True).click()
        await expect(self.bubbles).to_have_count(count + 1)
        return self

    async def has(self, *pieces: str) -> "Talk":
        """最近的答复里有这些文字。"""
        for piece in pieces:
            await expect(self.last).to_contain_text(piece)
        return self

    def button(self, label: str) -> Locator:
        """最近答复下的按钮。"""
        return self.page.locator(".turn.last button").filter(has_text=label).first

    @property
    def box(self) -> Locator:
        return self.page.get_by_label("说一句")

    @property
    def bubbles(self) -> Locator:
        return self.page.locator(".bubble")

    @property
    def last(self) -> Locator:
        return self.page.locator(".turn.last .bubble")

    @property
    def mine(self) -> Locator:
        return self.page.locator(".me")

    @property
    def note(self) -> Locator:
        return self.page.get_by_role("status")
