"""CHUANGB_WECHAT_TEMPLATES 指的那个文件：每个时机用平台上的哪个模板、各字段怎么填。

TOML 或 JSON，一样的形状：时机（`default` 给没有单列的）→ template（模板消息）、subscription（订阅通知）→ id、fields。
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.desk.direct import CALLING
from bot.reminders.broadcast import STAGE
from bot.reminders.notifier import Value
from bot.settings import PREFIX, SettingsError
from bot.wechat.limits import KINDS, LimitError, Template, fill
from knowledge.reminding import stage_ids

NAME = f"{PREFIX}WECHAT_TEMPLATES"
DEFAULT = "default"
WAYS = ("template", "subscription")
SAMPLE: Mapping[str, Value] = {
    "window": "2026年度重点行业绩效评级申报",
    "start": date(2026, 8, 1),
    "end": date(2026, 12, 31),
    "days": 7,
    "year": 2026,
    "district": "石柱土家族自治县",
    "branch": "商用车整车制造（示例）",
    "enterprise": "重庆某某环保科技有限公司",
    "text": "申报还有 7 个工作日截止",
}
"""能填的都有哪些，连同一个例子；检查文件时照它填一遍。"""
_OWN: Mapping[str, Mapping[str, Value]] = {
    STAGE: {name: SAMPLE[name] for name in ("text", "window", "year")},
    CALLING: {"case": "12", "text": "有一位企业的人在等您"},
}
"""不是到期提醒的，能填的少一些：广播没有截止的日子。"""


@dataclass(frozen=True, slots=True)
class Templates:
    """各时机的模板；`of` 找不到单列的就用 default 的。"""

    given: Mapping[str, Mapping[str, Template]]

    def of(self, occasion: str, way: str) -> Template | None:
        """这个时机、这条路的模板，没有就是 None。"""
        return self.given.get(occasion, {}).get(way) or self.given.get(DEFAULT, {}).get(way)

    def place(self, occasion: str, way: str) -> str:
        """这个时机、这条路用的是文件里的哪一处，例如“default.template”。"""
        return f"{occasion if way in self.given.get(occasion, {}) else DEFAULT}.{way}"

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """订阅通知的全部模板，按 id 排。"""
        return tuple(sorted({ways["subscription"].id for ways in self.given.values() if "subscription" in ways}))


def read_templates(path: str) -> Templates:
    """读那个文件；没有设就是一个模板也没有，写错了抛 SettingsError，逐处点出来。"""
    if not path:
        return Templates({})
    faults: list[str] = []
    found: dict[str, dict[str, Template]] = {}
    known = (DEFAULT, *stage_ids(), STAGE, CALLING)
    text = _read(path)
    for occasion, ways in _table(faults, "", _parsed(path, text)).items():
        if occasion not in known:
            faults.append(f"{occasion}：没有这个时机，有 {'、'.join(known)}")
            continue
        for way, given in _table(faults, occasion, ways).items():
            template = _template(faults, f"{occasion}.{way}", way, given, _OWN.get(occasion, SAMPLE))
            if template is not None:
                found.setdefault(occasion, {})[way] = template
    if not found and not faults:
        faults.append("一个模板也没有")
    if faults:
        raise SettingsError(f"{NAME}：{path}：{'；'.join(_placed(text, fault) for fault in faults)}")
    return Templates(found)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{NAME}：{path} 读不了：{error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"{NAME}：{path} 不是 UTF-8：{error}") from None


def _parsed(path: str, text: str) -> Any:
    try:
        return json.loads(text) if path.lower().endswith(".json") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{NAME}：{path} 不是完好的 TOML 或 JSON：{error}") from None


def _template(faults: list[str], where: str, way: str, given: Any, sample: Mapping[str, Value]) -> Template | None:
    if way not in WAYS:
        faults.append(f"{where}：只认 {'、'.join(WAYS)}")
        return None
    table = _table(faults, where, given)
    for name in sorted(set(table) - {"id", "fields", "url"}):
        faults.append(f"{where}：不认得 {name}")
    id_, url = table.get("id"), table.get("url", "")
    if not isinstance(id_, str) or not re.fullmatch(r"[\w-]{10,64}", id_):
        faults.append(f"{where}.id：要是平台后台的模板 ID")
    if not isinstance(url, str) or (url and not url.startswith(("https://", "http://"))):
        faults.append(f"{where}.url：要是一个网址")
    fields = _table(faults, f"{where}.fields", table.get("fields"))
    if not fields and isinstance(table.get("fields"), dict):
        faults.append(f"{where}.fields：一个字段也没有")
    before = len(faults)
    for name, pattern in fields.items():
        _check(faults, where, name, pattern, sample)
    if not isinstance(id_, str) or not isinstance(url, str) or not fields or len(faults) > before:
        return None
    return Template(id_, tuple(fields.items()), url)


def _check(faults: list[str], where: str, name: str, pattern: Any, sample: Mapping[str, Value]) -> None:
    if not isinstance(pattern, str):
        faults.append(f"{where}.{name}：要是一段文字")
        return
    literal = re.sub(r"\{\w*\}", "", pattern)
    if name.startswith("const") and literal != pattern:
        faults.append(f"{where}.{name}：const 只收固定的词，不能填 {{…}}")
    elif re.search(r"[｛｝]", pattern):
        faults.append(f"{where}.{name}：花括号要用半角的，应为 {{text}} 这样：{pattern}")
    elif re.search(r"[{}]", literal):
        faults.append(f"{where}.{name}：花括号没有配成对，应为 {{text}} 这样：{pattern}")
    elif name in KINDS:
        faults.append(f"{where}.{name}：字段名要带编号，照平台后台写，例如 {name}1")
    elif name.startswith("thing") and len(literal) > 20:
        faults.append(f"{where}.{name}：固定的字就超过 20 个了")
    else:
        try:
            fill(Template("sample", ((name, pattern),)), sample)
        except LimitError as error:
            faults.append(f"{where}.{error}")


def _placed(text: str, fault: str) -> str:
    """毛病连同在第几行：照“时机.哪条路.字段”一层一层往下找，注释里的不算；找不到的不说。"""
    lines = re.sub(r"(?m)^\s*#.*$", lambda found: " " * len(found[0]), text)
    at = 0
    for name in fault.partition("：")[0].split("."):
        found = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])").search(lines, at)
        if found is None:
            break
        at = found.end()
    return f"第 {lines.count(chr(10), 0, at) + 1} 行 {fault}" if at else fault


def _table(faults: list[str], where: str, given: Any) -> dict[str, Any]:
    if isinstance(given, dict):
        return given
    faults.append(f"{where or '文件'}：要是一张表")
    return {}
