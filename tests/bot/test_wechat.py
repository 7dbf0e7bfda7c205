"""微信渠道：平台会推来的每一种东西都读得出，推来的坏东西一样也伤不到，写回去的用户看得见、点得动。"""

import base64
import dataclasses
import re
import subprocess
import sys
import time
import urllib.parse
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Arrival, Challenge, Forbidden, Inbound, Limits, Unreadable, fit, split
from bot.channels.wechat import MAX_BODY, SUCCESS, WeChat
from bot.channels.xml import _flat, read_xml
from dialogs.records import Message, Option, Reply
from tests.bot.wechat_client import ACCOUNT, Platform, Push, elements, event, message, taps, text

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
PLAIN = Platform()
SAFE = Platform(aes_key=AES_KEY)
CHANNEL = WeChat(PLAIN.token, lambda: NOW)
SAFE_CHANNEL = WeChat(SAFE.token, lambda: NOW, app_id=SAFE.app_id, aes_key=AES_KEY)
OPTIONS = (Option("水泥制品（水泥）", "3:branch=15"), Option("都不是", "3:branch=none"))
REPLY = Reply("“商砼”最像“水泥制品”，对吗？\n下一步：回复编号或名称：", OPTIONS)


def inbound(push: Push) -> Inbound:
    """推送到达渠道时的样子。"""
    return Inbound(push.method, dict(urllib.parse.parse_qsl(push.query, keep_blank_values=True)), push.body)


def parsed(xml: str, channel: WeChat = CHANNEL, platform: Platform = PLAIN) -> Arrival | Challenge | None:
    return channel.parse(inbound(platform.push(xml)))


def said(xml: str) -> Message:
    arrival = parsed(xml)
    assert isinstance(arrival, Arrival)
    return arrival.message


def content(reply: Reply) -> str:
    arrival = parsed(text("你好"))
    assert isinstance(arrival, Arrival)
    return elements(CHANNEL.respond(arrival, reply))["Content"]


# 读


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (text("我们是做商砼的"), {"text": "我们是做商砼的"}),
        (text("a <!DOCTYPE x> & <b>"), {"text": "a <!DOCTYPE x> & <b>"}),
        (text("水泥制品", bizmsgmenuid="3:branch=15"), {"text": "水泥制品", "value": "3:branch=15"}),
        (text("水泥制品", bizmsgmenuid="3%3Abranch%3D15"), {"text": "水泥制品", "value": "3:branch=15"}),
        (message("image", PicUrl="http://x/y", MediaId="m"), {"kind": "image"}),
        (message("voice", MediaId="m", Format="amr"), {"kind": "voice"}),
        (message("voice", MediaId="m", Recognition="能评几级"), {"kind": "voice", "text": "能评几级"}),
        (message("video", MediaId="m", ThumbMediaId="t"), {"kind": "video"}),
        (message("shortvideo", MediaId="m", ThumbMediaId="t"), {"kind": "video"}),
        (message("location", Location_X="29.3", Label="永川区"), {"kind": "location", "text": "永川区"}),
        (message("link", Title="t", Url="http://x"), {"kind": "link"}),
        (message("file", Title="表.xlsx"), {"kind": "file"}),
    ],
)
def test_messages(xml: str, expected: dict[str, str]) -> None:
    """每一种消息都读成我们的种类；时刻是服务器的钟，不是 CreateTime；用户带渠道前缀。"""
    whole = Message(user="wechat:o1", id="23456789012345678", at=NOW, **expected)  # type: ignore[arg-type]
    assert Arrival(whole, ACCOUNT) == parsed(xml)


@pytest.mark.parametrize(
    ("name", "key", "ours", "value"),
    [
        ("subscribe", None, "subscribe", ""),
        ("subscribe", "", "subscribe", ""),
        ("subscribe", "qrscene_district:永川区", "subscribe", "district:永川区"),
        ("subscribe", "last_trade_no_4001", "subscribe", ""),
        ("unsubscribe", "", "unsubscribe", ""),
        ("SCAN", "district:永川区", "scan", "district:永川区"),
        ("CLICK", "menu:when", "click", "menu:when"),
    ],
)
def test_events(name: str, key: str | None, ours: str, value: str) -> None:
    """事件没有 MsgId，id 由发送人、时间、Event、EventKey 合成。"""
    expected = Message(
        user="wechat:o1",
        id=f"o1:1795500000:{name}:{key or ''}",
        at=NOW,
        kind="event",
        event=ours,  # type: ignore[arg-type]
        value=value,
    )
    assert expected == said(event(name, key))


