"""用到才导入的命令：命令行写法里先放一个壳，叫它的时候才导入那个模块；服务用不着的就不占内存。"""

from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Any


class Later:
    """一个模块的样子：取它的哪个函数，都先给一个壳。"""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> "Command":
        return Command(self._module, name)


class Command:
    """一个命令的壳。"""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, given: Namespace) -> Any:
        return self.found(given)

    @property
    def found(self) -> Callable[[Namespace], Any]:
        """真的那个函数；没有就抛 AttributeError。"""
        found: Callable[[Namespace], Any] = getattr(import_module(self._module), self._name)
        return found
