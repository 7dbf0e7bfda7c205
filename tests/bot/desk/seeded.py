"""铜梁、永川两个区县都有的东西：每张分区县的表一行，里面有自己区县的记号，谁漏给谁一看就知道。"""

from typing import Any

from sqlalchemy import insert

from bot.store import Store
from bot.store.schema import (
    answers,
    canned,
    cases,
    corrections,
    declarations,
    enterprises,
    notes,
    profiles,
    sessions,
    spot_checks,
    spot_items,
    subscriptions,
    turns,
    windows,
)
from tests.bot.desk.client import NOW, account

AT = "2026-11-30T02:00:00.000+00:00"
MARKS = {"铜梁": "只归铜梁看的", "永川": "只归永川看的"}
"""区县 → 它的记号。"""


def seed(store: Store) -> dict[str, dict[str, int]]:
    """两个值班的（tong、yong）、一个管理员（admin），和各自区县的东西；返回区县 → 表 → 编号。"""
    account(store, "tong", "铜梁")
    account(store, "yong", "永川")
    account(store, "admin")
    made: dict[str, dict[str, int]] = {}
    with store.transaction() as connection:

        def add(table: Any, **row: object) -> int:
            done = connection.execute(insert(table).values(**row))
            return int(done.inserted_primary_key[0]) if isinstance(done.inserted_primary_key[0], int) else 0

        for district, mark in MARKS.items():
            user = f"web:{'t' if district == '铜梁' else 'y'}"
            add(sessions, user=user, state="", updated_at=AT)
            reply = '{"text": "' + mark + '"}'
            turn = {"user": user, "at": AT, "kind": "text", "said": mark, "claimed": "lost"}
            add(turns, message_id="m1", reply=reply, **turn)
            place = {"district": district, "branches": "[]", "name": mark, "code": "", "grade": "", "wish": ""}
            add(profiles, user=user, position=0, updated_at=AT, **place)
            case = {"user": user, "district": district, "reason": "person", "state": "waiting", "question": mark}
            number = add(cases, opened_at=AT, said_at=AT, words=mark, tags=mark, touched=1.0, **case)
            add(notes, case_id=number, at=AT, by="admin", text=mark)
            firm = {"code": None, "branches": "[]", "grade": "", "contact": mark, "phone": "", "updated_at": AT}
            enterprise = add(enterprises, name=mark, district=district, **firm)
            graded = {"branch": "", "grade_applied": "A", "grade_announced": "A", "updated_at": AT}
            day = NOW.date()
            add(declarations, enterprise_id=enterprise, year=2026, status="announced", on_day=day, **graded)
            way = {"channel": "web", "branch": "", "consented_at": AT, "way": "chat"}
            add(subscriptions, user=user, factory=mark, district=district, **way)
            add(canned, district=district, title=mark, text=mark, cites="[]", by="admin", at=AT)
            drawn = {"year": 2026, "seed": mark, "share": 30, "pool": 1, "drawn_at": AT, "by": mark}
            check = add(spot_checks, district=district, **drawn)
            item = {"name": mark, "code": "", "grade": "A", "updated_at": AT}
            add(spot_items, check_id=check, enterprise_id=enterprise, place=1, **item)
            window = {"industry": "", "source": mark, "created_at": AT, "closed_at": None}
            add(windows, id=f"w-{user[-1]}", name=mark, start=day, end=day, district=district, **window)
            made[district] = {"cases": number, "enterprises": enterprise, "spot_checks": check}
        learned = {"version": 1, "state": "draft", "by": "admin", "at": AT}
        add(answers, kind="faq", body="{}", **learned)
        told = {"clause": "一", "since": NOW.date(), "until": NOW.date(), "text": "更正", "state": "ready"}
        add(corrections, source="cq-2024-210", by="admin", at=AT, **told)
    return made
