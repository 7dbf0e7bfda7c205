"""一种新叫法是不是一样东西的名称：虚词、地名、谁都会说的词，别的分支名称里的一截，一学就把别人的话抢走。"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from knowledge.places import place_names
from knowledge.records import Alias
from knowledge.rules import Rules
from knowledge.spelling import normalise, normalised

_EMPTY = (
    "我们 你们 咱们 他们 它们 自己 别人 人家 我 你 您 咱 俺 他 她 它 这个 那个 这边 那边 这里 那里 这家 这种 那种 "
    "这些 那些 哪个 哪些 哪里 什么 啥子 啥 怎么 咋个 咋 为什么 多少 几个 几 吗 呢 吧 啊 呀 哦 噻 嘛 撒 哈 咯 哟 "
    "嘞 了 着 过 的 地 得 是 不是 就是 还是 算 属于 归 叫 有 没有 没得 莫得 在 到 从 给 帮 替 把 被 跟 和 与 及 "
    "或 或者 还有 另外 以及 也 都 还 又 再 就 才 只 专门 专业 主要 大概 可能 应该 可以 能 会 要 想 想要 需要 请 "
    "请问 麻烦 你好 您好 老师 领导 谢谢 老板 喂 嗯 好 行 不 没 无 未 非 很 太 最 更 上 下 里 外 前 后 内 中 边 "
    "现在 以前 今年 去年 明年 今天 每年 一年 刚 一 二 两 三 四 五 六 七 八 九 十 个 条 台 套 座 样 类 块 点 些 次 "
    "年 月 日 号 大 小 老 新 多 少 各 全 本 某 该 其他 其它 别的 有限 责任 股份 集团"
)
_COMMON = (
    "厂 厂子 工厂 厂家 厂里 厂房 公司 企业 单位 车间 作坊 加工厂 门市 园区 工业园 工业 行业 产业 分支 分类 类别 "
    "项目 产品 制品 成品 半成品 材料 原料 原材料 新材料 物料 东西 设备 机器 机械 器材 设施 仪器 工具 零部件 部件 "
    "生产 制造 加工 经营 从事 做 搞 弄 办 开 建 造 产 卖 买 销售 用 使用 生产线 流水线 工艺 工序 流程 技术 科技 "
    "实业 商贸 贸易 工贸 员工 工人 规模 产能 产量 环保 环评 环境 排污 许可证 排污许可证 证 手续 治理 废气 废水 "
    "废渣 固废 粉尘 污染 排放 超标 处理 回收 监测 在线监测 台账 绩效 绩效分级 分级 等级 评级 评 级 引领 申报 申请 "
    "报 填 填报 审核 审查 评审 复核 抽查 公示 整改 资料 证明 政策 通知 文件 窗口期 截止 创b争a 升c消d 停产 限产 "
    "应急 预警 减排 秸秆 错峰 补贴 奖励 资金 贷款 电价 天然气 燃气 煤炭 柴油 蒸汽 生物质 能源 锅炉 炉子 炉窑 窑炉 "
    "烧窑 窑口 高温 烘干 烘房 干燥 冷却 混合 运输 仓库 堆场 检验 研发 安装 市 区 县 镇 乡 村 街道 重庆 渝 园 组团 "
    "经开区 高新区 开发区"
)
_GRADE = r"非?绩效引领|(?<![a-z0-9-])[abcd]-?(?![a-z0-9-])"
OTHERS = 3
"""毛病里最多举这么多个别处的叫法。"""


def vague(text: str) -> bool:
    """去掉虚词、地名和谁都会说的词，什么也不剩。"""
    return _everyday().fullmatch(normalise(text)) is not None


def calling_faults(rules: Rules, alias: Alias) -> Iterator[str]:
    """叫法太泛，或者是别的行业的名称、叫法里的一截。`rules` 只有文件。"""
    text, own = normalise(alias.text), _industry(rules, alias.target)
    if vague(alias.text):
        yield f"“{alias.text}”只有虚词、地名和各行各业都说的词，分不出是哪个行业"
    names = [(name, branch.id) for branch in rules.branches.values() for name in (branch.name, branch.industry)]
    whole = [name for name, id in names if text in normalise(name) and _industry(rules, id) != own]
    if text and whole:
        yield f"“{alias.text}”是别的名称里的一截：{'、'.join(dict.fromkeys(whole[:OTHERS]))}"
        return
    held = [each for each, key in zip(rules.aliases, _keys(rules), strict=True) if text and text in key]
    counts = Counter(_industry(rules, each.target) == own for each in held)
    if counts[False] > counts[True]:
        shown = [each.text for each in held if _industry(rules, each.target) != own]
        yield f"“{alias.text}”多半在别的行业的叫法里：{'、'.join(dict.fromkeys(shown[:OTHERS]))}"


def _industry(rules: Rules, target: str) -> str:
    """一个分支在哪个行业；行业就是它自己。"""
    branch = rules.branches.get(target)
    return f"{branch.list[0]}{branch.no}" if branch else target


@lru_cache(maxsize=1)
def _everyday() -> re.Pattern[str]:
    """一串虚词、地名、通用的词。"""
    places = {short for name in place_names() for short in (name, name.rstrip("区县市"))}
    words = sorted({*_EMPTY.split(), *_COMMON.split(), *filter(None, places)}, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))}|{_GRADE}|[ ，、])+")


@lru_cache(maxsize=2)
def _keys(rules: Rules) -> tuple[str, ...]:
    """文件里各种叫法归一的写法。"""
    return tuple(normalised([each.text for each in rules.aliases]))
