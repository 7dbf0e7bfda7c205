"""文书的文件和链接：打得开、字不少不多；链接看不出是谁、改不得、到期就没有，删了信息什么也不显示。"""

import io
import json
import math
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

import knowledge
from bot.app import App
from bot.channels.wechat import NO_LINK, WeChat
from bot.clock import Clock
from bot.documents.handing import handing
from bot.documents.held import Held, held
from bot.documents.making import NAMES, all_made, made
from bot.documents.opening import files_of, passes_of
from bot.documents.passes import LASTS, Passes
from bot.inbox import Inbox
from bot.settings import Settings
from bot.store import Store
from bot.telegram.door import Door
from dialogs.assessment import Line
from dialogs.records import Known, Message, Reply
from dialogs.turn import take_turn
from tests.assessments import KNOWN, LONG, NAME, NOW, SHORT, TWO_LINES, WINDOW, facts, full
from tests.bot.papers import LISTED, assessed, docx_text, office_text, xlsx_text
from tests.bot.telegram_api import SECRET, TOKEN, bot_api, said
from tests.bot.test_commands import Run, run, talk  # noqa: F401
from tests.bot.test_telegram import inbound
from tests.bot.web_client import Browser, serving

UNLIMITED = {"web_per_user": "0", "web_per_address": "0"}
USER = "wechat:oABCDEF123"
RULES = knowledge.on(NOW.date())
SOFFICE = shutil.which("soffice") or ""


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """一个新的 SQLite 文件。"""
    with Store.open(sqlite_url) as opened:
        yield opened


def shelf(assessment: Any = SHORT, known: Known = KNOWN) -> Held:
    """一次自评，做文书要的一切。"""
    return Held(3, NOW, assessment, facts(known, WINDOW))


# 文件


def test_docx_reads_well_in_chinese() -> None:
    """.docx：A4，标题和正文都设了中文字体，有页脚，写明是向导预填、不是评级。"""
    body = made("outline", shelf(), RULES).body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        styles = packed.read("word/styles.xml").decode()
        footer = packed.read("word/footer1.xml").decode()
    assert 'w:eastAsia="宋体"' in styles
    assert 4 <= styles.count('w:eastAsia="黑体"')
    assert 'w:eastAsia="zh-CN"' in styles
    assert "不是评级结果" in footer
    assert "PAGE" in footer


def test_docx_holds_the_name_whole_and_marks_the_blanks() -> None:
    """名称里的 & < > {{ }} 一字不动；空着的标（待填），涂了黄底。"""
    body = made("outline", shelf(), RULES).body
    text = docx_text(body)
    assert f"企业名称\t{NAME}" in text
    assert "现在的等级\t（待填）" in text
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert b'w:highlight w:val="yellow"' in packed.read("word/document.xml")


def test_xlsx_is_ready_for_use_and_print() -> None:
    """.xlsx：表头冻结、可筛选、状态可选；打印一页宽、每页重复表头；没有公式；最后请核对不涉及的。"""
    known = replace(KNOWN, name='=HYPERLINK("http://x","y")')
    sheet: Any = load_workbook(io.BytesIO(made("checklist", shelf(known=known), RULES).body)).worksheets[0]
    assert ("A4", "$3:$3", 1, 0) == (
        sheet.freeze_panes,
        sheet.print_title_rows,
        sheet.page_setup.fitToWidth,
        sheet.page_setup.fitToHeight,
    )
    assert sheet.auto_filter.ref.startswith("A3:G")
    choice = sheet.data_validations.dataValidation[0]
    assert '"没做到,缺,待核实,做到了，材料待备,有,不涉及,没问到,见上一级,说明待写"' == choice.formula1
    heading = next(cell.row for cell in sheet["B"] if cell.value == "通知点名、附件5没有单列的")
    assert f"D{heading}" not in choice.cells
    assert f"D{heading + 1}" in choice.cells
    assert "您说不涉及的：泄漏检测与修复、自备电厂，请核对。" == [cell.value for cell in sheet["A"] if cell.value][-1]
    assert int(sheet.auto_filter.ref.rpartition("G")[2]) < sheet.max_row
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet["A1"].value.startswith('=HYPERLINK("http://x","y")：')


