"""“值班”一页：现在值不值班、绑自己的微信、往哪个网址告诉。"""

from collections.abc import Mapping

from sqlalchemy import Connection

from bot.desk.direct import CALLING
from bot.desk.duty import WEBHOOK, Watchman, new_code, set_duty, unbind, watchman, webhook_url
from bot.desk.reaching import Way, ways_told
from bot.desk.visit import Answer, Page, Shown, Visit, to
from bot.desk.webhook import WebhookNotifier, hosts_of, url_of
from bot.reminders.notifier import Outgoing, Sent

TRIAL = "这是服务台试着发的一句：有人等的时候，就发到这里。"


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
        url = webhook_url(visit.field("webhook", 300), hosts_of(visit.world.settings.webhook_hosts))
    except ValueError as error:
        return await _shown(visit, says=str(error), status=400)

    def write(connection: Connection) -> None:
        set_duty(connection, visit.operator.name, visit.field("on_duty") == "1", url)

    await visit.writes(write)
    return to("/desk/duty?done=1")


async def _try(visit: Visit) -> Answer:
    """往存着的网址发一句试试，说到没到。"""
    name, hosts = visit.operator.name, hosts_of(visit.world.settings.webhook_hosts)
    hook = WebhookNotifier(url_of(visit.store), visit.world.settings.base_url, hosts, tries=1)
    try:
        outcome = await hook.send(Outgoing(0, f"{WEBHOOK}:{name}", CALLING, TRIAL))
    finally:
        await hook.close()
    if isinstance(outcome, Sent):
        return await _shown(visit, done="试好了：对方收下了。没有看到的话，到那一边查。")
    return await _shown(visit, says=f"没有送到：{outcome.reason}。", status=409)


async def _shown(visit: Visit, code: str = "", says: str = "", status: int = 200, done: str = "") -> Answer:
    name = visit.operator.name

    def read(connection: Connection) -> tuple[Watchman, Mapping[str, Way]]:
        held = watchman(connection, name)
        return held, ways_told(connection, held, visit.now)

    held, ways = await visit.reads(read)
    done = done or ("存好了。" if visit.query("done") and not says else "")
    return Shown("duty.html", {"held": held, "ways": ways, "code": code, "says": says, "done": done}, status)


ROUTES = (
    Page("/desk/duty", _duty, nav="值班"),
    Page("/desk/duty/bind", _bind, changes=True, action="取绑定的码"),
    Page("/desk/duty/unbind", _unbind, changes=True, action="解开绑定"),
    Page("/desk/duty/try", _try, changes=True, action="试值班的网址"),
    Page("/desk/duty/set", _set, changes=True, action="改值班"),
)
