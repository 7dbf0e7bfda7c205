"""总览的图：在服务里画成 SVG，页上用 <img> 放；图里没有脚本，数字另有一张表。"""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pygal
from pygal.style import Style

from bot.desk.figures import Figures
from bot.desk.tables import place, summed
from knowledge.rules import Rules

# pygal 在导入系统里挂了一个旧式的查找器（只为它的地图插件）：用不着，还会让别的导入出警告
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

_FONTS = '-apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'
_LIGHT = {
    "ink": "#16211f", "dim": "#52635f", "line": "#dfe7e4",
    "one": "#0d6858", "two": "#9a5b00", "three": "#a3271b", "on": "#ffffff",
}  # fmt: skip
_DARK = {
    "ink": "#e6eeeb", "dim": "#9db0aa", "line": "#2d3d39",
    "one": "#7fd6bf", "two": "#f1c27a", "three": "#ff9d90", "on": "#0e1614",
}  # fmt: skip
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="var(--ink)",
    foreground_strong="var(--ink)",
    foreground_subtle="var(--dim)",
    guide_stroke_color="var(--line)",
    major_guide_stroke_color="var(--line)",
    guide_stroke_dasharray="1,0",
    major_guide_stroke_dasharray="1,0",
    opacity="1",
    opacity_hover="1",
    transition="0s",
    colors=("var(--one)", "var(--two)", "var(--three)"),
    font_family=_FONTS,
    label_font_size=14,
    no_data_font_size=14,
    major_label_font_size=14,
    legend_font_size=14,
    value_font_size=14,
    value_colors=("var(--on)",) * 3,
)
WIDE, NARROW = 800, 320
"""图多宽：电脑上的，手机上的；都照原来的大小看，字才看得清。"""
MARGIN = 12
MOST = 12
"""横条最多画这么多条，其余的看表。"""
_BAND = 34
"""一组横条多高。"""


def _talks(found: Figures, rules: Rules, width: int) -> bytes:
    """最近的各天：消息、人、没答上。"""
    held = {
        "消息": [each.messages for each in found.days],
        "人": [each.people for each in found.days],
        "没答上": [each.lost for each in found.days],
    }
    chart = _chart(pygal.Line, width, 300, held, dots_size=2, stroke_style={"width": 2}, show_minor_x_labels=False)
    chart.x_labels = [f"{each.day:%m-%d}" for each in found.days]
    chart.x_labels_major = chart.x_labels[:: 5 if width == WIDE else 10]
    return _drawn(chart)


def _grades(found: Figures, rules: Rules, width: int) -> bytes:
    """各等级：名册上的、想评的。"""
    grades, wishes = summed(found)
    tiers = [*dict.fromkeys(tier for each in rules.branches.values() for tier in each.tiers), *wishes, *grades]
    shown = [tier for tier in dict.fromkeys(tiers) if tier and (grades[tier] or wishes[tier])]
    return _bars(shown, {"名册上现在的": [grades[t] for t in shown], "谈话里想评的": [wishes[t] for t in shown]}, width)


def _shorts(found: Figures, rules: Rules, width: int) -> bytes:
    """各项短板几家说没做到。"""
    return _bars([title for title, _ in found.shorts], {"几家说没做到": [n for _, n in found.shorts]}, width)


def _announced(found: Figures, rules: Rules, width: int) -> bytes:
    """各区县公布的，到这一年一共几家。"""
    rows = sorted(((place(rules, each.district), each.so_far) for each in found.announced), key=lambda each: -each[1])
    return _bars([name for name, _ in rows], {f"到{found.year}年一共公布几家": [n for _, n in rows]}, width)


def _bars(titles: Sequence[str], held: dict[str, list[int]], width: int) -> bytes:
    """横条，头一条在最上，多少条都一样粗。"""
    shown = [title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…" for title in titles[:MOST]][::-1]
    kept = {name: numbers[:MOST][::-1] for name, numbers in held.items()}
    # 库按拉丁字母估标签多宽，汉字宽一倍，左边多留一点
    margin = MARGIN + 7 * max((len(title) for title in shown), default=0)
    height = 90 + (_BAND + 16 * (len(held) - 1)) * len(shown)
    chart = _chart(pygal.HorizontalBar, width, height, kept, margin_left=margin, print_values=True, print_zeroes=False)
    chart.x_labels = shown
    return _drawn(chart)


_LONGEST = 9
"""横条的名字最多写几个字，全名在表里。"""


def _chart(kind: Any, width: int, height: int, held: dict[str, list[int]], **more: Any) -> Any:
    ticks = _ticks(max((number for numbers in held.values() for number in numbers), default=0))
    chart = kind(
        style=_STYLE, css=(*pygal.Config.css.value, f"inline:{_COLOURS}"), width=width, height=height, js=[],
        legend_at_bottom=True, legend_box_size=12, include_x_axis=True, pretty_print=False, explicit_size=True,
        value_formatter=_whole, no_data_text="还没有", truncate_label=-1, truncate_legend=-1,
        range=(0, ticks[-1]), y_labels=ticks, **{"margin": MARGIN} | more,
    )  # fmt: skip
    for name, numbers in held.items():
        chart.add(name, numbers)
    chart.add_xml_filter(_bare)
    return chart


def _ticks(most: int) -> list[int]:
    """刻度：整数，四五格，最后一个装得下最大的。"""
    step = next(n * 10**power for power in range(12) for n in (1, 2, 5) if n * 10**power * 5 >= most)
    return list(range(0, max(most + step - 1, step) // step * step + 1, step))


def _colours(held: dict[str, str]) -> str:
    return ":root{" + "".join(f"--{name}:{value};" for name, value in held.items()) + "}"


_COLOURS = _colours(_LIGHT) + "@media (prefers-color-scheme:dark){" + _colours(_DARK) + "}"
"""图里的颜色：明的、暗的；图是透明的，底是页面的。"""


def _whole(number: float) -> str:
    """数的都是个数，只写整数。"""
    return f"{number:.0f}"


def _bare(root: Any) -> Any:
    """去掉脚本：用不着，也不许有。"""
    for parent in list(root.iter()):
        for child in list(parent):
            if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == "script":
                parent.remove(child)
    return root


def _drawn(chart: Any) -> bytes:
    chart.config.legend_at_bottom_columns = len(chart.raw_series)  # 图例排一行；不满一行的，库会裁掉
    drawn: bytes = chart.render()
    return drawn


CHARTS: dict[str, Callable[[Figures, Rules, int], bytes]] = {
    "talks": _talks,
    "grades": _grades,
    "shorts": _shorts,
    "announced": _announced,
}
"""图的名字 → 怎么画。"""