def test_xlsx_holds_the_answers_of_every_tier() -> None:
    """长的一种：.xlsx 里各档每一条怎么答的都在，不只想评的那一档。"""
    text = xlsx_text(made("checklist", shelf(LONG, Known()), full()).body)
    rows = text[text.index("逐条指标的答案") :].splitlines()[2:]
    held = {tuple(row.split("\t")[n] for n in (0, 3)) for row in rows if row.strip()}
    assert len(LONG.requirements) == sum(bool(row.strip("\t")) for row in rows if "请核对" not in row)
    assert {each.tier for each in LONG.requirements} == {tier for tier, _ in held if tier in "ABCD"}


def test_xlsx_rows_are_high_enough() -> None:
    """每行的高放得下折成几行的字，连标题、说明和最后一行；名称很长、带着表情也一样。"""
    known = replace(KNOWN, name=f"重庆{'宏盛兴达😀' * 16}建材有限公司")
    sheet: Any = load_workbook(io.BytesIO(made("checklist", shelf(known=known), RULES).body)).worksheets[0]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFG"]
    merged = {block.min_row: sum(widths) for block in sheet.merged_cells.ranges}
    for cells in sheet.iter_rows():
        for cell, width in zip(cells, widths, strict=True):
            size = cell.font.size or 11
            room = merged.get(cell.row, width) * 11 / size
            lines = math.ceil(sum(1 if char.isascii() else 2 for char in str(cell.value or "")) / room)
            assert not lines or lines * size * 1.3 < sheet.row_dimensions[cell.row].height, cell.value


def test_what_a_file_cannot_hold_is_left_out() -> None:
    """名称里有控制字符、落单的代理字符：去掉那几个，别的照写，不出错。"""
    known = replace(KNOWN, name="甲\x00\x0b\ud800乙")
    files = all_made(NAMES, shelf(known=known), RULES)
    assert "甲乙" in docx_text(files[1].body)
    assert "甲乙" in xlsx_text(files[2].body)
    assert "甲".encode() in files[0].body


@pytest.mark.skipif(not SOFFICE and os.environ.get("CI") != "true", reason="没有 LibreOffice：.ci/run 会装")
def test_an_office_program_opens_them(tmp_path: Path) -> None:
    """LibreOffice 打得开，读回来的字：每个答案都在，没答过的不在。"""
    cases = {"short": (SHORT, RULES), "long": (LONG, full())}
    files = []
    for name, (assessment, rules) in cases.items():
        for file in all_made(("outline", "checklist"), shelf(assessment), rules):
            files.append(tmp_path / f"{name}-{file.kind}{Path(file.name).suffix}")
            files[-1].write_bytes(file.body)
    short, listed, long, _ = office_text(SOFFICE or "soffice", tmp_path, *files)
    assert "在线监测（附件5没有单列）" in short
    assert "监测监控水平（附件5没有单列）" in short
    assert "门禁视频保存：没做到" in short
    assert "车辆电子台账：待核实" in short
    assert "您说不涉及的：泄漏检测与修复、自备电厂，请核对。" in short
    assert "您说不涉及的：泄漏检测与修复、自备电厂，请核对。" in listed
    assert LISTED.sub("", NAME) in short
    assert LISTED.sub("", NAME) in listed
    assert "已备齐" in listed
    assert "已备齐" not in long
    for each in LONG.requirements:
        assert LISTED.sub("", f"{each.requirement.removesuffix('要求')}做到{each.tier}档<样>") in long
    assert "运输监管做到A档" not in long


# 凭证


