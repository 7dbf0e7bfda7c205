"""文书的网址，和各种文书怎么称呼。"""

CALENDAR = "calendar"
LABELS = {
    "page": "给老板看的一页",
    "outline": "申报材料大纲（Word）",
    "checklist": "材料清单（Excel）",
    CALENDAR: "申报窗口的日历文件",
}


def path(token: str, kind: str) -> str:
    """一种文书的网址，相对于服务的根。"""
    if kind == CALENDAR:
        return f"calendar/{token}.ics"
    return f"paper/{token}" if kind == "page" else f"paper/{token}/{kind}"
