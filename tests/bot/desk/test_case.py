"""一场谈话的页面：接管、回话、交还、关闭、记一笔；点两遍、两个人抢、别的区县、余额用完，都有交代。"""

import asyncio

import pytest
from sqlalchemy import update

from bot.store.schema import deliveries, turns
from dialogs.desk import LONGEST
from dialogs.reply import numbered
from tests.bot.desk.office import Office


async def waiting(here: Office, user: str = "wechat:o1") -> None:
    """铜梁的一家要找人，自评正走到一半。"""
    await here.hears("我们铜梁的，做商砼的，想自评", user)
    await here.hears("没有", user)
    await here.hears("转人工", user)


def texts(here: Office) -> list[str]:
    """送给用户的各句。"""
    return [text for user, _, text in here.sent() if user == "wechat:o1"]


async def test_the_whole_way(here: Office) -> None:
    """等着 → 接管 → 回话送到 → 机器人不出声 → 交还，正问着的再问一遍 → 关闭。"""
    await waiting(here)
    tong = await here.person("tong")
    page = await tong.get("/desk/case/1")
    assert 200 == page.status
    for piece in ("铜梁区", "要找人", "转人工", "正问着", "微信还能发 <b>5</b> 条"):
        assert piece in page.text, piece
    assert "接管了" in (await here.acts(tong, "take")).text
    assert None is await here.hears("在不在")
    assert "说了。" == (await here.acts(tong, "say", text="在的，您说")).text
    assert ["【铜梁区值班】在的，您说"] == texts(here)
    assert "交还了" in (await here.acts(tong, "give")).text
    assert "值班人员把对话交还给我了" in texts(here)[-1]
    assert "回到刚才的问题" in texts(here)[-1]
    assert "关了。" == (await here.acts(tong, "close")).text
    assert "closed" == here.case().state
    page = await tong.get("/desk/case/1")
    for piece in (
        "tong 接管了",
        "【铜梁区值班】在的，您说",
        "tong 交还了",
        "tong 关了案子",
        "案子关了。要再说话，先接管。",
        "机器人没有出声",
    ):
        assert piece in page.text, piece


async def test_saying_takes_over(here: Office) -> None:
    """没有人接管着，直接写一句发出去，就是接管。"""
    await waiting(here)
    tong = await here.person("tong")
    assert "说了。" == (await here.acts(tong, "say", text="我来答")).text
    assert ("held", "tong") == (here.case().state, here.case().operator)


async def test_twice_is_once(here: Office) -> None:
    """同一张表单点两遍、刷新再交，只送一遍；改了字再发是另一句。"""
    await waiting(here)
    tong = await here.person("tong")
    one = {"id": "0123456789abcdef", "text": "您好"}
    answers = await asyncio.gather(*(here.acts(tong, "say", **one) for _ in range(3)))
    assert ["说了。"] * 3 == [answer.text for answer in answers]
    assert ["【铜梁区值班】您好"] == texts(here)
    await here.acts(tong, "say", **{**one, "text": "还在吗"})
    assert ["【铜梁区值班】您好", "【铜梁区值班】还在吗"] == texts(here)


async def test_two_race(here: Office) -> None:
    """两个人同时接管，只有一个成，另一个知道是谁；没有接管的说不了话。"""
    await waiting(here)
    people = [await here.person("tong"), await here.person("liang"), await here.person("admin")]
    answers = await asyncio.gather(*(here.acts(each, "take") for each in people))
    assert [200, 409, 409] == sorted(answer.status for answer in answers)
    holder = here.case().operator
    for person, answer in zip(people, answers, strict=True):
        if answer.status == 409:
            assert f"{holder} 正接管着" in answer.text
            assert f"{holder} 正接管着" in (await here.acts(person, "say", text="我也说")).text
    assert [] == texts(here)