def test_a_pass_says_nothing_and_cannot_be_changed() -> None:
    """凭证里看不出用户，改哪一处都不认，别的密钥不认，读得回来。"""
    passes = Passes(b"k" * 32)
    token = passes.issue(USER, 3, NOW)
    read = passes.read(token)
    assert read is not None
    assert (USER, 3, NOW) == (read.user, read.run, read.issued)
    assert "oABC" not in token
    assert len(token) < 120
    for n in range(len(token)):
        other = "A" if token[n] != "A" else "B"
        assert None is passes.read(token[:n] + other + token[n + 1 :])
    for wrong in ("", "x", token[:-1], token + "A", token + "=", "汉字", "A" * 5000, "-" * 40):
        assert None is passes.read(wrong)
    assert None is Passes(b"j" * 32).read(token)
    assert token == passes.issue(USER, 3, NOW)


def test_a_pass_lasts_thirty_days() -> None:
    """三十天整就过期。"""
    passes = Passes(b"k" * 32)
    read = passes.read(passes.issue(USER, 3, NOW))
    assert read is not None
    assert not read.expired(NOW + LASTS - timedelta(seconds=1))
    assert read.expired(NOW + LASTS)


# 链接


@asynccontextmanager
async def opened(store: Store, token: str, later: timedelta = timedelta()) -> Any:
    """起着的服务和一个没来过的人。"""
    async with serving(store, NOW + later, **UNLIMITED) as port:
        yield Browser(port), f"/paper/{token}"


def issued(store: Store, of: int = 3) -> str:
    """给这个用户的一张凭证。"""
    return passes_of(Settings(), store).issue(USER, of, NOW)


