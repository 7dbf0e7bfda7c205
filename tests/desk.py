"""对话测试里的“库”：订阅、说过的、企业、申报、一次性的码、值班；照效果记下，照回忆的名字答。"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dialogs.kept import Recorded, Row, Said, Subscription, rows_of
from dialogs.records import (
    Asked,
    DeskHours,
    Effect,
    Forgotten,
    Handed,
    Linked,
    Subscribed,
    Taken,
    Told,
    Unsubscribed,
    Value,
)

TRIES = 5
HOUR = timedelta(hours=1)


@dataclass
class Firm:
    """名册里的一家；`declared` 是各年登记的（哪一步，哪天）。"""

    name: str
    code: str
    district: str
    branches: tuple[str, ...]
    declared: dict[str, tuple[str, date]] = field(default_factory=dict)


@dataclass
class Desk:
    """一个用户看得到的库。"""

    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    firms: dict[str, Firm] = field(default_factory=dict)
    codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    tries: list[datetime] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    operators: dict[str, str] = field(default_factory=dict)
    hours: tuple[tuple[time, time], ...] = ()
    reason: str = ""
    state: str = ""

    def staffed(self) -> DeskHours | None:
        """哪些区县有人值班（市是空的），几点上班；一个值班的账号也没有是 None。"""
        return DeskHours(frozenset(self.operators.values()), self.hours) if self.operators else None

    def stands(self) -> str:
        """用户的事现在怎样，照 .talk 里“案”后面的写法。"""
        return f"{self.reason} waiting" if self.state == "waiting" else self.state or "没有"

    def apply(self, effects: tuple[Effect, ...], now: datetime) -> None:
        """照效果记下。"""
        for each in effects:
            if isinstance(each, Subscribed):
                held = Subscription(each.factory, each.district, each.branch, now.date(), each.way)
                self.subscriptions[each.factory] = held
            elif isinstance(each, Unsubscribed):
                self.subscriptions.pop(each.factory, None)
            elif isinstance(each, Told):
                self.said.pop((each.factory, each.cycle), None)
                self.said[each.factory, each.cycle] = Said(
                    each.factory, each.cycle, each.status, each.day, str(each.year), now.date()
                )
                if not each.status:
                    del self.said[each.factory, each.cycle]
            elif isinstance(each, Linked):
                self._link(each.code, now)
            elif isinstance(each, Forgotten):
                self.subscriptions, self.said, self.links, self.tries = {}, {}, [], []
                self.reason = self.state = ""
            elif isinstance(each, Asked) and not self.state.startswith("held"):
                self.reason, self.state = each.reason, "waiting"
            elif isinstance(each, Taken):
                self.state = f"held {each.by}"
            elif isinstance(each, Handed):
                self.state = "closed" if each.how == "closed" else "open"

    def kept(self) -> tuple[str, ...]:
        """回忆 kept 的答案。"""
        rows: list[Row] = [*self.subscriptions.values(), *self.said.values()]
        for firm in (self.firms[each] for each in self.links):
            place = (firm.district, " ".join(firm.branches))
            rows += [Recorded(firm.name, year, *said, *place) for year, said in sorted(firm.declared.items())[::-1]]
            rows += [] if firm.declared else [Recorded(firm.name, "0", "", date.min, *place)]
        return rows_of(rows)

    def redeemed(self, code: str, now: datetime) -> Value:
        """回忆 code:… 的答案：这个码现在用得成不成。"""
        if len([each for each in self.tries if each > now - HOUR]) >= TRIES:
            return ("throttled",)
        if code not in self.codes:
            return ("wrong",)
        number, expires = self.codes[code]
        firm = self.firms[number]
        if code in self.used:
            return ("used", firm.name if number in self.links else "")
        return ("ok", firm.name, firm.code, firm.district, *firm.branches) if now < expires else ("expired",)

    def _link(self, code: str, now: datetime) -> None:
        answer = self.redeemed(code, now)
        if isinstance(answer, tuple) and answer[0] == "ok":
            self.used.add(code)
            self.links.append(self.codes[code][0])
        else:
            self.tries.append(now)
