"""Imports point one way: a module imports only from the layers below its own, without cycles."""

import ast
import sys
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ecnscrawl"

#: From the top down. A name is a module or a package at the root of `ecnscrawl`.
LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "__main__ commands",
        "cli reextraction testing watching",
        "spiders",
        "crawling",
        "rendering middlewares pipelines extensions",
        "network",
        "context configuration",
        "monitoring exporters extraction reading workers",
        "loaders visits storage validation",
        "sites",
        "frontier pages",
        "hints normalize",
        "items exceptions redaction safe_files",
    )
)
#: Named by strings alone: it stands in no layer, and nothing but the commands' checks may import it.
SETTINGS = "settings"
ENGINE_FREE_FROM = 7  # `monitoring`, `exporters`, `extraction` and all below: Scrapy's engine stays out
#: Scrapy's own interfaces of a feed: its storage, and one of its formats.
ENGINE_ALLOWED = frozenset({"exporters/feed_storage.py", "exporters/feed_csv.py"})


#: What makes of the project one that needs a database. A crawl into files loads none of it.
DATABASE = ("ecnscrawl.frontier.postgres", "ecnscrawl.storage.database")
CHOICE = "ecnscrawl.storage.choice"  #: makes the storage, and so imports it, but only if there is a database
#: Commands about a database whose address the user has typed, and copies from one and to one.
ABOUT_DATABASES = frozenset({"cli.database", "cli.publishing", "cli.copying", "storage.copying"})


def layer_of(name: str) -> int:
    """The number of a name's layer, from the top; raises LookupError for a name that stands in none."""
    for number, names in enumerate(LAYERS):
        if name in names:
            return number
    raise LookupError(f"{name} stands in no layer: add it to LAYERS, or move it into a package that does")


