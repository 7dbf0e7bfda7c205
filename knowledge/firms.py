"""话里的公司名、厂名：只当名字听，不当产品听。"""

import re

from knowledge.places import place_names

_FIRM = re.compile(
    r"[\u4e00-\u9fff0-9a-z]{2,30}?(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|总公司|股份公司)|"
    r"^重庆[\u4e00-\u9fff]{2,14}公司|(?:厂名|公司名|名字|名称|名叫)[叫是]?[\u4e00-\u9fff]{2,5}(?=$|，)|"
    r"^[\u4e00-\u9fff]{2,12}(?:科技|实业|集团|工贸|商贸|新材料|新能源|股份)$|"
    r"[\u4e00-\u9fff]{3,10}(?:科技|实业|集团|工贸|商贸|环保|物资|建设|发展|投资)公司|"
    r"^[a-z ，]*(?:gong ?si|co ?，? ?ltd|company|corp|inc)$"
)
_ENDS = tuple("科技 实业 集团 工贸 商贸 新材料 新能源 股份 gongsi si ltd company corp".split())
_WORKS = re.compile(
    rf"(?:重庆市?|某|{'|'.join(place_names())})[\u4e00-\u9fff]{{2,14}}厂|(?:加工|工)?厂子?|"
    r"[\u4e00-\u9fff]{1,6}(?:设备|器材|用品|材料|制品|配件|机电|器械|装备|仪器)厂|(?:新能源|新材料|环保|科技|实业|工贸)公司"
)


def firm_in(own: str) -> re.Match[str] | None:
    """话里的公司全名。"""
    return _FIRM.search(own) if "公司" in own or "名" in own or own.endswith(_ENDS) else None


def is_works(text: str) -> bool:
    """整句只是一个厂名。"""
    return _WORKS.fullmatch(text) is not None
