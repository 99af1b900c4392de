"""The modules of the project, as their source says."""

import ast
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import ecnscrawl
from tests.saved_pages import ROOT

PRODUCT = sorted((ROOT / "ecnscrawl").rglob("*.py"))
MODULES = [module.name for module in pkgutil.walk_packages(ecnscrawl.__path__, "ecnscrawl.")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module."""
    return tuple(ast.walk(parsed(path)))


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a module imports, wherever in it."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]
