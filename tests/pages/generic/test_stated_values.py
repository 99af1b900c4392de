"""Values that a page states for programs in odd forms: what has no text of its own is unknown."""

import json
from typing import Any

import pytest

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.fields import GenericFields


def fields(article: dict[str, Any], head: str = "") -> GenericFields:
    """The fields of a page with this article in its JSON-LD."""
    data = json.dumps({"@type": "NewsArticle", **article})
    markup = f"<html><head>{head}<script type='application/ld+json'>{data}</script></head><body></body></html>"
    return GenericFields(Document(Source("https://www.harbourpost.example/1", markup.encode())))


@pytest.mark.parametrize(
    ("stated", "keywords"),
    [
        ("ferries, piano", ["ferries", "piano"]),
        ("بيانو، مرفأ", ["بيانو", "مرفأ"]),
        (["ferries", "piano"], ["ferries", "piano"]),
        ({"@type": "DefinedTerm", "name": "ferries"}, ["ferries"]),
        ([{"@type": "DefinedTerm", "name": "ferries"}, 7], ["ferries"]),
        (True, []),
        (7, []),
    ],
)
def test_keywords_are_texts_or_named_terms(stated: object, keywords: list[str]) -> None:
    assert fields({"keywords": stated}).keywords() == keywords


def test_an_outlet_has_a_name_not_an_address() -> None:
    assert fields({"publisher": "https://www.harbourpost.example/#publisher"}).source() is None
    assert fields({"publisher": ["https://www.harbourpost.example/", "Harbour Post"]}).source() == "Harbour Post"


@pytest.mark.parametrize("nothing", ["null", "undefined", "[object Object]"])
def test_what_programs_write_for_no_value_is_none(nothing: str) -> None:
    names = ("og:title", "og:description", "article:section", "og:site_name", "author", "keywords", "editor")
    found = fields({}, "".join(f"<meta name='{name}' content='{nothing}'>" for name in names))
    assert [found.title(), found.summary(), found.section(), found.source(), found.editor()] == [None] * 5
    assert found.authors() == found.keywords() == []
