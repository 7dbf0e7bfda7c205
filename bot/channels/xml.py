"""读平台推来的 XML：只认一层元素，别的花样一概不接。"""

import re
from xml.parsers import expat

from bot.channels.base import Unreadable

MAX_DEPTH = 4


def read_xml(body: bytes) -> dict[str, str | None]:
    """`<xml>` 下每个元素的文字；下面还有元素的记作 None。

    不完好、根不是 `<xml>`、有 DTD（实体因此无从定义）、深过四层、同名元素出现两次，都抛 Unreadable。
    一律当 UTF-8 读，声明了别的编码也不理（expat 只认 UTF-16 的 BOM，那样读出来的照样过这些关）。
    """
    if (flat := _flat(body)) is not None:
        return flat
    fields: dict[str, str | None] = {}
    path: list[str] = []
    pieces: list[str] = []

    def start(name: str, attributes: object) -> None:
        path.append(name)
        depth = len(path)
        if depth == 2:
            if name in fields:
                raise Unreadable("有重复的元素")
            fields[name] = ""
            pieces.clear()
        elif depth > MAX_DEPTH:
            raise Unreadable("嵌套太深")
        elif depth == 1:
            if name != "xml":
                raise Unreadable("根元素不是 xml")
        else:
            fields[path[1]] = None

    def end(name: str) -> None:
        if len(path) == 2 and fields[name] is not None:
            fields[name] = "".join(pieces)
        path.pop()

    def doctype(*ignored: object) -> None:
        raise Unreadable("有 DTD")

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Unreadable(f"不是完好的 XML（{expat.ErrorString(error.code)}）") from None
    return fields


def read_rows(body: bytes, name: str) -> tuple[dict[str, str], ...]:
    """`<xml><外层><name>…</name><name>…</name></外层></xml>` 里每个 `name` 下各元素的文字；先由 read_xml 读过才行。"""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(body, ElementTree.XMLParser(encoding="utf-8"))
    rows = (row for wrapper in root for row in wrapper if row.tag == name)
    return tuple({each.tag: each.text or "" for each in row} for row in rows)


_FIELD = re.compile(r"<([A-Za-z]\w*)>(?:<!\[CDATA\[([^\]]*)\]\]>|([^<>&\]]*))</\1>\s*", re.ASCII)
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def _flat(body: bytes) -> dict[str, str | None] | None:
    """平台通常发来的样子：`<xml>` 下一个挨一个的元素，内容是 CDATA 或没有记号的文字。

    整个正文严丝合缝地是这个样子才认，省下大半的时间；差一点都是 None，交给上面的解析器。
    """
    if not body.startswith(b"<xml>") or not body.endswith(b"</xml>"):
        return None
    try:
        text = body[5:-6].decode()
    except UnicodeDecodeError:
        return None
    fields: dict[str, str | None] = {}
    at, match = 0, _FIELD.match
    while field := match(text, at):
        name, quoted, plain = field.groups()
        if name in fields:
            return None
        fields[name] = plain if quoted is None else quoted
        at = field.end()
    return fields if at == len(text) and _UNUSUAL.search(text) is None else None
