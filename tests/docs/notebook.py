"""Running a Jupyter notebook's code cells as Jupyter does, without Jupyter: outputs as text, in one namespace."""

import ast
import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, and the text that the notebook shows below it."""

    source: str
    output: str
    varies: bool = False  #: with the pages of the demo, which grow in number


def code_cells(notebook: Path) -> list[Cell]:
    """The code cells of a notebook of format 4."""
    document = json.loads(notebook.read_text(encoding="utf-8"))
    return [
        Cell("".join(cell["source"]), "".join(_texts(cell["outputs"])), "varies" in cell["metadata"].get("tags", []))
        for cell in document["cells"]
        if cell["cell_type"] == "code"
    ]


def _texts(outputs: list[dict[str, Any]]) -> Iterator[str]:
    for output in outputs:
        yield "".join(output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"])


def run(source: str, namespace: dict[str, Any]) -> str:
    """Run a cell; return what it prints, and the value of an expression at its end."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), namespace)
        value = None
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
    return printed.getvalue() + ("" if value is None else repr(value))
