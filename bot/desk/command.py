"""`chuangb desk add-user`、`list`、`disable`、`hours`：服务台的账号和值班时间。"""

import sys
from argparse import Namespace
from datetime import datetime
from getpass import getpass
from typing import TYPE_CHECKING, Any

import knowledge
from bot.commands import Fault, on_store

if TYPE_CHECKING:
    from bot.store import Store


def add_desk(named: Any) -> None:
    """`desk` 这个命令怎么写。"""
    help = "服务台（/desk/）：值班的账号、值班时间"
    actions = named.add_parser("desk", help=help, description=help).add_subparsers(metavar="ACTION", required=True)
    made = {}
    for name, run, told in (
        ("add-user", add_user, "开一个账号，或换掉原来的（忘了密码也用它）；密码打两遍，或从标准输入读一行"),
        ("list", list_users, "列出账号"),
        ("disable", disable, "停用一个账号，登录着的立刻退出"),
        ("hours", set_hours, "值班时间：工作日的几段；不写是看现在的"),
    ):
        made[name] = actions.add_parser(name, help=told, description=told)
        made[name].set_defaults(run=run)
        made[name].add_argument(
            "--database", default="", metavar="URL", help="sqlite:////绝对路径.db 或 postgresql://…"
        )
    add = made["add-user"].add_argument
    add("name", metavar="NAME", help="登录用的名字")
    add("--role", required=True, choices=("operator", "admin"), help="operator：一个区县的值班；admin：全市的管理员")
    add("--district", default="", metavar="D", help="哪个区县（operator 必填），例如 永川区")
    made["disable"].add_argument("name", metavar="NAME")
    made["hours"].add_argument("spans", nargs="*", metavar="09:00-12:00", help="一段或几段")
    made["hours"].add_argument("--clear", action="store_true", help="不设值班时间")


def add_user(given: Namespace) -> None:
    """开一个账号，或整个换掉。"""
    from bot.desk.accounts import Operator, clean_name, put_account
    from bot.desk.passwords import fault, hashed

    name = clean_name(given.name)
    if not name:
        raise Fault(f"账号的名字要是 1 到 32 个字母、数字、汉字、点或横线：{given.name[:40]}")

    def run(store: "Store", now: datetime) -> None:
        operator = Operator(name, given.role, _district(given.role, given.district, now))
        password = _asked()
        if says := fault(password, name):
            raise Fault(says)
        with store.transaction() as connection:
            new = put_account(connection, operator, hashed(password), now)
            _recorded(connection, now, "开账号" if new else "重设账号", name)
        place = given.district and f"，{_named(operator.district, now)}"
        print(f"{name}：{'开好了' if new else '换好了，原来登录着的都退出了'}（{_role(operator.role)}{place}）")

    on_store(given, run)


def list_users(given: Namespace) -> None:
    """一行一个账号。"""
    from bot.desk.accounts import accounts

    def run(store: "Store", now: datetime) -> None:
        with store.reading() as connection:
            found = accounts(connection)
        for each in found:
            state = "停用" if each.disabled_at else "锁着" if each.locked(now) else "在用"
            print(f"{each.name}\t{_role(each.role)}\t{_named(each.district, now)}\t{state}")
        if not found:
            print("还没有账号；开一个：chuangb desk add-user NAME --role admin")

    on_store(given, run)


def disable(given: Namespace) -> None:
    """停用一个账号。"""
    from bot.desk.accounts import clean_name, disable_account

    def run(store: "Store", now: datetime) -> None:
        name = clean_name(given.name)
        with store.transaction() as connection:
            if not disable_account(connection, name, now):
                raise Fault(f"没有这个账号：{given.name[:40]}")
            _recorded(connection, now, "停用账号", name)
        print(f"{name} 停用了，登录着的都退出了")

    on_store(given, run)


def set_hours(given: Namespace) -> None:
    """看、设、清掉值班时间。"""
    from bot.desk.hours import hours, read_hours, written_hours
    from bot.desk.hours import set_hours as put

    def run(store: "Store", now: datetime) -> None:
        try:
            spans = read_hours(" ".join(given.spans))
        except ValueError as error:
            raise Fault(str(error)) from None
        if given.clear and spans:
            raise Fault("要么写几段时间，要么 --clear")
        with store.transaction() as connection:
            if spans or given.clear:
                put(connection, spans)
                _recorded(connection, now, "设值班时间", "", written_hours(spans))
            held = written_hours(hours(connection))
        print(f"工作日 {held}" if held else "没有设值班时间：有人要找人时，不说几点有人")

    on_store(given, run)


def _asked() -> str:
    """密码：在终端里问两遍，不然从标准输入读一行。"""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("密码：")
    if getpass("再打一遍：") != password:
        raise Fault("两遍不一样")
    return password


def _district(role: str, said: str, now: datetime) -> str:
    """区县的 id；值班的必填，管理员不分区县。"""
    if role == "admin":
        if said:
            raise Fault("管理员管全市，不写 --district")
        return ""
    rules = knowledge.on(now.date())
    found = [each for each in rules.districts_in(said) if each.id in rules.districts]
    if len(found) != 1:
        raise Fault(f"--district：没有这个区县：{said}" if said else "值班的要写 --district，例如 --district 永川区")
    return str(found[0].id)


def _named(district: str, now: datetime) -> str:
    found = knowledge.on(now.date()).districts.get(district)
    return found.name if found else district or "全市"


def _role(role: str) -> str:
    from bot.desk.accounts import ROLE_NAMES

    return ROLE_NAMES.get(role, role)


def _recorded(connection: Any, now: datetime, action: str, name: str, detail: str = "") -> None:
    from bot.desk.trail import Entry, write_audit

    write_audit(connection, now, Entry("命令行", action, f"operator:{name}" if name else "", detail))
