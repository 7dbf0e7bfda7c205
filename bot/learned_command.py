"""`chuangb learned list`、`export`：学来的问答和叫法，看，写进知识文件。"""

import csv
import io
from argparse import Namespace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import Fault, on_store

if TYPE_CHECKING:
    from bot.store import Store
    from knowledge.records import Alias, Faq

FAQ, ALIASES = "faq.toml", "aliases.csv"


def add_learned(named: Any) -> None:
    """`learned` 这个命令怎么写。"""
    help = "学来的问答和叫法：看，导出"
    actions = named.add_parser("learned", help=help, description=help).add_subparsers(metavar="ACTION", required=True)
    for name, run, told in (
        ("list", list_all, "列出学来的：编号、是什么、怎样了"),
        ("export", export, "在用的写进 faq.toml 和 aliases.csv；写进去的从此照文件的算"),
    ):
        made = actions.add_parser(name, help=told, description=told)
        made.set_defaults(run=run)
        made.add_argument("--database", default="", metavar="URL", help="sqlite:////绝对路径.db 或 postgresql://…")
        if name == "export":
            made.add_argument("--into", default="", metavar="DIR", help="哪个知识文件夹（默认就是用着的）")


def list_all(given: Namespace) -> None:
    """一行一条。"""
    from sqlalchemy import select

    from bot.desk.teaching import STATES
    from bot.learned import KINDS, lesson
    from bot.store.schema import answers

    def run(store: "Store", now: datetime) -> None:
        with store.reading() as connection:
            rows = connection.execute(select(answers).order_by(answers.c.id)).all()
        for row in rows:
            one = lesson(row.id, row.kind, row.body)
            asks = one.faq.asks if one and one.faq else ()
            said = f"{one.alias.text} → {one.alias.target}" if one and one.alias else next(iter(asks), "（读不懂）")
            print(f"{row.id}\t{KINDS[row.kind]}\t{STATES[row.state]}\t第{row.version}版\t{row.by}\t{said}")
        if not rows:
            print("还没有学来的；在服务台的“教机器人”里写")

    on_store(given, run)


def export(given: Namespace) -> None:
    """在用的写进文件；文件里已经有的不再写。"""
    from bot.desk.teaching import exported
    from bot.learned import lessons
    from knowledge.check import check
    from knowledge.load import HERE, load

    folder = Path(given.into) if given.into else HERE

    def run(store: "Store", now: datetime) -> None:
        with store.reading() as connection:
            found = lessons(connection)
        law = load(folder)
        ids = {held.record.id for held in law.faq}
        names = {(held.record.text, held.record.target) for held in law.aliases}
        faq = [each.faq for each in found if each.faq and each.faq.id not in ids]
        aliases = [each.alias for each in found if each.alias and (each.alias.text, each.alias.target) not in names]
        before, known = {name: (folder / name).read_bytes() for name in (FAQ, ALIASES)}, set(check(folder))
        _append(folder / FAQ, "".join(toml_row(each, now.date()) for each in faq))
        _append(folder / ALIASES, "".join(csv_row(each, now.date()) for each in aliases))
        if faults := [each for each in check(folder) if each not in known]:
            for name, content in before.items():
                (folder / name).write_bytes(content)
            raise Fault(f"写进去就查出毛病，没有写：{faults[0]}")
        with store.transaction() as connection:
            exported(connection, [each.id for each in found])
        old = len(found) - len(faq) - len(aliases)
        print(f"写进 {folder}：问答 {len(faq)} 个，叫法 {len(aliases)} 种；先前写过的 {old} 条")

    on_store(given, run)


def toml_row(faq: "Faq", day: date) -> str:
    """faq.toml 里的一个 [[faq]]。"""
    cites = ", ".join(f"[{_quoted(cite.source)}, {_quoted(cite.clause)}]" for cite in faq.cites)
    answer = faq.answer.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'\n[[faq]]\nid = "{faq.id}"\nasks = [{", ".join(map(_quoted, faq.asks))}]\nwords = []\n'
        f'answer = """\n{answer}"""\nthen = {_quoted(faq.then)}\n'
        f'silent = {"true" if faq.silent else "false"}\ncites = [{cites}]\nfrom = "{day}"\n'
    )


def csv_row(alias: "Alias", day: date) -> str:
    """aliases.csv 里的一行。"""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow((alias.text, alias.target, alias.kind, alias.source, day, ""))
    return out.getvalue()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _append(path: Path, more: str) -> None:
    if more:
        held = path.read_text(encoding="utf-8")
        path.write_text(f"{held}{'' if held.endswith(chr(10)) else chr(10)}{more}", encoding="utf-8", newline="\n")
