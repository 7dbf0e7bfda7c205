"""平台的每一个错误码各百分之五，一轮一轮地，直到人人有了结局：落在人身上的各有各的结局，落在请求上的不碍事，没有人收到两条。"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.store import Store
from bot.wechat.api import ERRORS
from bot.wechat.reports import match
from tests.bot.reminders.stage import Clock
from tests.bot.reminders.test_faults import Course, brisk, product
from tests.bot.reminders.world import at
from tests.bot.wechat_platform import BY_REQUEST, Fake, wechat_platform

__all__ = ["brisk"]

UNKNOWN = 48006
"""不在表里的一个。"""
BY_PERSON = {
    0: "delivered",
    45065: "delivered",
    **dict.fromkeys((45015, 45047, 43101, 40200), "waiting"),
    **dict.fromkeys((45002, 47001, 47003, UNKNOWN), "failed"),
    **dict.fromkeys((40003, 43004, 50005, 43019, 48002, 50002), "failed"),
}
"""这个码说的是这个人、这一条 → 他的结局；0 是没有毛病的。"""
UNWILLING = {40003, 43004, 50005, 43019, 48002, 50002}
"""从此不再主动发的。"""
ANY = tuple(code for code in ERRORS if code not in BY_PERSON)
"""落在每一次请求上的。"""
EACH = 2
STEP = timedelta(minutes=15)
ROUNDS = 200


@dataclass
class Every(Fake):
    """每个人一个码，每次请求各百分之五。"""

    codes: dict[str, int] = field(default_factory=dict)

    def _fault(self, path: str) -> str | int:
        fault = super()._fault(path)
        by_request = (code for code in ANY if self._random.random() < 0.05)
        return fault or next(by_request, "") if "/message/" in path else fault

    def _template(self, given: dict[str, Any]) -> dict[str, Any]:
        code = self.codes[given["touser"]]
        done = super()._template(given) if code in (0, 45065) else {"errcode": code}
        return {"errcode": code, "errmsg": "clientmsgid exist"} if code and not done["errcode"] else done


@pytest.fixture
async def fake() -> AsyncIterator[Every]:
    """一台什么毛病都有的假平台。"""
    async with wechat_platform(Every(faults=dict.fromkeys((*BY_REQUEST, "lost", "doubled"), 5.0))) as made:
        assert isinstance(made, Every)
        yield made


async def test_every_code(store: Store, fake: Every) -> None:
    """人人有了对的结局，收到的恰好一条；不愿收的从此当作退订。"""
    course = Course(store, fake, EACH * len(BY_PERSON))
    codes = dict(zip(course.people, list(BY_PERSON) * EACH, strict=True))
    fake.codes = {user.removeprefix("wechat:"): code for user, code in codes.items()}
    course.clock = Clock(at("2026-09-01", 9))
    async with product(course) as port:
        fake.product = f"http://127.0.0.1:{port}/wechat"
        for _ in range(ROUNDS):
            await course.once()
            if len(course.states) == len(codes) and not {"planned", "sending"} & set(course.states.values()):
                break
            later = course.clock() + STEP
            course.clock.move(later if later.hour < 18 else at(str(later.date() + timedelta(days=1)), 9))
        await fake.quiet()
    while match(store, course.clock()):
        pass
    assert {user: BY_PERSON[code] for user, code in codes.items()} == course.states
    assert {user: 1 for user, code in codes.items() if code in (0, 45065)} == course.got
    assert {user: code in UNWILLING for user, code in codes.items()} == {
        user: store.opted_out(user) for user in course.people
    }
