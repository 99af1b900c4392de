"""The newest entries of a sitemap, and the newest sitemaps of an index."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.links import Link
from ecnscrawl.pages.sitemaps import ChildSitemap
from ecnscrawl.sites.listing_source import ReadPage
from ecnscrawl.sites.newest import MAX_ENTRIES, MAX_SITEMAPS, MAX_UNDATED, NewestSitemaps, newest_entries

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OLDEST = NOW - timedelta(days=7)
HOST = "https://gazette.example"


def link(path: str, *, published: datetime | None = None, changed: datetime | None = None) -> Link:
    times = [StatedTime(at, "second") if at else None for at in (published, changed)]
    return Link(HOST + path, *times)


def paths(links: list[Link]) -> list[str]:
    return [each.url.removeprefix(HOST) for each in links]


def test_the_time_of_publication_counts_before_that_of_a_change_and_the_day_in_the_address() -> None:
    links = [
        link("/old", published=NOW - timedelta(days=30), changed=NOW),
        link("/2026/11/22/by-address"),
        link("/2025/11/22/by-address"),
        link("/changed", changed=NOW - timedelta(days=5)),
        link("/new", published=NOW),
    ]
    assert paths(newest_entries(links, OLDEST)) == ["/new", "/2026/11/22/by-address", "/changed"]
    assert len(newest_entries(links, None, is_whole=True)) == 5


def test_a_day_counts_to_its_end_everywhere() -> None:
    day = StatedTime(datetime(2026, 11, 16, tzinfo=UTC), "day")
    assert newest_entries([Link(f"{HOST}/a", changed=day)], OLDEST) == [Link(f"{HOST}/a", changed=day)]


def test_entries_without_a_time_count_in_a_short_sitemap_and_where_none_has_one() -> None:
    short = [link(f"/story-{number}") for number in range(5)]
    assert paths(newest_entries([*short, link("/new", changed=NOW)], OLDEST))[0] == "/new"
    assert len(newest_entries(short, OLDEST)) == 5
    long = [link(f"/story-{number}") for number in range(MAX_ENTRIES + 1)]
    assert newest_entries([*long, link("/new", changed=NOW)], OLDEST) == [link("/new", changed=NOW)]
    assert len(newest_entries(long, None, is_whole=True)) == MAX_ENTRIES + 1


def test_of_a_long_sitemap_without_any_time_both_ends_are_taken() -> None:
    names = [f"/a-story-called-{'b' * (number % 7)}-{'c' * (number // 7)}" for number in range(3000)]
    chosen = paths(newest_entries([link("/tag/ferry"), *(link(name) for name in names)], OLDEST))
    assert set(chosen) == {*names[: MAX_UNDATED // 2], *names[-MAX_UNDATED // 2 :]}


@pytest.mark.parametrize("form", ["/town/{}", "/story-of-2026-{}.html", "/?p={}"])
def test_of_a_long_sitemap_without_any_time_those_with_the_largest_numbers_are_taken(form: str) -> None:
    numbers = [500_000 + number * 7919 % 3001 for number in range(3000)]  # in no order
    chosen = paths(newest_entries([link(form.format(number)) for number in numbers], OLDEST))
    assert chosen == [form.format(number) for number in sorted(numbers, reverse=True)[:MAX_UNDATED]]


def test_of_many_sitemaps_without_any_time_the_first_and_the_last_are_read() -> None:
    children = [ChildSitemap(f"{HOST}/posts-{number}.xml") for number in range(100)]
    source = NewestSitemaps(f"{HOST}/sitemap.xml")
    chosen = source.next(ReadPage(number=1, today=date(2026, 11, 24), children=children))
    assert {children[0].url, children[-1].url} <= set(chosen)
    assert len(chosen) == MAX_SITEMAPS
    whole = ReadPage(number=1, today=date(2026, 11, 24), children=children, is_whole=True)
    assert source.next(whole) == tuple(child.url for child in children)


def test_of_a_long_sitemap_the_newest_are_taken() -> None:
    links = [link(f"/story-{number}", changed=NOW - timedelta(minutes=number)) for number in range(5000)]
    chosen = newest_entries(links[::-1], OLDEST)
    assert paths(chosen) == [f"/story-{number}" for number in range(MAX_ENTRIES)]


def test_tags_pictures_and_the_front_page_are_no_entries() -> None:
    links = [link(path, changed=NOW) for path in ("/", "/tag/ferry", "/ferry.jpg", "/author/anna", "/world/")]
    assert paths(newest_entries(links, OLDEST)) == ["/world/"]


def test_of_an_index_the_newest_sitemaps_for_news_come_first() -> None:
    def child(path: str, days: int | None) -> ChildSitemap:
        changed = StatedTime(NOW - timedelta(days=days), "second") if days is not None else None
        return ChildSitemap(HOST + path, changed)

    children = [
        child("/post-1.xml", 400), child("/post-2.xml", 1), child("/undated.xml", None), child("/news.xml", 3),
        child("/category.xml", 0), child("/sitemap-2026-11-23.xml", None), child("/sitemap-2024-11-23.xml", None),
        child("/post-3.xml", 0),
    ]  # fmt: skip
    source = NewestSitemaps(f"{HOST}/sitemap.xml")
    page = ReadPage(number=1, today=date(2026, 11, 24), children=children)
    assert [url.removeprefix(HOST) for url in source.next(page)] == [
        "/news.xml", "/post-3.xml", "/post-2.xml", "/sitemap-2026-11-23.xml", "/undated.xml",
    ]  # fmt: skip
    whole = ReadPage(number=1, today=date(2026, 11, 24), children=children, is_whole=True)
    assert len(source.next(whole)) == 7
    many = [child(f"/post-{number}.xml", 0) for number in range(50)]
    assert len(source.next(ReadPage(number=1, today=date(2026, 11, 24), children=many))) == MAX_SITEMAPS