async def test_not_another_district(here: Office) -> None:
    """别的区县的案子，页面、片段、每一个动作都是 404；说了另一个区县，案子就换了人看。"""
    await waiting(here)
    yong, tong = await here.person("yong"), await here.person("tong")
    for path in ("", "/live", "/older"):
        assert 404 == (await yong.get(f"/desk/case/1{path}")).status
    for act in ("take", "say", "give", "close", "note", "tags", "assign"):
        assert 404 == (await here.acts(yong, act, text="x", note="x", tags="x")).status, act
    assert ("waiting", "") == (here.case().state, here.case().tags)
    await here.hears("我们在永川区")
    assert 200 == (await yong.get("/desk/case/1")).status
    assert 404 == (await tong.get("/desk/case/1")).status


async def test_the_budget_refuses(here: Office) -> None:
    """微信的 5 条用完了：页面和发送都说清楚，写的字还在；48 小时过了也一样；对方再说话又能发。"""
    await waiting(here)
    tong = await here.person("tong")
    for n in range(5):
        assert 200 == (await here.acts(tong, "say", text=f"第{n}句")).status
    answer = await here.acts(tong, "say", text="第六句")
    assert (409, True) == (answer.status, "现在发不出去：微信只许" in answer.text)
    assert 5 == len(texts(here))
    assert 'id="spent"' in (await tong.get("/desk/case/1")).text
    whole = await tong.post("/desk/case/1/say", {"text": "第六句"})
    assert (409, True) == (whole.status, "第六句</textarea>" in whole.text)
    await here.hears("好的")
    here.clock.on(hours=49)
    tong = await here.person("tong")
    assert 409 == (await here.acts(tong, "say", text="两天以后")).status
    await here.hears("我又来了")
    tong = await here.person("tong")
    with here.store.transaction() as connection:  # 先前的都送出去了
        connection.exec_driver_sql("UPDATE deliveries SET state = 'sent'")
    await here.acts(tong, "take")
    assert 200 == (await here.acts(tong, "say", text="在的")).status


async def test_other_channels_have_no_budget(here: Office) -> None:
    """网页、终端不限条数。"""
    await waiting(here, "web:w1")
    tong = await here.person("tong")
    for n in range(8):
        assert 200 == (await here.acts(tong, "say", text=f"第{n}句")).status
    assert "网页不限条数" in (await tong.get("/desk/case/1")).text


async def test_the_basis_is_said(here: Office) -> None:
    """引了条款，对方收到的末一行就是依据，算在五百字里；自己写了依据的，不再添。"""
    await waiting(here)
    tong = await here.person("tong")
    cites = '["cq-2024-210:附件5 四","cq-2024-210:附件5 五"]'
    line = "依据：便函〔2024〕210号 附件5 四、五"
    assert line == "依据：" + (await tong.get(f"/desk/basis?cites={cites}")).text
    await here.acts(tong, "say", text="要交承诺书", cites=cites)
    await here.acts(tong, "say", text="要交\n依据：附件5", cites=cites)
    assert [f"【铜梁区值班】要交承诺书\n{line}", "【铜梁区值班】要交\n依据：附件5"] == texts(here)
    fits = "长" * (LONGEST - len(line) - 1)
    assert 409 == (await here.acts(tong, "say", text=f"{fits}长", cites=cites)).status
    assert 200 == (await here.acts(tong, "say", text=fits, cites=cites)).status


