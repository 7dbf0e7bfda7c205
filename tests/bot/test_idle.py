"""闲着的服务不占用不着的：网页、服务台、命令行里别的命令，用到才导入。"""

import argparse
import subprocess
import sys
from collections.abc import Iterator

from bot.__main__ import _parser
from bot.heap import big_pages, give_back, one_arena
from bot.later import Command

UNUSED = ("starlette", "python_multipart", "difflib", "openpyxl", "docx", "bot.web.site", "bot.desk.site",
          "bot.documents.making", "bot.roster.importing", "bot.sheets", "bot.doctor", "knowledge.check")  # fmt: skip


def _commands(parser: argparse.ArgumentParser) -> Iterator[Command]:
    if isinstance(run := parser.get_default("run"), Command):
        yield run
    for action in parser._actions:
        for each in action.choices.values() if isinstance(action, argparse._SubParsersAction) else ():
            yield from _commands(each)


def test_serving_does_not_import_what_is_opened_later() -> None:
    """起服务、答话、发提醒用不着的模块，一个也不导入。"""
    code = (
        "import sys, bot.__main__, bot.serving, bot.inbox, bot.learned, bot.documents.handing, dialogs.turn\n"
        "import bot.reminders.posting, knowledge.lookup, knowledge.questions\n"
        f"assert not (found := [each for each in {UNUSED!r} if each in sys.modules]), found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_command_is_there_when_called() -> None:
    """命令行里放的壳，叫的时候都取得到真的函数。"""
    held = list(_commands(_parser()))
    assert 15 < len(held)
    assert all(callable(each.found) for each in held)


def test_the_heap_can_be_tended_anywhere() -> None:
    """不是 glibc 的平台、不会收大页的内核上也不出错；叫几回都行。"""
    one_arena()
    for _ in range(2):
        give_back()
        big_pages()


def test_serving_goes_on_without_its_docs() -> None:
    """放掉说明文字以后，模块和类照常用；不让改的跳过。"""
    code = (
        "import bot.serving, bot.heap, dialogs.records, sqlalchemy, operator, ctypes\n"
        "assert sqlalchemy.Column.__doc__ and bot.heap.__doc__\n"
        "bot.heap.drop_docs()\n"
        "assert (None, None) == (sqlalchemy.Column.__doc__, bot.heap.__doc__) and operator.attrgetter.__doc__\n"
        "assert 'x' == sqlalchemy.Column('x').name == dialogs.records.Session('x').user"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
