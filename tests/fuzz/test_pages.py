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
from hypothesis import strategies as st

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.items import to_line, validated
from ecnscrawl.loaders import load
from ecnscrawl.pages.base import Page, read
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.validation import reasons_against
from tests.fuzz.effort import examples, in_time
from tests.fuzz.mutation import mutated
from tests.fuzz.test_feeds import charsets
from tests.saved_pages import every_article, every_site

pytestmark = pytest.mark.fuzz

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAGES = {site: [page for page in every_article() if page.site == site] for site in every_site()}
COLLAPSED = re.compile(r"\S+(?: \S+)*(?:\n\n\S+(?: \S+)*)*")


def pages_of_a_site() -> st.SearchStrategy[tuple[str, bytes]]:
    """The name of a site with saved pages, and one of them, changed."""

    def of(site: str) -> st.SearchStrategy[tuple[str, bytes]]:
        return st.tuples(st.just(site), mutated([page.body for page in PAGES[site]]))

    return st.sampled_from([site for site, pages in PAGES.items() if pages]).flatmap(of)


def record_or_reasons(
    profile: SiteProfile, page_class: type[Page], body: bytes, charset: str | None
) -> bytes | list[str]:
    """The page's record as a crawl would store it, or why it would not."""
    address = profile.article_ref(PAGES[profile.name][0].url)
    assert address is not None
    try:
        page = page_class(profile.source(address.url, body, charset))
        page.other_parts()
        if isinstance(page, GenericPage):
            page.canonical()
        reading = read([page])
    except TooComplex as error:
        return [str(error)]
    article = load(reading, address, site=profile.name, language=profile.language, zone=profile.zone, fetched_at=NOW)
    article.revision = 1
    try:
        return reasons_against(article, NOW, profile.article_ref) or to_line(validated(article))
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
@given(pages_of_a_site(), charsets)
def test_any_page_of_the_site_makes_a_valid_record_or_none(page: tuple[str, bytes], charset: str | None) -> None:
    site, body = page
    profile = every_site()[site].profile
    with in_time():
        outcome = record_or_reasons(profile, profile.page_class, body, charset)
    assert_is_true(outcome)


@examples(0.10)
@given(pages_of_a_site(), charsets)
def test_any_page_of_any_site_makes_a_valid_record_or_none(page: tuple[str, bytes], charset: str | None) -> None:
    site, body = page
    profile = every_site()[site].profile
    with in_time():
        outcome = record_or_reasons(profile, GenericPage, body, charset)
    assert_is_true(outcome)
