"""微信的送信人：有订阅次数的走订阅通知，关注着的走模板消息，都不行就等对方下次来说话。

一个渠道停了（口令不对、限额用完），只说一次要叫人，后来的不再去碰平台。
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from bot.reminders.notifier import Consent, Effect, Later, Outcome, Outgoing, Refused, Sent, Unknown, Way
from bot.wechat.api import Answer, Api, Do
from bot.wechat.brake import Brake
from bot.wechat.limits import LimitError, Template, fill
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


class WeChatNotifier:
    """照模板表送；`now` 是单调的秒表。"""

    channel = "wechat"

    def __init__(self, api: Api, templates: Templates, now: Callable[[], float] = monotonic) -> None:
        self._api = api
        self._templates = templates
        self._now = now
        self._brake = Brake(now)
        self._missing: dict[str, float] = {}

    def way(self, outgoing: Outgoing) -> Way:
        """现在会走哪条路。"""
        subscription = self._templates.of(outgoing.occasion, "subscription")
        if subscription is not None and outgoing.consents.get(subscription.id, 0) > 0:
            return Way("subscription", subscription.id, subscription.version)
        template = self._templates.of(outgoing.occasion, "template")
        if template is not None and outgoing.follows:
            return Way("template", template.id, template.version, DEDUP)
        return Way("")

    def fault(self, outgoing: Outgoing) -> str:
        """排队之前看一眼：两条路的模板填得成就是空的，填不成说差在哪里。"""
        try:
            for way in ("subscription", "template"):
                if (template := self._templates.of(outgoing.occasion, way)) is not None:
                    fill(template, outgoing.values)
        except LimitError as error:
            return str(error)
        return ""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """送一次；订阅通知没有次数了，当场改走模板消息。"""
        if (held := self._brake.held()) is not None:
            return held
        way, consent = self.way(outgoing), ""
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
            return Refused(f"模板填不成：{error}", final=True)
        return Refused("现在没有路可走", final=False)

    async def close(self) -> None:
        """放掉连接。"""
        await self._api.close()

    async def _subscribed(self, outgoing: Outgoing, way: Way) -> Outcome:
        template = self._template(outgoing, way)
        answer = await self._api.subscription(_openid(outgoing), way.template, fill(template, outgoing.values))
        return self._outcome(answer, way, "spent")

    async def _templated(self, outgoing: Outgoing, way: Way, consent: Consent) -> Outcome:
        template = self._template(outgoing, way)
        data = fill(template, outgoing.values)
        key = f"chuangb-{outgoing.id}"
        answer = await self._api.template(_openid(outgoing), way.template, data, key, template.url)
        return self._outcome(answer, way, consent)

    def _template(self, outgoing: Outgoing, way: Way) -> Template:
        template = self._templates.of(outgoing.occasion, way.name)
        assert template is not None
        return template

    def _outcome(self, answer: Answer, way: Way, consent: Consent) -> Outcome:
        """平台的回答 → 结局；`consent` 是办成了算用掉一次（spent），还是先前已经说没有了（gone）。"""
        do, said, code = answer.do, answer.said, str(answer.code or "")
        known: Consent = "gone" if do is Do.NO_CONSENT or consent == "gone" else ""
        many, seconds = self._brake.streak((do, answer.code) if do in _OURS else do)
        if do is Do.DONE:
            self._missing.pop(way.template, None)
            return Sent(str(answer.data.get("msgid", "")), way, consent)
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


def _openid(outgoing: Outgoing) -> str:
    return outgoing.user.removeprefix("wechat:")
