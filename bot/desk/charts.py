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
_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#16211f",
    foreground_strong="#16211f",
    foreground_subtle="#52635f",
    guide_stroke_color="#dfe7e4",
    major_guide_stroke_color="#cfdad6",
    guide_stroke_dasharray="1,0",
    major_guide_stroke_dasharray="1,0",
    opacity="1",
    opacity_hover="1",
    transition="0s",
    colors=("#0d6858", "#c77700", "#a3271b"),
    font_family=_FONTS,
    label_font_size=14,
    major_label_font_size=14,
    legend_font_size=14,
    value_font_size=14,
    value_colors=("#ffffff",) * 3,
)
MARGIN = 12
MOST = 12
"""横条最多画这么多条，其余的看表。"""


def _talks(found: Figures, rules: Rules) -> bytes:
    """最近的各天：消息、人、没答上。"""
    chart = _chart(pygal.Line, 360, dots_size=3, stroke_style={"width": 2}, show_minor_x_labels=False)
    chart.x_labels = [f"{each.day:%m-%d}" for each in found.days]
    chart.x_labels_major = chart.x_labels[::5]
    chart.add("消息", [each.messages for each in found.days])
    chart.add("人", [each.people for each in found.days])
    chart.add("没答上", [each.lost for each in found.days])
    return _drawn(chart)


def _grades(found: Figures, rules: Rules) -> bytes:
    """各等级：名册上的、想评的。"""
    grades, wishes = summed(found)
    tiers = [*dict.fromkeys(tier for each in rules.branches.values() for tier in each.tiers), *wishes, *grades]
    shown = [tier for tier in dict.fromkeys(tiers) if tier and (grades[tier] or wishes[tier])]
    chart = _chart(pygal.Bar, 360)
    chart.x_labels = shown
    chart.add("名册上现在的等级", [grades[tier] for tier in shown])
    chart.add("谈话里想评的等级", [wishes[tier] for tier in shown])
    return _drawn(chart)


def _shorts(found: Figures, rules: Rules) -> bytes:
    """各项短板几家说没做到。"""
    return _bars([(title, number) for title, number in found.shorts], "几家说没做到")


def _announced(found: Figures, rules: Rules) -> bytes:
    """各区县公布的，到这一年一共几家。"""
    rows = sorted(((place(rules, each.district), each.so_far) for each in found.announced), key=lambda each: -each[1])
    return _bars(rows, f"到{found.year}年一共公布几家")


def _bars(rows: Sequence[tuple[str, int]], name: str) -> bytes:
    """横条，多的在上。"""
    shown = list(rows[:MOST])[::-1]
    # 库按拉丁字母估标签多宽，汉字宽一倍，左边多留一点
    margin = MARGIN + 7 * max((len(title) for title, _ in shown), default=0)
    chart = _chart(pygal.HorizontalBar, 120 + 30 * len(shown), margin_left=margin, print_values=True)
    chart.x_labels = [title for title, _ in shown]
    chart.add(name, [number for _, number in shown])
    return _drawn(chart)


def _chart(kind: Any, height: int, **more: Any) -> Any:
    chart = kind(
        style=_STYLE, width=800, height=height, js=[], legend_at_bottom=True, legend_box_size=12, margin=MARGIN,
        include_x_axis=True, pretty_print=False, explicit_size=True, value_formatter=_whole,
        no_data_text="还没有", truncate_label=-1, truncate_legend=-1, **more,
    )  # fmt: skip
    chart.add_xml_filter(_bare)
    return chart


def _whole(number: float) -> str:
    """刻度只写整数：数的都是个数。"""
    return f"{number:.0f}" if number == round(number) else ""


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


CHARTS: dict[str, Callable[[Figures, Rules], bytes]] = {
    "talks": _talks,
    "grades": _grades,
    "shorts": _shorts,
    "announced": _announced,
}
"""图的名字 → 怎么画。"""
