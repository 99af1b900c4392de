"""Rules for all modules of the project.

A rule is one test that names the modules that break it: a test for each module takes as long as all of it.
"""

import ast
import doctest
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LONGEST
from tests.modules import MODULES, PRODUCT, imported, name_of, nodes, parsed
from tests.saved_pages import ROOT

PAGES = [path for path in PRODUCT if "pages" in path.parts]
DOCUMENTED = [*PRODUCT, *sorted((ROOT / "replica").rglob("*.py")), *sorted((ROOT / "bench").rglob("*.py"))]


def test_the_product_needs_neither_the_replica_nor_the_tests() -> None:
    refused = {"replica", "tests", "bench", "pytest", "hypothesis"}
    assert [name_of(path) for path in PRODUCT if refused & set(imported(path))] == []


def test_pages_need_no_engine() -> None:
    engine = {"scrapy", "twisted", "itemloaders", "sqlite3"}
    assert PAGES
    assert [name_of(path) for path in PAGES if engine & set(imported(path))] == []


def descends_twice(xpath: str) -> bool:
    """Whether an XPath looks for descendants of descendants: of nested elements libxml2 finds the same ones many times."""
    previous = ""
    while previous != xpath:
        previous, xpath = xpath, re.sub(r"\[[^\[\]]*\]", "", re.sub(r"\(//[^()]*\)\[1\]", "", xpath))
    return any(part.count("//") > 1 for part in xpath.split("|"))


def selectors() -> Iterator[tuple[str, str]]:
    """Each module with the XPaths that it compiles for pages."""
    template = ROOT / "ecnscrawl" / "templates" / "news" / "page.py.tmpl"
    sources = {
        path: path.read_text(encoding="utf-8") for path in (*PAGES, template, ROOT / "tests/second_site/page.py")
    }
    for path, text in sources.items():
        calls = [
            node for node in ast.walk(ast.parse(text.replace("${class_name}", "New"))) if isinstance(node, ast.Call)
        ]
        named = [
            node for node in calls if getattr(node.func, "id", getattr(node.func, "attr", "")) in ("selector", "XPath")
        ]
        literals = [each.value for node in named for each in node.args if isinstance(each, ast.Constant)]
        yield from ((name_of(path), value) for value in literals if isinstance(value, str))


def test_no_selector_takes_the_square_of_the_time_on_nested_elements() -> None:
    found = list(selectors())
    assert len(found) > 20
    assert [each for each in found if descends_twice(each[1])] == []


@pytest.mark.parametrize(
    ("xpath", "is_slow"),
    [
        ("//div//a", True),
        ("//p | //div[@id='x']//td[1]//a[@href]", True),
        ("//a[ancestor::div[@id='x']]", False),
        ("//div[not(.//p)]/a | //p", False),
        ("(//div[@id='x'])[1]//a", False),
        ("((//div[@id='x'])[1]//td)[1]//a", True),
    ],
)
def test_a_selector_of_descendants_of_descendants_is_found(xpath: str, is_slow: bool) -> None:
    assert descends_twice(xpath) is is_slow


@pytest.mark.system
def test_pages_are_read_without_the_engine_being_loaded() -> None:
    names = [name for name in MODULES if name.startswith("ecnscrawl.pages.")]
    script = f"import sys, {', '.join(names)}; print([name for name in ('scrapy', 'twisted') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def first_line(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(parsed(path)) or "").partition("\n")[0]


def test_the_first_line_of_a_module_says_its_purpose() -> None:
    """It is a sentence."""
    assert [name_of(path) for path in DOCUMENTED if not re.match(r".*\.$", first_line(path))] == []


def sleeps_or_swallows(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("time.sleep", "sleep")
    if isinstance(node, ast.ExceptHandler):
        passes = all(isinstance(each, ast.Pass) for each in node.body)
        return passes and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    return False


def test_no_module_sleeps_or_swallows_all_exceptions() -> None:
    found = [(path, node) for path in PRODUCT for node in nodes(path) if sleeps_or_swallows(node)]
    assert [f"{name_of(path)}:{getattr(node, 'lineno', 0)}" for path, node in found] == []


def prints(path: Path) -> bool:
    called = [node.func for node in nodes(path) if isinstance(node, ast.Call)]
    return any(isinstance(func, ast.Name) and func.id == "print" for func in called)


def test_everything_printed_is_sanitized_for_a_terminal() -> None:
    """Only the module of `print_safely` calls `print`; rich prints tables whose cells are clean."""
    assert [name_of(path) for path in PRODUCT if prints(path)] == ["ecnscrawl/redaction.py"]


def test_a_module_has_one_reason_to_exist() -> None:
    assert [name_of(path) for path in PRODUCT if path.stem in ("utils", "helpers", "common", "manager", "misc")] == []


def examples() -> Iterator[doctest.DocTest]:
    """The docstrings that have examples."""
    for name in ["ecnscrawl", *MODULES]:
        found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
        yield from (each for each in found if each.examples)


def test_a_class_names_its_interface_once_and_not_in_each_method() -> None:
    functions = (each for path in PRODUCT for each in nodes(path) if isinstance(each, ast.FunctionDef))
    assert [each.name for each in functions if re.fullmatch(r"See \S+\.", ast.get_docstring(each) or "")] == []


def test_the_examples_in_docstrings_are_true() -> None:
    runner = doctest.DocTestRunner()
    assert [each.name for each in examples() if runner.run(each).failed] == []
    assert runner.summarize().attempted > 10


def test_the_modules_that_are_to_begin_first_exist() -> None:
    assert set(LONGEST) <= {path.stem for path in (ROOT / "tests").rglob("test_*.py")}


def test_no_crawler_parses_a_page_itself() -> None:
    """Only what `ecnscrawl.reading` does can be done by a worker process, in which a parser may hang or crash."""
    parsers = {
        "Document",
        "Page",
        "links",
        "feed_entries",
        "read_sitemap",
        "extract_pages",
        "extract_sources",
        "decode",
    }
    found = [
        f"{path.name} imports {alias.name}"
        for path in (ROOT / "ecnscrawl" / "crawling").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in parsers
    ]
    assert found == []
