"""看列表也记审计：收件箱、搜索、名册，看一次一行；页面自己来换的不算；搜的话里可能有人，不写。"""

from sqlalchemy import select

from bot.store.schema import audit
from tests.bot.desk.office import Office
from tests.bot.desk.test_roster import TONG, put


def looks(here: Office, action: str) -> list[tuple[str, str, str]]:
    """审计里这样的各行：谁、对什么、怎么看的。"""
    with here.store.reading() as connection:
        query = select(audit.c.operator, audit.c.subject, audit.c.detail).filter_by(action=action)
        return [(row.operator, row.subject, row.detail) for row in connection.execute(query.order_by(audit.c.id))]


async def test_the_inbox(here: Office) -> None:
    """打开一次一行，翻到别的一列、搜索也各一行；开着的页面自己来换多少次都不添；绕过页面直接取的也记。"""
    await here.hears("我们铜梁的，转人工")
    tong = await here.person("tong")
    await tong.get("/desk/")
    for _ in range(3):
        await tong.get("/desk/rows?tab=waiting")
    await tong.get("/desk/?tab=open")
    await tong.get("/desk/?q=转人工")
    await tong.get("/desk/rows?q=转人工")
    await tong.get("/desk/rows?q=铜梁 没有")
    await tong.get("/desk/")
    told = ["等着，列出 1 个", "开着，列出 0 个", "搜索，列出 1 个：1", "搜索，列出 0 个", "等着，列出 1 个"]
    assert [("tong", "收件箱", each) for each in told] == looks(here, "看收件箱")


async def test_the_roster(here: Office) -> None:
    """名册看一次一行；搜出了哪几家写编号。"""
    put(here.store, TONG)
    tong = await here.person("tong")
    await tong.get("/desk/roster")
    await tong.get(f"/desk/roster?q={TONG[0]}")
    await tong.get("/desk/roster?q=没有这家")
    told = ["列出 1 家", "搜索，列出 1 家：1", "搜索，列出 0 家"]
    assert [("tong", "名册", each) for each in told] == looks(here, "看名册")
