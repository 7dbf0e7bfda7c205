"""接管着的时候：删除信息不会被吞，说了别的区县有人接，微信的条数几个进程一起也不会多；发不出看不见的字和专家的网址。"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from bot.desk.watching import HoldWatch
from bot.store import Store
from bot.store.person import GONE
from bot.store.schema import cases, deliveries, operators
from tests.bot.desk.office import Office, office, staff

USER = "wechat:o1"


@pytest_asyncio.fixture
async def pair(store: Store, url: str) -> AsyncIterator[tuple[Office, Office]]:
    """同一个库上的两个进程，各有各的连接；两种引擎各来一遍。"""
    staff(store)
    if not store.sqlite:  # 这个库是清空再用的，编号接着上一个测试的
        with store.transaction() as connection:
            connection.exec_driver_sql("ALTER SEQUENCE cases_id_seq RESTART")
    with Store.open(url) as other:
        async with office(store) as one, office(other) as two:
            two.clock, two.numbers = one.clock, one.numbers
            yield one, two


async def waiting(here: Office, user: str = USER) -> None:
    """铜梁的一家要找人。"""
    await here.hears("我们铜梁的，做商砼的", user)
    await here.hears("转人工", user)


def told(here: Office, occasion: str) -> list[str]:
    """送达账里这样起头的各行的字。"""
    return [text for each, text in here.sent("occasion", "text") if each.startswith(occasion)]


def everyone(here: Office) -> list[Any]:
    """全部案子的状态。"""
    with here.store.reading() as connection:
        return list(connection.scalars(select(cases.c.state).order_by(cases.c.id)))


@pytest.mark.parametrize("taken", [True, False])
async def test_an_open_deletion_is_not_swallowed(pair: tuple[Office, Office], taken: bool) -> None:
    """用户正确认删除：值班的人说话不成，也不会又接管；用户在另一个进程确认，真删了。"""
    one, two = pair
    await waiting(one)
    tong = await one.person("tong")
    if taken:
        await one.acts(tong, "take")
    reply = await two.hears("删除我的信息")
    assert reply is not None
    before = one.case().state
    answer = await one.acts(tong, "say", text="还在吗")
    assert (409, "对方问过删除自己的信息，还没有定，没有送出去；要说话，先点“接管”。") == (answer.status, answer.text)
    assert (before, []) == (one.case().state, told(one, "desk:"))
    done = await two.hears("确认删除")
    assert done is not None
    assert done.text.startswith("已删除")
    assert [] == everyone(one)


async def test_a_stopped_account_holds_nothing(here: Office) -> None:
    """管理员停用一个账号：他接管着的都交还，用户听得到，机器人接着答；停不成的什么也不交还。"""
    await waiting(here)
    tong, admin = await here.person("tong"), await here.person("admin")
    await here.acts(tong, "take")
    assert 409 == (await admin.post("/desk/staff/stop", {"name": "admin"})).status
    assert "held" == here.case().state
    assert 303 == (await admin.post("/desk/staff/stop", {"name": "tong"})).status
    assert "open" == here.case().state
    assert 1 == len([text for text in told(here, "desk:") if "交还给我" in text])
    assert await here.hears("怎么申报") is not None


async def test_a_deletion_goes_through_a_takeover(here: Office) -> None:
    """值班的人明着接管了：一声“对头”是答他的，不删；打的编号说清楚怎么才删；一字不差地确认才删。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.hears("删除我的信息")
    assert 200 == (await here.acts(tong, "take")).status
    assert 200 == (await here.acts(tong, "say", text="您是铜梁的嘛")).status
    assert None is await here.hears("对头")
    asked = await here.hears("1")
    assert asked is not None
    assert "回复“确认删除”四个字" in asked.text
    assert ["held"] == everyone(here)
    done = await here.hears("确认删除")
    assert done is not None
    assert done.text.startswith("已删除")
    assert [] == everyone(here)


