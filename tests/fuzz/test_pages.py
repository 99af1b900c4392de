"""Any bytes of an article's page make a valid record, or none and a reason."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import trafilatura  # noqa: F401 - now, and not in the time of the first example
from hypothesis import given

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.items import to_line, validated
from ecnscrawl.loaders import load
from ecnscrawl.pages.base import Page, read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.pipelines.validate import reasons_against
from ecnscrawl.spiders.ecns import EcnsSpider
from tests.fuzz.effort import examples, in_time
from tests.fuzz.mutation import mutated
from tests.fuzz.test_feeds import charsets
from tests.saved_pages import articles

pytestmark = pytest.mark.fuzz

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://www.ecns.cn/world/2026-10-03/detail-ihfuzzed1234567.shtml"
PAGES = [article.body for article in articles()]
COLLAPSED = re.compile(r"\S+(?: \S+)*(?:\n\n\S+(?: \S+)*)*")


def record_or_reasons(page_class: type[Page], source: Source) -> bytes | list[str]:
    """The page's record as a crawl would store it, or why it would not."""
    address = EcnsSpider.profile.article_ref(URL)
    assert address is not None
    try:
        page = page_class(source)
        page.other_parts()
        if isinstance(page, GenericPage):
            page.canonical()
        reading = read([page])
    except TooComplex as error:
        return [str(error)]
    article = load(reading, address, site="ecns", language="en", zone=EcnsSpider.profile.zone, fetched_at=NOW)
    article.revision = 1
    try:
        return reasons_against(article, NOW, EcnsSpider.profile.article_ref) or to_line(validated(article))
    except msgspec.ValidationError as error:
        return [str(error)]


def texts(value: Any) -> Iterator[str]:
    """Every text in a record."""
    if isinstance(value, str):
        yield value
    else:
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from texts(each)


def assert_is_true(outcome: bytes | list[str]) -> None:
    """A record is one line for every reader, and nothing in it is invisible or blank."""
    if isinstance(outcome, list):
        assert all(outcome)
        return
    assert outcome.endswith(b"\n")
    assert len(outcome.decode().splitlines()) == 1
    for text in texts(json.loads(outcome)):
        assert COLLAPSED.fullmatch(text), text
        assert not [
            character for character in text if unicodedata.category(character) in ("Cc", "Cs") and character != "\n"
        ]
        assert not {*"\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"} & set(text)


@examples(0.20)
@given(mutated(PAGES), charsets)
def test_any_page_of_the_site_makes_a_valid_record_or_none(body: bytes, charset: str | None) -> None:
    with in_time():
        outcome = record_or_reasons(EcnsPage, Source(URL, body, charset))
    assert_is_true(outcome)


@examples(0.10)
@given(mutated(PAGES), charsets)
def test_any_page_of_any_site_makes_a_valid_record_or_none(body: bytes, charset: str | None) -> None:
    with in_time():
        outcome = record_or_reasons(GenericPage, Source(URL, body, charset))
    assert_is_true(outcome)
