"""文档里的每个例子都作数：命令真的跑，代码真的执行，配置读得进来，链接和名字都在。"""

import configparser
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

import bot.commands
from bot.__main__ import _parser, main
from bot.app import Counts, exposition
from bot.settings import PREFIX, Settings
from bot.web.visitors import COOKIE
from bot.wechat.templates import read_templates
from dialogs.flows import FLOWS
from tests.chat import matches

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md")))
ROUTES = {"/", "/web/", "/wechat", "/telegram", "/healthz", "/readyz", "/metrics"}
KNOWN = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib")


@dataclass(frozen=True)
class Example:
    """文档里的一块：语言、正文，和它前面点名的文件。"""

    doc: Path
    line: int
    language: str
    text: str
    file: str

    def __str__(self) -> str:
        return f"{self.doc.name}:{self.line}"


def examples(*languages: str) -> list[Example]:
    """全部文档里这几种语言的块；正文没有的一行不算。"""
    found = []
    for doc in DOCS:
        text = doc.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            before = text[: match.start()]
            named = re.findall(r"^`([\w/.\-\u4e00-\u9fff]+\.\w+)`", before[before.rfind("```") + 3 :], re.MULTILINE)
            if match[1] in languages:
                found.append(Example(doc, before.count("\n") + 1, match[1], match[2], named[-1] if named else ""))
    return found


def test_every_example_is_of_a_kind_that_is_tested() -> None:
    """没有一块例子是没人管的。"""
    tested = {"console", "python", "diff", "jinja", "talk", "json", "jsonl", "dotenv", "ini", "dockerfile", "toml"}
    for doc in DOCS:
        fences = re.findall(r"^```(\w*)$", doc.read_text(encoding="utf-8"), re.MULTILINE)
        opened = fences[::2]
        assert set(opened) <= tested | {"caddyfile", "nginx"}, doc.name


