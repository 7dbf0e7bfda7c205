"""主管部门自己的一次广播：给谁（几个简单的条件）、说什么；与到期提醒走同一条路。"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from bot.reminders.hours import stamp
from bot.reminders.notifier import Value
from bot.reminders.people import BACK, DONE, Person, Unit
from bot.roster.words import STATUSES
from bot.store.among import among, inserting
from bot.store.schema import campaigns, deliveries
from knowledge.records import Branch
from knowledge.sayable import cleaned, experts_address

DROPPED = "dropped"
NONE = "none"
"""今年还没有申报。"""
LONGEST = 600
STAGE = "broadcast"
REST = "rest"
"""模板里只放得下开头的，欠着的全文在送达账里叫“rest@哪一次”，等对方来说话时说。"""
STOP = "不想收回复“退订”。"


@dataclass(frozen=True, slots=True)
class Audience:
    """给谁：空着的条件不限；`status` 是今年的申报走到哪一步，或 none；`former` 是并进 `district` 的各区县。"""

    district: str = ""
    industry: str = ""
    branch: str = ""
    grade: str = ""
    status: str = ""
    former: tuple[str, ...] = ()
    told: bool = False
    """名单另外列好的（更正）：没有订阅也给，退订了的不给。"""

    def no(self, person: Person, branches: Mapping[str, Branch], year: int) -> str:
        """这个人不在里面，为什么；在里面是空的。"""
        found = self.unit(person, branches, year)
        return found if isinstance(found, str) else ""

    def unit(self, person: Person, branches: Mapping[str, Branch], year: int) -> Unit | str:
        """凭他的哪个厂在里面（另外列好的是空的）；不在里面的，为什么。"""
        if person.opted_out:
            return "退订了"
        if self.told:
            return ""
        if not person.places:
            return "没有订阅"
        why = ""
        for unit in person.units():
            why = self._no_unit(unit, branches, year)
            if not why:
                return unit
        return why

    def near(self, person: Person) -> bool:
        """他有厂在这个区县；没有限区县的都算。"""
        return not self.district or any(each.district in (self.district, *self.former) for each in person.units())

    def _no_unit(self, unit: Unit, branches: Mapping[str, Branch], year: int) -> str:
        held = unit.declared.get(year)
        statuses = {said.status for said in unit.said if said.year == year} | ({held.status} if held else set())
        return self._no_place(unit.district, unit.branches, branches) or self._no_facts(unit.grade, statuses)

    def _no_place(self, district: str, held: tuple[str, ...], branches: Mapping[str, Branch]) -> str:
        if self.district and district not in (self.district, *self.former):
            return f"不是{self.district}的" if district else "不知道是哪个区县的"
        if self.branch and self.branch not in held:
            return "不是这个分支的" if held else "不知道是哪个分支的"
        industries = {branches[each].industry_id if each in branches else each for each in held}
        if self.industry and self.industry not in industries:
            return "不是这个行业的" if held else "不知道是哪个行业的"
        return ""

    def _no_facts(self, grade: str, statuses: set[str]) -> str:
        if self.grade and grade != self.grade:
            return f"等级不是 {self.grade}" if grade else "不知道是哪个等级的"
        if self.status == NONE:
            return "今年申报过了" if statuses & {*DONE, BACK} else ""
        if self.status and self.status not in statuses:
            return f"今年的申报不是{STATUSES[self.status][0]}"
        return ""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """存着的一次广播。"""

    id: str
    hash: str
    name: str
    audience: Audience
    text: str
    state: str
    day: date
    by: str = ""
    """谁写的；不知道是空的。"""

    @property
    def occasion(self) -> str:
        """它在送达账里的名字。"""
        return f"{STAGE}@{self.id}"

    @property
    def values(self) -> Mapping[str, Value]:
        """填进平台模板的；窗口的日子不在内，广播要用单列的模板。"""
        return {"window": self.name, "text": self.text.split("\n")[0], "year": self.day.year}


def whole_in(text: str, shown: Iterable[str]) -> bool:
    """模板里填的这些说全了没有；怎么退订的那一句不算。"""
    return " ".join(text.removesuffix(f"\n{STOP}").split()) in shown


def whole_text(said: str) -> str:
    """要发的全文：没说怎么退订的，末尾加上；空的、太长的、有专家登录地址的是 ValueError。"""
    said, most = cleaned(said), LONGEST - len(STOP) - 1
    if not said or len(said) > most:
        raise ValueError(f"要 1 到 {most} 个字")
    if experts_address(said):
        raise ValueError("里有专家登录地址，不能给企业")
    return said if "退订" in said else f"{said}\n{STOP}"


def store_broadcast(
    connection: Connection, audience: Audience, text: str, name: str, now: datetime, day: date, by: str = ""
) -> Broadcast:
    """存下一次广播，等批准；同一天同样的就是同一次，写的人还是头一个。"""
    fixed = {"audience": asdict(audience), "text": text, "name": name, "day": day.isoformat()}
    digest = sha256(json.dumps(fixed, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    if (held := broadcast(connection, f"b-{digest}")) is not None:
        if held.state != DROPPED:
            return held
        connection.execute(delete(campaigns).filter_by(id=held.id))  # 作罢了又写一样的：重新来过
    connection.execute(
        insert(campaigns).values(
            id=f"b-{digest}", kind="broadcast", name=name, audience=json.dumps(asdict(audience), ensure_ascii=False),
            texts=json.dumps([text], ensure_ascii=False),
            schedule=json.dumps({"day": day.isoformat(), "by": by}, ensure_ascii=False), hash=digest,
            planned_at=stamp(now), state="planned",
        )
    )  # fmt: skip
    return Broadcast(f"b-{digest}", digest, name, audience, text, "planned", day, by)


def broadcast(connection: Connection, id: str) -> Broadcast | None:
    """叫这个 id 的广播。"""
    row = connection.execute(select(campaigns).filter_by(id=id, kind="broadcast")).one_or_none()
    if row is None:
        return None
    plan = json.loads(row.schedule)
    day = date.fromisoformat(plan["day"])
    given = json.loads(row.audience)
    audience = Audience(**(given | {"former": tuple(given.get("former", ()))}))
    return Broadcast(row.id, row.hash, row.name, audience, json.loads(row.texts)[0], row.state, day, plan.get("by", ""))


def drop(connection: Connection, id: str) -> bool:
    """作罢一次还没有批准的；批准了的收不回来，是 False。"""
    change = update(campaigns).filter_by(id=id, kind="broadcast", state="planned").values(state=DROPPED)
    return connection.execute(change).rowcount > 0


CUT, DOUBTFUL = "模板里放不下", "没有等到平台的回答，可能没有收到"
"""为什么欠着全文。"""


def owe(connection: Connection, ids: Sequence[int], now: str, why: str = CUT) -> None:
    """送达账的这几行，对方看不到全文：另记一行，等他来说话时说；已经记着的不动。"""
    row = deliveries.c
    rest = select(
        literal(f"{REST}@").concat(row.campaign_id), row.window_id, row.enterprise_id, row.user, row.campaign_id,
        row.due_at, literal("waiting"), literal(why), row.text, literal(now),
    ).where(among(connection, row.id, ids), row.occasion.startswith(f"{STAGE}@"))  # fmt: skip
    names = "occasion window_id enterprise_id user campaign_id due_at state reason text updated_at".split()
    connection.execute(inserting(connection, deliveries).from_select(names, rest).on_conflict_do_nothing())


def owing(connection: Connection, id: str) -> dict[str, int]:
    """这一次欠着的全文：各个状态几条。"""
    return tallied(connection, f"{REST}@{id}")


def tallied(connection: Connection, occasion: str) -> dict[str, int]:
    """送达账里这一次发的：各个状态几条。"""
    query = select(deliveries.c.state, func.count()).filter_by(window_id="", occasion=occasion)
    return {state: int(count) for state, count in connection.execute(query.group_by(deliveries.c.state))}


def approved_broadcasts(connection: Connection) -> list[Broadcast]:
    """批准了、还没有排进送达账的广播。"""
    ids = connection.scalars(select(campaigns.c.id).filter_by(kind="broadcast", state="approved")).all()
    return [each for id in ids if (each := broadcast(connection, id)) is not None]
