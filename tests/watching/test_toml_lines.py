"""The line of each key of a TOML document is the one on which it begins."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.watching.toml_lines import Path, lines_of

DOCUMENT = '''\
# a comment with [brackets] and "quotes"
[defaults]
every = "1h" # = [[site]]
settings = { DOWNLOAD_DELAY = 2.5, RENDER = "off" }

[[site]]
spider = "news"
"site" = 'example.org'
arguments.since = 2026-11-01 08:00:00
arguments.urls = [
  "https://example.org/[1]", # ]
  "https://example.org/2",
]

  [ site . settings ]
  "DOWNLOAD_DELAY" = 1.5
[[site]]
note = """
[[site]]
every = "2h"\\"""
""""
text = \'\'\'
x = 1\'\'\'\'
spider = "ecns"
'''


def test_the_lines_of_a_document_with_all_forms() -> None:
    assert lines_of(DOCUMENT) == {
        ("defaults",): 2,
        ("defaults", "every"): 3,
        ("defaults", "settings"): 4,
        ("defaults", "settings", "DOWNLOAD_DELAY"): 4,
        ("defaults", "settings", "RENDER"): 4,
        ("site",): 6,
        ("site", 0): 6,
        ("site", 0, "spider"): 7,
        ("site", 0, "site"): 8,
        ("site", 0, "arguments"): 9,
        ("site", 0, "arguments", "since"): 9,
        ("site", 0, "arguments", "urls"): 10,
        ("site", 0, "arguments", "urls", 0): 11,
        ("site", 0, "arguments", "urls", 1): 12,
        ("site", 0, "settings"): 15,
        ("site", 0, "settings", "DOWNLOAD_DELAY"): 16,
        ("site", 1): 17,
        ("site", 1, "note"): 18,
        ("site", 1, "text"): 22,
        ("site", 1, "spider"): 24,
    }


def test_entries_of_an_inline_list_have_lines_of_their_own() -> None:
    lines = lines_of('site = [\n  { spider = "ecns" },\n\n  { spider = "news",\n site = "a.example" },\n]\n')
    assert lines[("site", 1)] == 4
    assert lines[("site", 1, "site")] == 5


NAMES = st.sampled_from(["site", "a", "every", "1", "ü b", "x.y", 'q"', "'", "[", "#"])
SCALARS = st.one_of(
    st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(), st.dates(), st.times(),
    st.text("ab [](){}=,.#\"'\\\n\t√", max_size=12),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)


def written_key(draw: st.DrawFn, name: str) -> str:
    """A key in one of the forms in which it may be written."""
    if name.replace("_", "a").isascii() and name.isalnum() and draw(st.booleans()):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(draw: st.DrawFn, value: Any) -> str:
    """A value in one of the forms in which it may be written."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        pairs = (f"{written_key(draw, name)} = {written(draw, each)}" for name, each in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        parts = draw(st.sampled_from([", ", ",\n", " , # ],\n\n  "])).join(written(draw, each) for each in value)
        return f"[{draw(st.sampled_from(['', chr(10), ' # [' + chr(10)]))}{parts}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        if "\n" in value or draw(st.booleans()):
            return f'"""{escaped}"""'
        if "'" not in value and draw(st.booleans()):
            return f"'{value}'"
        return '"' + escaped + '"'
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path, int]]:
    """A document, and the lines of its keys."""
    text, lines = "", dict[Path, int]()

    def here() -> int:
        return text.count("\n") + 1

    for number in range(draw(st.integers(0, 3))):
        text += draw(st.sampled_from(["", "\n", "# [x]\n\n"]))
        lines.setdefault(("list",), here())
        lines[("list", number)] = here()
        text += draw(st.sampled_from(["[[list]]\n", '[[ "list" ]] # x = 1\n', "[[list]]  \n"]))
        for name, value in draw(st.dictionaries(NAMES, VALUES, max_size=4)).items():
            text += draw(st.sampled_from(["", "\n", "  ", "#\n"]))
            lines[("list", number, name)] = here()
            text += f"{written_key(draw, name)} = {written(draw, value)}\n"
    return text, lines


def paths(value: Any, path: Path = ()) -> set[Path]:
    """The paths of all keys and entries of a document that was parsed."""
    found = {path} if path else set()
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found.union(*(paths(each, (*path, name)) for name, each in inner))


@given(documents())
def test_each_key_of_any_document_has_its_line(document: tuple[str, dict[Path, int]]) -> None:
    text, expected = document
    found = lines_of(text)
    assert {path: found.get(path) for path in expected} == expected
    assert set(found) == paths(tomllib.loads(text))


@pytest.mark.parametrize("text", ["", "\n", "# nothing", "[a]", "[[a]]", 'a = ""', "a = [[[]]]"])
def test_small_documents(text: str) -> None:
    assert set(lines_of(text)) == paths(tomllib.loads(text))


@given(st.text("[]{}=,.#\"'\\\n ab1", max_size=40))
def test_text_that_is_no_toml_ends_too(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(lines_of(text)) == paths(tomllib.loads(text))
