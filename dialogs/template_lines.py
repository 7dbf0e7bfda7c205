"""结果里说错的话，在模板的哪一行：检查指到那一行，不用人去找。"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from traceback import walk_tb

from dialogs.reply import WORDING, WordingError

HERE = Path(__file__).parent / Path(WORDING).name
_TAG = re.compile(r"\{[{%#](.*?)[}%#]\}")
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
Place = tuple[str, int]


def line_of(template: str, words: str, said: str, folder: Path = HERE) -> Place:
    """`said` 这一行里的 `words` 写在哪个模板文件、第几行；公用的宏也找。

    照字面写着的就是那一行；由数据填进来的，是最像的那一行；都找不到就是模板的第一行。
    """
    if not words:
        return _place(folder / f"{template}.j2", 1)
    files = [folder / f"{template}.j2", *sorted(folder.glob("_*.j2"))]
    lines = [(path, n, line) for path in files for n, line in enumerate(_read(path), 1)]
    for path, n, line in lines:
        if words in _literal(line):
            return _place(path, n)
    fits = [(_likeness(line, said), -at) for at, (_, _, line) in enumerate(lines)]
    like, at = max(fits, default=(0, 0))
    return _place(*lines[-at][:2]) if like else _place(files[0], 1)


def broken_at(error: WordingError, folder: Path = HERE) -> Place:
    """填不成的模板坏在哪一行；只是没有结尾的，指到最后一行。"""
    cause = error.__cause__
    frames = [(Path(frame.f_code.co_filename), n) for frame, n in walk_tb(cause.__traceback__ if cause else None)]
    inside = [(path, n) for path, n in frames if path.suffix == ".j2"]
    if inside:
        return _place(*inside[-1])
    path = folder / f"{error.template}.j2"
    return _place(path, max(1, len(_read(path))))


def _place(path: Path, line: int) -> Place:
    return f"{WORDING}/{path.name}", line


def _read(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _literal(line: str) -> str:
    """一行里照样会说出来的字：标签外面的，和标签里的字符串。"""
    return _TAG.sub(lambda tag: "\0".join(("", *_strings(tag[1]), "")), line)


def _strings(code: str) -> Iterable[str]:
    return (double or single for double, single in _STRING.findall(code))


def _likeness(line: str, said: str) -> int:
    """这一行标签外面的字都在 `said` 里依次出现，就是这些字的个数；对不上是 0。"""
    at = 0
    if not _TAG.search(line):
        return 0
    for piece in _pieces(line):
        found = said.find(piece, at)
        if found < 0:
            return 0
        at = found + len(piece)
    return at and sum(len(piece) for piece in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    return (piece for piece in _TAG.sub("\0", line).strip().split("\0") if piece.strip())