def imports_of(tree: ast.AST, package: Iterable[str]) -> Iterator[str]:
    """The dotted names that a module imports from the project, also under `TYPE_CHECKING` and inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "ecnscrawl")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ecnscrawl":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in package else node.module or ""


def name_of(path: Path, root: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def breaches(root: Path) -> list[str]:
    """Each import that points up, or across between two names of one layer in both directions."""
    modules = {name_of(path, root): path for path in root.rglob("*.py")}
    found: list[str] = []
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        top = name.split(".")[1] if "." in name else None
        if top in (None, SETTINGS):
            continue
        for imported in imports_of(ast.parse(path.read_text("utf-8")), modules):
            target = imported.split(".")[1] if "." in imported else None
            if target in (None, SETTINGS) or target == top:
                graph.setdefault(name, set()).add(imported)
                continue
            graph.setdefault(name, set()).add(imported)
            if layer_of(target) < layer_of(top):
                found.append(f"{name} imports {imported}, which stands above it")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append(f"a circle: {' → '.join(error.args[1])}")
    return found


def is_about_databases(name: str) -> bool:
    """Whether a module is of a database alone."""
    return is_within(name, DATABASE) or is_within(name, (f"ecnscrawl.{each}" for each in ABOUT_DATABASES))


def is_within(name: str, packages: Iterable[str]) -> bool:
    return any(f"{name}.".startswith(f"{each}.") for each in packages)


def database_imports(root: Path) -> list[str]:
    """Imports of what only a database needs by modules that work without one."""
    modules = {name_of(path, root): path for path in root.rglob("*.py")}
    found = []
    for name, path in modules.items():
        if is_about_databases(name):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        at_start = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])
        loaded = [each for each in imports_of(at_start, modules) if is_about_databases(each)]
        found += [f"{name} loads {each} at each start" for each in loaded]
        named = {each for each in imports_of(tree, modules) if is_within(each, DATABASE) and name != CHOICE}
        found += [f"{name} imports {each}" for each in sorted(named - {*loaded})]
    return found


def engine_imports(root: Path) -> list[str]:
    """Imports of Scrapy or Twisted where pages, records and files are handled."""
    found = []
    for path in root.rglob("*.py"):
        inside = path.relative_to(root)
        top = inside.with_suffix("").parts[0]
        if top in ("__init__", SETTINGS) or layer_of(top) < ENGINE_FREE_FROM or inside.as_posix() in ENGINE_ALLOWED:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for_types = [
            node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        ]
        never_run = {id(each) for node in for_types for each in ast.walk(node)}
        for node in ast.walk(tree):
            if id(node) in never_run:
                continue
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{inside} imports {name}" for name in names if name.split(".")[0] in ("scrapy", "twisted")]
    return found


def test_every_module_imports_only_from_the_layers_below_its_own() -> None:
    assert breaches(PACKAGE) == []


def test_records_and_files_are_handled_without_the_engine() -> None:
    assert engine_imports(PACKAGE) == []


def test_only_the_choice_of_a_storage_and_what_is_about_databases_knows_that_there_are_some() -> None:
    assert database_imports(PACKAGE) == []


def test_few_modules_lie_at_the_root() -> None:
    assert len([path for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")]) <= 12


@pytest.mark.parametrize(
    ("module", "line", "breach"),
    [
        (
            "normalize/text.py",
            "from ecnscrawl.pages import base",
            "ecnscrawl.normalize.text imports ecnscrawl.pages.base",
        ),
        (
            "frontier/records.py",
            "import ecnscrawl.storage.run",
            "ecnscrawl.frontier.records imports ecnscrawl.storage.run",
        ),
        (
            "pages/base.py",
            "def read():\n    from ecnscrawl import loaders",
            "ecnscrawl.pages.base imports ecnscrawl.loaders",
        ),
    ],
)
def test_an_import_that_points_up_is_found(tmp_path: Path, module: str, line: str, breach: str) -> None:
    root = tmp_path / "ecnscrawl"
    for name in ("pages/base.py", "normalize/text.py", "frontier/records.py", "storage/run.py", "loaders.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / module).write_text(line)
    assert [found.partition(",")[0] for found in breaches(root)] == [breach]


@pytest.mark.parametrize(
    ("module", "line", "breach"),
    [
        (
            "storage/run.py",
            "def f():\n    from ecnscrawl.frontier.postgres.claims import Claim",
            "ecnscrawl.storage.run imports ecnscrawl.frontier.postgres.claims",
        ),
        (
            "storage/choice.py",
            "from ecnscrawl.storage.database.storage import DatabaseStorage",
            "ecnscrawl.storage.choice loads ecnscrawl.storage.database.storage at each start",
        ),
        (
            "commands/state.py",
            "from ecnscrawl.cli import copying",
            "ecnscrawl.commands.state loads ecnscrawl.cli.copying at each start",
        ),
        ("storage/choice.py", "def f():\n    from ecnscrawl.storage.database import storage", None),
        ("cli/copying.py", "from ecnscrawl.frontier.postgres import claims", None),
    ],
)
def test_an_import_of_what_only_a_database_needs_is_found(
    tmp_path: Path, module: str, line: str, breach: str | None
) -> None:
    root = tmp_path / "ecnscrawl"
    for name in ("frontier/postgres/claims.py", "storage/database/storage.py", "cli/copying.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / module).parent.mkdir(parents=True, exist_ok=True)
    (root / module).write_text(line)
    assert database_imports(root) == ([] if breach is None else [breach])


def test_an_import_cycle_is_found(tmp_path: Path) -> None:
    root = tmp_path / "ecnscrawl" / "pages"
    root.mkdir(parents=True)
    (root / "one.py").write_text("from ecnscrawl.pages import two")
    (root / "two.py").write_text("from ecnscrawl.pages.one import thing")
    assert any(found.startswith("a circle") for found in breaches(root.parent))


if __name__ == "__main__":
    print("\n".join([*breaches(PACKAGE), *database_imports(PACKAGE), *engine_imports(PACKAGE)]))
    sys.exit(1 if breaches(PACKAGE) else 0)
