"""申报走到哪一步的叫法，日期的写法；不带别的，命令行随时可以载入。"""

import re
from datetime import date

STATUSES = {
    "submitted": ("已提交", "提交", "已申报", "申报", "已上报"),
    "under_review": ("审核中", "待审核", "审查中", "预审中", "初审中", "现场审查中"),
    "returned": ("已退回", "退回", "被退回"),
    "resubmitted": ("已重新提交", "重新提交", "再次提交", "退回后已提交"),
    "announced": ("已公布", "公布", "已公示", "公示", "公示中"),
    "withdrawn": ("已撤回", "撤回", "撤销", "已撤销"),
}
"""申报走到哪一步，和名单上的各种写法；第一个给人看。"""
FINISHED = {"announced", "withdrawn"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ t].*)?|(\d{4})(\d\d)(\d\d)")


def parsed_day(said: str) -> date | None:
    """2026-09-01、2026/9/1、2026年9月1日、20260901，后面带时刻也认；不是日期是 None。"""
    found = _DAY.fullmatch(said.strip().lower())
    try:
        day = date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None
