"""名单的测试用的：对的信用代码、写一张表、导入一次。"""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from stdnum.cn import uscc

import knowledge
from bot.roster.enterprises import hold_roster
from bot.roster.importing import Decided, Plan, plan, take
from bot.sheets import Form, read_sheets
from bot.store import Store

RULES = knowledge.on(date(2027, 3, 25))
HEAD = ("企业名称", "统一社会信用代码", "区县", "行业分支", "等级", "联系人", "联系电话")
LISTED = ("企业名称", "统一社会信用代码", "区县", "行业分支", "申报等级", "公布等级", "日期", "状态")
Rows = Sequence[Sequence[object]]


def code(number: int) -> str:
    """第几个校验对的信用代码。"""
    base = f"91500118MA{number:07d}"
    return str(base + uscc.calc_check_digit(base))


def as_csv(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    """写成 .csv。"""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_xlsx(path: Path, **pages: Rows) -> Path:
    """写成 .xlsx，一页一个名字。"""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in pages.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def imported(store: Store, path: Path, form: Form, same: str = "", apart: str = "") -> Plan:
    """导入一次，能写就写。"""
    decided = Decided(frozenset(filter(None, same.split(","))), frozenset(filter(None, apart.split(","))))
    with store.transaction() as connection:
        hold_roster(connection)
        planned = plan(connection, read_sheets(path, form), RULES, decided)
        if planned.ready:
            take(connection, planned, f"file:{path.name}", "2026-11-25T10:00:00+08:00")
    return planned


def everything(store: Store) -> list[object]:
    """名册和申报的每一行，看变没变。"""
    with store.reading() as connection:
        return [
            tuple(row)
            for table in ("enterprises", "declarations", "declaration_changes")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id")
        ]