def test_two_events_in_one_second_differ() -> None:
    """同一秒点了两个菜单，是两条消息。"""
    assert said(event("CLICK", "menu:when")).id != said(event("CLICK", "menu:grade")).id


@pytest.mark.parametrize(
    "xml",
    [
        event("VIEW", "https://example.org/"),
        event("LOCATION", None, Latitude="29.3", Longitude="105.9"),
        event("no_such_event", "x"),
        message("no_such_type"),
        message("event", msg_id="", Event="pic_weixin").replace(
            "</xml>", "<SendPicsInfo><Count>1</Count></SendPicsInfo></xml>"
        ),
    ],
)
def test_nothing_to_answer(xml: str) -> None:
    """不认识的 MsgType、Event 和用不着回答的事件读成 None，平台得到 success。"""
    assert parsed(xml) is None


def test_challenge_is_echoed_raw() -> None:
    """核对网址时原样回 echostr，转义过的也还原。"""
    assert Challenge("82+4/=&x") == CHANNEL.parse(inbound(PLAIN.verification("82+4/=&x")))


# 坏的


@pytest.mark.parametrize(
    "change",
    [
        {"signature": ""},
        {"signature": "0" * 40},
        {"signature": "汉字"},
        {"timestamp": "1795500001"},
        {"nonce": "x"},
        {"signature": "\ud800"},
    ],
)
@pytest.mark.parametrize("push", [PLAIN.push(text("你好")), PLAIN.verification("1")])
def test_bad_signature(change: dict[str, str], push: Push) -> None:
    """签名不对，核对网址和消息都不读。"""
    good = inbound(push)
    bad = dataclasses.replace(good, query={**good.query, **change})
    with pytest.raises(Forbidden):
        CHANNEL.parse(bad)


def test_missing_query() -> None:
    """什么参数都没有，与签名不对一样。"""
    with pytest.raises(Forbidden):
        CHANNEL.parse(Inbound("POST", {}, text("你好").encode()))


LAUGHS = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
EXTERNAL = '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Content>&a;</Content></xml>'
BAD_XML = {
    "empty": b"",
    "blank": b"  \n",
    "json": b'{"xml": 1}',
    "cut": text("你好").encode()[:-9],
    "not xml": b"\x00\xff\xfe",
    "other root": b"<foo/>",
    "bare root": b"<xml/>",
    "two roots": text("a").encode() * 2,
    "gbk": b'<?xml version="1.0" encoding="gbk"?>' + text("你好").encode("gbk"),
    "utf-16 dtd": LAUGHS.encode("utf-16"),
    "surrogate": text("@").encode().replace(b"@", b"\xed\xa0\x80"),
    "nul": text("@").encode().replace(b"@", b"\x00"),
    "no type": text("a").replace("MsgType", "Type").encode(),
    "no sender": text("a").replace("FromUserName", "From").encode(),
    "no account": text("a").replace("ToUserName", "To").encode(),
    "no id": text("a", msg_id="").encode(),
    "no content": message("text").encode(),
    "no event": message("event", msg_id="").encode(),
    "no time": event("CLICK", "x").replace("CreateTime", "Time").encode(),
    "doubled sender": text("a", FromUserName="o1").replace("</xml>", "<FromUserName>o2</FromUserName></xml>").encode(),
    "doubled content": text("a").replace("</xml>", "<Content>b</Content></xml>").encode(),
    "nested sender": re.sub(
        "<FromUserName>.*</FromUserName>", "<FromUserName>o1<b/></FromUserName>", text("a")
    ).encode(),
    "laughs": LAUGHS.encode(),
    "external": EXTERNAL.encode(),
    "bare doctype": b"<!DOCTYPE xml>" + text("a").encode(),
    "undefined entity": text("a").replace("<![CDATA[a]]>", "&b;").encode(),
    "deep": b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>",
    "200k tags": b"<xml>" + b"<a>" * 200_000,
    "5 MB": text("长" * 1_700_000).encode(),
}


@pytest.mark.parametrize("body", BAD_XML.values(), ids=BAD_XML.keys())
@pytest.mark.parametrize("channel", [CHANNEL, SAFE_CHANNEL], ids=["plain", "safe"])
def test_bad_bodies_are_unreadable(body: bytes, channel: WeChat) -> None:
    """坏正文只有一种下场：Unreadable，而且很快；安全模式下没有 msg_signature，连读都不读到里面。"""
    began = time.process_time()
    with pytest.raises((Unreadable, Forbidden)) as caught:
        channel.parse(Inbound("POST", inbound(PLAIN.push("")).query, body))
    assert caught.type is Unreadable or channel is SAFE_CHANNEL
    assert time.process_time() - began < 5


