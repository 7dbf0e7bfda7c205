"""微信的服务端接口：一次调用有一个说得清的结局，从不抛平台的错。

各错误码怎么办照 ERRORS。试几次、等多久都有上限；令牌不认只换一次再试。写出去以后断了、超时了的，平台认得出重复的
（`repeatable`）才再发，别的不知道到没到，就说不知道。日志里只有路径、错误码和 rid，没有令牌、口令和 openid。
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import Enum
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import msgspec

from bot.client import Client, Post, Unanswered, Unsent
from bot.wechat.credentials import Credentials, Fetch

_LOG = logging.getLogger(__name__)


class Do(Enum):
    """一个错误码该怎么办。"""

    DONE = "办成了"
    RETRY = "平台忙"
    TOKEN = "令牌不认"
    STOP = "这个号用不了，叫人来看"
    QUOTA = "限额用完了"
    SLOWER = "太快了"
    NEXT_WAY = "这条路现在走不通"
    HOLD = "要等对方再说话"
    NO_CONSENT = "没有订阅的次数了"
    GONE = "没有这个人"
    UNFOLLOWED = "没有关注"
    OPTED_OUT = "对方不愿收"
    NO_TEMPLATE = "模板用不了"
    AS_TEXT = "这个号只能发文字"
    DEAD = "内容不合格"
    UNKNOWN = "不知道到没到"


ERRORS: Mapping[int, Do] = {
    0: Do.DONE,
    45065: Do.DONE,  # clientmsgid 已经发过
    -1: Do.RETRY,
    40001: Do.TOKEN,
    40014: Do.TOKEN,
    41001: Do.TOKEN,
    42001: Do.TOKEN,
    40013: Do.STOP,  # AppID
    40125: Do.STOP,  # AppSecret
    40164: Do.STOP,  # IP 不在白名单
    48001: Do.STOP,  # 没有这个接口的权限
    48004: Do.STOP,  # 接口被封
    45009: Do.QUOTA,
    45011: Do.SLOWER,
    45066: Do.SLOWER,  # 重试太快，至少等一分钟
    45015: Do.NEXT_WAY,  # 过了 48 小时或没有关注
    45047: Do.HOLD,  # 这句话的 5 条用完了
    43101: Do.NO_CONSENT,
    40003: Do.GONE,
    43004: Do.UNFOLLOWED,
    50005: Do.UNFOLLOWED,
    43019: Do.OPTED_OUT,  # 拉黑
    48002: Do.OPTED_OUT,  # 对方拒收
    50002: Do.OPTED_OUT,  # 对方受限；一连许多都是，就是自己的号受限
    40037: Do.NO_TEMPLATE,
    45028: Do.NO_TEMPLATE,  # 没有群发的次数
    40200: Do.AS_TEXT,
    45002: Do.DEAD,  # 太长
    47001: Do.DEAD,
    47003: Do.DEAD,
}
"""平台的错误码 → 怎么办；不在表里的算内容不合格，一连许多时由送信的停下。"""

PLATFORM = "https://api.weixin.qq.com"
SHOW = "https://mp.weixin.qq.com"
TRIES = 4
PAUSES = (0.5, 2.0, 5.0)
"""平台忙、连不上以后第几次再试前等几秒。"""
MINUTE = 60.0
TIMEOUT = 10.0
BEIJING = timezone(timedelta(hours=8))
_RID = re.compile(r"rid:?\s*([0-9a-zA-Z-]+)")
_DAILY = re.compile(r"daily|day", re.IGNORECASE)
_UNDECIDED = {Do.RETRY, Do.TOKEN, Do.STOP, Do.QUOTA, Do.SLOWER, Do.UNKNOWN}
"""没有说到这一条本身的结局：先前一次若不知道到没到，仍然不知道。"""

Pause = Callable[[float], Awaitable[None]]
Data = Mapping[str, Any] | msgspec.Raw
"""填好的各字段，或已经写成 JSON 的。"""


@dataclass(frozen=True, slots=True)
class Answer:
    """一次调用的结局；`seconds` 是该等几秒再来，`rid` 是平台查日志的号。"""

    do: Do
    code: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    rid: str = ""

    @property
    def done(self) -> bool:
        """办成了。"""
        return self.do is Do.DONE

    @property
    def said(self) -> str:
        """给人看的一句，不含口令和用户；同样的毛病说的一样，所以没有 rid。"""
        return f"{self.do.value}（{self.code}）" if self.code else self.do.value

    @property
    def logged(self) -> str:
        """写进日志的一句，连同 rid。"""
        return f"{self.do.value}（{self.code}，rid {self.rid}）" if self.code and self.rid else self.said


class Unavailable(Exception):
    """要不到凭证；为什么在 `answer` 里。"""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.said)
        self.answer = answer


class Api:
    """一个服务号的接口；`url` 是平台的地址，`connections` 是最多同时几条连接。"""

    def __init__(
        self,
        app_id: str,
        secret: str,
        credentials: Credentials,
        clock: Callable[[], datetime],
        *,
        url: str = PLATFORM,
        connections: int = 200,
        timeout: float = TIMEOUT,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._app_id = app_id
        self._secret = secret
        self._credentials = credentials
        self._clock = clock
        self._url = url.rstrip("/")
        self._connections = connections
        self._timeout = timeout
        self._pause = pause
        self._posts: dict[str, tuple[str, Post]] = {}
        self._clients: dict[str, Client] = {}

    async def template(self, openid: str, template: str, data: Data, client_msg_id: str, url: str = "") -> Answer:
        """模板消息；同一个 `client_msg_id` 十分钟里平台只送一次，所以断了可以再发。"""
        body = {"touser": openid, "template_id": template, "data": data, "client_msg_id": client_msg_id}
        given = {**body, "url": url} if url else body
        return await self.call("/cgi-bin/message/template/send", given, repeatable=True)

    async def subscription(self, openid: str, template: str, data: Data) -> Answer:
        """订阅通知；平台不认重复的，也不给消息的 id。"""
        body = {"touser": openid, "template_id": template, "data": data}
        return await self.call("/cgi-bin/message/subscribe/bizsend", body)

    async def custom(self, openid: str, text: str) -> Answer:
        """客服消息，一段文字；对方发来一句话后 48 小时里 5 条，点了菜单 1 分钟里 3 条。"""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        return await self.call("/cgi-bin/message/custom/send", body)

    async def shared(self, key: str, fetch: Fetch) -> str:
        """各进程共用的另一样凭证，例如网页签名的票；要不到就抛 `fetch` 抛的错。"""
        return await self._credentials.current(f"wechat:{self._app_id}:{key}", fetch)

    async def image(self, path: str, query: Mapping[str, str]) -> bytes:
        """平台给的一张图；要不到是空的。"""
        client = self._client(SHOW if self._url == PLATFORM else self._url)
        try:
            answered = await client.get(f"{path}?{urlencode(query)}")
        except (Unsent, Unanswered) as error:
            _LOG.warning("微信的图取不到（%s）", type(error).__name__)
            return b""
        return answered.body if answered.status == 200 else b""

    async def close(self) -> None:
        """放掉连接。"""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()
        self._posts.clear()

    async def call(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        repeatable: bool = False,
        query: Mapping[str, str] | None = None,
        proof: str = "errcode",
    ) -> Answer:
        """一次调用办到有结局；`repeatable` 是再发一遍不会办两回，`proof` 是办成了的回答里总有的。"""
        content = msgspec.json.encode(body)
        tries, stale, doubtful, began = 0, "", False, 0.0
        while True:
            try:
                token = await self._token(stale, began)
            except Unavailable as error:
                return self._settled(path, error.answer, doubtful)
            began = monotonic()
            answer = await self._once(self._post(path, token, query), content, proof)
            doubtful = doubtful or answer.do is Do.UNKNOWN
            if answer.do is Do.TOKEN and not stale:
                stale = token
                continue
            stale = ""
            again = answer.do is Do.RETRY or (doubtful and repeatable and answer.do in (Do.UNKNOWN, Do.TOKEN))
            tries += 1
            if not again or tries == TRIES:
                return self._settled(path, answer, doubtful)
            await self._pause(PAUSES[tries - 1])

    async def _token(self, stale: str, since: float) -> str:
        try:
            return await self._credentials.current(f"wechat:{self._app_id}", self._fetch_token, stale, since)
        except Unavailable:
            raise
        except Exception as error:  # 库一时写不了、等得太久：还没有碰平台，过一会儿再来
            _LOG.warning("令牌一时拿不到（%s）", type(error).__name__)
            raise Unavailable(Answer(Do.RETRY, seconds=MINUTE)) from None

    async def _fetch_token(self) -> tuple[str, float]:
        """普通模式的 stable_token：谁来要都是同一个，不会顶掉别人的。"""
        content = msgspec.json.encode(
            {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret, "force_refresh": False}
        )
        post = self._client(self._url).post("/cgi-bin/stable_token")
        for tries in range(TRIES):
            answer = await self._once(post, content, "access_token")
            if answer.do is Do.DONE:
                return str(answer.data["access_token"]), float(answer.data["expires_in"])
            if answer.do not in (Do.RETRY, Do.UNKNOWN):
                break
            if tries < TRIES - 1:
                await self._pause(PAUSES[tries])
        if answer.do in (Do.TOKEN, Do.DEAD):  # 口令不对，平台有时也这样说
            answer = Answer(Do.STOP, answer.code, rid=answer.rid)
        elif answer.do is Do.UNKNOWN:
            answer = Answer(Do.RETRY)
        _LOG.warning("要不到微信的令牌：%s", answer.logged)
        raise Unavailable(answer)

    async def _once(self, post: Post, content: bytes, proof: str) -> Answer:
        """发一次。连不上的肯定没有发；发了以后断了、超时、5xx、不是平台的 JSON 的，不知道办没办。"""
        try:
            status, text = await post(content)
        except Unsent:
            return Answer(Do.RETRY)
        except Unanswered:
            return Answer(Do.UNKNOWN)
        if status >= 500:
            return Answer(Do.UNKNOWN, status)
        if status == 429:
            return Answer(Do.SLOWER, status, seconds=MINUTE)
        if status != 200:
            return Answer(Do.STOP, status)
        try:
            data = msgspec.json.decode(text)
            code = int(data.get("errcode", 0))
        except (msgspec.DecodeError, AttributeError, TypeError, ValueError):
            return Answer(Do.UNKNOWN)
        if code == 0:
            told = data.get(proof) not in (None, "")  # 没有的，是半路上的网关答的，不是平台
            return Answer(Do.DONE, 0, data) if told else Answer(Do.UNKNOWN)
        return self._failed(code, str(data.get("errmsg", "")), data)

    def _failed(self, code: int, message: str, data: Mapping[str, Any]) -> Answer:
        do = ERRORS.get(code, Do.DEAD)
        seconds = {Do.SLOWER: MINUTE if code == 45066 else MINUTE / 6, Do.STOP: MINUTE * 60, Do.RETRY: MINUTE / 2}
        wait = seconds.get(do, 0.0)
        if do is Do.QUOTA:
            wait = self._until_midnight() if _DAILY.search(message) else MINUTE
        found = _RID.search(message)
        return Answer(do, code, data, wait, found[1] if found else "")

    def _settled(self, path: str, answer: Answer, doubtful: bool) -> Answer:
        if doubtful and answer.do in _UNDECIDED:
            answer = Answer(Do.UNKNOWN, answer.code, rid=answer.rid)
        if answer.do is not Do.DONE:
            _LOG.info("微信的 %s：%s", path, answer.logged)
        return answer

    def _until_midnight(self) -> float:
        now = self._clock().astimezone(BEIJING)
        tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return (tomorrow - now).total_seconds()

    def _post(self, path: str, token: str, query: Mapping[str, str] | None) -> Post:
        """带令牌的去处；同一个令牌只拼一次。"""
        held = self._posts.get(path)
        if held is None or held[0] != token:
            post = self._client(self._url).post(f"{path}?{urlencode({'access_token': token, **(query or {})})}")
            self._posts[path] = held = (token, post)
        return held[1]

    def _client(self, url: str) -> Client:
        if url not in self._clients:
            self._clients[url] = Client(url, connections=self._connections, seconds=self._timeout)
        return self._clients[url]
