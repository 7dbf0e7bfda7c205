"""读平台推来的 XML：只认一层元素，别的花样一概不接。"""

from xml.parsers import expat

from bot.channels.base import Unreadable

MAX_DEPTH = 3


def read_xml(body: bytes) -> dict[str, str | None]:
    """`<xml>` 下每个元素的文字；下面还有元素的记作 None。

    不完好、根不是 `<xml>`、有 DTD（实体因此无从定义）、深过三层、同名元素出现两次，都抛 Unreadable。
    一律当 UTF-8 读，声明了别的编码也不理（expat 只认 UTF-16 的 BOM，那样读出来的照样过这些关）。
    """
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