def test_an_unreadable_says_nothing_of_the_user() -> None:
    """错误说明进日志，所以里面没有用户的话。"""
    with pytest.raises(Unreadable) as caught:
        parsed(text("我的秘密").replace("</xml>", "<Content>b</Content></xml>"))
    assert "秘密" not in str(caught.value)


def test_body_at_the_cap_is_read() -> None:
    """64 KB 整还读，多一个字节就不读。"""
    frame = len(text("").encode())
    assert "a" * (MAX_BODY - frame) == said(text("a" * (MAX_BODY - frame))).text
    with pytest.raises(Unreadable):
        said(text("a" * (MAX_BODY - frame + 1)))


@given(st.binary(max_size=300))
def test_any_bytes(body: bytes) -> None:
    """任意字节要么读懂，要么 Unreadable，没有第三种。"""
    with pytest.raises(Unreadable):
        CHANNEL.parse(Inbound("POST", inbound(PLAIN.push("")).query, b"<xml>" + body))


def test_an_xml_declaration_is_fine() -> None:
    """带声明的 UTF-8 照样读。"""
    assert {"a": "1"} == read_xml(b'<?xml version="1.0" encoding="UTF-8"?>\n<xml>\n<a>1</a>\n</xml>\n')


def test_depth() -> None:
    """四层还读（里面有元素的记作 None），五层不读。"""
    assert {"a": None, "c": "1"} == read_xml(b"<xml><a>x<b>1</b>y</a><c>1</c></xml>")
    assert {"a": None} == read_xml(b"<xml><a><b><c>1</c></b></a></xml>")
    with pytest.raises(Unreadable, match="太深"):
        read_xml(b"<xml><a><b><c><d/></c></b></a></xml>")


# 安全模式


def test_safe_mode_round() -> None:
    """密文读得出，答复是密文，平台验得过、解得开。"""
    arrival = parsed(text("我们是做商砼的"), SAFE_CHANNEL, SAFE)
    assert isinstance(arrival, Arrival)
    assert "我们是做商砼的" == arrival.message.text
    answer = SAFE_CHANNEL.respond(arrival, REPLY)
    assert "商砼".encode() not in answer
    assert "o1" == SAFE.open(answer)["ToUserName"]
    assert ["水泥制品（水泥）", "都不是"] == [sent for _, sent, _ in taps(SAFE.open(answer)["Content"])]


def test_safe_mode_ignores_plaintext() -> None:
    """配了密钥，签名正确的明文也不接：那个签名不覆盖正文。"""
    with pytest.raises(Forbidden):
        SAFE_CHANNEL.parse(inbound(PLAIN.push(text("你好"))))


def test_compatible_mode_reads_only_the_ciphertext() -> None:
    """兼容模式明文密文都来，只信密文。"""
    push = SAFE.push(text("真的"))
    body = push.body.replace(b"</xml>", b"<MsgType>text</MsgType><Content><![CDATA[fake]]></Content></xml>")
    arrival = SAFE_CHANNEL.parse(inbound(Push(push.query, body)))
    assert isinstance(arrival, Arrival)
    assert "真的" == arrival.message.text


def test_safe_mode_needs_msg_signature() -> None:
    """只有 signature、没有或不对的 msg_signature，不接；换一段密文也不接。"""
    push = SAFE.push(text("你好"))
    good = inbound(push)
    for wrong in ("", "0" * 40, good.query["signature"]):
        with pytest.raises(Forbidden):
            SAFE_CHANNEL.parse(dataclasses.replace(good, query={**good.query, "msg_signature": wrong}))
    with pytest.raises(Forbidden):
        SAFE_CHANNEL.parse(dataclasses.replace(good, body=SAFE.push(text("换了")).body))


CIPHERTEXTS = {
    "short": base64.b64encode(b"x" * 5).decode(),
    "one block": base64.b64encode(b"x" * 16).decode(),
    "zeros": base64.b64encode(bytes(64)).decode(),
    "not base64": "***不是***",
    "odd base64": "abcde",
    "wrong appid": SAFE.encrypt(text("a"), app_id="wxffffffffffffffff"),
    "cut": SAFE.encrypt(text("a"))[:-44],
    "bad xml inside": SAFE.encrypt("<foo/>"),
    "dtd inside": SAFE.encrypt(LAUGHS),
    "nothing inside": SAFE.encrypt(""),
    "other key": Platform(aes_key="A" * 43).encrypt(text("a")),
}