async def test_closing_hands_back_first(here: Office) -> None:
    """接管着就关闭：先交还，对方知道，正问着的再问一遍；页面说用了一条。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.acts(tong, "take")
    assert "告诉对方用了一条，还能发 4 条" in (await here.acts(tong, "close")).text
    assert "closed" == here.case().state
    [told] = texts(here)
    assert told.startswith("值班人员把对话交还给我了。")
    assert 1 == told.count("回到刚才的问题")
    assert "reply" not in (await here.acts(tong, "close")).text
    assert 1 == len(texts(here))


async def test_a_late_hand_back_asks_once(here: Office) -> None:
    """交还的话没有送出去：页面说清楚；对方下次说话，跟着答复说那一句，正问着的只问一遍。"""
    await waiting(here)
    tong = await here.person("tong")
    for n in range(5):
        await here.acts(tong, "say", text=f"第{n}句")
    assert "对方下次说话才知道" in (await here.acts(tong, "give")).text
    with here.store.transaction() as connection:
        late = deliveries.c.text.startswith("值班人员")
        connection.execute(update(deliveries).values(state="sent"))
        connection.execute(update(deliveries).where(late).values(state="waiting"))
    reply = await here.hears("环评没得了咋个办")
    assert reply is not None
    assert 1 == numbered(reply).count("值班人员把对话交还给我了。")
    asked = [line for line in numbered(reply).split("\n") if line.startswith("1. ")]
    assert (1, 1) == (len(asked), numbered(reply).count("回到刚才的问题"))


async def test_passing_on_while_holding(here: Office) -> None:
    """自己接管着的派给同事，就转给他接管：对方什么也没收到，同事的收件箱里算没看过；别人接管着的派不了。"""
    await waiting(here)
    tong, liang = await here.person("tong"), await here.person("liang")
    await here.acts(tong, "take")
    assert "正接管着" in (await here.acts(liang, "assign", to="liang")).text
    assert "派给一个人" in (await here.acts(tong, "assign", to="")).text
    assert "没有这个人" in (await here.acts(tong, "assign", to="yong")).text
    assert "转给 liang 接管了" in (await here.acts(tong, "assign", to="liang")).text
    assert ("held", "liang", 1) == (here.case().state, here.case().operator, here.case().unread)
    assert [] == texts(here)
    assert 409 == (await here.acts(tong, "say", text="我再说一句")).status
    assert "说了。" == (await here.acts(liang, "say", text="我接着答")).text
    assert "tong 转给 liang 接管了" in (await liang.get("/desk/case/1")).text


async def test_somebody_who_left(here: Office) -> None:
    """对方删掉了自己的信息：看过这个案子的人知道为什么没有了，没看过的只知道没有；编号给了别人，开着的页面也不认。"""
    await waiting(here)
    tong, liang = await here.person("tong"), await here.person("liang")
    await tong.get("/desk/case/1")
    of = here.case().opened_at
    await here.hears("删除我的信息")
    await here.hears("确认删除")
    for path in ("", "/live?after=1"):
        answer = await tong.get(f"/desk/case/1{path}")
        assert (404, True) == (answer.status, "对方删掉了自己的信息" in answer.text)
    assert "没有这一页" in (await liang.get("/desk/case/1")).text
    here.clock.on(minutes=1)
    await waiting(here, "wechat:o2")
    assert "wechat:o2" == here.case().user
    assert "对方删掉了自己的信息" in (await here.acts(tong, "say", of=of, text="还在不")).text
    assert [] == here.sent()


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "刚来"), (12, "等了 12 分钟"), (75, "等了 1 小时 15 分钟"), (1440, "11-30 10:00")]
)
async def test_how_long_they_wait(here: Office, minutes: int, said: str) -> None:
    """收件箱写等了多久，一天以上的写日子。"""
    await waiting(here)
    here.clock.on(minutes=minutes)
    page = (await (await here.person("tong")).get("/desk/")).text
    assert f">{said}</time>" in page


async def test_notes_tags_and_who(here: Office) -> None:
    """记一笔用户看不见；标签搜得到；没有人接管着的，派给谁就是谁。"""
    await waiting(here)
    tong = await here.person("tong")
    assert "记下了。" == (await here.acts(tong, "note", note="等他发环评批复")).text
    await here.acts(tong, "tags", tags="复核，急 急")
    assert "复核 急" == here.case().tags
    assert "派给 liang 了。" == (await here.acts(tong, "assign", to="liang")).text
    assert "没有这个人。" == (await here.acts(tong, "assign", to="yong")).text
    page = await tong.get("/desk/case/1")
    assert "等他发环评批复" in page.text
    assert 'href="/desk/case/1"' in (await tong.get("/desk/?q=复核")).text
    await here.acts(tong, "tags", tags="")
    assert 'href="/desk/case/1"' not in (await tong.get("/desk/?q=复核")).text


async def test_a_closed_case_is_taken_anew(here: Office) -> None:
    """关了的再接管，是新的一个案子，页面跟着过去。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.acts(tong, "close")
    answer = await here.acts(tong, "take")
    assert "2" == answer.header("x-case")
    assert ("held", "desk") == (here.case(2).state, here.case(2).reason)


