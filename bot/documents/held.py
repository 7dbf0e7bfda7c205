"""库里的一次自评，连同它说的那个厂和今天的窗口：写文书要的一切。"""

import json
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from bot.store import Store
from bot.store.schema import results, sessions
from bot.windows import all_windows
from dialogs.assessment import Assessment
from dialogs.records import Facts, Known, Session

FLOW = "assess"
_decode = msgspec.json.Decoder(Session).decode


@dataclass(frozen=True, slots=True)
class Held:
    """`at` 是做完的时刻；`facts` 里的 `known` 是这次自评说的那个厂，不一定是现在正说的。"""

    run: int
    at: datetime
    assessment: Assessment
    facts: Facts

    @property
    def answered(self) -> date:
        """自评那一天，按今天所在的时区。"""
        return self.at.astimezone(self.facts.now.tzinfo).date()


def held(store: Store, user: str, now: datetime, run: int | None = None) -> Held | None:
    """这个用户的这一场自评，不给 `run` 就是最近一次；没有、删掉了是 None。"""
    query = select(results.c.run, results.c.at, results.c.verdict).filter_by(user=user, flow=FLOW)
    if run is not None:
        query = query.filter_by(run=run)
    with store.reading() as connection:
        found = connection.execute(query.order_by(results.c.run.desc()).limit(1)).first()
        if found is None:
            return None
        assessment = Assessment.of(json.loads(found.verdict))
        known = _factory(connection, user, {line.branch for line in assessment.lines})
        if any(assessment.factory):
            name, code, district = assessment.factory
            same = known.name in ("", name)
            code, district = code or (known.code if same else ""), district or (known.district if same else "")
            known = replace(known, name=name or known.name, code=code, district=district)
        windows = all_windows(connection)
    return Held(found.run, datetime.fromisoformat(found.at), assessment, Facts(now, windows, known))


def _factory(connection: Connection, user: str, branches: set[str]) -> Known:
    """这次自评说的是哪个厂：行业分支对得上的；只说过一个厂的，后来查了别的行业也还是它。"""
    state = connection.execute(select(sessions.c.state).filter_by(user=user)).scalar()
    try:
        session = _decode(state) if state else Session(user)
    except (msgspec.MsgspecError, ValueError):
        return Known()
    factories = (session.known, *session.others)
    fitting = [known for known in factories if branches <= set(known.branches)]
    fitting += [known for known in factories if branches & set(known.branches)]
    if fitting:
        return fitting[0]
    return Known() if session.others and session.known.branches else session.known
