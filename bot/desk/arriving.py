"""一条广播或更正到了各人手里是什么样：全文是谁收到，模板里放得下哪几个字，放不下的什么时候说全。"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.reminders.broadcast import STAGE, whole_in
from bot.reminders.notifier import Value
from bot.settings import Settings, SettingsError
from bot.wechat.limits import LimitError, fill
from bot.wechat.templates import read_templates

WAYS = {
    "custom": "微信客服消息，全文",
    "template": "微信模板消息",
    "subscription": "微信订阅通知",
    "message": "Telegram 消息，全文",
    "": "等对方来说话时告诉，全文",
}
WHOLE = "48 小时里对公众号说过话、五条还没有用完的，当场收到全文，占其中一条"
LATER = "全文跟着他下一次说话的答复说；他回复“刚才那条”也看得到全文。"
NO_TEMPLATE = "没有配广播的模板：其余的人收不到提示，等下一次来说话时，全文跟着答复说。"


@dataclass(frozen=True, slots=True)
class Form:
    """一种样子：给谁、看到的字，和还要说明的一句。"""

    who: str
    words: str
    note: str = ""


def forms(settings: Settings, text: str, values: Mapping[str, Value]) -> list[Form]:
    """各种样子，全文在前；模板填不成的写差在哪里。"""
    found = [Form(WHOLE, text)]
    try:
        templates = read_templates(settings.wechat_templates)
    except SettingsError:
        return found
    for way, who in (("subscription", "剩着订阅通知次数的"), ("template", "关注着、48 小时里没有说过话的")):
        template = templates.of(STAGE, way)
        if template is None:
            continue
        try:
            shown = [each["value"] for each in fill(template, values).values()]
        except LimitError as error:
            found.append(Form(f"{who}，先收到{WAYS[way]}", f"填不成：{error}"))
        else:
            more = "" if whole_in(text, shown) else LATER
            found.append(Form(f"{who}，先收到{WAYS[way]}", "\n".join(shown), more))
    if len(found) == 1:
        return [Form(WHOLE, text, NO_TEMPLATE)]
    return found