@pytest.mark.parametrize("encrypted", CIPHERTEXTS.values(), ids=CIPHERTEXTS.keys())
def test_bad_ciphertext(encrypted: str) -> None:
    """签名对而密文坏：Unreadable。"""
    query = dict(inbound(PLAIN.push("")).query)
    with pytest.raises(Unreadable):
        SAFE_CHANNEL.parse(inbound(SAFE.push_encrypted(encrypted, query)))


@pytest.mark.parametrize("pad", [0, 1, 33, 200, 255])
def test_bad_padding(pad: int) -> None:
    """补位字节不对：Unreadable。"""
    plain = b"r" * 16 + (3).to_bytes(4, "big") + b"<a>" + SAFE.app_id.encode()
    plain += b"." * (-len(plain) % 32 + 31) + bytes([pad])
    encrypted = base64.b64encode(SAFE._encrypt_bytes(plain)).decode()
    with pytest.raises(Unreadable):
        SAFE_CHANNEL.parse(inbound(SAFE.push_encrypted(encrypted, dict(inbound(PLAIN.push("")).query))))


@pytest.mark.parametrize(
    ("token", "app_id", "aes_key"),
    [("", "", ""), ("t", "wx1", "short"), ("t", "wx1", "*" * 43), ("t", "", AES_KEY), ("t", "wx1", "密" * 43)],
)
def test_bad_settings(token: str, app_id: str, aes_key: str) -> None:
    """配置不合格在启动时就说清楚是哪一项。"""
    with pytest.raises(ValueError, match="CHUANGB_WECHAT_"):
        WeChat(token, lambda: NOW, app_id=app_id, aes_key=aes_key)


def test_wechatpy_waits_for_a_key() -> None:
    """没有配密钥就不导入 wechatpy。"""
    code = (
        "import sys; from bot.channels.wechat import WeChat; WeChat('t', None); "
        "sys.exit(any(m.startswith('wechatpy') for m in sys.modules))"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


# 写


def test_reply_goes_back_to_its_sender() -> None:
    """收发对调，时间是服务器的钟，选项可点也可按编号回。"""
    arrival = parsed(text("商砼"))
    assert isinstance(arrival, Arrival)
    answer = elements(CHANNEL.respond(arrival, REPLY))
    assert {
        "ToUserName": "o1",
        "FromUserName": ACCOUNT,
        "CreateTime": str(int(NOW.timestamp())),
        "MsgType": "text",
    } == {name: value for name, value in answer.items() if name != "Content"}
    assert [
        ("1. 水泥制品（水泥）", "水泥制品（水泥）", "3:branch=15"),
        ("2. 都不是", "都不是", "3:branch=none"),
    ] == taps(answer["Content"])


def test_numbers_go_on_from_first_number() -> None:
    """第二页的选项接着编号。"""
    assert ["13. 甲"] == [shown for shown, _, _ in taps(content(Reply("接着列：", (Option("甲", "a"),), (), 13)))]


@pytest.mark.parametrize("label", ["100%", "C++", "a&b=c#d", '"x"', "<b>", "a b", "'", "%41", "😀"])
def test_a_tap_comes_back(label: str) -> None:
    """标签里有什么符号，点了都发得回来，value 原样。"""
    value = f"1:k={label}"
    [(shown, sent, back)] = taps(content(Reply("选一个", (Option(label, value),))))
    assert value == back
    assert label.translate({ord("<"): "＜"}) == shown.removeprefix("1. ")
    assert label.translate({ord("<"): "＜", ord("%"): "％", ord("+"): "＋"}) == sent


def test_nothing_to_say_is_success() -> None:
    """没有答复或答复是空的，回 success。"""
    arrival = parsed(text("你好"))
    assert isinstance(arrival, Arrival)
    assert SUCCESS == CHANNEL.respond(arrival, None)
    assert SUCCESS == CHANNEL.respond(arrival, Reply(""))


HOSTILE = [
    "a]]><MsgType><![CDATA[news]]></MsgType>",
    "]]>]]>",
    "]]",
    '<a href="http://evil.example">点我</a>',
    "&lt;a href='x'>点我&lt;/a>",
    "&#60;a href='x'>点我",
    "\x00\x01\x0b\x1f\ufffe\uffff",
    "\ud800",
    "a\udfffb",
    "<A HREF=x>",
    "< a href=x>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hostile: str) -> None:
    """正文里引的用户的话只是字：出不了 CDATA，成不了链接，容不下的字符去掉，其余还在。"""
    shown = content(Reply(f"您说的“{hostile}”没找到", (Option(hostile or "x", "v"),)))
    outside = re.sub(r'<a href="weixin://bizmsgmenu[^"]*">[^<]*</a>', "", shown)
    assert "<" not in outside
    assert "&lt;" not in shown
    assert "&#" not in shown
    assert outside.startswith("您说的“")
    assert "”没找到" in outside


@given(st.text(max_size=900), st.lists(st.tuples(st.text(max_size=30), st.text(min_size=1, max_size=20)), max_size=12))
def test_any_reply_fits(body: str, options: list[tuple[str, str]]) -> None:
    """任意答复写出来都是完好的 XML，不超过 1,900 字节。"""
    reply = Reply(body, tuple(Option(label, value) for label, value in options))
    arrival = parsed(text("你好"))
    assert isinstance(arrival, Arrival)
    answer = CHANNEL.respond(arrival, reply)
    if answer != SUCCESS:
        assert len(elements(answer)["Content"].encode()) <= 1900


def test_links_give_way_to_numbers() -> None:
    """可点的写法放不下时，选项只有编号，一个字也不少。"""
    options = tuple(Option(f"选项{n}", f"1:k={n}") for n in range(12))
    body = "字" * 500
    shown = content(Reply(body, options))
    assert [] == taps(shown)
    assert body in shown
    assert all(f"{n}. 选项{n - 1}" in shown.splitlines() for n in range(1, 13))


def test_600_characters_always_fit() -> None:
    """谈话层保证的 600 字放得进一条。"""
    assert 1 == len(CHANNEL.present(Reply("字" * 590, (Option("甲乙", "x"),))))


def test_overflow_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """万一超了，发出去的是完整的几行，少了多少写进日志。"""
    lines = [f"{n:03d}" + "字" * 20 for n in range(60)]
    shown = content(Reply("\n".join(lines)))
    assert shown.splitlines() == lines[: len(shown.splitlines())]
    assert ["答复超过微信一条文字的上限"] == [r.getMessage().split("，")[0] for r in caplog.records]


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.just("\n"), max_size=200), st.integers(4, 40))
def test_split_loses_nothing(whole: str, limit: int) -> None:
    """切开的每一页都不超限，切口只吃掉换行，连起来一个字不少。"""
    pages = split(whole, limit)
    assert all(len(page.encode()) <= limit for page in pages)
    assert whole.replace("\n", "") == "".join(pages).replace("\n", "")


