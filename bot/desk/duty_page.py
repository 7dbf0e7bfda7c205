"""“值班”一页：现在值不值班、绑自己的微信、往哪个网址告诉。"""

from sqlalchemy import Connection

from bot.desk.duty import new_code, set_duty, unbind, watchman, webhook_url
from bot.desk.visit import Answer, Page, Shown, Visit, to


async def _duty(visit: Visit) -> Answer:
    """现在怎样。"""
    return await _shown(visit)


async def _bind(visit: Visit) -> Answer:
    """给一个一次性的码。"""
    name, now = visit.operator.name, visit.now
    code = await visit.writes(lambda connection: new_code(connection, visit.store, name, now))
    return await _shown(visit, code=code)


async def _unbind(visit: Visit) -> Answer:
    """解开绑着的号。"""
    await visit.writes(lambda connection: unbind(connection, visit.operator.name))
    return to("/desk/duty")


async def _set(visit: Visit) -> Answer:
    """改值不值班、网址。"""
    try:
        url = webhook_url(visit.field("webhook", 300))
    except ValueError as error:
        return await _shown(visit, says=str(error), status=400)

    def write(connection: Connection) -> None:
        set_duty(connection, visit.operator.name, visit.field("on_duty") == "1", url)

    await visit.writes(write)
    return to("/desk/duty?done=1")


async def _shown(visit: Visit, code: str = "", says: str = "", status: int = 200) -> Answer:
    name = visit.operator.name
    held = await visit.reads(lambda connection: watchman(connection, name))
    done = "改好了。" if visit.query("done") and not says else ""
    return Shown("duty.html", {"held": held, "code": code, "says": says, "done": done}, status)


ROUTES = (
    Page("/desk/duty", _duty, nav="值班"),
    Page("/desk/duty/bind", _bind, changes=True, action="取绑定的码"),
    Page("/desk/duty/unbind", _unbind, changes=True, action="解开绑定"),
    Page("/desk/duty/set", _set, changes=True, action="改值班"),
)
