"""教机器人：没答上来的归成堆，写、试、发布，别的进程下一句就用上；撤得下，导得出，文件里的算数。"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

import knowledge
from bot.__main__ import main
from bot.app import App, Counts
from bot.desk import trial as trials
from bot.desk.clusters import Clusters, shown
from bot.desk.opening import LazyDesk
from bot.desk.teaching import exported
from bot.inbox import Inbox
from bot.learned import NOTHING, Learned, Lesson, live
from bot.reminders.campaigns import set_two_persons
from bot.settings import Settings
from bot.store import Store
from bot.store.schema import answer_versions, answers, dismissed, profiles, turns
from dialogs.records import Message
from dialogs.turn import take_turn
from knowledge.load import HERE, load
from knowledge.records import Alias, Citation, Faq
from knowledge.rules import rules_of
from knowledge.taught import LOCAL, alias_conflict, alias_faults, faq_conflicts, faq_doubts, faq_faults, taught
from tests.bot.desk.client import NOW, Answer, Person, Watch, account, opened

RULES = knowledge.on(NOW.date())
CITE = "cq-2024-210:正文 三（二）"
ASK = "厂里养看门狗要不要打招呼"
FAQ = {
    "kind": "faq", "id": "0", "asks": f"{ASK}\n养看门狗要给你们说一声吗", "silent": "1", "cites": CITE,
    "answer": "通知没有写养看门狗的事。\n以贵厂所在区县生态环境局答复为准。", "then": "问贵厂所在区县生态环境局。",
}  # fmt: skip
LINE: dict[str, Any] = {"q": "厂里养看门狗要不要打个招呼", "must": [["没看懂", "没把握", "没有写"]]}
ALIAS = {"kind": "alias", "id": "0", "text": "铁疙瘩坨坨", "target": "n6-1"}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """试的时候只考一道题、一小部分问法，快一些。"""
    for name in ("_questions", "_ordinary"):
        every = getattr(trials, name)
        monkeypatch.setattr(trials, name, lambda *given, every=every: islice(every(*given), 0, None, 100))
    monkeypatch.setattr(trials, "_lines", lambda one: [("考题", LINE["q"], trials._judged(LINE))])


class Process:
    """一个进程：自己的收件箱、自己的规则。"""

    def __init__(self, store: Store) -> None:
        self.store, self.learned, self.count = store, Learned(knowledge.on), 0
        self.inbox = Inbox(store, take_turn, self.learned, Watch(), self.learned.read)

    async def hears(self, text: str, user: str = "web:u1") -> str:
        """用户说一句，机器人答什么。"""
        self.count += 1
        reply = await self.inbox.answer(Message(user, f"{id(self)}{self.count}", NOW, text=text))
        return reply.text if reply else ""

    def desk(self) -> App:
        """这个进程的服务台。"""
        given = Settings(web_per_address="0")
        desk = LazyDesk(given, self.store, self.inbox, self.learned, Watch(), Counts())
        return App(self.inbox, desk=desk)


@asynccontextmanager
async def process(store: Store) -> AsyncIterator[Process]:
    """开着的一个进程。"""
    made = Process(store)
    await made.inbox.start()
    try:
        yield made
    finally:
        await made.inbox.stop(5)


def unanswered(store: Store, said: str, user: str, district: str = "", claimed: str = "lost") -> None:
    """`user` 说了一句没答上来的。"""
    row = {"user": user, "message_id": f"{user}{said}{claimed}", "at": NOW.isoformat(), "kind": "text"}
    with store.transaction() as connection:
        connection.execute(insert(turns).values(**row, said=said, claimed=claimed, reply=None))
        if district and not connection.execute(select(profiles).filter_by(user=user)).first():
            place = {"district": district, "branches": "[]", "name": "", "code": "", "grade": "", "wish": ""}
            connection.execute(insert(profiles).values(user=user, position=0, updated_at="", **place))


async def heaps(store: Store, scope: str | None, clusters: Clusters | None = None) -> list[tuple[str, int]]:
    """这个范围里的各堆：最近的一句和几句。"""
    clusters = clusters or Clusters()
    while not await clusters.fresh(store, NOW):
        pass
    with store.reading() as connection:
        page, _ = clusters.ranked(scope, frozenset(), 0, 50)
        return [(each.examples[0][0], each.count) for each in shown(connection, page, scope)]


async def tried(person: Person, path: str) -> str:
    """试一试，等它试完，返回那一页。"""
    assert 303 == (await person.post(f"{path}/try")).status
    for _ in range(600):
        page = await person.get(path)
        if "<progress" not in page.text:
            return page.text
        await asyncio.sleep(0.05)
    raise AssertionError(page.text)


async def saved(person: Person, form: dict[str, str]) -> str:
    """存一版，返回它的网址。"""
    answer = await person.post("/desk/learn/save", form)
    assert 303 == answer.status
    return answer.header("location").partition("?")[0]


async def publish(person: Person, path: str, **more: Any) -> Answer:
    """照页上的发布：看的那一版，每一格都勾上；`more` 另填。"""
    page = (await person.get(path)).text
    form = {"print": "".join(re.findall(r'name="print" value="(\w+)"', page)), "read": "1"}
    sure = re.findall(r'name="sure" value="(\w+)"', page)
    return await person.post(f"{path}/publish", {**form, "sure": sure, **more})


async def test_alike_ones_are_one_heap(store: Store) -> None:
    """像的归一堆，多的在前；值班的只看得到自己区县的；说没用的，看的是它前面那一句。"""
    for n, said in enumerate(("无人机航拍要报备吗", "无人机航拍要报备么", "无人机航拍需要报备吗？")):
        unanswered(store, said, f"web:t{n}", "铜梁")
    unanswered(store, "食堂油烟归哪个管", "web:y", "永川")
    unanswered(store, "厂门口堆沙子咋整", "web:t0", claimed="answer")
    unanswered(store, "没用", "web:t0", claimed="wrong")
    assert [("无人机航拍需要报备吗？", 3), ("厂门口堆沙子咋整", 1), ("食堂油烟归哪个管", 1)] == await heaps(store, None)
    assert [("食堂油烟归哪个管", 1)] == await heaps(store, "永川")
    assert [("无人机航拍需要报备吗？", 3), ("厂门口堆沙子咋整", 1)] == await heaps(store, "铜梁")


async def test_new_ones_join_and_deleted_ones_go(store: Store) -> None:
    """新来的添上，不重数；删了信息的人的话不再给人看。"""
    clusters = Clusters()
    unanswered(store, "无人机航拍要报备吗", "web:a")
    assert [("无人机航拍要报备吗", 1)] == await heaps(store, None, clusters)
    unanswered(store, "无人机航拍要不要报备", "web:b")
    assert [("无人机航拍要不要报备", 2)] == await heaps(store, None, clusters)
    assert [("无人机航拍要不要报备", 2)] == await heaps(store, None, clusters)
    store.delete("web:b", NOW)
    assert [("无人机航拍要报备吗", 2)] == await heaps(store, None, clusters)
    store.delete("web:a", NOW)
    assert [] == await heaps(store, None, clusters)


async def test_dismissed(store: Store) -> None:
    """值班的说不用管，只是他区县的不再列；管理员的，各处不再列；库里不留用户的原话。"""
    account(store, "tong", "铜梁")
    account(store, "admin")
    app = opened(store)
    unanswered(store, "无人机航拍要报备吗", "web:t", "铜梁")
    unanswered(store, "食堂油烟归哪个管", "web:y", "永川")
    tong, admin = Person(app), Person(app, peer="192.0.2.8")
    await tong.login("tong")
    await admin.login("admin")
    page = await tong.get("/desk/learn")
    assert ("无人机航拍" in page.text, "食堂油烟" in page.text) == (True, False)
    key = page.text.partition('name="key" value="')[2].partition('"')[0]
    assert 303 == (await tong.post("/desk/learn/dismiss", {"key": key})).status
    assert "无人机航拍" not in (await tong.get("/desk/learn")).text
    page = await admin.get("/desk/learn")
    assert "无人机航拍" in page.text
    others = [part.partition('"')[0] for part in page.text.split('name="key" value="')[1:]]
    foreign = next(each for each in others if each != key)
    assert 404 == (await tong.post("/desk/learn/dismiss", {"key": foreign})).status
    assert 404 == (await tong.post("/desk/learn/dismiss", {"key": "x"})).status
    for each in others:
        assert 303 == (await admin.post("/desk/learn/dismiss", {"key": each})).status
    assert "无人机" not in (await admin.get("/desk/learn")).text
    with store.reading() as connection:
        assert all("无人机" not in each for each in connection.scalars(select(dismissed.c.words)))


async def test_learning_an_answer_and_using_it_in_another_process(store: Store) -> None:
    """写、试、发布一个问答：别的进程下一句就照它答；撤下以后下一句就不照。"""
    account(store, "admin")
    async with process(store) as one, process(store) as two:
        person = Person(one.desk())
        await person.login("admin")
        before = [await each.hears(ASK) for each in (one, two)]
        assert all("养看门狗的事" not in each for each in before)
        path = await saved(person, FAQ)
        assert 409 == (await publish(person, path)).status
        page = await tried(person, path)
        assert "会答上 <strong>1</strong> 堆" in page
        assert "变差 <strong>0</strong> 句" in page
        assert "养看门狗的事" not in await two.hears(ASK)
        assert 303 == (await publish(person, path)).status
        for each in (two, one):
            told = await each.hears("养看门狗要给你们说一声吗")
            assert told.startswith("通知没有写养看门狗的事。")
            assert "依据：便函〔2024〕210号 正文 三（二）" in told
            assert "下一步：问贵厂所在区县生态环境局。" in told
        assert 409 == (await publish(person, path)).status
        assert 303 == (await person.post(f"{path}/withdraw")).status
        assert "养看门狗的事" not in await two.hears(ASK)
        assert 409 == (await person.post(f"{path}/withdraw")).status


async def test_learning_an_alias(store: Store) -> None:
    """发布一种叫法：别的进程下一句就认得。"""
    account(store, "admin")
    async with process(store) as one, process(store) as two:
        person = Person(one.desk())
        await person.login("admin")
        assert "none" == two.learned(NOW.date()).lookup("我们做铁疙瘩坨坨的").outcome
        path = await saved(person, ALIAS)
        assert "变差 <strong>0</strong> 句" in await tried(person, path)
        assert 303 == (await publish(person, path)).status
        told = await two.hears("我们做铁疙瘩坨坨的", "web:u2")
        assert RULES.branches["n6-1"].name in told


async def test_a_new_version_leaves_the_live_one(store: Store) -> None:
    """改稿时在用的那一版照旧；发布了才换；各版都留着。"""
    account(store, "admin")
    async with process(store) as one:
        person = Person(one.desk())
        await person.login("admin")
        path = await saved(person, FAQ)
        await tried(person, path)
        await publish(person, path)
        id = path.rsplit("/", 1)[1]
        edited = {**FAQ, "id": id, "answer": "通知没有写狗的事。"}
        assert path == await saved(person, edited)
        assert "养看门狗的事" in await one.hears(ASK)
        assert 409 == (await publish(person, path)).status
        await tried(person, path)
        assert 303 == (await publish(person, path)).status
        assert (await one.hears(ASK)).startswith("通知没有写狗的事。")
        with store.reading() as connection:
            rows = connection.execute(select(answer_versions).order_by("version")).all()
        assert [(1, "replaced"), (2, "published")] == [(row.version, row.state) for row in rows]


async def test_a_draft_can_be_deleted(store: Store) -> None:
    """在写的稿删得掉：没有发布过的整条没有了；改着的稿删了，在用的那一版照旧、还改得；在用的删不了；别人的稿是 404。"""
    account(store, "admin")
    account(store, "tong", "铜梁")
    async with process(store) as one:
        app = one.desk()
        person, tong = Person(app), Person(app, peer="192.0.2.8")
        await person.login("admin")
        await tong.login("tong")
        path = await saved(person, FAQ)
        assert 404 == (await tong.post(f"{path}/drop")).status
        assert 303 == (await person.post(f"{path}/drop")).status
        assert 404 == (await person.get(path)).status
        path = await saved(person, FAQ)
        await tried(person, path)
        await publish(person, path)
        assert 409 == (await person.post(f"{path}/drop")).status
        await saved(person, {**FAQ, "id": path.rsplit("/", 1)[1], "answer": "通知没有写狗的事。"})
        assert 303 == (await person.post(f"{path}/drop")).status
        page = (await person.get(path)).text
        assert [True, False, False] == [each in page for each in ("养看门狗的事", "写狗的事", f"{path}/drop")]
        assert "养看门狗的事" in await one.hears(ASK)
        with store.reading() as connection:
            rows = connection.execute(select(answer_versions)).all()
        assert [(1, "published")] == [(row.version, row.state) for row in rows]


async def test_worse_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """考题有一道变差，就发布不了，说得出是哪一道；试过以后规则变了，要重试。"""
    account(store, "admin")
    async with process(store) as one:
        person = Person(one.desk())
        await person.login("admin")
        monkeypatch.setitem(LINE, "must", [["没看懂", "没把握"]])
        first = await saved(person, FAQ)
        page = await tried(person, first)
        assert "变差 <strong>1</strong> 句" in page
        assert LINE["q"] in page
        assert 409 == (await publish(person, first)).status
        monkeypatch.setitem(LINE, "must", [["没看懂", "没把握", "没有写"]])
        second = await saved(person, {**FAQ, "asks": "厂里养鸡归哪个管环评"})
        for path in (first, second):
            assert "变差 <strong>0</strong> 句" in await tried(person, path)
        assert 303 == (await publish(person, first)).status
        again = await publish(person, second)
        assert (409, True) == (again.status, "规则变了" in again.text)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cites": ""}, "没有出处"),
        ({"silent": "", "answer": "奖5万元。"}, "所引条款里没有“5”"),
        ({"silent": "", "answer": "2025年3月1日截止。"}, "所引条款里没有"),
        ({"answer": "通知没有写，打13800000000。"}, "所引条款里没有“13800000000”"),
        ({"answer": "通知没有写。“违法都不罚”。"}, "不是所引条款的原话"),
        ({"answer": "没得说的。"}, "回答里就要写明"),
        ({"answer": "通知没有写。去 http://113.204.96.36 看。"}, "专家登录地址不能给企业"),
        ({"answer": "通知没有写。" + "长" * 500}, "答复超过"),
        ({"asks": "？"}, "太短或太长"),
        ({"then": ""}, "没有下一步"),
    ],
)
def test_lint(change: dict[str, str], says: str) -> None:
    """没有出处、出处里没有的数、走样的引文、专家网址、太长：一样不许。"""
    given = {**FAQ, **change}
    cites = tuple(Citation(*each.split(":")) for each in given["cites"].split() and [given["cites"]])
    asks = tuple(given["asks"].splitlines())
    faq = Faq("learned-1", asks, (), given["answer"], given["then"], bool(given["silent"]), cites)
    assert any(says in each for each in faq_faults(faq, NOW.date())), faq_faults(faq, NOW.date())


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("通知没有写，A级企业全部免检。", "A级企业全部免检"),
        ("通知没有写要交什么，企业不用交任何材料。", "企业不用交任何材料"),
        ("通知没有写，去年是三月截止。", "去年是三月截止"),
        ("通知没有写就是不用交。", "就是不用交"),
        ("通知没有写，问区县生态环境局就可以直接定A级。", "直接定A级"),
        ("通知没有写，大概几千块。", "几千块"),
    ],
)
def test_silence_says_nothing_else(answer: str, says: str) -> None:
    """“通知没有写”的回答只有没有写什么、问谁；多说一件事就是毛病，勾没勾都一样。"""
    for silent in (True, False):
        faq = Faq("learned-1", (ASK,), (), answer, FAQ["then"], silent, (LOCAL,))
        assert any(says in each for each in faq_faults(faq, NOW.date()))


def test_silence_may_name_whom_to_ask() -> None:
    """没有写什么、多久要不要的问题、问谁，都可以说。"""
    said = "多久审完、要不要交钱，通知没有写。\n也没有写找谁催。\n以贵厂所在区县生态环境局答复为准，可以打电话问区县。"
    faq = Faq("learned-1", (ASK,), (), said, FAQ["then"], True, (LOCAL,))
    assert ([], []) == (faq_faults(faq, NOW.date()), faq_doubts(faq))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("评了级以后永远有效，区县不再抽查。", ["永远", "不再"]),
        ("企业不用交任何材料。", ["任何", "不用"]),
        ("区县可以直接定A级。", ["直接", "区县”和“A"]),
        ("没有排污许可证的也可以评B级。", ["没有"]),
        ("一律免检。", ["一律", "免检"]),
        ("区县生态环境局组织抽查，比例不少于30%。", []),
        ("市生态环境局每年抽查B级及以上企业；不一定抽到贵厂。", []),
    ],
)
def test_words_the_clause_lacks_are_checked_one_by_one(answer: str, words: list[str]) -> None:
    """绝对的、否定的、由谁定哪一级的话，所引条款里没有的，一个一个列出来；条款里有的不列。"""
    faq = Faq("learned-1", (ASK,), (), answer, "回复“菜单”。", False, (Citation("cq-2024-210", "正文 五 三是"),))
    assert words == [each.partition("：")[0].strip("“”") for each in faq_doubts(faq)]


def test_money_the_clause_lacks() -> None:
    """所引条款没有说的钱，不许说。"""
    for said in ("大概几千块。", "评A级有补贴。", "报名免费。", "罚款五百元。"):
        faq = Faq("learned-1", (ASK,), (), said, "回复“菜单”。", False, (Citation("cq-2024-210", "正文 五 三是"),))
        assert any("所引条款里没有" in each for each in faq_faults(faq, NOW.date())), said


@pytest.mark.parametrize(
    ("text", "target", "says"),
    [
        ("我们厂", "n15-4", "各行各业"),
        ("做的", "n15-4", "各行各业"),
        ("铜梁区的厂", "n15-4", "各行各业"),
        ("环保设备", "n15-4", "各行各业"),
        ("想评B级", "n15-4", "各行各业"),
        ("烧窑", "n15-4", "各行各业"),
        ("搅拌站", "n15-4", "沥青混合料搅拌站"),
        ("免烧", "n15-4", "免烧砖"),
        ("不锈钢", "n15-4", "别的行业的叫法"),
        ("铁疙瘩坨坨", "n6-1", ""),
        ("砼站站", "n15-4", ""),
    ],
)
def test_names_everyone_says_are_refused(text: str, target: str, says: str) -> None:
    """虚词、地名、各行各业都说的词，别的行业的名称、叫法里的一截，不是一种叫法；真的名称照收。"""
    faults = alias_faults(RULES, Alias(text, target, "别名"))
    assert any(says in each for each in faults) if says else not faults, faults


def test_ordinary_sentences_are_tried() -> None:
    """一种叫法抢得走平常的话，就是变差：别的分支套进各种平常的话，一句一句地比。"""
    one = Lesson(9, alias=Alias("我们厂", "n15-4", "别名"))
    old, new = trials._both(RULES, NOTHING, one)
    worse = [said for _, said, look in trials._ordinary(RULES, one) if not look(old, NOW) and look(new, NOW)]
    assert "我们厂是做" == worse[0][:5]
    fine = Lesson(9, alias=Alias("铁疙瘩坨坨", "n6-1", "别名"))
    old, new = trials._both(RULES, NOTHING, fine)
    assert not [said for _, said, look in trials._ordinary(RULES, fine) if look(old, NOW) != look(new, NOW)]


def test_the_lines_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """考题跟着代码走：换一个文件夹开，也找得到。"""
    monkeypatch.chdir(tmp_path)
    assert list(trials.LINES.glob("*.jsonl"))


async def test_no_lines_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """没有装考题，试完了页上说没有考。"""
    account(store, "admin")
    monkeypatch.setattr(trials, "_lines", lambda one: iter(()))
    async with process(store) as one:
        person = Person(one.desk())
        await person.login("admin")
        assert "考题没有考" in await tried(person, await saved(person, FAQ))


async def test_the_publisher_checks_what_is_published(store: Store) -> None:
    """发布的是看过的那一版，原文就在旁边，逐句对过、没有着落的词都勾过才行；写的人和发布的人分开记。"""
    account(store, "tong", "铜梁")
    account(store, "admin")
    form = {
        **FAQ, "silent": "", "asks": "挂了牌子以后还查不查哟", "answer": "已评级的一律要抽查，一家都不漏。",
        "cites": "cq-2024-210:正文 五 三是",
    }  # fmt: skip
    async with process(store) as one:
        app = one.desk()
        tong, admin = Person(app), Person(app, peer="192.0.2.8")
        await tong.login("tong")
        await admin.login("admin")
        path = await saved(tong, form)
        await tried(tong, path)
        page = (await admin.get(path)).text
        assert RULES.clause(Citation("cq-2024-210", "正文 五 三是")).text in page
        sure = re.findall(r'name="sure" value="(\w+)"', page)
        assert 3 == len(sure)
        seen = {"print": re.findall(r'name="print" value="(\w+)"', page)[0], "read": "1", "sure": sure}
        again = await saved(tong, {**form, "id": path.rsplit("/", 1)[1], "answer": "已评级的一律不抽查。"})
        await tried(tong, again)
        assert 409 == (await admin.post(f"{path}/publish", seen)).status
        assert 400 == (await publish(admin, path, read="")).status
        assert 400 == (await publish(admin, path, sure=[])).status
        done = await publish(admin, path)
        assert (303, True) == (done.status, done.header("location").endswith("?done=published"))
        page = (await admin.get(done.header("location"))).text
        assert "发布了，机器人下一句就照它答。" in page
        with store.reading() as connection:
            row = connection.execute(select(answer_versions).filter_by(state="published")).one()
        assert (2, "tong", "admin") == (row.version, row.by, row.published_by)


async def test_two_persons(store: Store) -> None:
    """主管部门要两个人的，写的人不能自己发布；别人可以。"""
    for name in ("admin", "boss"):
        account(store, name)
    with store.transaction() as connection:
        set_two_persons(connection, True)
    async with process(store) as one:
        app = one.desk()
        admin, boss = Person(app), Person(app, peer="192.0.2.8")
        await admin.login("admin")
        await boss.login("boss")
        path = await saved(admin, FAQ)
        assert "要另一个人来发布" in await tried(admin, path)
        assert 403 == (await publish(admin, path)).status
        assert 303 == (await publish(boss, path)).status
    with store.transaction() as connection:
        set_two_persons(connection, False)


async def test_withdrawing_what_was_exported(store: Store) -> None:
    """导出过的撤下来，页上一直说文件里还要删；已经在用着的文件里的，撤不下，说得出为什么。"""
    account(store, "admin")
    async with process(store) as one:
        person = Person(one.desk())
        await person.login("admin")
        path = await saved(person, FAQ)
        await tried(person, path)
        assert 303 == (await publish(person, path)).status
        with store.transaction() as connection:
            exported(connection, [int(path.rsplit("/", 1)[1])])
            faq = live(connection).faq
        there = replace(RULES, faq=(*RULES.faq, *faq))
        base, one.learned.base = one.learned.base, lambda day: there
        refused = await person.post(f"{path}/withdraw")
        assert (409, True) == (refused.status, "文件里删掉" in refused.text)
        assert "知识文件里已经有这一条" in (await person.get(path)).text
        one.learned.base = base
        done = await person.post(f"{path}/withdraw")
        assert done.header("location").endswith("?done=recalled")
        assert "写进过的文件里还要删" in (await person.get(path)).text
        assert "养看门狗的事" not in await one.hears(ASK)


def test_the_file_wins() -> None:
    """文件里列着的问法、指着别处的叫法：照文件的，撞了说得出；没有撞的照用。"""
    held = RULES.faq[0]
    faq = Faq("learned-1", (held.asks[0], ASK), (), "通知没有写。", "", True, (Citation("cq-2024-210", "正文 二"),))
    alias, clash = Alias("铁疙瘩坨坨", "n6-1", "别名"), Alias("商砼", "n6-1", "别名")
    made = taught(RULES, (faq,), (alias, clash))
    assert held.asks[0] == faq_conflicts(RULES, faq)[0].said
    assert alias_conflict(RULES, clash)
    assert alias_conflict(RULES, alias) is None
    assert held.id == made.questions(held.asks[0])[0].id
    assert "learned-1" == made.questions(ASK)[0].id
    assert RULES.lookup("商砼").candidates[0].branch == made.lookup("商砼").candidates[0].branch
    assert RULES.branches["n6-1"] == made.lookup("铁疙瘩坨坨").candidates[0].branch
    assert RULES.branches is made.branches


def test_nothing_taught_changes_nothing(store: Store) -> None:
    """没有学来的，规则就是文件的那一份；没有变就不重建。"""
    learned = Learned(knowledge.on)
    with store.reading() as connection:
        learned.read(connection)
    assert learned(NOW.date()) is knowledge.on(NOW.date())


async def test_operators_propose_administrators_publish(store: Store) -> None:
    """值班的写得了草稿，发布不了；别人的草稿看不到，在用的看得到、改不了。"""
    account(store, "tong", "铜梁")
    account(store, "yong", "永川")
    account(store, "admin")
    app = opened(store)
    people = {name: Person(app, peer=f"192.0.2.{at}") for at, name in enumerate(("tong", "yong", "admin"), 1)}
    for name, person in people.items():
        await person.login(name)
    path = await saved(people["tong"], FAQ)
    assert 200 == (await people["tong"].get(path)).status
    assert 404 == (await people["yong"].get(path)).status
    assert 404 == (await people["yong"].post("/desk/learn/save", {**FAQ, "id": path.rsplit("/", 1)[1]})).status
    assert 403 == (await people["tong"].post(f"{path}/publish")).status
    await tried(people["admin"], path)
    assert 303 == (await publish(people["admin"], path)).status
    assert ASK in (await people["yong"].get("/desk/learn/taught")).text
    assert 200 == (await people["yong"].get(path)).status
    for name in ("tong", "yong"):
        assert 404 == (await people[name].get(f"{path}/edit")).status
        assert 404 == (await people[name].post(f"{path}/try")).status


async def test_forms_take_anything(store: Store) -> None:
    """不认得的种类、编号、条款、分支、太长的、HTML：说得清楚，不出错，只当字。"""
    account(store, "admin")
    person = Person(opened(store))
    await person.login("admin")
    for form in ({"kind": "law"}, {"id": "x"}, {"id": "999999"}, {"asks": "长" * 10_000}):
        assert (await person.post("/desk/learn/save", {**FAQ, **form})).status in (400, 404, 413)
    path = await saved(person, {**FAQ, "asks": "<script>alert(1)</script>{{7*7}}", "cites": "cq-2024-210:没有这条"})
    page = (await person.get(path)).text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page
    assert 400 == (await person.post(f"{path}/try")).status
    bad = await saved(person, {**ALIAS, "target": "n99-9"})
    assert "名录里没有这个分支" in (await person.get(bad)).text
    for query in ("kind=alias&key=x", "kind=faq", "kind=faq&key=" + "a" * 60):
        assert 200 == (await person.get(f"/desk/learn/new?{query}")).status


async def test_export_to_the_files(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """在用的写进 faq.toml 和 aliases.csv，检查得过、读得回来、照样答；再导一遍不再写；进了文件照文件的。"""
    folder = tmp_path / "law"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    with Store.open(sqlite_url) as store:
        account(store, "admin")
        person = Person(opened(store))
        await person.login("admin")
        quoted = {**FAQ, "asks": f'{ASK}\n看门"狗"\\登记', "answer": '通知没有写"狗"的事。\n通知没有写\\n。'}
        for form in (quoted, ALIAS):
            path = await saved(person, form)
            await tried(person, path)
            assert 303 == (await publish(person, path)).status
        with store.reading() as connection:
            found = live(connection)
    export = ("learned", "export", "--into", str(folder), "--database", sqlite_url)
    assert 0 == main(export), capsys.readouterr()
    law = load(folder)
    assert found.faq == tuple(held.record for held in law.faq if held.record.id.startswith("learned-"))
    assert found.aliases[0] in [held.record for held in law.aliases]
    content = (folder / "faq.toml").read_bytes(), (folder / "aliases.csv").read_bytes()
    assert 0 == main(export)
    assert content == ((folder / "faq.toml").read_bytes(), (folder / "aliases.csv").read_bytes())
    assert 0 == main(("learned", "list", "--database", sqlite_url))
    assert "进了文件" in capsys.readouterr().out
    rules = rules_of(law, datetime.now(NOW.tzinfo).date())  # 导出的那天起有效，命令用的是真的钟
    assert "learned-1" == rules.questions(ASK)[0].id
    with Store.open(sqlite_url) as store:
        learned = Learned(lambda day: rules)
        old = Learned(knowledge.on)
        with store.reading() as connection:
            learned.read(connection)
            old.read(connection)
            assert {"exported"} == set(connection.scalars(select(answers.c.state)))
        assert learned(NOW.date()) is rules
        assert "learned-1" == old(NOW.date()).questions(ASK)[0].id
