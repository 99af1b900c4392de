"""`import ecnscrawl` is fast, loads modules on first use, and is typed."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ecnscrawl
from ecnscrawl.items import to_line
from tests.exporters.library import FERRY, HARVEST, Library
from tests.saved_pages import ROOT

WITHOUT_SCRAPY = "print([name for name in sys.modules if name.split('.')[0] in ('scrapy', 'twisted', 'lxml')])"
MAX_SECONDS = 0.1
TRIES = 5  # the best of them counts: the machine may be busy


def run(script: str) -> str:
    """The output of a script in its own process."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.system
def test_the_import_is_quick() -> None:
    script = "import time; start = time.perf_counter(); import ecnscrawl; print(time.perf_counter() - start)"
    assert min(float(run(script)) for _ in range(TRIES)) < MAX_SECONDS


@pytest.mark.system
def test_the_import_loads_neither_scrapy_nor_a_parser() -> None:
    assert run(f"import sys, ecnscrawl; {WITHOUT_SCRAPY}") == "[]"


@pytest.mark.system
def test_stored_articles_are_read_without_scrapy(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.publish("20261123T120000Z-000001.jsonl", [FERRY])
    data = str(library.articles.parent.parent)
    read = run(f"import sys, ecnscrawl; print(*[a.id for a in ecnscrawl.articles({data!r})]); {WITHOUT_SCRAPY}")
    assert read.splitlines() == [FERRY.id, "[]"]


@pytest.mark.system
def test_a_first_moment_needs_no_scrapy_either(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.publish("20261123T120000Z-000001.jsonl", [FERRY])
    data = str(library.articles.parent.parent)
    engine = WITHOUT_SCRAPY.replace(", 'lxml'", "")
    read = run(
        f"import sys, ecnscrawl; print(*[a.id for a in ecnscrawl.articles({data!r}, since='2026-11-01')]); {engine}"
    )
    assert read.splitlines() == [FERRY.id, "[]"]


@pytest.mark.system
def test_extract_loads_no_engine() -> None:
    engine = "print([name for name in sys.modules if name in ('twisted.internet.reactor', 'scrapy.crawler')])"
    title = "print(ecnscrawl.extract(b'<title>Snow</title>', 'https://news.example.org/1').title)"
    assert run(f"import sys, ecnscrawl; {title}; {engine}").splitlines() == ["Snow", "[]"]


def test_every_public_name_is_listed_and_there() -> None:
    assert set(ecnscrawl.__all__) <= set(dir(ecnscrawl))
    assert [name for name in ecnscrawl.__all__ if getattr(ecnscrawl, name, None) is None] == []


@pytest.mark.system
def test_a_name_is_listed_before_its_first_use() -> None:
    assert run("import ecnscrawl; print({'extract', 'articles'} <= set(dir(ecnscrawl)))") == "True"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'ecnscrawl' has no attribute 'extrct'"):
        _ = ecnscrawl.extrct  # type: ignore[attr-defined]


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ecnscrawl.__version__ == project["version"]


def test_an_article_becomes_a_dictionary_and_json_as_in_the_files() -> None:
    plain = ecnscrawl.to_dict(HARVEST)
    assert plain == json.loads(to_line(HARVEST))
    assert list(plain) == list(json.loads(to_line(HARVEST)))
    assert ecnscrawl.to_json(HARVEST) == to_line(HARVEST).decode().removesuffix("\n")


def test_an_extracted_article_without_a_time_becomes_json_too() -> None:
    page = b"<html><head><title>Snow on the pass</title></head><body><h1>Snow on the pass</h1></body></html>"
    article = ecnscrawl.extract(page, "https://news.example.org/1")
    assert article is not None
    assert json.loads(ecnscrawl.to_json(article)) == ecnscrawl.to_dict(article)
    assert ecnscrawl.to_dict(article)["published_at"] is None


@pytest.mark.system  # in this process, mypy would raise the limit of recursion for all tests that follow
def test_the_types_are_known_to_a_type_checker(tmp_path: Path) -> None:
    script = tmp_path / "user.py"
    script.write_text(
        "import ecnscrawl\n"
        "article = ecnscrawl.extract(b'', 'https://news.example.org/1')\n"
        "reveal_type(article)\n"
        "if article:\n"
        "    reveal_type(article.published_at)\n"
        "for each in ecnscrawl.articles('data', since='30d'):\n"
        "    reveal_type(each)\n"
        "    reveal_type(each.published_at)\n"
        "ecnscrawl.articles('data', revisions='some')\n"
        "ecnscrawl.extrct\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--no-error-summary",
        "--cache-dir",
        str(ROOT / ".mypy_cache"),
        str(script),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    lines = [line.partition(": ")[2] for line in done.stdout.splitlines()]
    assert lines[:4] == [
        'note: Revealed type is "ecnscrawl.items.ExtractedArticle | None"',
        'note: Revealed type is "str | None"',
        'note: Revealed type is "ecnscrawl.items.Article"',
        'note: Revealed type is "str"',
    ]
    assert 'has incompatible type "Literal' in lines[4]
    assert "[attr-defined]" in lines[5]
