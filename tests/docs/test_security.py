"""Each threat in docs/security.md names tests, and these tests exist."""

import ast
import re
from collections.abc import Sequence
from functools import cache

import pytest

from tests.docs.markdown import ROOT, table

SECURITY = ROOT / "docs" / "security.md"


@cache
def names_of_tests() -> set[str]:
    """The names of all tests: found when they are needed, as every worker imports this module."""
    return {
        node.name
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("row", table(SECURITY, "Threat", "What happens", "Test"), ids=lambda row: str(row[0])[:60])
def test_every_test_that_a_threat_names_exists(row: Sequence[str]) -> None:
    named = re.findall(r"\btest_\w+", row[2])
    assert named
    assert [name for name in named if name not in names_of_tests()] == []