@pytest.mark.parametrize("how", ["返回机器人", "give", "expire"])
async def test_a_line_never_takes_back_what_the_robot_has(here: Office, how: str) -> None:
    """机器人接着答了：先前写的一句不会又接管，要点接管；接管了照说。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.acts(tong, "take")
    if how == "expire":
        here.clock.on(minutes=31)
        await HoldWatch(here.store, here.inbox, here.clock).once()
    elif how == "give":
        await here.acts(tong, "give")
    else:
        await here.hears(how)
    answer = await here.acts(tong, "say", text="写到一半的")
    assert (409, True) == (answer.status, "先点“接管”" in answer.text)
    assert ("open", []) == (here.case().state, [each for each in told(here, "desk:") if "一半" in each])
    assert 200 == (await here.acts(tong, "take")).status
    assert 200 == (await here.acts(tong, "say", text="写到一半的")).status


async def moved(one: Office, two: Office) -> Any:
    """铜梁的人接管着，用户在另一个进程里说厂在永川；永川的人绑了号。"""
    with one.store.transaction() as connection:
        connection.execute(update(operators).filter_by(name="yong").values(bound="wechat:yong"))
    await waiting(one)
    tong = await one.person("tong")
    await one.acts(tong, "take")
    assert None is await two.hears("说错了，我们在永川区")
    return tong


@pytest.mark.parametrize("how", ["give", "close"])
async def test_the_holder_finishes_then_it_is_queued_there(pair: tuple[Office, Office], how: str) -> None:
    """接管着，用户说了别的区县：接管的人还看得到、说得完，那里的人先看不到；交还或关闭，就在那里等着，那里的人知道。"""
    one, two = pair
    tong = await moved(one, two)
    yong = await two.person("yong")
    page = await tong.get("/desk/case/1")
    assert (200, True) == (page.status, "对方现在说的是永川区" in page.text)
    assert 200 == (await one.acts(tong, "say", text="那要找永川区")).status
    assert 404 == (await yong.get("/desk/case/1")).status
    assert ("held", "铜梁") == (one.case().state, one.case().district)
    answer = await one.acts(tong, how)
    assert (200, True) == (answer.status, "转给" in answer.text)
    assert ("waiting", "永川") == (one.case().state, one.case().district)
    assert ["永川区有人等（要找人）：转人工"] == told(one, "duty:")
    assert "贵厂在永川区，转给永川区的值班人员了。" in told(one, "desk:")[-1]
    assert 404 == (await tong.get("/desk/case/1")).status
    assert 200 == (await two.acts(yong, "say", text="我是永川的")).status


async def test_asking_for_a_person_queues_it_there_at_once(pair: tuple[Office, Office]) -> None:
    """接管着，说了别的区县又要找人：马上在那里等着；没有说别的区县的，要找人也不打断。"""
    one, two = pair
    tong = await moved(one, two)
    reply = await two.hears("人工")
    assert reply is not None
    assert reply.text.startswith("好，转给永川区的值班人员了")
    assert ("waiting", "永川") == (one.case().state, one.case().district)
    assert ["永川区有人等（要找人）：人工"] == told(one, "duty:")
    assert 404 == (await one.acts(tong, "say", text="等一下")).status
    await waiting(one, "wechat:o2")
    await one.acts(tong, "take", case=2)
    assert None is await two.hears("人工", "wechat:o2")


@pytest.mark.parametrize("how", ["watch", "word"])
async def test_an_expired_hold_is_queued_there(pair: tuple[Office, Office], how: str) -> None:
    """接管到时了，用户说过别的区县：在那里等着，那里的人知道；守着的先看见，或用户先说话，都一样。"""
    one, two = pair
    await moved(one, two)
    one.clock.on(minutes=31)
    if how == "watch":
        await asyncio.gather(*(HoldWatch(each.store, each.inbox, one.clock).once() for each in pair))
    else:
        await two.hears("喂")
    assert ("waiting", "永川") == (one.case().state, one.case().district)
    assert ["永川区有人等（要找人）：转人工"] == told(one, "duty:")


async def test_the_same_district_is_not_queued_again(here: Office) -> None:
    """说来说去还是那个区县的，交还了就是交还了。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.acts(tong, "take")
    for said in ("我们在永川区", "说错了，在铜梁区"):
        await here.hears(said)
    assert "交还了：机器人接着答。" in (await here.acts(tong, "give")).text
    assert "open" == here.case().state


