"""帮着回话：找条款、问答、常用回复；常用回复要有出处，各管各的区县。"""

import json

import knowledge
from bot.desk.finding import Index, canned_of, own
from bot.store import Store
from dialogs.cites import EXPERTS_ONLY
from knowledge.sayable import EXPERTS_ADDRESS
from tests.bot.desk.client import NOW, Person, account, opened
from tests.bot.desk.seeded import MARKS, seed

RULES = knowledge.on(NOW.date())
INDEX = Index(RULES)


def test_every_clause_and_answer_is_found_by_its_own_words() -> None:
    """每一条打它自己的前几个字就找得到；专家网址那一条绝不给。"""
    lost = []
    for cite, clause in RULES.clauses.items():
        words = clause.text.replace("\n", "")[:24]
        found = INDEX.find(f"{cite.clause} {words}")
        assert all(EXPERTS_ADDRESS not in each.text for each in found)
        if cite != EXPERTS_ONLY and cite not in [one for each in found for one in each.cites]:
            lost.append(cite)
    assert [] == lost
    missed = [each.id for each in RULES.faq if each.answer not in [one.text for one in INDEX.find(each.asks[0])]]
    assert [] == missed


def test_the_question_itself_comes_first() -> None:
    """问的就是一个问答：它在头一个，连同出处。"""
    first = INDEX.find("评上B级有什么好处")[0]
    faq = RULES.questions("评上B级有什么好处")[0]
    assert ("faq", faq.answer, faq.cites) == (first.kind, first.text, first.cites)
    assert RULES.basis(faq.cites) == first.basis


def test_nothing_like_it_finds_nothing() -> None:
    """不沾边的、空的、乱码：没有。"""
    for said in ("", "？？", "zzzzzz jjjjj", "\x00"):
        assert [] == INDEX.find(said), said


async def test_suggestions_carry_their_citations(store: Store) -> None:
    """给回话框的：放进去的话和它的出处；出处是回话表单认得的写法。"""
    account(store, "admin")
    person = Person(opened(store))
    await person.login("admin")
    found = json.loads((await person.get("/desk/help/found?q=首违不罚")).text)["found"]
    assert found
    for each in found:
        assert each["text"]
        assert each["basis"]
        for cite in each["cites"]:
            assert RULES.holds(knowledge.rules.Citation(*cite.split(":", 1)))
    assert {"found": []} == json.loads((await person.get("/desk/help/found?q=")).text)
    page = await person.get("/desk/help?q=<script>alert(1)</script>首违不罚")
    assert 200 == page.status
    assert "<script>alert" not in page.text


async def test_canned_replies_need_a_citation_and_stay_at_home(store: Store) -> None:
    """没有出处的、说了条款没有的数的不存；值班的归自己的区县，管理员的归全市；别人的删不掉。"""
    seed(store)
    app = opened(store)
    people = {name: Person(app, peer=f"192.0.2.{at}") for at, name in enumerate(("tong", "yong", "admin"), 1)}
    for name, person in people.items():
        await person.login(name)
    tong, yong = people["tong"], people["yong"]
    refused = [
        ({"title": "一", "text": "B级不查。"}, "没有出处"),
        ({"title": "一", "text": "通知没有写奖金，一般给5万元。"}, "所引条款里没有“5”"),
        ({"title": "一", "text": "可以减免30%。", "cites": "cq-2024-210:附件1 五"}, "所引条款里没有“30%”"),
        ({"title": "", "text": "通知没有写。"}, "标题和正文都要写"),
    ]
    for form, says in refused:
        answer = await tong.post("/desk/canned/add", form)
        assert 400 == answer.status
        assert says in answer.text
    fine = {"title": "首违", "text": "铜梁这边照附件1第六条。", "cites": "cq-2024-210:附件1 六"}
    assert 303 == (await tong.post("/desk/canned/add", fine)).status
    mine = await tong.get("/desk/canned")
    assert "首违" in mine.text
    assert MARKS["铜梁"] in mine.text
    other = await yong.get("/desk/canned")
    assert "照附件1第六条" not in other.text
    assert MARKS["铜梁"] not in other.text
    with store.reading() as connection:
        rows = canned_of(connection, "铜梁")
        made = next(row for row in rows if row.title == "首违")
        assert ["铜梁", "首违"] == [made.district, own([made], RULES)[0][0].title]
    assert 404 == (await yong.post(f"/desk/canned/{made.id}/drop")).status
    assert 303 == (await tong.post(f"/desk/canned/{made.id}/drop")).status
    assert "照附件1第六条" not in (await tong.get("/desk/canned")).text
