"""编译好的模板记在 __pycache__ 里（和 .pyc 放在一起、一样可信），模板没变就不必再编译，省下启动时间。"""

import os
import sys
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """记在这个文件夹的 __pycache__ 里；读写不成就当没有。"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "__pycache__"

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            bucket.bytecode_from_string(self._at(bucket).read_bytes())
        except Exception:  # 没有、写到一半、别的版本写的：重新编译
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        kept = self._at(bucket)
        part = kept.with_name(f"{kept.name}.{os.getpid()}")
        try:
            kept.parent.mkdir(exist_ok=True)
            part.write_bytes(bucket.bytecode_to_string())
            part.replace(kept)
        except OSError:
            return

    def _at(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}.jinja"
