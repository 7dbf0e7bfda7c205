"""名单传上来先看会改什么，看过的才写：哪一行哪一列有错、拿不准的让人定；看过以后库里变了就再看一遍。"""

import asyncio
import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from bot.desk.visit import Answer, Refused, Shown, Visit
from bot.roster.enterprises import hold_roster
from bot.roster.importing import Decided, Plan, plan, take
from bot.sheets import Form, SheetError, read_sheets
from knowledge.importing import Sheet

LARGEST = 3_000_000
"""一份最多这么多字节；再大的用命令行导入。"""
MOST = LARGEST * 4 // 3 + 100_000
"""连同编码和别的格子，表单最多这么多字节。"""
SHOWN = 50
FAULTS = 200
DOUBTS = 200
_DECIDE = "row:"


@dataclass(frozen=True, slots=True)
class Kind:
    """一种名单：叫什么、什么样、在哪里。"""

    title: str
    form: Form
    path: str


@dataclass(frozen=True, slots=True)
class Upload:
    """传上来的一份：名字和内容。"""

    name: str
    data: bytes


async def ask(visit: Visit, kind: Kind, says: str = "", status: int = 200) -> Answer:
    """选文件的一页。"""
    given = {"kind": kind, "says": says, "largest": LARGEST // 1_000_000, "done": visit.query("done", 200)}
    return Shown("roster_upload.html", given, status)


async def look(visit: Visit, kind: Kind) -> Answer:
    """看一份名单会做什么，什么也不写。"""
    try:
        upload, sheets = await _read(visit, kind)
    except SheetError as error:
        return await ask(visit, kind, str(error), 400)
    decided, rules, scope = _decided(visit), visit.rules, visit.scope
    planned = await visit.reads(lambda connection: plan(connection, sheets, rules, decided, scope))
    visit.note(f"list:{kind.title}", f"{upload.name[:80]}，{planned.rows} 行")
    return _looked(kind, upload, sheets, planned, decided)


async def write(visit: Visit, kind: Kind) -> Answer:
    """把看过的写进去；和看的时候不一样了，就再看一遍。"""
    try:
        upload, sheets = await _read(visit, kind)
    except SheetError as error:
        return await ask(visit, kind, str(error), 400)
    decided, rules, scope = _decided(visit), visit.rules, visit.scope
    seen = visit.field("seen", 64)

    def work(connection: Connection) -> tuple[Plan, bool]:
        hold_roster(connection)
        planned = plan(connection, sheets, rules, decided, scope)
        same = planned.ready and seen == _mark(planned)
        if same:
            take(connection, planned, f"desk:{visit.operator.name}", visit.now.isoformat())
        done = f"{upload.name[:80]}，{_summary(planned) if same else '没有写'}"
        visit.note(f"list:{kind.title}", done)
        return planned, same

    planned, same = await visit.writes(work)
    if not same and planned.ready and not _changes(planned):
        return await _written(kind, planned, again=True)
    if not same:
        return _looked(kind, upload, sheets, planned, decided, "和刚才看的不一样了，没有写，请再看一遍。")
    return await _written(kind, planned)


async def _written(kind: Kind, planned: Plan, again: bool = False) -> Answer:
    """写好了；`again` 是里面的先前都已经写进去了。"""
    given = {"kind": kind, "summary": _summary(planned), "lists": _lists(planned), "again": again}
    return Shown("roster_written.html", given)


def _changes(planned: Plan) -> bool:
    """还有没有要写的。"""
    return bool(planned.added or planned.changed or planned.taken)


def _lists(planned: Plan) -> list[tuple[str, int, list[str]]]:
    """会改的各样：叫什么、几家、头几家。"""
    new = [(firm, step) for firm, step in planned.taken if step.before is None]
    moved = [(firm, step) for firm, step in planned.taken if step.before is not None]
    added = ["，".join(filter(None, (e.name, e.district, e.code))) for e in planned.added[:SHOWN]]
    found = [
        ("新企业", len(planned.added), added),
        ("改企业", len(planned.changed), [each.told for each in planned.changed[:SHOWN]]),
        ("新申报", len(new), [f"{firm}：{step.after.told}" for firm, step in new[:SHOWN]]),
        ("改申报", len(moved), [f"{firm}：{s.before.told} → {s.after.told}" for firm, s in moved[:SHOWN] if s.before]),
    ]
    return [each for each in found if each[1]]


def _looked(
    kind: Kind, upload: Upload, sheets: tuple[Sheet, ...], planned: Plan, decided: Decided, says: str = ""
) -> Answer:
    given = {
        "kind": kind,
        "name": upload.name,
        "data": b64encode(upload.data).decode(),
        "planned": planned,
        "mark": _mark(planned) if planned.ready else "",
        "decided": decided,
        "summary": _summary(planned),
        "says": says,
        "notes": [note for sheet in sheets for note in sheet.notes],
        "lists": _lists(planned),
        "faults": planned.faults[:FAULTS],
        "doubts": planned.doubts[:DOUBTS],
    }
    return Shown("roster_plan.html", given, 409 if says else 200)


def _summary(planned: Plan) -> str:
    """一句话：多少行，会改什么。"""
    new = sum(step.before is None for _, step in planned.taken)
    parts = [
        f"新企业 {len(planned.added)} 家" if planned.added else "",
        f"改 {len(planned.changed)} 家" if planned.changed else "",
        f"新申报 {new} 个" if new else "",
        f"申报有改动 {len(planned.taken) - new} 个" if len(planned.taken) > new else "",
    ]
    return f"共 {planned.rows} 行：{'，'.join(filter(None, parts)) or '什么也没有变'}"


def _mark(planned: Plan) -> str:
    """看过的样子：写的时候还是这样才写。"""
    return sha256(repr((planned.added, planned.changed, planned.steps)).encode(errors="replace")).hexdigest()


def _decided(visit: Visit) -> Decided:
    """人定了的各行。"""
    said = {key.removeprefix(_DECIDE): value for key, value in visit.form.multi_items() if key.startswith(_DECIDE)}
    apart = frozenset(label for label, value in said.items() if value == "apart")
    rest = frozenset({"all"} if visit.field("rest", 5) == "apart" else ())
    return Decided(frozenset(label for label, value in said.items() if value == "same"), apart | rest)


async def _read(visit: Visit, kind: Kind) -> tuple[Upload, tuple[Sheet, ...]]:
    """传上来的一份，或上一页带着的那一份。"""
    file = visit.file("file")
    if file is not None:
        upload = Upload(_named(file.filename or ""), await file.read(LARGEST + 1))
        await file.close()
    else:
        upload = Upload(_named(visit.field("name", 300)), _carried(visit))
    if not upload.data:
        raise SheetError("没有选文件，或者是空的")
    if len(upload.data) > LARGEST:
        raise SheetError(f"{upload.name}：超过 {LARGEST // 1_000_000} MB，请拆开，或者用命令行导入")
    if Path(upload.name).suffix.lower() not in (".csv", ".xlsx"):
        raise SheetError(f"{upload.name}：只收 .xlsx 和 .csv；别的请另存为 .xlsx")
    return upload, await asyncio.to_thread(_sheets, upload, kind.form)


def _sheets(upload: Upload, form: Form) -> tuple[Sheet, ...]:
    with TemporaryDirectory(prefix="chuangb-") as folder:
        path = Path(folder) / upload.name
        path.write_bytes(upload.data)
        return read_sheets(path, form)


def _carried(visit: Visit) -> bytes:
    said = visit.form.get("data")
    try:
        return b64decode(said, validate=True) if isinstance(said, str) else b""
    except (binascii.Error, ValueError):
        raise Refused(400, "传上来的读不懂，请重新选文件。") from None


def _named(said: str) -> str:
    """文件的名字，只留认得出的字；太长的留末尾，免得丢了后缀。"""
    return re.sub(r"[^\w.\-（）()—\s]", "_", said)[-60:].strip() or "_"
