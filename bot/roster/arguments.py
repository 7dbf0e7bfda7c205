"""`chuangb enterprises`、`declarations`、`calendar` 的命令行写法。"""

import argparse
from collections.abc import Callable
from datetime import date

from bot.later import Later
from bot.roster.words import STATUSES, parsed_day

Run = Callable[[argparse.Namespace], int | None]

commands = Later("bot.roster.commands")


def add_roster(named: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """把名册、申报、日历的命令加进命令行。"""
    enterprises = _actions(
        named,
        "enterprises",
        "企业名册：导入、看、关联用户",
        {
            "import": (commands.enterprises_import, "导入名册（.csv、.xlsx）；有错逐处指出，什么也不写"),
            "list": (commands.enterprises_list, "列出全部企业"),
            "link": (commands.enterprises_link, "把一个用户和一家企业关联起来"),
            "code": (commands.enterprises_code, "印出一个一次性的关联码，给企业的人在聊天里用"),
        },
    )
    enterprises["list"].add_argument("--district", default="", help="只列这个区县")
    enterprises["link"].add_argument("--user", required=True, help="例如 wechat:oABC123")
    enterprises["link"].add_argument("--remove", action="store_true", help="解除关联")
    for name in ("link", "code"):
        which = enterprises[name].add_argument
        which("--enterprise", "--code", required=True, metavar="N", help="企业编号，或统一社会信用代码")
    declarations = _actions(
        named,
        "declarations",
        "申报：谁报了、走到哪一步",
        {
            "record": (commands.declarations_record, "记下一次"),
            "import": (commands.declarations_import, "导入市里系统的名单（.csv、.xlsx）；有错逐处指出，什么也不写"),
            "list": (commands.declarations_list, "列出全部申报"),
        },
    )
    record = declarations["record"].add_argument
    record("--user", default="", help="替哪个用户关联的企业记，例如 wechat:oABC123")
    record("--enterprise", default="", metavar="N", help="企业编号，或统一社会信用代码")
    record("--on", required=True, type=_day, help="哪一天，例如 2026-09-01")
    record("--status", required=True, choices=STATUSES, help="走到哪一步")
    record("--year", type=int, default=0, help="哪一年的申报（默认看日期和原来的记录）")
    record("--applied", default="", metavar="GRADE", help="申报的等级")
    record("--announced", default="", metavar="GRADE", help="公布的等级")
    record("--correct", action="store_true", help="改正原来记错的")
    declarations["list"].add_argument("--year", type=int, default=0, help="只列这一年")
    declarations["list"].add_argument("--status", default="", choices=STATUSES, help="只列走到这一步的")
    declarations["list"].add_argument("--history", action="store_true", help="连同每一步")
    calendar = _actions(
        named,
        "calendar",
        "放假和调休的日子：导入、看",
        {
            "import": (commands.calendar_import, "导入（.csv、.xlsx）：日期，上班（写上班或放假），名称，依据"),
            "list": (commands.calendar_list, "列出放进来的日子"),
        },
    )
    for made in (enterprises["import"], declarations["import"]):
        made.add_argument("--dry-run", action="store_true", help="只看会改什么，不写")
        made.add_argument("--confirm", default="", metavar="N,…", help="拿不准的这几行是同一家（照表里的改）")
        made.add_argument("--separate", default="", metavar="N,…|all", help="拿不准的这几行是另一家（不改）")
    for made in (enterprises["import"], declarations["import"], calendar["import"]):
        made.add_argument("file", metavar="FILE", help=".csv（UTF-8、GB 18030）或 .xlsx")
    for made in (*enterprises.values(), *declarations.values(), *calendar.values()):
        made.add_argument("--database", default="", metavar="URL", help="sqlite:////绝对路径.db 或 postgresql://…")


def _actions(
    named: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    help: str,
    actions: dict[str, tuple[Run | Callable[[argparse.Namespace], None], str]],
) -> dict[str, argparse.ArgumentParser]:
    parser = named.add_parser(name, help=help, description=help)
    chosen = parser.add_subparsers(metavar="ACTION", required=True)
    made = {}
    for action, (run, told) in actions.items():
        made[action] = chosen.add_parser(action, help=told, description=told)
        made[action].set_defaults(run=run)
    return made


def _day(text: str) -> date:
    day = parsed_day(text)
    if day is None:
        raise argparse.ArgumentTypeError(f"日期要写成 2026-08-01：{text}")
    return day
