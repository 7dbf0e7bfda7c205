"""法：什么是真的、从哪天起、谁说的。只有表格和纯函数，不知道有聊天这回事。"""

from knowledge.rules import Rules, on

__all__ = ["Rules", "on"]