async def test_two_processes_keep_to_the_budget(pair: tuple[Office, Office]) -> None:
    """微信用掉了四条，两个进程同时各说一句：只收下一句，另一句说清楚发不出去。"""
    one, two = pair
    tong = await one.person("tong")
    same = await two.person("tong")
    for n in range(1, 6):
        user = f"wechat:p{n}"
        await waiting(one, user)
        for k in range(4):
            assert 200 == (await one.acts(tong, "say", n, text=f"第{k}句")).status
        answers = await asyncio.gather(
            one.acts(tong, "say", n, text="甲说", id=f"{n:08x}"), two.acts(same, "say", n, text="乙说", id=f"{n:09x}")
        )
        assert [200, 409] == sorted(each.status for each in answers)
        assert any("现在发不出去" in each.text for each in answers)
        assert 5 == len([row for row in one.sent() if row[0] == user])


async def test_their_words_go_with_them(pair: tuple[Office, Office]) -> None:
    """删除以后，告诉过值班的人的话里没有他的原话；还没有送的不再送。别人的不动。"""
    one, two = pair
    with one.store.transaction() as connection:
        connection.execute(
            update(operators).filter_by(name="tong").values(bound="wechat:tong", webhook="https://a.example/")
        )
    await waiting(one)
    await waiting(one, "wechat:o2")
    rows = deliveries.c
    with one.store.transaction() as connection:
        gone = (rows.occasion == "duty:1:1", rows.user == "wechat:tong")
        connection.execute(update(deliveries).where(*gone).values(state="sent"))
    await two.hears("删除我的信息")
    done = await two.hears("确认删除")
    assert done is not None
    assert done.text.startswith("已删除")
    assert [
        ("duty:1:1", "wechat:tong", "sent", GONE),
        ("duty:2:1", "wechat:tong", "urgent", "铜梁区有人等（要找人）：转人工"),
        ("duty:2:1", "webhook:tong", "urgent", "铜梁区有人等（要找人）：转人工"),
    ] == one.sent("occasion", "user", "state", "text")


async def test_who_comes_right_back_is_announced(here: Office) -> None:
    """删了马上又找人，同一批里走的：新的这一次照样告诉值班的人。"""
    with here.store.transaction() as connection:
        connection.execute(update(operators).filter_by(name="tong").values(bound="wechat:tong"))
    await waiting(here)
    await here.hears("删除我的信息")
    await asyncio.gather(*(here.hears(said) for said in ("确认删除", "我们铜梁的，转人工")))
    assert ["铜梁区有人等（要找人）：我们铜梁的，转人工"] == told(here, "duty:")
    assert ["waiting"] == everyone(here)


@pytest.mark.parametrize("text", ["\u200b", "\u200d\ufe0f", "\x07\x1b", "\u202e \u2060\n", "\u3164"])
async def test_nothing_to_see_is_nothing_said(here: Office, text: str) -> None:
    """只有看不见的字，就是没有写字。"""
    await waiting(here)
    tong = await here.person("tong")
    answer = await here.acts(tong, "say", text=text)
    assert (409, "没有写字。", []) == (answer.status, answer.text, told(here, "desk:"))


async def test_control_characters_are_left_out(here: Office) -> None:
    """话里的控制字符、改方向的字符不送出去，换行和表情照旧。"""
    await waiting(here)
    tong = await here.person("tong")
    await here.acts(tong, "say", text="见\x0b控\x1b制\x07字\u202e\u200b\r\n第二行👩\u200d🔧")
    assert ["【铜梁区值班】见控制字\n第二行👩\u200d🔧"] == told(here, "desk:")


@pytest.mark.parametrize(
    "said", ["113.204.96.36", "１１３.２０４.９６.３６:3361", "113。204。96。36", "113.\u200b204.96.36"]
)
async def test_the_experts_address_is_never_told(here: Office, said: str) -> None:
    """专家登录地址怎么写都送不出去，回话和广播一样。"""
    await waiting(here)
    tong, admin = await here.person("tong"), await here.person("admin")
    answer = await here.acts(tong, "say", text=f"登 http://{said} 看")
    assert (409, "专家登录地址不能给企业，没有送出去。") == (answer.status, answer.text)
    page = await admin.post("/desk/broadcasts/store", {"name": "看", "text": f"请登录{said}。"})
    assert (400, True) == (page.status, "专家登录地址" in page.text)
    assert [] == told(here, "desk:")