async def test_the_page_is_safe_to_forward(store: Store) -> None:
    """谁有链接都打得开：不收录、不存、不取别处的东西、没有脚本；名称只当文字。"""
    assessed(store, USER)
    async with opened(store, issued(store)) as (browser, path):
        answer = await browser.request("GET", path)
        assert (200, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
        page = answer.body.decode()
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script" not in policy
        assert "noindex, nofollow" == answer.headers["x-robots-tag"]
        assert "no-referrer" == answer.headers["referrer-policy"]
        assert "no-store" in answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
        for word in ("<script", "http://", "https://", "<某某>", "oABCDEF123", "49"):
            assert word not in re.sub(r'http-equiv|href="[^"]*"', "", page), word
        assert "重庆&lt;某某&gt;建材&amp;砂浆有限公司 {{ 7*7 }}" in page
        assert 200 == (await browser.request("HEAD", path)).status
        assert 405 == (await browser.request("POST", path)).status


async def test_the_files_are_downloads(store: Store) -> None:
    """同一张凭证取得到两份文件，名字是中文，内容是自己的。"""
    assessed(store, USER)
    async with opened(store, issued(store)) as (browser, path):
        for kind in ("outline", "checklist"):
            answer = await browser.request("GET", f"{path}/{kind}")
            assert 200 == answer.status
            assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
            assert unquote(answer.headers["content-disposition"]).endswith(NAMES[kind][0])
            read = docx_text if kind == "outline" else xlsx_text
            assert NAME in read(answer.body)


async def test_a_wrong_link(store: Store) -> None:
    """认不得的链接、没有的文件：404，一句话说清楚，同样不收录。"""
    assessed(store, USER)
    token = issued(store)
    async with opened(store, token) as (browser, path):
        for wrong in (
            "/paper/x",
            f"{path[:-1]}",
            f"{path}/other",
            "/paper/",
            f"{path}/outline/x",
            "/paper/" + "A" * 3000,
        ):
            answer = await browser.request("GET", wrong)
            assert 404 == answer.status, wrong
        kind = await browser.request("GET", "/paper/x")
        assert "这个链接打不开" in kind.body.decode()
        assert "noindex, nofollow" == kind.headers["x-robots-tag"]


async def test_an_expired_link(store: Store) -> None:
    """过期：410，说怎么拿新的，名称一个字也没有。"""
    assessed(store, USER)
    async with opened(store, issued(store), LASTS) as (browser, path):
        for each in (path, f"{path}/outline", f"{path}/checklist"):
            answer = await browser.request("GET", each)
            assert 410 == answer.status
            assert "过期了" in answer.body.decode()
            assert "建材" not in answer.body.decode()


async def test_a_deleted_person_is_gone(store: Store) -> None:
    """删了信息：410，什么也不显示；后来同一个人重新做了同号的一场，旧链接也看不到。"""
    assessed(store, USER)
    token = issued(store)
    store.delete(USER, NOW)
    async with opened(store, token) as (browser, path):
        answer = await browser.request("GET", path)
        assert 410 == answer.status
        assert "建材" not in answer.body.decode()
        assessed(store, USER, at=NOW + timedelta(days=1))
        assert 410 == (await browser.request("GET", path)).status


async def test_one_person_s_link_shows_no_other(store: Store) -> None:
    """一个人的链接只看得到他自己的那一场。"""
    assessed(store, USER)
    assessed(store, "wechat:oOTHER", known=Known("江津区", ("n15-4",), "别人的公司"), run=4)
    async with opened(store, issued(store)) as (browser, path):
        assert "别人的公司" not in (await browser.request("GET", path)).body.decode()
    async with opened(store, issued(store, of=4)) as (browser, path):
        assert 410 == (await browser.request("GET", path)).status


# 库里的


def test_the_latest_assessment_of_the_right_factory(store: Store) -> None:
    """最近一次自评；厂是行业对得上的那一个，不是后来正在说的那一个；只说过一个厂，就是它。"""
    furniture = Known("江津区", ("n36-1",), "家具公司")
    assessed(store, USER, SHORT, furniture, KNOWN, run=3)
    found = held(store, USER, NOW)
    assert found is not None
    assert (3, SHORT, NAME) == (found.run, found.assessment, found.facts.known.name)
    assessed(store, USER, TWO_LINES, furniture, Known("綦江", ("n32-1",), "别的公司"), run=5)
    found = held(store, USER, NOW)
    assert found is not None
    assert (5, TWO_LINES, "") == (found.run, found.assessment, found.facts.known.name)
    assessed(store, USER, TWO_LINES, furniture, run=6)
    found = held(store, USER, NOW)
    assert found is not None
    assert ("家具公司", "江津区") == (found.facts.known.name, found.facts.known.district)
    assert None is held(store, "wechat:oNOBODY", NOW)


async def test_a_corrected_answer_reaches_the_documents(url: str) -> None:
    """做完以后改了一项：结果换成后来的，文书照新的写；两种库都一样。"""
    with Store.open(url) as store:
        inbox = Inbox(store, handing(take_turn, passes_of(Settings(), store)), knowledge.on, lambda: NOW)
        await inbox.start()
        try:
            words = [line["text"] for line in lines()]
            for n, each in enumerate((*words, "修改", "4", "非绩效引领", "都没有")):
                await inbox.answer(Message(USER, str(n), NOW, text=each))
        finally:
            await inbox.stop()
        found = held(store, USER, NOW)
        assert found is not None
        assert (Line("n15-4", "非绩效引领"),) == found.assessment.lines
        assert ("gate",) == found.assessment.short


# 渠道


def lines() -> list[dict[str, Any]]:
    """做完一次自评要说的话。"""
    words = ("自评", "没有", "做商砼的", "1", "绩效引领", "全部", "全部")
    return [{"user": "u1", "text": each} for each in words]


async def test_the_name_survives_another_look_up(url: str) -> None:
    """说过名称和区县，自评完又查了别的行业：文书里名称、区县都还在。"""
    told = "我们是重庆华建材料有限公司，在永川"
    with Store.open(url) as store:
        inbox = Inbox(store, handing(take_turn, passes_of(Settings(), store)), knowledge.on, lambda: NOW)
        await inbox.start()
        try:
            for n, each in enumerate((told, *(line["text"] for line in lines()), "我们还做木门", "1", "没有了")):
                await inbox.answer(Message(USER, str(n), NOW, text=each))
        finally:
            await inbox.stop()
        found = held(store, USER, NOW)
        assert found is not None
        page, outline, checklist = (file.body for file in all_made(NAMES, found, RULES))
    assert "重庆华建材料有限公司：“创B争A”自评一页" in page.decode()
    assert "永川区，" in page.decode()
    assert "企业名称\t重庆华建材料有限公司" in docx_text(outline)
    assert "所在区县\t永川区" in docx_text(outline)
    assert "行业分支\t水泥制品" in docx_text(outline)
    assert "重庆华建材料有限公司：绩效分级申报材料清单" in xlsx_text(checklist)


def test_jsonl_writes_the_files(run: Run) -> None:  # noqa: F811
    """没有公网地址：files 给出路径，文件就在那里；没有自评过的给不出。"""
    none, *_, page, papers = talk(
        run,
        {"user": "u1", "text": "给老板看"},
        *lines(),
        {"user": "u1", "text": "给老板看"},
        {"user": "u1", "text": "出材料"},
    )
    assert [] == none["replies"][0]["files"]
    assert [name for name, _ in NAMES.values()] == [file["name"] for file in page["replies"][0]["files"]]
    files = papers["replies"][0]["files"]
    assert ["给老板看.html", "申报材料大纲.docx", "材料清单.xlsx"] == [file["name"] for file in files]
    assert "水泥制品" in docx_text(Path(files[1]["path"]).read_bytes())
    assert 0o700 == Path(files[1]["path"]).parent.stat().st_mode & 0o777
    shutil.rmtree(Path(files[1]["path"]).parent)
    shutil.rmtree(Path(page["replies"][0]["files"][0]["path"]).parent)


def test_jsonl_gives_links(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """有公网地址：链接写在话里，files 也是链接；重投一字不差，一页放得下。"""
    monkeypatch.setenv("CHUANGB_BASE_URL", "https://bot.example.gov.cn/")
    ask = {"user": "wechat:o1", "text": "出材料", "id": "m9"}
    *_, once, again = talk(run, *[{**line, "user": "wechat:o1"} for line in lines()], ask, ask)
    assert once == again
    reply = once["replies"][0]
    link = reply["text"].split("\n")[1].removeprefix("链接：")
    assert link.startswith("https://bot.example.gov.cn/paper/")
    assert [link, f"{link}/outline", f"{link}/checklist"] == [file["url"] for file in reply["files"]]
    assert len(reply["text"]) < 600
    assert len(reply["text"].encode()) < 2048


def test_terminal_tells_where(run: Run) -> None:  # noqa: F811
    """人在终端里谈：话后面一行一个文件。"""
    words = [line["text"] for line in lines()]
    code, out, _ = run("chat", given="\n".join([*words, "给老板看"]) + "\n")
    assert 0 == code
    path = Path(out.strip().splitlines()[-3].removeprefix("给老板看.html："))
    assert "水泥制品" in path.read_text(encoding="utf-8")
    shutil.rmtree(path.parent)


def test_the_command(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """chuangb documents：三个文件；没有自评过、文件夹写不进，一句话说清楚，退出码 1。"""
    talk(run, *lines())
    out = tmp_path / "新" / "文件夹"
    code, printed, _ = run("documents", "--user", "u1", "--out", str(out))
    assert (0, [str(out / name) for name, _ in NAMES.values()]) == (code, printed.splitlines())
    assert "做到了，材料待备" in docx_text((out / "申报材料大纲.docx").read_bytes())
    assert (1, "chuangb：terminal:u2 还没有做过自评，没有文书可写\n") == run("documents", "--user", "u2", "--out", "x")[
        ::2
    ]
    (tmp_path / "file").write_text("")
    code, _, err = run("documents", "--user", "u1", "--out", str(tmp_path / "file"))
    assert (1, 1) == (code, err.count("\n"))
    assert "写不进" in err


async def test_web_gives_links_in_the_bubble(store: Store) -> None:
    """网页：不用公网地址也有链接，正文里没有那行网址；取得到文件。"""
    for base in ("", "https://bot.example.gov.cn"):
        async with serving(store, **UNLIMITED, base_url=base) as port:
            browser = Browser(port)
            await browser.home()
            for line in lines():
                await browser.say(line["text"])
            reply = (await browser.say("出材料")).json["reply"]
            assert ["给老板看的一页", "申报材料大纲（Word）", "材料清单（Excel）"] == [
                f["label"] for f in reply["files"]
            ]
            assert "/paper/" not in json.dumps(reply["lines"])
            for file in reply["files"]:
                assert 200 == (await Browser(port).request("GET", f"/{file['href']}")).status
            assert reply == (await browser.request("GET", "/web/turns")).json["turns"][-1]["reply"]


def test_wechat_without_an_address_says_so() -> None:
    """微信里只有链接可给：没有设公网地址就明说；设了的，话原样。"""
    channel = WeChat("token", lambda: NOW)
    reply = Reply("一页纸做好了。\n依据：x\n下一步：y", documents=("page",), token="T")
    assert (f"一页纸做好了。\n{NO_LINK}\n依据：x\n下一步：y",) == channel.present(reply)
    linked = replace(reply, text="一页纸做好了。\n链接：https://bot.example/paper/T\n下一步：y")
    assert (linked.text,) == channel.present(linked)


@pytest.mark.parametrize(("base", "names"), [("", list(NAMES)), ("https://bot.example", ["outline", "checklist"])])
async def test_telegram_sends_files(store: Store, base: str, names: list[str]) -> None:
    """Telegram：话先到，文件随后；话里已有网页的链接就不再发那个网页。"""
    settings = Settings(base_url=base)
    inbox = Inbox(store, handing(take_turn, passes_of(settings, store), base), knowledge.on, lambda: NOW)
    assessed(store, "telegram:7")
    await inbox.start()
    async with bot_api() as api:
        door = Door(
            inbox.answer,
            Clock(Settings().zone),
            token=TOKEN,
            api_url=api.url,
            secret=SECRET,
            base_url=base,
            files=files_of(settings, store, knowledge.on, lambda: NOW),
        )
        try:
            assert (200, b"") == await door.push(inbound(said("出材料")), App(inbox, telegram=door).counts)
            await api.until(lambda: len([m for m, _ in api.calls if m == "sendDocument"]) == len(names))
        finally:
            await door.stop()
            await inbox.stop()
    calls = [(method, fields) for method, fields in api.calls if method in ("sendMessage", "sendDocument")]
    assert "sendMessage" == calls[0][0]
    assert [NAMES[kind][0] for kind in names] == [fields["document"][0] for _, fields in calls[1:]]
    assert NAME in docx_text(calls[-2][1]["document"][1])


async def test_a_failing_document_loses_no_reply(store: Store) -> None:
    """文书做不出来：话照发。"""

    async def broken(reply: object) -> Any:
        raise RuntimeError

    inbox = Inbox(store, handing(take_turn, passes_of(Settings(), store)), knowledge.on, lambda: NOW)
    assessed(store, "telegram:7")
    await inbox.start()
    async with bot_api() as api:
        door = Door(inbox.answer, Clock(Settings().zone), token=TOKEN, api_url=api.url, secret=SECRET, files=broken)
        try:
            await door.push(inbound(said("出材料")), App(inbox, telegram=door).counts)
            await api.got(1)
        finally:
            await door.stop()
            await inbox.stop()
    assert "做好了" in api.sent()[0]["text"]
