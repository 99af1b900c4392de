"""How many pages of a listing are still to be read, as the progress line expects."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ecnscrawl.crawling.listing_outlook import linked_page, pages_left
from ecnscrawl.crawling.listing_pagination import ListingPagination
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.sites.listing_source import ListingSource
from ecnscrawl.sites.sources import ByDate, ByNextLink, ByNumber, Feed, Sitemap

TODAY = date(2026, 11, 20)
WORLD = ByNumber("world", "https://example.org/world/", "https://example.org/world/{page}.html")
USUAL = replace(WORLD, about_pages=10, about_entries=45)


def left(
    page: int, source: ListingSource = WORLD, arguments: Arguments | None = None, has_pager: bool = False, **facts: Any
) -> int | None:
    """The estimate when this page is requested and not read yet."""
    pagination = ListingPagination(source, first_run=1, page=page, **facts)
    return pages_left(pagination, arguments or Arguments(), TODAY, has_pager=has_pager)


def test_before_the_first_page_is_read_nothing_is_known() -> None:
    assert left(1) is None
    assert left(1, USUAL) is None
    assert left(1, has_pager=True) is None


def test_a_pager_tells_the_last_page() -> None:
    assert [left(page, has_pager=True, last_linked=12) for page in (2, 3, 12)] == [11, 10, 1]


def test_with_pagers_a_page_that_links_to_no_further_one_is_the_last() -> None:
    assert left(2, has_pager=True, last_linked=0) == 0
    assert left(13, has_pager=True, last_linked=12) == 0


def test_without_a_pager_the_profile_tells_how_many_pages_are_usual() -> None:
    assert [left(page, USUAL, entries=45) for page in (2, 10)] == [9, 1]
    assert left(11, USUAL, entries=45) is None  # this listing is longer than usual


def test_a_page_that_is_not_half_full_is_taken_for_the_last_one() -> None:
    assert left(2, USUAL, entries=22) == 0
    assert left(2, USUAL, entries=23) == 9


@pytest.mark.parametrize("source", [WORLD, ByNextLink("world", "https://example.org/world/")])
def test_without_pager_and_profile_it_is_at_least_one_page(source: ListingSource) -> None:
    assert left(2, source, entries=3) is None


def test_a_listing_that_an_earlier_run_has_read_is_expected_to_end_soon() -> None:
    assert left(2, USUAL, had_links=True, entries=45) == 1
    assert left(2, USUAL, had_links=True, entries=45, is_reopened=True) == 9
    assert left(2, USUAL, Arguments(full=True), had_links=True, entries=45) == 9


def test_the_users_arguments_may_end_it_earlier() -> None:
    assert left(2, USUAL, Arguments(max_pages=3), entries=45) == 2
    assert left(2, arguments=Arguments(max_pages=3)) == 2
    since = Arguments(since=datetime(2026, 11, 11, tzinfo=UTC))  # two pages go back three days: six go back nine
    seen = {"ecns:1": date(2026, 11, 19), "ecns:2": date(2026, 11, 17)}
    assert left(3, USUAL, since, entries=45, seen_ids=seen) == 4
    assert left(3, USUAL, since, entries=45, seen_ids={"ecns:1": TODAY}) == 8  # not more than usual


def test_an_archive_has_a_page_for_each_day() -> None:
    archive = ByDate("archive", "https://example.org/{day:%Y-%m-%d}.html", oldest=date(2026, 11, 11))
    assert left(2, archive) == 9
    assert left(2, archive, Arguments(since=datetime(2026, 11, 18, tzinfo=UTC)), seen_ids={"ecns:1": TODAY}) == 1


def test_the_sitemaps_of_an_index_are_known() -> None:
    sitemap = Sitemap("https://example.org/sitemap.xml")
    assert left(2, sitemap, queue=["https://example.org/2.xml", "https://example.org/3.xml"]) == 3


def test_links_to_pages_of_the_same_listing_have_numbers() -> None:
    links = [
        "https://example.org/world/2.html",
        "https://example.org/world/31.html",
        "https://example.org/business/90.html",
        "https://example.org/world/20261120.html",
        "https://example.org/world/x.html",
    ]
    assert linked_page(WORLD, links) == 31
    assert linked_page(WORLD, links[2:]) == 0
    assert linked_page(Feed("https://example.org/rss.xml"), links) == 0
