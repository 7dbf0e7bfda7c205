"""一批消息在内存里的一页：会话先在这里往前走，最后一次写下。"""

import json
import traceback
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from bot.desk.budget import budget
from bot.desk.cases import note_turn, profile_rows, push, retold, stamp
from bot.desk.duty import bind, bind_answer
from bot.reminders.contact import last_told, reminder_since
from bot.roster.said import Kept, apply_kept, code_answer, forget_kept, kept_rows, put_back, rows_kept
from bot.store import Store
from bot.store.farewells import bury
from bot.store.person import delete_rows, opt_in, opt_out, opted_out, opted_out_among
from bot.store.schema import cases, quarantine, results, sessions, turns
from bot.store.writing import Found, Key, ResultRow, SessionRow, TurnRow, Writer
from dialogs.assessment import owned
from dialogs.desk import LEFT
from dialogs.records import (
    Bound,
    Effect,
    Ended,
    Forgotten,
    Known,
    Message,
    OptedIn,
    OptedOut,
    Reply,
    Session,
    Turn,
    Value,
)

APOLOGY = Reply("抱歉，刚才出了点问题，没能处理您这条消息。请再发一次，或发“人工”。")
PENDING = Reply("抱歉，系统很忙，您这条还在处理。请过一会儿发“继续”，就能看到问到哪里了。")
PARKED = Reply("抱歉，刚才的对话接连出了问题，已经回到开头。请发“菜单”重新开始，或发“人工”。")

encode = msgspec.json.Encoder().encode
decode_session = msgspec.json.Decoder(Session).decode
decode_reply = msgspec.json.Decoder(Reply).decode


class Decoded:
    """最近写下的会话，连同它的 JSON：库里还是那一串，就不必再解一遍。只许一个线程用。"""

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._held: dict[str, tuple[str, Session]] = {}

    def keep(self, state: str, session: Session) -> None:
        """记下一个会话。"""
        if len(self._held) >= self._most:
            del self._held[next(iter(self._held))]
        self._held[session.user] = (state, session)

    def session(self, user: str, state: str) -> Session:
        """这一串 JSON 的会话；解不开抛 msgspec.MsgspecError 或 ValueError。"""
        held = self._held.get(user)
        return held[1] if held is not None and held[0] == state else decode_session(state)


