"""接电话时查：打几个字就有卡片，说的都是机器人会说的，样样有出处。"""

import re
from datetime import date

import pytest

import knowledge
from bot.desk.lookup import card_of
from bot.store import Store
from bot.windows import open_window
from dialogs.cites import contact
from dialogs.flows.reviewing import placed
from dialogs.records import Facts, Window
from knowledge.sayable import EXPERTS_ADDRESS
from tests.bot.desk.client import NOW, Person, account, opened

RULES = knowledge.on(NOW.date())
OPEN = Window("w1", "2026年申报", date(2026, 11, 1), date(2026, 12, 15), "铜梁")


def test_the_card_says_what_the_bot_says() -> None:
    """“铸造厂 中频炉 铜梁”：分支、等级、谁审、铜梁的窗口，连同出处。"""
    card = card_of(RULES, "铸造厂 中频炉 铜梁", Facts(NOW, (OPEN,)))
    assert RULES.districts["铜梁"] == card.district
    first = card.places[0]
    assert "铸造" in first.placed.branch.industry
    assert placed(RULES, first.placed.branch).rows == first.placed.rows
    assert RULES.basis(first.placed.cites) == first.basis
    assert "现在可以申报" in "".join(card.when)
    assert "登记的窗口“2026年申报”" in card.bases["when"]
    assert first.placed.branch.name in first.written
    assert "依据：" in first.written
    assert 6 == len(card.materials)


@pytest.mark.parametrize("said", [branch.name for branch in RULES.branches.values()][::9])
def test_each_branch_has_a_card(said: str) -> None:
    """每个分支说得出：等级与名录一样，没有专家网址，没有叫人回复机器人的话。"""
    card = card_of(RULES, said, Facts(NOW))
    for place in card.places:
        assert RULES.branches[place.placed.branch.id].tiers == place.placed.branch.tiers
        assert "回复“" not in place.written
        for told in (place.written, *place.spoken):
            assert EXPERTS_ADDRESS not in told
    assert card.bases["materials"]
    assert card.bases["benefits"]


@pytest.mark.parametrize("said", [branch.name for branch in RULES.branches.values()][::5])
def test_what_is_read_aloud_can_be_spoken(said: str) -> None:
    """照着念的是句子：没有箭头、括号、条款和窗口的编号；等级、没有写明的环节、哪天截止都说到。"""
    for place in card_of(RULES, f"{said} 铜梁", Facts(NOW, (OPEN,))).places:
        told, branch = "".join(place.spoken), place.placed.branch
        assert not set("→（）：:/·[]") & set(told.replace("档：", "").replace("部分：", "")), told
        assert not re.search(r"附件|正文|w1|n\d", told)
        for tier in branch.tiers:
            assert tier.replace("（B-）", "和B减") in told
        assert ("没有写明" in "".join(place.placed.rows)) == ("通知没有写明" in told)
        assert "铜梁区现在可以申报，2026年12月15日截止" in told
        assert "2024年的通知" in told


def test_the_district_of_whoever_answers() -> None:
    """没有说区县的，照接电话的人的区县说，写明是照他的；说了的照说的；市里的说要看哪个区县，不冒出聊天里问的话。"""
    own = card_of(RULES, "商砼", Facts(NOW, (OPEN,)), "铜梁")
    assert (RULES.districts["铜梁"], True) == (own.district, own.home)
    assert "铜梁区现在可以申报" in own.when[0]
    said = card_of(RULES, "商砼 永川", Facts(NOW, (OPEN,)), "铜梁")
    assert (RULES.districts["永川"], False) == (said.district, said.home)
    city = card_of(RULES, "商砼", Facts(NOW, (OPEN,)))
    assert "要看在哪个区县" in city.when[0]
    assert "接着列" not in "".join(city.when)
    assert "请问您的厂在哪个区县？" in "".join(city.places[0].spoken)


def test_the_benefits_name_only_the_grades_there_are() -> None:
    """措施点名的等级，只列这个分支有的；地方等级一条也没有点名，写出来；没有写等级的都列。"""
    plain = {each.title for each in RULES.benefits if each.audience == "enterprise" and not each.grades}
    for said, grades in (("铸造厂 中频炉", {"A", "B"}), ("商砼", {"绩效引领"}), ("电镀", set())):
        card = card_of(RULES, said, Facts(NOW))
        assert grades == {grade for _, named in card.benefits for grade in named}
        assert bool(grades) == card.graded
        assert plain <= {each.title for each, _ in card.benefits}


def test_another_district_has_no_window() -> None:
    """别的区县的窗口不算；没有的就说没有，不套往年的日期。"""
    card = card_of(RULES, "商砼站 永川", Facts(NOW, (OPEN,)))
    assert "没有登记在用的申报窗口" in "".join(card.when)
    assert "2026年申报" not in card.bases["when"]


async def test_a_measure_is_what_its_clause_says(store: Store) -> None:
    """“重污染天不限产停产”只是那一条的标题：卡片上写着条款怎么说，不会念成B级不限产。"""
    account(store, "tong", "铜梁")
    person = Person(opened(store))
    await person.login("tong")
    page = (await person.get("/desk/lookup?q=铸造厂 中频炉")).text
    assert "B级、绩效引领性企业少限产" in page


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
