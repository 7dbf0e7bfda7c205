"""微信的送信人：有订阅次数的走订阅通知，关注着的走模板消息，都不行就等对方下次来说话。

广播和更正说的是整段话：客服消息还发得出去的先走它，走不成才走模板，模板里放不下的欠着。

一个渠道停了（口令不对、限额用完），只说一次要叫人，后来的不再去碰平台。
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from bot.desk.direct import CALLING, direct
from bot.reminders.broadcast import STAGE, whole_in
from bot.reminders.notifier import Consent, Effect, Later, Outcome, Outgoing, Refused, Sent, Unknown, Way
from bot.wechat.allowance import WAY
from bot.wechat.api import Answer, Api, Do
from bot.wechat.brake import Brake
from bot.wechat.limits import Filled, LimitError, Template, fill
from bot.wechat.templates import Templates

_LOG = logging.getLogger(__name__)

DEDUP = 600.0
"""模板消息的 client_msg_id 平台记这么多秒。"""
FEW = 5
"""一连这么多条令牌换了也不认，就歇一歇。"""
DOUBTS = 10
"""一连这么多条不知道到没到，就歇一歇，免得都成了不知道。"""
STREAK = 20
"""一连这么多条是同一个不成，多半是自己的号或模板出了毛病，不是人的。"""
PATIENCE = 5.0
"""令牌一直不认，过了这么多秒才算口令或号不对。"""
BREATH = 1.0
WAIT = 30.0
MINUTE = 60.0
LONG = 3600.0
AGAIN = 600.0
"""平台会一阵一阵地误报模板不存在，十分钟以后再试一次才算数。"""

_ABOUT_ONE: dict[Do, tuple[bool, Effect]] = {
    Do.GONE: (True, "gone"),
    Do.UNFOLLOWED: (True, "unfollowed"),
    Do.OPTED_OUT: (True, "opted_out"),
    Do.DEAD: (True, ""),
    Do.NO_CONSENT: (False, ""),
    Do.NEXT_WAY: (False, ""),
    Do.HOLD: (False, ""),
    Do.AS_TEXT: (False, ""),
}
"""只关这一个人的结局：是不是就此告诉不了了，知道了这个人什么。"""
_OURS = {Do.DEAD, Do.OPTED_OUT}
"""说的是一个人，一连许多就是自己的毛病。"""


NO_WAY = Way("")
CUSTOM = Way("custom", WAY)
"""客服消息；平台认不出重复的。"""
_Road = tuple[Template, Way]


class WeChatNotifier:
    """照模板表送；`now` 是单调的秒表。"""

    channel = "wechat"

    def __init__(self, api: Api, templates: Templates, now: Callable[[], float] = monotonic) -> None:
        self._api = api
        self._templates = templates
        self._now = now
        self._brake = Brake(now)
        self._missing: dict[str, float] = {}
        self._roads: dict[str, tuple[_Road | None, _Road | None]] = {}
        self._filled = Filled()

    def way(self, outgoing: Outgoing) -> Way:
        """现在会走哪条路。"""
        if direct(outgoing.occasion):
            return self._direct_way(outgoing)
        if outgoing.occasion == STAGE and outgoing.left > 0:
            return CUSTOM
        subscription, template = self._roads_of(outgoing.occasion)
        if subscription is not None and outgoing.consents.get(subscription[0].id, 0) > 0:
            return subscription[1]
        return template[1] if template is not None and outgoing.follows else NO_WAY

    def fault(self, outgoing: Outgoing) -> str:
        """排队之前看一眼：两条路的模板填得成就是空的，填不成说是哪个模板、差在哪里。"""
        if direct(outgoing.occasion) and self._direct_way(outgoing) is CUSTOM:
            return ""
        for template, way in filter(None, self._roads_of(outgoing.occasion)):
            try:
                self._filled(template, outgoing.values)
            except LimitError as error:
                return f"模板 {self._templates.place(outgoing.occasion, way.name)} 的 {error}"
        return ""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """送一次；订阅通知没有次数了，当场改走模板消息。"""
        if (held := self._brake.held()) is not None:
            return held
        way, consent, refused = self.way(outgoing), "", None
        if way is CUSTOM:
            outcome = self._outcome(await self._api.custom(_openid(outgoing), outgoing.text), way, "")
            if not isinstance(outcome, Refused):
                return outcome
            # 不收整段的（48 小时过了、条数用完了、太长）：当场改走模板，只这一次；欠着的全文以后再说
            way = NO_WAY if outcome.effect else self.way(replace(outgoing, left=0, consents={}))
            refused = _at_contact(outgoing, outcome)
            if not way.name:
                return refused
        try:
            if way.name == "subscription":
                outcome = await self._subscribed(outgoing, way)
                if not (isinstance(outcome, Refused) and outcome.consent == "gone"):
                    return outcome
                way = self.way(replace(outgoing, consents={}))
                if not way.name:
                    return outcome
                consent = "gone"
            if way.name == "template":
                return await self._templated(outgoing, way, "gone" if consent else "")
        except LimitError as error:
            _LOG.error("模板填不成：%s", error)
            return refused or Refused(f"模板填不成：{error}", final=True)
        return Refused("现在没有路可走", final=False)

    async def close(self) -> None:
        """放掉连接。"""
        await self._api.close()

    def _direct_way(self, outgoing: Outgoing) -> Way:
        """不等的：客服消息还有余额就走它；告诉值班的人的，余额没有了走专为它配的模板消息。"""
        if outgoing.left > 0:
            return CUSTOM
        template = self._roads_of(CALLING)[1] if CALLING in self._templates.given else None
        return template[1] if outgoing.occasion == CALLING and template is not None else NO_WAY

    async def _subscribed(self, outgoing: Outgoing, way: Way) -> Outcome:
        road = self._roads_of(outgoing.occasion)[0]
        assert road is not None
        answer = await self._api.subscription(_openid(outgoing), way.template, self._filled(road[0], outgoing.values))
        return _cut(outgoing, road[0], self._outcome(answer, way, "spent"))

    async def _templated(self, outgoing: Outgoing, way: Way, consent: Consent) -> Outcome:
        road = self._roads_of(outgoing.occasion)[1]
        assert road is not None
        data = self._filled(road[0], outgoing.values)
        key = f"chuangb-{outgoing.id}"
        answer = await self._api.template(_openid(outgoing), way.template, data, key, road[0].url)
        return _cut(outgoing, road[0], self._outcome(answer, way, consent))

    def _roads_of(self, occasion: str) -> "tuple[_Road | None, _Road | None]":
        """这个时机的订阅通知和模板消息，没有配的是 None。"""
        found = self._roads.get(occasion)
        if found is None:
            self._roads[occasion] = found = (
                self._road(occasion, "subscription", 0.0),
                self._road(occasion, "template", DEDUP),
            )
        return found

    def _road(self, occasion: str, way: str, dedup_seconds: float) -> _Road | None:
        template = self._templates.of(occasion, way)
        return None if template is None else (template, Way(way, template.id, template.version, dedup_seconds))

    def _outcome(self, answer: Answer, way: Way, consent: Consent) -> Outcome:
        """平台的回答 → 结局；`consent` 是办成了算用掉一次（spent），还是先前已经说没有了（gone）。"""
        do = answer.do
        many, seconds = self._brake.streak((do, answer.code) if do in _OURS else do)
        if do is Do.DONE:
            self._missing.pop(way.template, None)
            return Sent(str(answer.data.get("msgid", "")), way, consent)
        said, code = answer.said, str(answer.code or "")
        known: Consent = "gone" if do is Do.NO_CONSENT or consent == "gone" else ""
        if do is Do.UNKNOWN:
            if many >= DOUBTS:
                self._brake.set(Later(MINUTE, f"一连 {many} 条{said}", "channel", True, code))
            return Unknown(said, way)
        if do in _OURS and many >= STREAK:
            return self._stop(LONG, f"一连 {many} 条都是：{said}", True, code, known)
        if do in _ABOUT_ONE:
            final, effect = _ABOUT_ONE[do]
            return Refused(said, final, effect, code, known)
        if do is Do.NO_TEMPLATE:
            return self._without(way, said, code, known)
        if do is Do.STOP:
            return self._stop(answer.seconds or LONG, said, True, code, known)
        if do in (Do.QUOTA, Do.SLOWER):
            return self._stop(answer.seconds, said, answer.seconds > MINUTE, code, known)
        if do is Do.TOKEN and many >= FEW:
            lasting = seconds >= PATIENCE
            return self._stop(LONG if lasting else BREATH, said, lasting, code, known)
        if many >= STREAK:
            return self._stop(MINUTE, f"一连 {many} 条都是：{said}", True, code, known)
        return Later(answer.seconds or WAIT, said, "delivery", False, code, known)

    def _stop(self, seconds: float, reason: str, alert: bool, code: str, consent: Consent) -> Later:
        later = self._brake.stop(Later(seconds, reason, "channel", alert, code, consent))
        if later.alert:
            _LOG.error("微信停下 %.0f 秒：%s", seconds, reason)
        return later

    def _without(self, way: Way, said: str, code: str, consent: Consent) -> Later:
        """模板用不了：头一次十分钟以后再试，还是不行就停下这一批，叫人。"""
        first = self._missing.setdefault(way.template, self._now())
        again = self._now() - first >= AGAIN
        return Later(LONG if again else AGAIN, said, "campaign", again, code, consent)


def _at_contact(outgoing: Outgoing, refused: Refused) -> Refused:
    """客服消息不收的：对方再来说话时还能当面告诉；没有这个人了、广播对方不愿收的，就告诉不了了。"""
    lost = refused.effect == "gone" or (refused.effect and not direct(outgoing.occasion))
    return refused if lost else replace(refused, final=False)


def _cut(outgoing: Outgoing, template: Template, outcome: Outcome) -> Outcome:
    """广播走的是模板，放不下全文的记一笔。"""
    if outgoing.occasion != STAGE or not isinstance(outcome, Sent):
        return outcome
    shown = [each["value"] for each in fill(template, outgoing.values).values()]
    return replace(outcome, cut=not whole_in(outgoing.text, shown))


def _openid(outgoing: Outgoing) -> str:
    return outgoing.user.removeprefix("wechat:")
