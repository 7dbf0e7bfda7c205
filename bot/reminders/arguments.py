"""`chuangb remind` 的命令行写法。"""

import argparse
from collections.abc import Callable

from bot.later import Later
from bot.roster.words import STATUSES

commands = Later("bot.reminders.commands")


def add_remind(
    named: "argparse._SubParsersAction[argparse.ArgumentParser]", finish: Callable[[argparse.ArgumentParser], None]
) -> None:
    """把提醒的命令加进命令行；`finish` 给每个命令加上 --database 和 --now。"""
    help = "提醒：演习、批准并发、看账、打电话的名单、开关、广播"
    actions = named.add_parser("remind", help=help, description=help).add_subparsers(metavar="ACTION", required=True)
    made = {}
    for name, run, said in (
        ("plan", commands.plan, "演习：给谁、为什么、说什么、走哪条路；印出散列，什么也不写"),
        ("run", commands.run, "批准，把现在该发的发掉"),
        ("status", commands.status, "送达账：各状态几条，不知道到没到的，停着的渠道"),
        ("call-list", commands.call_list, "该打电话的企业（.csv）"),
        ("switch", commands.switch, "打开或关上一个常设提醒；打开了的 serve 到点就发"),
        ("broadcast", commands.broadcast, "存下一次广播，印出给谁和散列；run --plan 散列 才发"),
    ):
        made[name] = actions.add_parser(name, help=said, description=said)
        made[name].set_defaults(run=run)
        finish(made[name])
    for name in ("plan", "status", "broadcast"):
        made[name].add_argument("--json", action="store_true")
    made["run"].add_argument("--plan", metavar="HASH", help="plan 或 broadcast 印出的散列；变了就不发")
    made["call-list"].add_argument("--out", default="", metavar="FILE", help="写到哪个文件（默认印出来）")
    made["switch"].add_argument("name", nargs="?", default="", help="all，或一个时机（days-7）；不写就列出来")
    made["switch"].add_argument("state", nargs="?", default="", choices=("", "on", "off"), metavar="on|off")
    add = made["broadcast"].add_argument
    add("--text", required=True, help="说什么")
    add("--name", default="", help="叫什么（默认 通知）")
    add("--district", default="", help="只给这个区县的")
    add("--industry", default="", help="只给这个行业的，例如 国15")
    add("--branch", default="", help="只给这个分支的，例如 水泥制品、n15-4")
    add("--grade", default="", help="只给名册上是这个等级的")
    add("--status", default="", choices=("", "none", *STATUSES), help="只给今年的申报走到这一步的；none 是还没有申报")
