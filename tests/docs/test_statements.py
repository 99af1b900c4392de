"""Links, settings, keys, exit statuses and arguments in the documents are right."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy.settings import Settings

from ecnscrawl import settings as module
from ecnscrawl.cli.environment import KNOWN as VARIABLES
from ecnscrawl.configuration.renamed_settings import RENAMED
from ecnscrawl.crawling.arguments import KNOWN
from ecnscrawl.exceptions import EcnscrawlError
from ecnscrawl.items import schema
from ecnscrawl.pages.base import GENERIC
from ecnscrawl.pages.ecns.layouts import LAYOUTS
from tests.docs.markdown import (
    DICTIONARY,
    DOCUMENTS,
    OPERATIONS,
    README,
    ROOT,
    SECURITY,
    SETTINGS,
    TROUBLE,
    anchors,
    code,
    links,
    table,
)

DEFAULTS = Settings()
DEFAULTS.setmodule(module)


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in links(document):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (document.parent / parts.path).resolve() if parts.path else document
        if not target.exists() or (parts.fragment and parts.fragment not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_make_command_is_in_the_makefile(document: Path) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
    there = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= there


@pytest.mark.parametrize("row", table(SETTINGS, "setting", "default"), ids=lambda row: code(row[0]))
def test_a_documented_setting_has_the_documented_default(row: Sequence[str]) -> None:
    assert DEFAULTS[code(row[0])] == ast.literal_eval(code(row[1]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_setting_that_is_named_exists(document: Path) -> None:
    named = re.findall(r"`(?:-s )?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`", document.read_text(encoding="utf-8"))
    variables = {"COLD_START", "ECNSCRAWL_REAL_PAGES", *VARIABLES} | {
        "SCRAPY_SETTINGS_MODULE",
        "SSL_CERT_FILE",
    }
    if document.name == "CHANGELOG.md":  # it names settings as they were, too
        variables |= set(RENAMED)
    assert {name for name in named if name not in DEFAULTS} <= variables


def test_every_documented_environment_variable_is_read_by_the_settings() -> None:
    named = {code(row[0]) for row in table(SETTINGS, "environment", "meaning")}
    source = (ROOT / "ecnscrawl" / "settings.py").read_text(encoding="utf-8")
    assert named == set(re.findall(r"environ\.get\(\"(\w+)\"\)", source))


def test_the_index_of_the_operations_leads_to_every_page_once() -> None:
    index = OPERATIONS.with_suffix(".md")
    pages = sorted(f"operations/{page.name}" for page in OPERATIONS.glob("*.md"))
    assert sorted(link for link in links(index) if link.startswith("operations/")) == pages


def test_every_argument_of_a_crawl_has_an_example() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in OPERATIONS.glob("*.md"))
    assert [name for name in KNOWN if f"-a {name}=" not in text] == []


@pytest.mark.parametrize("document", [README, TROUBLE], ids=name_of)
def test_every_exit_status_is_documented(document: Path) -> None:
    header = ("exit status", "meaning") if document == README else ("status", "last line")
    assert {int(row[0]) for row in table(document, *header)} == {0} | exit_statuses(EcnscrawlError)


def exit_statuses(error: type[EcnscrawlError]) -> set[int]:
    return {error.exit_status}.union(*(exit_statuses(kind) for kind in error.__subclasses__()))


@pytest.mark.parametrize(
    ("header", "definition"),
    [
        (("key", "type", "example"), "Article"),
        (("key", "[schema.org](https://schema.org/NewsArticle) `NewsArticle`"), "Article"),
        (("key of an image",), "Image"),
        (("key of a video",), "Video"),
    ],
    ids=["keys", "vocabularies", "image", "video"],
)
def test_the_data_dictionary_has_every_key_in_its_order(header: tuple[str, ...], definition: str) -> None:
    documented = [code(row[0]) for row in table(DICTIONARY, *header)]
    assert documented == list(schema()["$defs"][definition]["properties"])


@pytest.mark.parametrize("row", table(DICTIONARY, "key", "type", "example"), ids=lambda row: code(row[0]))
def test_the_data_dictionary_says_when_a_key_is_null_or_empty(row: Sequence[str]) -> None:
    key: dict[str, Any] = schema()["$defs"]["Article"]["properties"][code(row[0])]
    may_be_nothing = key.get("type") == "array" or {"type": "null"} in key.get("anyOf", [])
    assert (row[4] != "never") == may_be_nothing


def test_the_data_dictionary_names_every_layout() -> None:
    (row,) = (row for row in table(DICTIONARY, "key", "type", "example") if row[0] == "`layout`")
    assert [name for name in [*(layout.layout for layout in LAYOUTS), GENERIC] if f"`{name}`" not in row[3]] == []


@pytest.mark.parametrize("row", table(SECURITY, "Threat", "What happens", "Test"), ids=lambda row: row[0])
def test_every_threat_names_an_existing_test(row: Sequence[str]) -> None:
    there = {
        name
        for file in ROOT.glob("tests/**/test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
    }
    named = re.findall(r"`(test_\w+)`", row[2])
    assert named
    assert set(named) <= there
