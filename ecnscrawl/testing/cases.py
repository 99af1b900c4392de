"""Compare saved pages with what a reader sees in them, a case for each field: the tests of a site.

@pytest.mark.parametrize("case", cases_of(EXAMPLE, FIXTURES), ids=str)
def test_a_field_is_read_as_a_reader_sees_it(case: Case) -> None:
    case.check()
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import msgspec

from ecnscrawl.extraction import extract_sources
from ecnscrawl.hints import program
from ecnscrawl.items import Article
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.testing.fixtures import EXPECTED_KEYS, SavedArticle, SavedPages
from ecnscrawl.validation import reasons_against

_SHOWN = 400  #: letters of a value in a message


class Case(Protocol):
    """Something that must be so. Its text is the name of the test."""

    def check(self) -> None:
        """Raise AssertionError, which says what to do, if it is not so."""


def cases_of(profile: SiteProfile, fixtures: Path) -> list[Case]:
    """Return the cases of a site's saved pages; `fixtures` is the project's folder of that name.

    If no page is saved yet, there is one case, which fails and says how to save one.
    """
    articles = SavedPages(fixtures).articles()
    cases: list[Case] = []
    for page in (_SavedPage(profile, article) for article in articles if article.site == profile.name):
        cases += [*(FieldCase(page, field) for field in EXPECTED_KEYS), RecordCase(page)]
    return cases or [NoPageCase(profile.name)]


class _SavedPage:
    """A saved article, which is read once for all of its cases."""

    def __init__(self, profile: SiteProfile, article: SavedArticle) -> None:
        self.profile, self.article = profile, article

    @cached_property
    def record(self) -> Article:
        """The record that a crawl would store first."""
        address = self.profile.article_ref(self.article.urls[0])
        if address is None:
            raise AssertionError(
                f"article_ref of {self.profile.name} returns None for {self.article.urls[0]}, a saved article"
            )
        urls = (address.url, *self.article.urls[1:])
        sources = [
            self.profile.source(url, file.read_bytes()) for url, file in zip(urls, self.article.files, strict=True)
        ]
        _, record = extract_sources(sources, self.profile, address, fetched_at=datetime.now(UTC))
        record.revision = 1
        return record


@dataclass(frozen=True)
class FieldCase:
    """A field of a saved article has the value that a reader of the page sees."""

    page: _SavedPage
    field: str

    def __str__(self) -> str:
        return f"{self.page.article.name}-{self.field}"

    def check(self) -> None:
        __tracebackhide__ = True  # pytest then shows the message alone
        article = self.page.article
        expected = article.expected()
        if not article.is_reviewed:
            raise AssertionError(
                f"{article.name} is not reviewed. Does {article.files[0]} show this {self.field} to its reader?\n"
                f"  {_short(expected[self.field])}\n"
                f"If not, correct {article.expected_file}. When all fields are right:\n"
                f"  {program()} fixture --reviewed {article.site}/{article.name}"
            )
        found = msgspec.to_builtins(getattr(self.page.record, self.field))
        if found != expected[self.field]:
            raise AssertionError(
                f"{self.field} of {article.name} is read as\n  {_short(found)}\n"
                f"and not, as a reader sees it, as\n  {_short(expected[self.field])}"
            )


@dataclass(frozen=True)
class RecordCase:
    """A crawl would store the record of a saved article."""

    page: _SavedPage

    def __str__(self) -> str:
        return f"{self.page.article.name}-is-stored"

    def check(self) -> None:
        __tracebackhide__ = True
        reasons = reasons_against(self.page.record, datetime.now(UTC), self.page.profile.article_ref)
        if reasons:
            raise AssertionError(f"a crawl would reject {self.page.article.name}: {'; '.join(reasons)}")


@dataclass(frozen=True)
class NoPageCase:
    """The site has no saved page yet."""

    site: str

    def __str__(self) -> str:
        return "a-page-is-saved"

    def check(self) -> None:
        __tracebackhide__ = True
        raise AssertionError(
            f"no page of {self.site} is saved yet. Save one, and review what is read from it:\n"
            f"  {program()} fixture URL\n"
            f"  {program()} fixture --reviewed NAME"
        )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN // 2]} … {text[-_SHOWN // 2 :]}"