async def test_reading_clears_unread(here: Office) -> None:
    """看过就不算没看的；别人接管着的，旁人看了不算。"""
    await waiting(here)
    assert 1 == here.case().unread
    tong, liang = await here.person("tong"), await here.person("liang")
    await tong.get("/desk/case/1")
    assert 0 == here.case().unread
    await here.acts(tong, "take")
    await here.hears("喂")
    await liang.get("/desk/case/1")
    assert 1 == here.case().unread
    await tong.get("/desk/case/1/live?after=1")
    assert 0 == here.case().unread


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7}}", "</textarea><img src=x>", "长" * 2000])
async def test_words_are_only_words(here: Office, text: str) -> None:
    """用户写的字只当文字显示，多长都行。"""
    await waiting(here)
    await here.hears(text)
    page = (await (await here.person("tong")).get("/desk/case/1")).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert ">49<" not in page
    assert text.replace("<", "&lt;").replace(">", "&gt;")[:1900] in page


async def test_pages_of_the_past(here: Office) -> None:
    """谈话一页五十个回合，更早的往回翻，一句不漏不重。"""
    await waiting(here)
    with here.store.transaction() as connection:
        rows = [
            {"user": "wechat:o1", "message_id": f"x{n}", "at": "2026-11-30T02:00:00+00:00", "kind": "text",
             "said": f"第{n:03}问", "claimed": "lost"} for n in range(120)
        ]  # fmt: skip
        connection.execute(turns.insert(), rows)
    tong = await here.person("tong")
    page = (await tong.get("/desk/case/1")).text
    seen = [n for n in range(120) if f"第{n:03}问" in page]
    while 'rel="next"' in page or "更早的</a>" in page:
        before = page.split("older?before=")[-1].split('"')[0]
        page = (await tong.get(f"/desk/case/1/older?before={before}")).text
        more = [n for n in range(120) if f"第{n:03}问" in page]
        assert not set(more) & set(seen)
        seen += more
    assert list(range(120)) == sorted(seen)


async def test_every_view_is_on_record(here: Office) -> None:
    """看一次、做一件，审计里各有一行，写的是案子的编号，不是用户。"""
    await waiting(here)
    tong, admin = await here.person("tong"), await here.person("admin")
    await tong.get("/desk/case/1")
    await here.acts(tong, "say", text="您好")
    page = (await admin.get("/desk/audit")).text
    for piece in ("看谈话", "回话", 'href="/desk/case/1"'):
        assert piece in page, piece
    assert "wechat:o1" not in page


async def test_an_old_case_opens_nothing_of_another_district(here: Office) -> None:
    """关了的案子，人后来说在别的区县：从旧案子看不到新的话，也接管不了、说不了、关不了。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.acts(tong, "close")
    assert 200 == (await tong.get("/desk/case/1")).status
    await here.hears("我们搬到万州区了")
    await here.hears("转人工，万州的事")
    assert ("万州", "waiting") == (here.case(2).district, here.case(2).state)
    for path in ("", "/live?after=1", "/older?before=9"):
        answer = await tong.get(f"/desk/case/1{path}")
        assert (404, False) == (answer.status, "万州的事" in answer.text), path
    for act in ("take", "say", "give", "close", "note", "tags", "assign"):
        assert 404 == (await here.acts(tong, act, text="我是铜梁", note="记", tags="甲", to="tong")).status, act
    assert "waiting" == here.case(2).state
    assert [] == texts(here)


async def test_many_at_once_keep_to_the_budget(here: Office) -> None:
    """同时发十句，微信只许五条：只收下五句，别的说清楚发不出去。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.acts(tong, "take")
    answers = await asyncio.gather(*(here.acts(tong, "say", text=f"第{n}句", id=f"{n:08x}") for n in range(10)))
    assert [200] * 5 + [409] * 5 == sorted(answer.status for answer in answers)
    assert 5 == len(texts(here))
