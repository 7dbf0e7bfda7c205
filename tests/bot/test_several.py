"""一次能答几项的清单：哪些问题是，各个渠道怎么显示。"""

import json

from bot.channels.base import Arrival
from bot.channels.telegram import Telegram
from bot.channels.web import Web
from bot.channels.wechat import WeChat
from dialogs.records import Message, Option, Reply
from tests.bot.telegram_api import SECRET
from tests.chat import NOW, Chat


def test_a_list_of_several_is_not_tappable() -> None:
    """可以一次答几项的清单：点一项就交出去的渠道只印编号，网页画成勾选；别的问题照样点得动。"""
    for several in (True, False):
        reply = Reply("哪几项做到了？", (Option("甲", "1:boards=a"), Option("乙", "1:boards=b")), several=several)
        wechat = WeChat("token", lambda: NOW).present(reply)[0]
        assert several == ("<a " not in wechat)
        telegram = Telegram(SECRET, lambda: NOW)
        arrival = Arrival(Message("telegram:7", "1", NOW))
        ((_, fields),) = telegram.calls(arrival, reply)
        assert several == ("reply_markup" not in fields)
        assert several == (("哪几项做到了？\n1. 甲\n2. 乙",) == telegram.present(reply))
        web = json.loads(Web(lambda headers: "web:u1", lambda: NOW).respond(arrival, reply))["reply"]
        assert several is web["several"]
        assert ("例如 1、3" if several else "打编号，或直接打字") == web["hint"]


def test_the_assessment_asks_several_at_once() -> None:
    """自评里问几项的两步，和申报材料里选几项的一步，都说清是可以答几项的；选一个的不是。"""
    chat = Chat()
    for words, several in (
        ("自评", False),
        ("没有", False),
        ("做商砼的", False),
        ("绩效引领", True),
        ("还差啥子嘛，门禁是什么", True),
        ("1、3", False),
        ("不清楚", True),
        ("全部", False),
    ):
        reply = chat.says(words).reply
        assert reply is not None
        assert several == reply.several, words
