"""耐久的库：默认一个 SQLite 文件，给了网址就用 PostgreSQL；同一套表、同一套迁移。"""

from bot.store.failures import StoreError
from bot.store.opening import Store

__all__ = ["Store", "StoreError"]
