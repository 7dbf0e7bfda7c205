"""Telegram 的送信人：一条消息发一次。拉黑的不再发，429 等它说的那么久；写出去以后断了的，不知道到没到，不再发。"""

import logging
from datetime import timedelta

import httpx
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.reminders.notifier import Later, Outcome, Outgoing, Refused, Sent, Unknown, Way
from bot.telegram.api import Api

_LOG = logging.getLogger(__name__)

WAIT = 30.0
LONG = 3600.0
_NEVER_SENT = (httpx.ConnectTimeout, httpx.ConnectError, httpx.PoolTimeout)
_WAY = Way("message")


class TelegramNotifier:
    """照 `text` 发一条；429 说的等待是整个机器人的，所以整个渠道等。"""

    channel = "telegram"

    def __init__(self, api: Api) -> None:
        self._api = api
        self._stopped = False

    def way(self, outgoing: Outgoing) -> Way:
        """总是发一条消息；拉黑了的没有路。"""
        return _WAY if outgoing.follows else Way("")

    def fault(self, outgoing: Outgoing) -> str:
        """放不下的说出来：一条最多 4096 个 UTF-16 单位。"""
        size = len(outgoing.text.encode("utf-16-le")) // 2
        return "" if 0 < size <= 4096 else f"一条消息要 1 到 4096 个字，这条 {size} 个"

    async def send(self, outgoing: Outgoing) -> Outcome:
        """发一次，从不抛错。"""
        if not outgoing.follows:
            return Refused("对方拉黑了", final=False)
        if wrong := self.fault(outgoing):
            return Refused(wrong, final=True)
        fields = {"chat_id": int(outgoing.user.removeprefix("telegram:")), "text": outgoing.text}
        try:
            message = await self._api.call("sendMessage", fields)
            self._stopped = False
            return Sent(f"{fields['chat_id']}:{message['message_id']}", _WAY)
        except RetryAfter as error:
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            return Later(seconds, "平台要等", "channel", code="429")
        except InvalidToken:
            alert, self._stopped = not self._stopped, True
            if alert:
                _LOG.error("Telegram 的令牌不认，停下 %.0f 秒", LONG)
            return Later(LONG, "令牌不认", "channel", alert, "401")
        except Forbidden:
            return Refused("对方拉黑了", final=True, effect="opted_out", code="403")
        except BadRequest as error:
            gone = "chat not found" in str(error).lower()
            return Refused("没有这个人" if gone else "平台不收", final=True, effect="gone" if gone else "", code="400")
        except NetworkError as error:
            if isinstance(error.__cause__, _NEVER_SENT):
                return Later(WAIT, "连不上")
            what = "超时" if isinstance(error, TimedOut) else "断了或平台出错"
            return Unknown(f"写出去以后{what}", _WAY)
        except TelegramError as error:
            return Refused(f"平台不收（{type(error).__name__}）", final=True)
        except (TypeError, KeyError):
            return Unknown("平台的回答读不懂", _WAY)

    async def close(self) -> None:
        """放掉连接。"""
        await self._api.close_connections()
