"""书记员：在写者线程里一批一批地走回合、落库。库是它独占的连接，回合是纯函数。

消息各自失败：一个回合出错，只有它得到道歉、进隔离区；整批的事务失败，就一条一条再来。
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Generic, Protocol, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection

from bot.desk.cases import office_of
from bot.desk.hours import hours
from bot.page import APOLOGY, Decoded, Page
from bot.reminders.contact import speaks, together
from bot.reminders.standing import silent
from bot.roster.days import extra_days
from bot.store import Store, StoreError
from bot.store.failures import clashed, locked_out, lost, one_line
from bot.store.farewells import Key, buried, prune
from bot.store.writing import Found, Writer, open_writer
from bot.windows import all_windows
from dialogs.records import DeskHours, Facts, Message, Reply, Session, Turn, Value, Window
from knowledge.workdays import Workdays

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)

log = logging.getLogger("chuangb.inbox")

DEPARTED = 256
"""本进程记得住多少个刚删了信息的人：他们又来说话以后，重复投递仍要先查墓碑。"""


Reread = Callable[[Connection], None]
"""库的版本变了，在那一批的事务里再读一遍什么。"""


def nothing(connection: Connection) -> None:
    """没有要重读的。"""


class TakeTurn(Protocol[R_contra]):
    """dialogs.turn.take_turn 的形状。"""

    def __call__(
        self,
        message: Message,
        session: Session,
        facts: Facts,
        rules: R_contra,
        recalled: Mapping[str, Value] = ...,
        /,
    ) -> Turn: ...


class Abandoned(Exception):
    """等的人已经得了道歉，这一批不该再落库。"""


class Scribe(Generic[R]):
    """一批消息进，一批答复出，答复要等 `flush` 落了盘才给人；`away` 为真表示库现在用不了。只许一个线程用。

    库的版本变了，`reread` 在那一批的事务里重读学来的。
    """

    def __init__(
        self,
        store: Store,
        take_turn: TakeTurn[R],
        rules_on: Callable[[date], R],
        clock: Callable[[], datetime],
        reread: Reread = nothing,
    ) -> None:
        self.away = False
        self._store = store
        self._take_turn = take_turn
        self._rules_on = rules_on
        self._clock = clock
        self._reread = reread
        self._writer: Writer | None = None
        self._revision = ""
        self._windows: tuple[Window, ...] = ()
        self._workdays = Workdays()
        self._desk: DeskHours | None = None
        self._silent: frozenset[str] = frozenset()
        self._departed: dict[str, None] = {}
        self._decoded = Decoded()
        self._may_commit: Callable[[], bool] = lambda: True

    def open(self) -> None:
        """连上库；连不上是 StoreError。"""
        try:
            self._connected()
        except Exception as error:
            raise StoreError(f"连不上数据库：{one_line(error)}") from error

    def answer(self, messages: Sequence[Message], may_commit: Callable[[], bool] = lambda: True) -> list[Reply | None]:
        """按顺序答复这一批；返回时已经提交，没能提交的是道歉。不抛错。

        提交之前问一声 `may_commit`：等的人已经得了道歉就是假，整批撤回，一条也不落库。
        """
        self._may_commit = may_commit
        try:
            replies = self._again_if_worth(messages)
        except Abandoned:
            log.warning("等得太久，%d 条已经道过歉，不落库", len(messages))
            return [APOLOGY] * len(messages)
        except Exception as error:
            if lost(error):
                self._miss(error)
                return [APOLOGY] * len(messages)
            if len(messages) == 1:
                return [self._set_aside(messages[0], error)]
            log.warning("一批 %d 条没能写入（%s），逐条再来", len(messages), type(error).__name__)
            return [APOLOGY if self.away else self.answer([message], may_commit)[0] for message in messages]
        self.away = False
        return replies

    @property
    def flush(self) -> Callable[[], None] | None:
        """刚才那一批还没有落盘的，怎样让它落盘；已经落了的是 None。"""
        writer = self._writer
        return writer.flush if writer is not None and writer.lagging else None

    def probe(self) -> None:
        """看看库还在不在，更新 `away`；库回来了就重新连上。不抛错。"""
        try:
            writer = self._connected()
            with self._store.alone:
                writer.check()
        except Exception as error:
            self._miss(error)
        else:
            self.away = False

    def close(self) -> None:
        """放掉连接；没写完的事务撤回。"""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            with self._store.alone:
                writer.close()
        except Exception as error:
            log.warning("关闭数据库连接时出错：%s", type(error).__name__)

    def _connected(self) -> Writer:
        if self._writer is None:
            self._writer = open_writer(self._store)
            self._revision = ""
        return self._writer

    def _miss(self, error: BaseException) -> None:
        if not self.away:
            log.error("数据库用不了：%s：%s", type(error).__name__, one_line(error))
        self.away = True
        self.close()

    def _again_if_worth(self, messages: Sequence[Message]) -> list[Reply | None]:
        held = self._writer is not None
        try:
            return self._transact(self._connected(), messages)
        except Exception as error:
            if clashed(error):
                return self._transact(self._connected(), messages)
            if held and lost(error) and not locked_out(error):
                # 空闲时断掉的旧连接：换一条再来；已经提交过的，去重会认出来
                self.close()
                return self._transact(self._connected(), messages)
            raise

    def _set_aside(self, message: Message, error: Exception) -> Reply | None:
        try:
            return self._transact(self._connected(), [message], error)[0]
        except Abandoned:
            return APOLOGY
        except Exception as again:
            self._miss(again)
            return APOLOGY

    def _transact(
        self, writer: Writer, messages: Sequence[Message], poison: Exception | None = None
    ) -> list[Reply | None]:
        users = list(dict.fromkeys([message.user for message in messages]))
        keys = [(message.user, message.id) for message in messages]
        for _ in range(3):
            page = None
            with self._store.alone, writer.connection.begin():
                found = writer.read(users, keys)
                if found is not None:
                    page = self._page(writer, found, users, keys)
                    replies = [self._reply(page, message, poison) for message in messages]
                    page.write(writer)
                    if not self._may_commit():
                        raise Abandoned
            if page is not None:
                self._remember(page)
                return replies
            writer.admit(users)
        raise StoreError("会话行刚建好就又没有了")

    def _page(self, writer: Writer, found: Found, users: Sequence[str], keys: Sequence[Key]) -> Page:
        connection, now = writer.connection, self._clock()
        if found.revision != self._revision:
            prune(connection, now)
            self._windows = all_windows(connection)
            self._workdays = Workdays(extra_days(connection))
            staffed = office_of(connection)
            self._desk = DeskHours(staffed, hours(connection)) if staffed else None
            self._silent = silent(connection, now)
            self._reread(connection)
            self._revision = found.revision
        fresh = [user for user in users if not found.sessions.get(user)]
        if fresh or self._departed:
            gone = self._departed.keys() | fresh
            asked = [key for key in keys if key[0] in gone]
            found.stored.update(buried(connection, asked, self._store.message_hash) if asked else {})
        return Page(self._store, connection, found, now, fresh, self._decoded)

    def _reply(self, page: Page, message: Message, poison: Exception | None) -> Reply | None:
        key = (message.user, message.id)
        if key in page.found.stored:
            return page.stored(key)
        session = page.session(message)
        try:
            if poison is not None:
                raise poison
            known, others, muted = session.known, session.others, session.muted
            facts = Facts(page.now, self._windows, known, others, self._workdays, muted, self._desk, self._silent)
            rules = self._rules_on(facts.today)
            turn = self._take_turn(message, session, facts, rules)
            if turn.recall:
                turn = self._recalling(page, message, session, facts, rules, turn)
            if message.user in page.found.awaited and speaks(message, turn):
                turn = self._together(page, message, session, turn)
            else:
                page.add(message, session, turn)
        except Exception as error:
            if lost(error) or clashed(error):
                raise
            log.warning("一个回合出错（%s），消息进隔离区", type(error).__name__)
            return page.fail(message, session, error)
        return turn.reply

    def _together(self, page: Page, message: Message, session: Session, turn: Turn) -> Turn:
        """连同等着告诉他的一起答；这一回合记不下，就当还没有告诉。"""
        assert turn.reply is not None
        assert self._writer is not None
        connection = self._writer.connection
        with connection.begin_nested():
            reply = together(self._store, connection, message.user, turn.reply, page.now, page.now.tzinfo or UTC)
            turn = replace(turn, reply=reply)
            page.add(message, session, turn)
        return turn

    def _recalling(self, page: Page, message: Message, session: Session, facts: Facts, rules: R, turn: Turn) -> Turn:
        recalled: dict[str, Value] = {}
        while turn.recall:
            if turn.recall in recalled:
                raise RuntimeError(f"已经交回 {turn.recall}，还要再查")
            recalled[turn.recall] = page.recall(turn.recall, message.user)
            turn = self._take_turn(message, session, facts, rules, recalled)
        return turn

    def _remember(self, page: Page) -> None:
        for user in page.forgotten:
            self._departed[user] = None
            if len(self._departed) > DEPARTED:
                del self._departed[next(iter(self._departed))]
