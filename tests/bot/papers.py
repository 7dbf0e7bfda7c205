"""测试用：把一次自评放进库里，像真做过一样；还有读回文件里的字。"""

import io
import re
import subprocess
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import insert

from bot.store import Store
from bot.store.schema import results, sessions
from dialogs.assessment import Assessment
from dialogs.records import Known, Session
from tests.assessments import KNOWN, NOW, SHORT

LISTED = re.compile(r"\s+")


def assessed(
    store: Store,
    user: str,
    assessment: Assessment = SHORT,
    known: Known = KNOWN,
    *others: Known,
    run: int = 3,
    at: datetime = NOW,
) -> None:
    """这个用户做过这样一次自评。"""
    state = msgspec.json.encode(Session(user, runs=run, known=known, others=others)).decode()
    row = {"user": user, "run": run, "flow": "assess", "ending": "assess.dimensions", "revision": "r"}
    verdict = msgspec.json.encode(dict(assessment.verdict())).decode()
    with store.transaction() as connection:
        connection.execute(sessions.delete().where(sessions.c.user == user))
        connection.execute(insert(sessions), [{"user": user, "state": state, "updated_at": at.isoformat()}])
        connection.execute(insert(results), [{**row, "verdict": verdict, "at": at.isoformat()}])


def docx_text(body: bytes) -> str:
    """.docx 里的字，段落和表格照次序。"""
    from docx import Document

    document = Document(io.BytesIO(body))
    lines = []
    for each in document.iter_inner_content():
        if hasattr(each, "rows"):
            lines += ["\t".join(cell.text for cell in row.cells) for row in each.rows]
        else:
            lines.append(each.text)
    return "\n".join(lines)


def xlsx_text(body: bytes) -> str:
    """.xlsx 第一张表里的字。"""
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    return "\n".join("\t".join(str(cell or "") for cell in row) for row in sheet.iter_rows(values_only=True))


def office_text(soffice: str, folder: Path, *files: Path) -> list[str]:
    """LibreOffice 打开、转成 PDF，读回来的字（不计空白）；打不开就抛错。"""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    texts = []
    for file in files:
        pdf = folder / f"{file.stem}.pdf"
        read = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True, timeout=20)
        texts.append(LISTED.sub("", read.stdout.decode()))
    return texts
