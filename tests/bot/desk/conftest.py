"""服务台的测试共用的：一个库，有人值班。"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store import Store
from tests.bot.desk.office import Office, office, staff


@pytest.fixture
def desk_store(tmp_path: Path) -> Iterator[Store]:
    """一个新的 SQLite 文件，有人值班。"""
    with Store.open(f"sqlite:///{tmp_path / 'desk.db'}") as opened:
        staff(opened)
        yield opened


@pytest_asyncio.fixture
async def here(desk_store: Store) -> AsyncIterator[Office]:
    """开着的服务台。"""
    async with office(desk_store) as made:
        yield made