@pytest.mark.parametrize("example", examples("console"), ids=str)
def test_commands_print_what_the_docs_say(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`$` 后面的命令真的跑，印出来的和写的一样（`…` 是任意文字）；一份文档里前面登记的，后面还在。"""
    monkeypatch.chdir(tmp_path)
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", f"sqlite:///{tmp_path / 'chuangb.db'}")
    monkeypatch.setattr(bot.commands, "law_faults", lambda now: [])  # 知识自己有测试
    for command, expected in _runs(example.text):
        printed = _run(command, monkeypatch, capsys)
        assert matches(expected, printed.rstrip("\n")), f"{example} {command}\n{printed}"


def _runs(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in text.split("$ ")[1:]:
        command, *expected = part.rstrip("\n").split("\n")
        yield command, expected or [""]


def _run(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    command, _, out = command.partition(" > ")
    said, piped, rest = command.partition(" | ")
    words = shlex.split(rest if piped else command)
    given = "".join(f"{word}\n" for word in shlex.split(said)[1:]) if piped else ""
    if words[0] == "echo":
        printed = " ".join(words[1:]) + "\n"
    elif words[0] == "python":
        printed = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, check=True).stdout
    else:
        name, *arguments = words
        while "=" in name:
            monkeypatch.setenv(*name.split("=", 1))
            name, *arguments = arguments
        assert "chuangb" == name.rpartition("/")[2]
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        main(arguments)
        printed = capsys.readouterr().out
    if out:
        Path(out).write_text(printed, encoding="utf-8")
        return ""
    return printed


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """照着文档动手的一份副本。"""
    for folder in ("bot", "dialogs", "knowledge", "tests"):
        ignored = shutil.ignore_patterns("browser", "eval")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def follow(doc: str, tree: Path) -> list[Path]:
    """照一份文档把新文件写下、把改动改好；返回新写的。"""
    written = []
    for example in examples("python", "jinja", "talk", "diff"):
        if example.doc.name != doc:
            continue
        assert example.file, f"{example} 没有说是哪个文件"
        path = tree / example.file
        if example.language == "diff":
            path.write_text(changed(path.read_text(encoding="utf-8"), example), encoding="utf-8")
        else:
            assert not path.exists(), path
            path.write_text(example.text, encoding="utf-8")
            written.append(path)
    return written


def changed(text: str, example: Example) -> str:
    """照 diff 改：空格开头的一行要在，`-` 的换掉，`+` 的接在后面。"""
    lines, at = text.split("\n"), 0
    for row in example.text.splitlines():
        mark, line = row[:1], row[1:]
        if mark == "+":
            lines.insert(at, line)
            at += 1
            continue
        assert line in lines[at:], f"{example}：文件里没有这一行（或次序不对）：{line}"
        at = lines.index(line, at)
        if mark == "-":
            del lines[at]
        else:
            at += 1
    return "\n".join(lines)


def run_in(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """在副本里跑 Python。"""
    environment = {"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin", "HOME": str(tree), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-W", "error::DeprecationWarning:bot", *arguments]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)


CHECK = """
import dialogs.check
from bot.__main__ import main
dialogs.check.FLOWS = {"contact": dialogs.check.FLOWS["contact"]}
main(["check"])
"""
"""chuangb check，只走新写的这个流程。"""


def test_the_flow_of_the_guide_works(tree: Path) -> None:
    """照 writing-a-flow.md 做：检查没有毛病，剧本说得通，画得出图。"""
    written = follow("writing-a-flow.md", tree)
    assert {".py", ".j2", ".talk"} == {path.suffix for path in written}
    checked = run_in(tree, "-c", CHECK)
    assert "知识和流程都没有毛病\n" == checked.stdout, checked.stderr
    assert "flowchart TD" in run_in(tree, "-m", "bot", "diagram", "contact").stdout
    talk = run_in(tree, *PYTEST, "tests/test_talks.py", "-k", "90-")
    assert 0 == talk.returncode, talk.stdout
    assert "1 passed" in talk.stdout


def test_the_channel_of_the_guide_works(tree: Path) -> None:
    """照 adding-a-channel.md 做：自己的测试过，与别的渠道一字不差，路由答话，没有密钥就是 404。"""
    follow("adding-a-channel.md", tree)
    files = ("tests/bot/test_board.py", "tests/bot/test_channels.py")
    tests = run_in(tree, *PYTEST, *files, "-k", "board or note or refused or 04-")
    assert 0 == tests.returncode, tests.stdout
    assert re.search(r"^8 passed", tests.stdout, re.MULTILINE), tests.stdout
    (tree / "try.py").write_text(TRY, encoding="utf-8")
    tried = run_in(tree, "try.py")
    assert ["200 True", "403 False", "400 False", "404 False"] == tried.stdout.splitlines(), tried.stderr


TRY = """
import asyncio, hmac
from datetime import datetime
import knowledge
from bot.app import App
from bot.channels.board import Board
from bot.clock import Clock
from bot.inbox import Inbox
from bot.settings import Settings
from bot.store import Store
from dialogs.turn import take_turn

clock = Clock(Settings(board_key="k").zone)

async def post(app, body, key):
    sent = []
    async def receive():
        return {"type": "http.request", "body": body}
    async def send(event):
        sent.append(event)
    headers = [(b"x-board-signature", hmac.digest(key, body, "sha256").hex().encode())]
    scope = {"type": "http", "method": "POST", "path": "/board", "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    print(sent[0]["status"], "水泥制品" in sent[1]["body"].decode())

async def go():
    inbox = Inbox(Store.open("sqlite://"), take_turn, knowledge.on, clock)
    await inbox.start()
    app = App(inbox, board=Board("k", clock))
    note = '{"user": "甲", "id": "1", "text": "商砼"}'.encode()
    await post(app, note, b"k")
    await post(app, note, b"x")
    await post(app, b"{}", b"k")
    await post(App(inbox), note, b"k")
    await inbox.stop()

asyncio.run(go())
"""


@pytest.mark.parametrize("example", examples("jsonl", "json"), ids=str)
def test_json_reads(example: Example) -> None:
    """每个 JSON 都读得进来；菜单的键都是登记过的流程。"""
    for given in example.text.splitlines() if example.language == "jsonl" else [example.text]:
        for flow in re.findall(r"menu:(\w+)", json.dumps(json.loads(given))):
            assert flow in FLOWS, flow


@pytest.mark.parametrize("example", examples("jsonl"), ids=str)
def test_jsonl_lines_are_taken(example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """文档里的每一行，`chat --jsonl` 都认。"""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(example.text))
    monkeypatch.setattr(sys, "stdout", out)
    assert 0 == main(["chat", "--jsonl", "--database", f"sqlite:///{tmp_path / 'chuangb.db'}"])
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(answers) == len(example.text.splitlines())
    assert not [answer for answer in answers if "error" in answer]


@pytest.mark.parametrize("example", examples("dotenv"), ids=str)
def test_settings_files_read(example: Example) -> None:
    """例子里的每一项都是有的设置；值读得进来。"""
    given = dotenv_values(stream=io.StringIO(example.text))
    assert given
    assert set(given) <= KNOWN
    assert None not in given.values()


@pytest.mark.parametrize("example", examples("ini"), ids=str)
def test_units_start_a_command_that_exists(example: Example) -> None:
    """单元文件读得进来，起的是有的命令；StateDirectory 就是设置里库在的地方。"""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(example.text)
    program, *arguments = shlex.split(unit["Service"]["ExecStart"].replace("%i", "8001"))
    assert program.endswith("/.venv/bin/chuangb")
    assert _parser().parse_args(arguments).run is bot.commands.serve
    if "StateDirectory" in unit["Service"]:
        text = example.doc.read_text(encoding="utf-8")
        assert f"sqlite:////var/lib/{unit['Service']['StateDirectory']}/" in text


@pytest.mark.parametrize("example", examples("toml"), ids=str)
def test_template_files_are_read(example: Example, tmp_path: Path) -> None:
    """写出来的微信模板文件读得进，两条路都有。"""
    (tmp_path / "t.toml").write_text(example.text, encoding="utf-8")
    templates = read_templates(str(tmp_path / "t.toml"))
    assert templates.of("days-7", "template")
    assert templates.subscriptions


@pytest.mark.parametrize("example", examples("dockerfile"), ids=str)
def test_the_container_file_names_what_is_there(example: Example) -> None:
    """抄进去的文件都在，三个文件夹一个不少；设置认得，库在卷里，起的是有的命令。"""
    rows = re.findall(r"^([A-Z]+) (.+)$", example.text, re.MULTILINE)
    copied = [name for verb, rest in rows if verb == "COPY" for name in rest.split()[:-1]]
    assert {"bot", "dialogs", "knowledge", "pyproject.toml", "requirements.lock"} <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    said = dict(rows)
    name, _, value = said["ENV"].partition("=")
    assert name in KNOWN
    assert f"sqlite:///{said['VOLUME']}/" in value
    program, *arguments = json.loads(said["CMD"])
    assert ("chuangb", bot.commands.serve) == (program, _parser().parse_args(arguments).run)


@pytest.mark.parametrize("example", examples("caddyfile", "nginx"), ids=str)
def test_proxies_let_through_what_is_served(example: Example) -> None:
    """代理的配置括号配得上，外壳里给外面的路径一个不少；按人散列用的 Cookie 就是网页的。"""
    assert example.text.count("{") == example.text.count("}") > 0
    paths = {path.rstrip("*") for path in re.findall(r"(?<=\s)/(?:[a-z]+/?)?\*?(?=\s)", example.text)}
    served = set(re.findall(r'"(/(?:[a-z]+/?)?)"', (ROOT / "bot" / "app.py").read_text(encoding="utf-8")))
    assert served - {"/healthz", "/readyz", "/metrics"} | {"/desk", "/wechat/"} == paths
    assert set(re.findall(r"\$cookie_(\w+)", example.text)) <= {COOKIE}


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_names_in_the_docs_exist(doc: Path) -> None:
    """提到的命令、选项、make 目标、设置、指标和链接都有。"""
    text = doc.read_text(encoding="utf-8")
    commands = _names()
    for command in set(re.findall(r"(?:`|\$ |/bin/|exec chuangb )chuangb ([a-z]+)", text)):
        assert command in commands, f"没有 chuangb {command}"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:`|    |&& )make ([a-z]+)", text)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for name in set(re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", text)):
        assert name in KNOWN | {f"{PREFIX}BOARD_KEY"}, name
    counted = exposition(Counts(), True)
    for name in set(re.findall(r"chuangb_(?:\w+_total|turn_\w+|ready)", text)):
        assert name in counted, name
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        _linked(doc, target)


def _names() -> set[str]:
    return set(re.findall(r"^    ([a-z]+)\b", _parser().format_help(), re.MULTILINE))


def _linked(doc: Path, target: str) -> None:
    file, _, anchor = target.partition("#")
    if "://" in file:
        return
    path = doc.parent / file if file else doc
    assert path.exists(), f"{doc.name}：{target}"
    if anchor:
        heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w-]", "", head.lower().replace(" ", "-")) for head in heads}, target


def test_both_readmes_name_every_setting() -> None:
    """每一项设置两份 README 都写到。"""
    for doc in DOCS[:2]:
        text = doc.read_text(encoding="utf-8")
        for name in KNOWN:
            assert name.removeprefix(PREFIX) in text, f"{doc.name}：{name}"


def test_the_routes_of_the_docs_are_served() -> None:
    """README 写到的路径，外壳都有。"""
    text = (ROOT / "bot" / "app.py").read_text(encoding="utf-8")
    for route in ROUTES:
        assert f'"{route}"' in text, route
