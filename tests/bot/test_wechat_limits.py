"""平台的字段容得下什么、模板文件怎么写：填出来的平台都收，写错的在启动时逐处点出来。"""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SettingsError
from bot.wechat.limits import KINDS, LimitError, Template, fill, fit
from bot.wechat.templates import SAMPLE, read_templates
from tests.bot.wechat_platform import SUBSCRIPTION, TEMPLATE, _fits

GOOD = f"""
[default.template]
id = "{TEMPLATE}"
url = "https://bot.example.gov.cn/"
fields = {{ thing1 = "{{window}}", date2 = "{{end}}" }}

[opening.template]
id = "{TEMPLATE}"
fields = {{ thing1 = "{{district}}今天开始申报", date2 = "{{start}}" }}

[opening.subscription]
id = "{SUBSCRIPTION}"
fields = {{ thing1 = "{{window}}", date2 = "{{end}}" }}
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("thing1", "2026年度重庆市重点行业企业绩效评级申报", "2026年度重庆市重点行业企业绩效评级…"),
        ("thing1", "还有\n7 天", "还有 7 天"),
        ("thing20", "申报", "申报"),
        ("character_string3", "ＡＢ-国15 号", "AB-15"),
        ("number4", "7", "7"),
        ("phrase5", "水泥制品A级企业", "水泥制品级"),
        ("name6", "重庆某某环保科技有限公司", "重庆某某环保科技有限"),
        ("time7", "2026年12月31日 18:00", "2026年12月31日 18:00"),
        ("date8", "2026年12月31日", "2026年12月31日"),
        ("date8", "2026年8月1日~2026年12月31日", "2026年8月1日~2026年12月31日"),
        ("const9", "待申报", "待申报"),
        ("phone_number10", "023-12369", "023-12369"),
    ],
)
def test_fields_fit(name: str, text: str, expected: str) -> None:
    """放得下的照样，放不下的截短，平台都收。"""
    assert expected == fit(name, text)
    if name.rstrip("0123456789") != "phone_number" and "~" not in text:
        assert _fits(name, expected)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("thing1", " \n", "thing1：要1 到 20 个字"),
        ("character_string2", "水泥", "不收汉字"),
        ("number3", "七", "一个数"),
        ("phrase4", "A级", ""),
        ("phrase4", "ABC", "5 个以内的汉字"),
        ("time5", "2026年12月31日", "几点几分"),
        ("time5", "25:00", "几点几分"),
        ("date6", "12月31日", "年月日"),
        ("name7", "重庆A&B", "10 个以内的汉字"),
        ("const8", "字" * 21, "固定的词"),
        ("keyword1", "旧模板", "不认得这种字段"),
    ],
)
def test_what_cannot_fit_says_so(name: str, text: str, says: str) -> None:
    """截短也不成话的，说出是哪个字段、要什么。"""
    if not says:
        assert "级" == fit(name, text)
        return
    with pytest.raises(LimitError, match=says):
        fit(name, text)


@given(name=st.sampled_from(sorted(KINDS)), text=st.text())
def test_whatever_fits_is_taken(name: str, text: str) -> None:
    """随便什么话：要么说放不下，要么平台收得下。"""
    if name in ("letter", "phone_number"):
        return
    try:
        fitted = fit(f"{name}1", text)
    except LimitError:
        return
    assert _fits(f"{name}1", fitted)


def test_values_are_written_out() -> None:
    """日子写成年月日，时刻带几点几分，数照写。"""
    template = Template("t", (("date1", "{end}"), ("time2", "{at}"), ("thing3", "还有{days}天"), ("number4", "{days}")))
    values = {"end": date(2026, 8, 1), "at": datetime(2026, 8, 1, 9, 5), "days": 7}
    expected = {"date1": "2026年8月1日", "time2": "2026年8月1日 09:05", "thing3": "还有7天", "number4": "7"}
    assert {name: {"value": value} for name, value in expected.items()} == fill(template, values)


def test_a_value_is_data_not_a_pattern() -> None:
    """填进去的话里有花括号，原样显示，不再当占位。"""
    assert {"thing1": {"value": "{end}"}} == fill(Template("t", (("thing1", "{window}"),)), {"window": "{end}"})


def test_a_missing_value_is_named() -> None:
    """没有给的值点出名字。"""
    with pytest.raises(LimitError, match=r"thing1：没有 \{window\} 可填"):
        fill(Template("t", (("thing1", "{window}"),)), {})


def test_templates_by_occasion(tmp_path: Path) -> None:
    """单列的时机用自己的，没有单列的用 default；填法改一个字版本就变；TOML 和 JSON 一个样。"""
    import tomllib

    toml, other = tmp_path / "t.toml", tmp_path / "t.json"
    toml.write_text(GOOD, encoding="utf-8")
    other.write_text(json.dumps(tomllib.loads(GOOD)), encoding="utf-8")
    templates = read_templates(str(toml))
    assert templates == read_templates(str(other))
    assert (SUBSCRIPTION,) == templates.subscriptions
    opening, others = templates.of("opening", "template"), templates.of("days-7", "template")
    assert opening is not None
    assert others is not None
    assert (opening.id, opening.version != others.version) == (others.id, True)
    assert templates.of("days-7", "subscription") is None
    assert set(fill(opening, SAMPLE)) == {"thing1", "date2"}


def test_no_file_is_no_template() -> None:
    """没有设就是没有模板，不是错。"""
    assert read_templates("").of("opening", "template") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[opening", "不是完好的 TOML"),
        ("", "一个模板也没有"),
        ("[day-7.template]\nid = 'abcdefghijk'", "day-7：没有这个时机，有 default、registered、opening"),
        ("opening = 1", "opening：要是一张表"),
        ("[opening.sms]\nid = 'x'", "opening.sms：只认 template、subscription"),
        ("[moved.template]\nid = 'x'\nfields = { thing1 = 'x' }", "moved.template.id：要是平台后台的模板 ID"),
        ("[moved.template]\nid = 'abcdefghijk'", "moved.template.fields：要是一张表"),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = {}", "moved.template.fields：一个字段也没有"),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = { thing1 = '{windwo}' }", "thing1：没有 {windwo} 可填"),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = { first = '您好' }", "first：不认得这种字段"),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = { time1 = '{end}' }", "time1：要几点几分"),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = { const1 = '{text}' }", "const1：const 只收固定的词"),
        (
            "[moved.template]\nid = 'abcdefghijk'\nfields = { thing1 = '" + "字" * 21 + "' }",
            "thing1：固定的字就超过 20 个了",
        ),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = { thing1 = 1 }", "thing1：要是一段文字"),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = { thing1 = '{text' }", "thing1：花括号没有配成对"),
        (
            "#thing1\n[moved.template]\nid = 'abcdefghijk'\n[moved.template.fields]\nthing2 = 'x'\nthing1 = '｛text｝'",
            "第 6 行 moved.template.thing1：花括号要用半角的，应为 {text} 这样：｛text｝",
        ),
        (
            "\n[moved.template]\nid = 'abcdefghijk'\nfields = { thing1 = '{text｝' }",
            "第 4 行 moved.template.thing1：花括号要",
        ),
        ("[moved.template]\nid = 'abcdefghijk'\nfields = { thing = '{text}' }", "thing：字段名要带编号"),
        ("[broadcast.template]\nid = 'abcdefghijk'\nfields = { date2 = '{end}' }", "date2：没有 {end} 可填"),
        (
            "[moved.template]\nid = 'abcdefghijk'\ncolor = 'red'\nfields = { thing1 = 'x' }",
            "moved.template：不认得 color",
        ),
        (
            "[moved.template]\nid = 'abcdefghijk'\nurl = 'x'\nfields = { thing1 = 'x' }",
            "moved.template.url：要是一个网址",
        ),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, says: str) -> None:
    """写错的文件：说出哪个文件、哪个时机、哪个字段、差在哪里。"""
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        read_templates(str(path))
    assert says in str(error.value)
    assert str(error.value).startswith(f"CHUANGB_WECHAT_TEMPLATES：{path}")


def test_a_missing_file(tmp_path: Path) -> None:
    """文件不在：说读不了。"""
    with pytest.raises(SettingsError, match="读不了"):
        read_templates(str(tmp_path / "no.toml"))
