"""区县有存续期和继任者；一段话里的区县名认得出，像区县名的普通词不认。"""

from datetime import date

import pytest

import knowledge

NOW, BEFORE = date(2026, 11, 24), date(2025, 11, 5)


def test_districts_that_exist_on_the_day() -> None:
    """2025-11-06 起没有江北、渝北，两江新区是行政区；此前都在。"""
    now, before = set(knowledge.on(NOW).districts), set(knowledge.on(BEFORE).districts)
    assert {"江北", "渝北"} == before - now
    assert set() == now - before
    assert (41, 39) == (len(before), len(now))
    assert now == set(knowledge.on(date(2025, 11, 6)).districts)


def test_abolished_districts_name_their_successors() -> None:
    """说到江北、渝北仍认得，并知道并入了哪里。"""
    rules = knowledge.on(NOW)
    jiangbei, yubei = rules.districts_in("江北和渝北各有一个厂")
    assert (("两江新区",), ("两江新区", "北碚")) == (jiangbei.successors, yubei.successors)
    assert [date(2025, 11, 5)] * 2 == [jiangbei.period.until, yubei.period.until]
    assert not jiangbei.period.holds(NOW)
    assert set() == {s for d in (jiangbei, yubei) for s in d.successors} - set(rules.districts)


def test_liangjiang_is_one_thing_on_each_day() -> None:
    """两江新区在各个时期只有一条记录。"""
    (now,) = knowledge.on(NOW).districts_in("两江新区水土")
    (before,) = knowledge.on(BEFORE).districts_in("两江新区水土")
    assert (date(2025, 11, 6), None) == (now.period.start, now.period.until)
    assert date(2025, 11, 5) == before.period.until


@pytest.mark.parametrize(("text", "ids"), [
    ("我们长寿的，商混站，想评 B", ["长寿"]),
    ("长寿区晏家", ["长寿"]),
    ("在长寿经开区", ["长寿"]),
    ("产品主打长寿命电池", []),
    ("做长寿面的", []),
    ("两江新区的", ["两江新区"]),
    ("两江这边", ["两江新区"]),
    ("江北的厂", ["江北"]),
    ("长江北岸", []),
    ("南岸区茶园", ["南岸"]),
    ("南岸的", ["南岸"]),
    ("永川高新区", ["永川"]),
    ("西部科学城重庆高新区", ["高新区"]),
    ("科学城", ["高新区"]),
    ("万盛经开区", ["万盛"]),
    ("成渝中线边上", []),
    ("渝中", ["渝中"]),
    ("大足石刻旁边", []),
    ("大足的五金厂", ["大足"]),
    ("功率大，强大足够", []),
    ("花岗石柱子", []),
    ("石柱县", ["石柱"]),
    ("石柱土家族自治县", ["石柱"]),
    ("召开州县会议", []),
    ("开州的", ["开州"]),
    ("联合川渝", []),
    ("合川和铜梁", ["合川", "铜梁"]),
    ("忠县", ["忠县"]),
    ("云南川菜调料", []),
    ("我在南川", ["南川"]),
    ("秀山、酉阳、彭水、黔江", ["秀山", "酉阳", "彭水", "黔江"]),
    ("酉阳土家族苗族自治县", ["酉阳"]),
    ("桥梁平整度", []),
    ("成都的", []),
    ("", []),
])  # fmt: skip
def test_districts_named_in_a_text(text: str, ids: list[str]) -> None:
    """按出现的先后、不重复地认出区县。"""
    assert ids == [district.id for district in knowledge.on(NOW).districts_in(text)]


@pytest.mark.parametrize("rules", [knowledge.on(NOW), knowledge.on(BEFORE)])
def test_every_name_and_alias_is_recognised(rules: knowledge.Rules) -> None:
    """每个全名、每个简称单独说出来都认得，且只认作它自己。"""
    for district in rules.districts.values():
        for name in (district.name, *district.aliases):
            assert [district.id] == [found.id for found in rules.districts_in(f"{name}的企业")]


def test_a_long_text_is_read_in_time() -> None:
    """一万字的话也一遍读完，只报一次。"""
    assert ["长寿"] == [district.id for district in knowledge.on(NOW).districts_in("长寿长" * 5000)]
