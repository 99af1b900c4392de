"""The notebook runs against the demo's data, and shows what it gives."""

import json
from typing import Any

import pytest

from tests.docs.checkout import Checkout
from tests.docs.markdown import ROOT
from tests.docs.notebook import code_cells, run

pytestmark = pytest.mark.system

NOTEBOOK = ROOT / "docs" / "articles.ipynb"


def test_every_cell_runs_and_shows_what_it_gives(demo: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo.root)
    namespace: dict[str, Any] = {}
    for cell in code_cells(NOTEBOOK):
        output = run(cell.source, namespace)
        if cell.varies:
            assert bool(output) == bool(cell.output), cell.source
            assert output.count("\n") == cell.output.count("\n"), cell.source
        else:
            assert output == cell.output, cell.source


def test_it_is_a_notebook_of_format_4() -> None:
    document = json.loads(NOTEBOOK.read_bytes())
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in document["cells"]]
    assert len(ids) == len(set(ids))
    keys = {"cell_type", "id", "metadata", "source"}
    for cell in document["cells"]:
        assert set(cell) == keys | ({"execution_count", "outputs"} if cell["cell_type"] == "code" else set())
