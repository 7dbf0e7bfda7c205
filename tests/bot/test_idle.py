"""闲着的服务不占用不着的：网页、服务台、命令行里别的命令，用到才导入。"""

import argparse
import subprocess
import sys
from collections.abc import Iterator

from bot.__main__ import _parser
from bot.heap import give_back, one_arena
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


def test_the_heap_can_be_trimmed_anywhere() -> None:
    """不是 glibc 的平台上也不出错。"""
    one_arena()
    give_back()
