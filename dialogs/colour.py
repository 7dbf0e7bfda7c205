"""哪一级预警这一问怎么读：颜色、“不晓得啥子颜色”、几级响应。"""

import re
from dataclasses import dataclass

from dialogs.heard import RESPONSE
from dialogs.steps import Choose

_NOT_KNOWN = re.compile(
    r"(?:我|我们|也|都|通知|上头?)*(?:不晓得|不知道|不清楚|没说|没写|没讲|没看|看不[懂出到]|搞不清楚?|记不得|忘了?)(?:到底)?(?:是|属于)?"
    r"(?:(?:啥子?|什么|哪[一个种]?|几)(?:颜色|色|级|档|预警|的|种|个)*|颜色|级别)"
)
"""“不晓得啥子颜色”：不清楚是哪一级。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour(Choose):
    """哪一级预警；说几级响应、别的颜色的，说通知没有写，再问。"""

    def exact(self, said: str) -> str | None:
        return "unsure" if _NOT_KNOWN.fullmatch(said) else Choose.exact(self, said)

    def unread(self, said: str) -> str:
        if RESPONSE.search(said):
            return "几级响应对哪种颜色的预警，通知没有写；看预警通知上写的颜色，没写就回“不清楚”。"
        if "蓝" in said:
            return "蓝色预警怎么减，通知没有写，这里也没有录入；看清楚是不是黄、橙、红，不是就问区县生态环境局。"
        return Choose.unread(self, said)
