"""Everything that docs/architecture.md names exists: each file, each function in its file, and the layers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, blocks, tables
from tests.test_layers import LAYERS

ARCHITECTURE = ROOT / "docs" / "architecture.md"
PACKAGE = ROOT / "ecnscrawl"
_CODE = re.compile(r"`([^`\s]+)`")
_BELOW_ROOT = ("tests/", "docs/", "fixtures/")


def path_of(name: str) -> Path:
    """Where a file named in the document lies."""
    return (ROOT if name.startswith(_BELOW_ROOT) else PACKAGE) / name


def files_named() -> list[str]:
    return sorted(
        {name for name in _CODE.findall(ARCHITECTURE.read_text(encoding="utf-8")) if re.search(r"\.(py|md)$", name)}
    )


def functions_named() -> list[tuple[str, str]]:
    """Each file and function that stand side by side in a row of a table."""
    found = []
    for header, *rows in tables(ARCHITECTURE):
        file, function = header.index("file"), header.index("function")
        for row in rows:
            (name,) = _CODE.findall(row[file])
            functions = _CODE.findall(row[function])
            assert functions, f"{row} names no function"
            found += [(name, each) for each in functions]
    return sorted(set(found))


def names_in(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    """The functions, classes, methods and attributes that a module defines, as `Class.method`."""
    for node in body:
        match node:
            case ast.ClassDef():
                yield before + node.name
                yield from names_in(node.body, f"{before}{node.name}.")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield before + node.name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield before + name
            case ast.Assign():
                yield from (before + target.id for target in node.targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("name", files_named())
def test_every_file_that_is_named_exists(name: str) -> None:
    assert path_of(name).is_file()


@pytest.mark.parametrize(("file", "function"), functions_named())
def test_every_function_that_is_named_stands_in_its_file(file: str, function: str) -> None:
    assert function in set(names_in(ast.parse(path_of(file).read_text(encoding="utf-8")).body))


def test_the_five_ways_and_five_changes_are_described() -> None:
    assert len(list(tables(ARCHITECTURE))) == 6
    assert len(list(tables(ARCHITECTURE))[-1]) == 1 + 5


def test_the_diagram_has_the_layers_that_the_imports_keep_to() -> None:
    (diagram,) = blocks(ARCHITECTURE, "text")
    assert [frozenset(line.split()) for line in re.findall(r"^│ (.+?) *│", diagram.text, re.M)] == list(LAYERS)