class Page:
    """一批的读数和待写的行；`now` 是业务时间，整批相同；`fresh` 是还没有会话的用户。"""

    def __init__(
        self,
        store: Store,
        connection: Connection,
        found: Found,
        now: datetime,
        fresh: Sequence[str],
        decoded: Decoded,
    ) -> None:
        self.found = found
        self.now = now
        self.forgotten: set[str] = set()
        self._told: dict[str, tuple[tuple[Known, ...], str]] = {}
        self._farewells: dict[Key, str | None] = {}
        self._store = store
        self._connection = connection
        self._fresh = fresh
        self._muted = opted_out_among(connection, map(store.user_hash, fresh)) if fresh else frozenset()
        self._decoded = decoded
        self._sessions: dict[str, Session] = {}
        self._changed: dict[str, tuple[str, str]] = {}
        self._turns: list[TurnRow] = []
        self._results: list[ResultRow] = []
        self._quarantined: list[dict[str, str]] = []
        self._opted: list[tuple[str, bool, str]] = []

    def stored(self, key: Key) -> Reply | None:
        """这条消息当时的答复。"""
        reply = self.found.stored[key]
        return None if reply is None else decode_reply(reply)

    def session(self, message: Message) -> Session:
        """这个用户此刻的会话；同一批里前一条消息留下的算数。"""
        user = message.user
        session = self._sessions.get(user)
        if session is None:
            state = self.found.sessions.get(user)
            try:
                session = self._decoded.session(user, state) if state else self._new(user)
            except (msgspec.MsgspecError, ValueError) as error:
                self._quarantine(message, {"state": state}, error)
                session = self._new(user, self._runs(user))
                self._keep(session, message.at.isoformat())
            self._sessions[user] = session
        return session

    def add(self, message: Message, session: Session, turn: Turn) -> None:
        """记下一个回合；写不成 JSON 的在这里就出错，这一页不变。"""
        if turn.session.user != message.user:
            raise ValueError("回合交回了别人的会话")
        at = message.at.isoformat()
        reply = None if turn.reply is None else encode(turn.reply).decode()
        rows = [self._ended(effect, message.user, at) for effect in turn.effects if isinstance(effect, Ended)]
        for effect in turn.effects:
            if isinstance(effect, Kept):
                # 马上写，同一批里后面的回合就看得见
                apply_kept(self._connection, self._store, message.user, effect, self.now)
        if turn.session is not session or turn.session.case:
            note_turn(self._connection, message, session, turn)
        if turn.session is not session:
            self._keep(turn.session, at)
            if retold(session, turn.session):
                self._told[message.user] = ((turn.session.known, *turn.session.others), stamp(message.at))
        if turn.reply is not None and message.kind == "desk":
            push(self._connection, message, turn, turn.reply)
        self._turns.append(_row(message, at, reply, turn.claimed))
        self._results.extend(rows)
        for effect in turn.effects:
            self._apply(effect, message, reply, at)

    def fail(self, message: Message, session: Session, error: Exception) -> Reply:
        """这一回合出了错：道歉、隔离；连续第二次就把会话也搁置，回到开头。"""
        user, at = message.user, message.at.isoformat()
        twice = self._last_claimed(user) == "failed"
        self._quarantine(message, {"state": session} if twice else {}, error)
        if twice:
            self._keep(Session(user, runs=session.runs, hold=session.hold, muted=session.muted, case=session.case), at)
        reply = PARKED if twice else APOLOGY
        self._turns.append(_row(message, at, encode(reply).decode(), "parked" if twice else "failed"))
        return reply

    def recall(self, name: str, user: str) -> Value:
        """查库回答回合要回忆的事；不认得的名字是 LookupError。"""
        if name == "held":
            return self._held(user)
        if name == "assessed":
            return self._assessed(user)
        if name == "pushed":
            return last_told(self._connection, user, self.now)
        if name == "reminder":
            return reminder_since(self._connection, user, self.now)
        if name == "kept":
            return kept_rows(self._connection, user, self.now.tzinfo)
        if name == LEFT:
            left = budget(self._connection, user, self.now).left
            return "" if left is None else str(left)
        if name.startswith("code:"):
            return code_answer(self._connection, self._store, user, name.removeprefix("code:"), self.now)
        if name.startswith("bind:"):
            return bind_answer(self._connection, self._store, user, name.removeprefix("bind:"), self.now)
        raise LookupError(f"不认得的回忆：{name}")

    def write(self, writer: Writer) -> None:
        """把整页写进正开着的事务。"""
        connection, replies = self._connection, dict(self._farewells)
        for user in self.forgotten:
            since = rows_kept(connection, user)  # 删了以后又说的，删完放回去
            _, said = delete_rows(connection, user, [row["id"] for row in since[cases]])
            replies = {**dict.fromkeys(said), **replies}
            put_back(connection, since)
        if self._told:
            writer.put_profiles(list(self._told), profile_rows(self._told))
        if replies:
            bury(connection, {self._store.message_hash(key): reply for key, reply in replies.items()}, self.now)
        if blank := [user for user in self._fresh if user not in self._sessions]:
            # 只来了删除之前的重复投递：PostgreSQL 为了加锁而建的空会话行也不留
            connection.execute(delete(sessions).where(sessions.c.user.in_(blank), sessions.c.state == ""))
        for user_hash, out, at in self._opted:
            if out:
                opt_out(connection, user_hash, at)
            else:
                opt_in(connection, user_hash)
        results = {row[:3]: row for row in self._results}
        writer.write(self._turns, self._session_rows(), list(results.values()))
        if self._quarantined:
            connection.execute(insert(quarantine), self._quarantined)

    def _session_rows(self) -> list[SessionRow]:
        rows = []
        for user, (state, at) in self._changed.items():
            if user in self.forgotten or state != self.found.sessions.get(user):
                rows.append((user, state, at))
        return rows

    def _keep(self, session: Session, at: str) -> None:
        state = encode(session).decode()
        self._decoded.keep(state, session)
        self._changed[session.user] = (state, at)
        self._sessions[session.user] = session

    def _new(self, user: str, runs: int = 0) -> Session:
        muted = bool(self._muted) and self._store.user_hash(user) in self._muted
        return Session(user, runs=runs, muted=muted)

    def _opted_out(self, user: str) -> bool:
        user_hash = self._store.user_hash(user)
        for pending, out, _ in reversed(self._opted):
            if pending == user_hash:
                return out
        return opted_out(self._connection, user_hash)

    def _runs(self, user: str) -> int:
        # 场次不能从头数，否则新结果会被当成旧结果重复
        return self._connection.execute(select(func.max(results.c.run)).filter_by(user=user)).scalar() or 0

    def _ended(self, effect: Ended, user: str, at: str) -> ResultRow:
        verdict = encode(dict(effect.verdict)).decode()
        return (user, effect.run, effect.flow, effect.ending, verdict, effect.revision, at)

    def _apply(self, effect: Effect, message: Message, reply: str | None, at: str) -> None:
        user = message.user
        if isinstance(effect, Forgotten):
            forget_kept(self._connection, user)
            self._farewells |= {(row[0], row[1]): None for row in self._turns if row[0] == user}
            self._farewells[(user, message.id)] = reply
            self.forgotten.add(user)
            self._told.pop(user, None)
            self._sessions[user] = Session(user, muted=self._opted_out(user))
            self._changed.pop(user, None)
            self._turns = [row for row in self._turns if row[0] != user]
            self._results = [row for row in self._results if row[0] != user]
            self._quarantined = [row for row in self._quarantined if row["user"] != user]
        elif isinstance(effect, Bound):
            bind(self._connection, self._store, user, effect.code, self.now)
        elif isinstance(effect, (OptedIn, OptedOut)):
            self._opted.append((self._store.user_hash(user), isinstance(effect, OptedOut), at))

    def _quarantine(self, message: Message, more: dict[str, object], error: Exception) -> None:
        self._quarantined.append(
            {
                "user": message.user,
                "message_id": message.id,
                "payload": encode({"message": message, **more}).decode(),
                "error": "".join(traceback.format_exception(error))
                .encode("utf-8", "replace")
                .decode()
                .replace("\0", "�"),
                "at": message.at.isoformat(),
            }
        )

    def _last_claimed(self, user: str) -> str:
        for row in reversed(self._turns):
            if row[0] == user:
                return row[6]
        if user in self.forgotten:
            return ""
        query = select(turns.c.claimed).filter_by(user=user).order_by(turns.c.id.desc()).limit(1)
        return self._connection.execute(query).scalar() or ""

    def _held(self, user: str) -> str:
        query = select(func.count(), func.min(turns.c.id)).filter_by(user=user)
        count, first = (0, None) if user in self.forgotten else self._connection.execute(query).one()
        pending = [row[2] for row in self._turns if row[0] == user]
        if count + len(pending) == 0:
            return "这里还没有存下您的消息"
        at = self._connection.execute(select(turns.c.at).filter_by(id=first)).scalar_one() if count else pending[0]
        day = datetime.fromisoformat(at).astimezone(self.now.tzinfo).date()
        return f"第一次来是 {day.isoformat()}，共 {count + len(pending)} 条消息"

    def _assessed(self, user: str) -> tuple[str, ...]:
        """最近一次自评的（场次，日期，说的哪个厂、哪些分支、想评哪几档）；没有做过是空的。"""
        query = select(results.c.run, results.c.at, results.c.verdict).filter_by(user=user, flow="assess")
        rows = [] if user in self.forgotten else self._connection.execute(query).all()
        made = [(row.run, row.at, row.verdict) for row in rows]
        made += [(row[1], row[6], row[4]) for row in self._results if (row[0], row[2]) == (user, "assess")]
        if not made:
            return ()
        run, at, verdict = sorted(made, key=lambda each: each[:2])[-1]
        day = datetime.fromisoformat(at).astimezone(self.now.tzinfo).date()
        return str(run), day.isoformat(), *owned(json.loads(verdict))


def _row(message: Message, at: str, reply: str | None, claimed: str) -> TurnRow:
    said = message.text or message.value
    return (message.user, message.id, at, message.event or message.kind, said, reply, claimed)
