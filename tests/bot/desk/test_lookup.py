"""接电话时查：打几个字就有卡片，说的都是机器人会说的，样样有出处。"""

from datetime import date

import pytest

import knowledge
from bot.desk.lookup import card_of
from bot.store import Store
from bot.windows import open_window
from dialogs.cites import contact
from dialogs.flows.reviewing import placed
from dialogs.records import Facts, Window
from knowledge.check import EXPERTS_ADDRESS
from tests.bot.desk.client import NOW, Person, account, opened

RULES = knowledge.on(NOW.date())
OPEN = Window("w1", "2026年申报", date(2026, 11, 1), date(2026, 12, 15), "铜梁")


def test_the_card_says_what_the_bot_says() -> None:
    """“铸造厂 中频炉 铜梁”：分支、等级、谁审、铜梁的窗口，连同出处。"""
    card = card_of(RULES, "铸造厂 中频炉 铜梁", Facts(NOW, (OPEN,)))
    assert "铜梁区" == card.district.name
    first = card.places[0]
    assert "铸造" in first.placed.branch.industry
    assert placed(RULES, first.placed.branch).rows == first.placed.rows
    assert RULES.basis(first.placed.cites) == first.basis
    assert "现在可以申报" in "".join(card.when)
    assert "登记的窗口 w1" in card.bases["when"]
    assert first.placed.branch.name in first.spoken
    assert "依据：" in first.spoken
    assert 6 == len(card.materials)


@pytest.mark.parametrize("said", [branch.name for branch in RULES.branches.values()][::9])
def test_each_branch_has_a_card(said: str) -> None:
    """每个分支说得出：等级与名录一样，没有专家网址，没有叫人回复机器人的话。"""
    card = card_of(RULES, said, Facts(NOW))
    for place in card.places:
        assert RULES.branches[place.placed.branch.id].tiers == place.placed.branch.tiers
        assert "回复“" not in place.spoken
        assert EXPERTS_ADDRESS not in place.spoken
    assert card.bases["materials"]
    assert card.bases["benefits"]


def test_another_district_has_no_window() -> None:
    """别的区县的窗口不算；没有的就说没有，不套往年的日期。"""
    card = card_of(RULES, "商砼站 永川", Facts(NOW, (OPEN,)))
    assert "没有登记在用的申报窗口" in "".join(card.when)
    assert "w1" not in card.bases["when"]


async def test_the_page_works_without_script(store: Store) -> None:
    """不用脚本也能查；卡片单独取也一样；不在名录里的给联系人；用户的字只当字。"""
    account(store, "tong", "铜梁")
    person = Person(opened(store))
    await person.login("tong")
    open_window(store, NOW, name="今年申报", start=date(2026, 11, 1), end=date(2026, 12, 15), district="铜梁")
    page = await person.get("/desk/lookup?q=铸造厂 中频炉 铜梁")
    card = await person.get("/desk/lookup/card?q=铸造厂 中频炉 铜梁")
    assert 200 == page.status == card.status
    assert card.text.strip() in page.text
    assert "今年申报" in card.text
    none = await person.get("/desk/lookup?q=<b>火锅店</b>{{7*7}}")
    assert "<b>火锅店</b>" not in none.text
    assert "49" not in none.text.partition("<main")[2].partition("通知列的联系人")[0]
    assert contact(RULES) in none.text
    assert 400 == (await person.get("/desk/lookup?q=" + "长" * 10000)).status
