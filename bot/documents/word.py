"""把一份文书写成 .docx：A4，中文字体，各级标题，空着的地方用黄底标出，页脚有说明和页码。"""

import re
from datetime import datetime
from io import BytesIO
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from dialogs.papers.answers import LACKING, UNDONE
from dialogs.papers.shape import BLANK, Paper, Row, Section, Table, Text

_BODY, _HEADING, _LATIN = "宋体", "黑体", "Times New Roman"
_DIM, _BAD = RGBColor(0x59, 0x59, 0x59), RGBColor(0x9C, 0x1C, 0x10)
_SIZES = {1: 16, 2: 14, 3: 12, 4: 12}
_BLANKS = re.compile(f"({re.escape(BLANK)})")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""XML 里写不进去的字符。"""
_CELL = "表格"
"""表格里的段落样式，名字也是它的 id。"""
_WIDTH_CM = 16.0
_WHOLE = 4
"""不超过这么多行的表不跨页。"""


def written(text: str) -> str:
    """写得进文件的文字：XML 容不下的字符去掉，别的一个不动。"""
    return _UNWRITABLE.sub("", text)


def docx(paper: Paper, now: datetime) -> bytes:
    """一份 .docx；`now` 写进文件属性。"""
    document = Document()
    _set_up(document, paper, now)
    _paragraph(document, paper.title, "Title")
    for line in paper.lead:
        _paragraph(document, line, "Normal", indent=False)
    for section in paper.sections:
        _section(document, section)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _section(document: Any, section: Section) -> None:
    _paragraph(document, section.title, f"Heading {section.level}")
    for part, following in zip_longest(section.parts, section.parts[1:]):
        if isinstance(part, Table):
            _table(document, part)
        else:
            label = f"{part.label}：" if isinstance(part, Row) else ""
            _statement(document, part, label).paragraph_format.keep_with_next = isinstance(following, Table)


def _statement(document: Any, part: Text | Row, label: str) -> Any:
    paragraph = document.add_paragraph(style="Normal")
    if label:
        _run(paragraph, label).bold = True
    for piece in _BLANKS.split(part.text):
        if piece:
            run = _run(paragraph, piece)
            if piece == BLANK:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            elif part.mark in ("short", "fix", "bad"):
                run.font.color.rgb = _BAD
    if part.cite:
        cite = _run(paragraph, f"（依据：{part.cite}）")
        cite.font.size, cite.font.color.rgb = Pt(9), _DIM
    return paragraph


def _paragraph(document: Any, text: str, style: str, indent: bool = True) -> None:
    paragraph = document.add_paragraph(style=style)
    if not indent:
        paragraph.paragraph_format.first_line_indent = Pt(0)
    for piece in _BLANKS.split(text):
        if piece:
            run = _run(paragraph, piece)
            if piece == BLANK:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _run(paragraph: Any, text: str) -> Any:
    return paragraph.add_run(written(text))


def _table(document: Any, part: Table) -> None:
    table = document.add_table(rows=0, cols=len(part.head), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    unit = _WIDTH_CM / sum(part.widths)
    for column, width in zip(table.columns, part.widths, strict=True):
        column.width = Cm(width * unit)
    head = table.add_row()
    _repeated(head)
    for cell, text in zip(head.cells, part.head, strict=True):
        _cell(cell, text, bold=True)
        _shade(cell, "E7EFEC")
    for texts in part.rows:
        row = table.add_row()
        _unbroken(row)
        for cell, text in zip(row.cells, texts, strict=True):
            _cell(cell, text)
            if text == BLANK:
                _shade(cell, "FFF3B0")
            elif text in (UNDONE, LACKING):
                _shade(cell, "F8DAD5")
    if len(part.rows) <= _WHOLE:
        for row in table.rows[:-1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    for row in table.rows:
        for cell, width in zip(row.cells, part.widths, strict=True):
            cell.width = Cm(width * unit)
    document.add_paragraph(style="Normal").paragraph_format.space_after = Pt(0)


def _cell(cell: Any, text: str, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph._p.style = _CELL  # 按名字指定，几百格里每格都要把样式翻一遍
    for piece in _BLANKS.split(text):
        if piece:
            _run(paragraph, piece).bold = bold


def _shade(cell: Any, color: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _repeated(row: Any) -> None:
    """表头在每一页重复。"""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _unbroken(row)


def _unbroken(row: Any) -> None:
    """一行不跨页。"""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _set_up(document: Any, paper: Paper, now: datetime) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin, page.bottom_margin = Cm(2.5), Cm(2.2)
    styles = document.styles
    _fonts(styles["Normal"], _BODY, 11)
    normal = styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(4), 1.25
    title = styles["Title"]
    _fonts(title, _HEADING, 20)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(14)
    if (border := title.element.pPr.find(qn("w:pBdr"))) is not None:
        title.element.pPr.remove(border)
    for level, size in _SIZES.items():
        style = styles[f"Heading {level}"]
        _fonts(style, _HEADING, size)
        style.font.italic = False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(16 - 3 * level), Pt(4)
        style.paragraph_format.keep_with_next = True
    cell = styles.add_style(_CELL, 1)
    cell.base_style = styles["Normal"]
    _fonts(cell, _BODY, 9.5)
    cell.paragraph_format.space_before, cell.paragraph_format.space_after = Pt(1), Pt(0)
    cell.paragraph_format.line_spacing = 1.1
    _fonts(styles["Footer"], _BODY, 9)
    styles["Footer"].font.color.rgb = _DIM
    _footer(page, paper.footer)
    about = document.core_properties
    about.title, about.author, about.last_modified_by = written(paper.title), "创B争A 向导", "创B争A 向导"
    about.comments, about.language = written(paper.footer), "zh-CN"
    about.created = about.modified = now.replace(tzinfo=None)


def _fonts(style: Any, chinese: str, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = _LATIN, Pt(size), RGBColor(0, 0, 0)
    style.font.bold = False if style.name == "Normal" else style.font.bold
    properties = style.element.get_or_add_rPr()
    fonts = properties.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), chinese)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def _footer(page: Any, text: str) -> None:
    paragraph = page.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, f"{text}　第 ")
    _field(paragraph, "PAGE")
    _run(paragraph, " 页，共 ")
    _field(paragraph, "NUMPAGES")
    _run(paragraph, " 页")


def _field(paragraph: Any, code: str) -> None:
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = code
        run._r.append(mark)
