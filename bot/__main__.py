"""命令行：`chuangb COMMAND`，也可以 `python -m bot COMMAND`。

退出码：0 做完了；1 输入或数据有错（标准错误上一行说明）；2 用法不对。
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from jinja2 import TemplateSyntaxError

from bot import commands
from bot.clock import instant
from bot.desk.command import add_desk
from bot.later import Later
from bot.learned_command import add_learned
from bot.reminders.arguments import add_remind
from bot.roster.arguments import add_roster
from bot.settings import SettingsError
from bot.wechat.command import add_wechat
from knowledge.rows import LawError

doctor, evaluation, documents = Later("bot.doctor"), Later("bot.evaluation"), Later("bot.documents.command")
indicators, window_commands = Later("bot.indicators"), Later("bot.window_commands")


def main(arguments: Sequence[str] | None = None) -> int:
    """读命令行，做事，返回退出码。"""
    given = _parser().parse_args(arguments)
    if given.run is None:
        _parser().print_help()
        return 0
    try:
        return int(given.run(given) or 0)
    except (commands.Fault, SettingsError) as error:
        print(f"chuangb：{error}", file=sys.stderr)
        return 1
    except TemplateSyntaxError as error:
        print(f"chuangb：模板写坏了：{error.filename}:{error.lineno}: {error.message}", file=sys.stderr)
        return 1
    except LawError as error:
        print(f"chuangb：知识文件读不进来：{error}；跑 chuangb check 看全部", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chuangb", description="创B争A 向导：绩效评级的聊天机器人")
    parser.set_defaults(run=None)
    named = parser.add_subparsers(metavar="COMMAND")

    def add(name: str, run: object, help: str) -> argparse.ArgumentParser:
        made = named.add_parser(name, help=help, description=help)
        made.set_defaults(run=run)
        return made

    chat = add("chat", commands.chat, "在终端里谈；--jsonl 给脚本用，一行 JSON 进、一行出")
    chat.add_argument("--user", default="", help="谁在谈（默认 me；--jsonl 里没写 user 的行也算他）")
    chat.add_argument("--jsonl", action="store_true", help="一行一个 JSON 对象")
    serve = add("serve", commands.serve, "起服务：网页 /、/wechat、/telegram、/healthz、/readyz、/metrics")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--no-sender", action="store_true", help="不在这个进程里发提醒")
    lookup = add("lookup", commands.lookup, "一句话是哪个行业、哪个分支")
    lookup.add_argument("text", nargs="?", help="要查的话")
    lookup.add_argument("--jsonl", action="store_true", help='标准输入一行一个 {"q": …}')
    catalogue = add("catalogue", commands.catalogue, "附件3全表：行业、分支、等级、谁来审")
    catalogue.add_argument("--json", action="store_true")
    add("check", commands.check, "检查每一行知识和每个流程，指出文件和行")
    examined = add("eval", evaluation.evaluate, "用标好的例子考查找和问答，印出成绩、找到的分支和没答对的")
    examined.add_argument("files", nargs="*", metavar="FILE", help="默认 tests/eval 里的")
    examined.add_argument("--json", action="store_true")
    examined.add_argument("--raise", dest="lift", action="store_true", help="抬高 figures.toml 的底线，只抬不降")
    diagram = add("diagram", commands.diagram, "把流程画成 Mermaid")
    diagram.add_argument("flow", nargs="?", help="流程名；不写就全画")
    _knowledge(add("knowledge", None, "知识库"))
    checkup = add("doctor", doctor.doctor, "哪些配好了、缺什么、因此什么关着")
    _windows(add("windows", None, "申报窗口：看、开、改期、关"))
    add_roster(named)
    add_wechat(named)
    add_remind(named, _clocked)
    add_desk(named)
    add_learned(named)
    for name, run, help in (
        ("export", commands.export, "导出一个用户的全部信息（JSON）"),
        ("delete", commands.delete, "删除一个用户的全部信息（退订过的仍然有效）"),
        ("documents", documents.documents, "把一个用户最近一次自评写成文书：一页网页、大纲（.docx）、清单（.xlsx）"),
    ):
        person = add(name, run, help)
        if name == "documents":
            person.add_argument("--out", required=True, metavar="DIR", help="写到哪个文件夹")
        person.add_argument("--user", required=True, help="例如 wechat:oABC123")
        _keeps_state(person)
    for clocked in (chat, serve, lookup):
        clocked.add_argument("--now", type=_instant, help="钟从这一刻走起，例如 2024-12-20T10:00:00+08:00")
    for stateful in (chat, serve, checkup):
        _keeps_state(stateful)
    return parser


def _knowledge(parser: argparse.ArgumentParser) -> None:
    made = _actions(
        parser,
        {
            "build": (commands.knowledge_build, "编译成一个 SQLite 文件"),
            "template": (indicators.template, "一张空的指标表（.xlsx），带下拉和说明"),
            "import": (indicators.take, "导入一张指标表；有毛病逐处指出，什么也不写"),
            "diff": (indicators.diff, "两份文件的指标和名录对着看"),
        },
    )
    made["build"].add_argument("--out", default="knowledge.db", help="写到哪个文件（默认 knowledge.db）")
    made["template"].add_argument("--branch", default="", help="要填哪个分支：附件3的名称，或 id（n15-4）")
    made["template"].add_argument(
        "--out", default="指标表.xlsx", metavar="FILE.xlsx", help="写到哪个文件（默认 指标表.xlsx）"
    )
    made["import"].add_argument("file", metavar="FILE", help=".xlsx 或 .csv")
    made["import"].add_argument("--whole", action="store_true", help="缺的维度写成“不作要求”")
    made["import"].add_argument("--into", default="", metavar="DIR", help="哪个知识文件夹（默认就是用着的）")
    made["diff"].add_argument("old", metavar="OLD", help="sources.csv 里的 id，或一张 .csv、.xlsx")
    made["diff"].add_argument("new", metavar="NEW", help="同上")


def _windows(parser: argparse.ArgumentParser) -> None:
    made = _actions(
        parser,
        {
            "list": (window_commands.list_all, "列出全部窗口和改动"),
            "open": (window_commands.open_, "登记一个窗口，印出编号"),
            "move": (window_commands.move, "改期"),
            "close": (window_commands.close, "取消"),
        },
    )
    for name in ("open", "move"):
        made[name].add_argument("--from", dest="start", type=_day, required=name == "open", help="首日")
        made[name].add_argument("--to", dest="end", type=_day, required=name == "open", help="末日，含")
    made["open"].add_argument("--name", required=True, help="窗口叫什么")
    made["open"].add_argument("--district", default="", help="只给这个区县（不写是全市）")
    made["open"].add_argument("--industry", default="", help="只给这个行业，例如 国15、地6（不写是全部）")
    made["open"].add_argument("--branch", default="", help="只给这个分支，例如 水泥制品、n15-4（不写是全部）")
    made["open"].add_argument("--source", default="", help="依据哪个通知")
    for name in ("move", "close"):
        made[name].add_argument("id", help="窗口编号")
    for each in made.values():
        _keeps_state(each)


def _actions(
    parser: argparse.ArgumentParser, actions: dict[str, tuple[object, str]]
) -> dict[str, argparse.ArgumentParser]:
    named = parser.add_subparsers(metavar="ACTION", required=True)
    made = {}
    for name, (run, help) in actions.items():
        made[name] = named.add_parser(name, help=help, description=help)
        made[name].set_defaults(run=run)
    return made


def _keeps_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", default="", metavar="URL", help="sqlite:////绝对路径.db 或 postgresql://…")


def _clocked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--now", type=_instant, help="钟从这一刻走起，例如 2024-12-20T10:00:00+08:00")
    _keeps_state(parser)


def _day(text: str) -> object:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期要写成 2026-08-01：{text}") from None


def _instant(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"时刻要写成 2024-12-20T10:00:00+08:00：{text}") from None


if __name__ == "__main__":
    sys.exit(main())