def test_split_prefers_line_ends() -> None:
    """能在行末切就在行末切，不能才在字间切。"""
    assert ("甲乙", "丙丁") == split("甲乙\n丙丁", 10)
    assert ("甲乙", "丙丁") == split("甲乙\n丙丁", 6)
    assert ("甲\n乙丙", "丁") == split("甲\n乙丙\n丁", 10)
    assert ("甲", "乙") == split("甲乙", 4)


def test_fit_without_marks() -> None:
    """不会点的渠道只有编号。"""
    assert ("选一个\n1. 甲",) == fit(Reply("选一个", (Option("甲", "a"),)), Limits(100))


@pytest.mark.parametrize("platform", [PLAIN, SAFE], ids=["plain", "safe"])
def test_three_deliveries_are_one_message(platform: Platform) -> None:
    """同一条投三次，读出来是同一个 user 和 id。"""
    channel = SAFE_CHANNEL if platform is SAFE else CHANNEL
    for xml in (text("你好"), event("subscribe", "qrscene_district:永川区")):
        arrivals = [channel.parse(inbound(platform.push(xml))) for _ in range(3)]
        assert [arrivals[0]] * 3 == arrivals


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Content", "MsgId", "FromUserName", "Event", "x", "MsgType"]),
            st.one_of(
                st.text(max_size=12),
                st.sampled_from(
                    ["]]>", "<![CDATA[a]]>", "&amp;", "<a>b</a>", "\x00", "\r\n", " \n", "]]]]>", "<", "]]"]
                ),
            ),
            st.booleans(),
        ),
        max_size=5,
    ),
    st.sampled_from([b"", b" ", b"\n", b"<!DOCTYPE x>", b"<?xml version='1.0'?>"]),
)
def test_the_quick_reading_equals_the_careful_one(pieces: list[tuple[str, str, bool]], before: bytes) -> None:
    """通常的样子走近路，读出来的与细读的一模一样；近路不认的，由细读定夺。"""
    parts = [f"<{name}>{f'<![CDATA[{text}]]>' if quoted else text}</{name}>" for name, text, quoted in pieces]
    body = before + f"<xml>{''.join(parts)}</xml>".encode(errors="replace")
    quick = _flat(body)
    try:
        with patch("bot.channels.xml._flat", return_value=None):
            careful: object = read_xml(body)
    except Unreadable:
        careful = None
    if quick is not None:
        assert careful == quick
