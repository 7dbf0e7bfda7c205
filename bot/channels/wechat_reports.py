"""微信报来的、不必回答的事：模板消息的送达回执，用户对订阅弹窗的回答。

一次大发送以后，回执几分钟里来几万张，所以这里只读要紧的几个元素。订阅通知发的时候平台不给消息的 id，它的回执对不上
哪一条，只有失败的看得出是谁不要了。
"""

from collections.abc import Mapping

from bot.channels.base import Consent, Receipt, Report, Status, Unreadable
from bot.channels.xml import read_rows

SENT = "TEMPLATESENDJOBFINISH"
POPUP = "subscribe_msg_popup_event"
CHANGE = "subscribe_msg_change_event"
DELIVERED = "subscribe_msg_sent_event"
REFUSED = "43101"
REPORTS = frozenset({SENT, POPUP, CHANGE, DELIVERED})


def report(fields: Mapping[str, str | None], body: bytes) -> Report | None:
    """一件事；说的事我们不用记的是 None，缺了必要元素抛 Unreadable。"""
    openid, name, at = (_required(fields, each) for each in ("FromUserName", "Event", "CreateTime"))
    user, id_ = f"wechat:{openid}", f"{at}:{name}"
    if name == SENT:
        receipt = Receipt(_required(fields, "MsgID"), _status(fields.get("Status") or ""))
        return Report(user, f"{id_}:{receipt.message_id}", receipts=(receipt,))
    rows = tuple(row for row in read_rows(body, "List") if row.get("TemplateId"))
    if name == DELIVERED:
        refused = tuple(Consent(row["TemplateId"], False) for row in rows if row.get("ErrorCode") == REFUSED)
        return Report(user, id_, consents=refused) if refused else None
    # 弹窗里点“取消”只是这次不要；在设置里拒收才是一次也不要了
    given = tuple(
        Consent(row["TemplateId"], row.get("SubscribeStatusString") == "accept")
        for row in rows
        if name == CHANGE or row.get("SubscribeStatusString") == "accept"
    )
    return Report(user, id_, consents=given) if given else None


def _status(status: str) -> Status:
    if status == "success":
        return "success"
    return "blocked" if "user" in status else "failed"


def _required(fields: Mapping[str, str | None], name: str) -> str:
    value = fields.get(name)
    if not value:
        raise Unreadable(f"没有 {name}")
    return value
