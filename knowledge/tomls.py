"""读 TOML：读过一遍的记在 __pycache__ 里（和 .pyc 放在一起、一样可信），内容没变就不必再解析，省下启动时间。"""

import marshal
import os
import sys
import tomllib
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def parse(path: Path, text: str) -> dict[str, Any]:
    """这份 TOML 的内容，每次都是新的；写坏了抛 tomllib.TOMLDecodeError。只有自带的数据才记。"""
    if HERE not in path.parents:
        return tomllib.loads(text)
    kept, digest = _kept_at(path), sha256(text.encode()).digest()
    try:
        known, content = marshal.loads(kept.read_bytes())
        if known == digest and isinstance(content, dict):
            return content
    except (OSError, ValueError, TypeError, EOFError):
        pass
    content = tomllib.loads(text)
    _keep(kept, digest, content)
    return content


def _kept_at(path: Path) -> Path:
    return Path(cache_from_source(str(path.with_suffix(".py")))).with_suffix(".toml.marshal")


def _keep(kept: Path, digest: bytes, content: dict[str, Any]) -> None:
    """写不成就算了：只是慢一点。marshal 装不下的（日期）也不记。"""
    if sys.dont_write_bytecode:
        return
    part = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        data = marshal.dumps((digest, content))
        kept.parent.mkdir(exist_ok=True)
        part.write_bytes(data)
        part.replace(kept)
    except (OSError, ValueError):
        return
