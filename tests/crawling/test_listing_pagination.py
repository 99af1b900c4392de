"""How a listing goes on after a page."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ecnscrawl.crawling.listing_pagination import ListingPagination, NextStep, is_read_since
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.listing_source import ListingSource
from ecnscrawl.sites.sources import ByDate, ByNextLink, Sitemap
from tests.samples import address

SOURCE = next(source for source in ECNS.sources if source.is_section)
THIS_RUN = 7
ANY = Arguments()
FULL = Arguments(full=True)
SINCE = Arguments(since=datetime(2026, 11, 20, tzinfo=UTC))


def pagination(page: int = 1, first_run: int = THIS_RUN, source: ListingSource = SOURCE) -> ListingPagination:
    made = ListingPagination(source, first_run, page)
    made.enqueue(f"https://www.ecns.cn/world/index_{number}.shtml" for number in range(page + 1, page + 20))
    return made


def snapshot(last_run: int, links: int = 9, last_read: int = 0) -> ListingSnapshot:
    return ListingSnapshot(CacheValidators("https://www.ecns.cn/world/"), b"", last_read, last_run, links)


def of_day(number: int, day: int) -> ArticleRef:
    return replace(address(number), day=date(2026, 11, day))


def decide(
    made: ListingPagination,
    articles: Sequence[ArticleRef],
    first_runs: dict[str, int] | None = None,
    arguments: Arguments = ANY,
) -> NextStep:
    known = first_runs or {}
    return made.decide(articles, made.show(articles), known.get, arguments, ECNS.zone)


def test_a_page_with_news_is_followed_by_the_next_one() -> None:
    step = decide(pagination(), [address(1), address(2)], {address(1).id: 3})
    assert (step.goes_on, step.is_open, step.is_limited, step.is_past_end) == (True, True, False, False)


def test_a_page_that_shows_what_earlier_runs_have_seen_ends_the_walk() -> None:
    step = decide(pagination(), [address(1), address(2)], {address(1).id: 3, address(2).id: 6})
    assert (step.goes_on, step.is_open) == (False, False)


def test_what_this_walk_has_seen_is_news_also_in_a_later_run() -> None:
    assert decide(pagination(first_run=5), [address(1)], {address(1).id: 5}).goes_on
    assert not decide(pagination(first_run=5), [address(1)], {address(1).id: 4}).goes_on


@pytest.mark.parametrize("arguments", [FULL, SINCE])
def test_a_walk_by_dates_or_to_the_end_goes_on_although_everything_is_known(arguments: Arguments) -> None:
    assert decide(pagination(), [of_day(1, 22)], {address(1).id: 1}, arguments).goes_on


def test_a_page_without_articles_of_its_own_lies_behind_the_last_one() -> None:
    made = pagination()
    decide(made, [address(1)])
    made.turn()
    step = decide(made, [address(1)], arguments=FULL)
    assert (step.goes_on, step.is_open, step.is_past_end) == (False, False, True)


def test_an_empty_first_page_is_no_end() -> None:
    step = decide(pagination(), [])
    assert (step.goes_on, step.is_past_end) == (False, False)


def test_the_users_limit_leaves_the_walk_open() -> None:
    step = decide(pagination(3), [address(1)], arguments=Arguments(max_pages=3))
    assert (step.goes_on, step.is_open, step.is_limited) == (False, True, True)
    assert decide(pagination(2), [address(1)], arguments=Arguments(max_pages=3)).goes_on


def test_a_page_wholly_before_the_dates_requested_is_the_last_one_and_the_walk_stays_open() -> None:
    step = decide(pagination(), [of_day(1, 10), of_day(2, 11)], arguments=SINCE)
    assert (step.goes_on, step.is_open, step.reaches_since) == (False, True, True)
    assert decide(pagination(), [of_day(1, 10), of_day(2, 22)], arguments=SINCE).goes_on


def test_what_an_earlier_page_has_shown_does_not_say_how_old_a_page_is() -> None:
    made = pagination()
    assert decide(made, [of_day(1, 23), of_day(2, 21)], arguments=SINCE).goes_on
    made.turn()
    step = decide(made, [of_day(1, 23), of_day(3, 10)], arguments=SINCE)  # the first is "most popular" on every page
    assert (step.goes_on, step.is_open) == (False, True)


def test_what_all_pages_show_does_not_count_as_the_listings_oldest_entry() -> None:
    made = pagination()
    decide(made, [of_day(1, 1), of_day(2, 23)], arguments=SINCE)
    made.turn()
    decide(made, [of_day(1, 1), of_day(3, 22)], arguments=SINCE)
    assert made.oldest == date(2026, 11, 22)
    assert made.ends_short_of(SINCE, ECNS.zone) == date(2026, 11, 22)
    assert made.ends_short_of(ANY, ECNS.zone) is None


def test_a_page_that_may_have_been_cut_off_leaves_the_walk_open() -> None:
    made = pagination()
    made.end.doubt = "it shows no end"
    step = decide(made, [address(1)], {address(1).id: 1})
    assert (step.goes_on, step.is_open) == (False, True)
    made.turn()
    assert decide(made, [address(2)], {address(2).id: 1}).is_open


def test_an_unchanged_page_goes_on_where_it_had_news_in_this_walk() -> None:
    assert pagination(first_run=5).decide_unchanged(snapshot(5), ANY) == NextStep(goes_on=True, is_open=True)
    assert pagination(first_run=5).decide_unchanged(snapshot(4), ANY) == NextStep(goes_on=False, is_open=False)
    limited = pagination(first_run=5).decide_unchanged(snapshot(5), Arguments(max_pages=1))
    assert limited == NextStep(goes_on=False, is_open=True, is_limited=True)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (ANY, (True, False)),
        (SINCE, (True, True)),
        (Arguments(until=datetime(2026, 11, 20, tzinfo=UTC)), (True, True)),
        (FULL, (True, True)),
        (Arguments(sections=("archive",)), (False, True)),
        (Arguments(sections=("world",), full=True), (True, False)),
    ],
)
def test_an_archive_is_read_only_if_the_user_asks_for_it(arguments: Arguments, expected: tuple[bool, bool]) -> None:
    asked = arguments.asks_for("world", is_archive=False), arguments.asks_for("archive", is_archive=True)
    assert asked == expected


ARCHIVE = ByDate("archive", "https://www.ecns.cn/{day:%Y/%m%d}.html", oldest=date(2008, 8, 1), max_empty_pages=2)
SITEMAP = Sitemap("https://www.ecns.cn/sitemap.xml")


def test_a_few_days_without_news_are_not_the_end_of_an_archive() -> None:
    made = pagination(source=ARCHIVE)
    for articles, expected in (([], True), ([], True), ([address(1)], True), ([], True), ([], True), ([], False)):
        step = decide(made, articles)
        assert (step.goes_on, step.is_open) == (expected, expected)
        made.turn()
    assert step.is_past_end


def test_a_day_without_news_that_has_not_changed_is_not_the_end_either() -> None:
    made = pagination(source=ARCHIVE)
    assert made.decide_unchanged(snapshot(3, links=0), ANY).goes_on
    assert not made.decide_unchanged(snapshot(3, links=5), ANY).goes_on


def test_all_sitemaps_of_an_index_are_read_whatever_they_show() -> None:
    made = ListingPagination(SITEMAP, THIS_RUN)
    made.enqueue(["https://www.ecns.cn/1.xml", "https://www.ecns.cn/2.xml", "https://www.ecns.cn/3.xml"])
    known = {address(1).id: 1}
    for articles in ([], [address(1)], []):
        assert decide(made, articles, known).goes_on
        made.turn()
    step = decide(made, [address(1)], known)
    assert (step.goes_on, step.is_open, step.is_last) == (False, False, True)


def test_a_sitemap_that_could_not_be_fetched_leaves_the_walk_open() -> None:
    made = ListingPagination(SITEMAP, THIS_RUN)
    made.has_failed = True
    assert decide(made, [address(1)]).is_open


def test_a_listing_without_a_next_page_has_ended() -> None:
    made = ListingPagination(ByNextLink("world", "https://www.ecns.cn/world/"), THIS_RUN)
    step = decide(made, [address(1)])
    assert (step.goes_on, step.is_open, step.is_last, step.is_past_end) == (False, False, True, False)


def test_a_page_comes_once_in_a_listing() -> None:
    made = ListingPagination(ByNextLink("world", "https://www.ecns.cn/world/"), THIS_RUN)
    first = made.begin(date(2026, 11, 23))
    made.enqueue([f"{first}2", f"{first}2", first])
    assert (made.turn(), made.queue) == (f"{first}2", [])


@pytest.mark.parametrize(
    ("source", "page", "is_reopened", "links", "expected"),
    [
        (SOURCE, 1, True, 9, False),
        (SOURCE, 2, False, 9, False),
        (ByNextLink("world", "https://www.ecns.cn/world/"), 1, False, 9, False),
        (ByNextLink("world", "https://www.ecns.cn/world/"), 1, True, 9, True),
        (ByNextLink("world", "https://www.ecns.cn/world/"), 2, False, 9, True),
        (SITEMAP, 1, True, 9, False),
        (SITEMAP, 1, False, 0, True),
        (SITEMAP, 2, False, 9, False),
    ],
)
def test_a_page_that_leads_to_the_next_one_is_needed_itself(
    source: ListingSource, page: int, is_reopened: bool, links: int, expected: bool
) -> None:
    made = ListingPagination(source, THIS_RUN, page, is_reopened=is_reopened)
    assert made.needs_page(snapshot(3, links)) is expected


def test_days_that_no_address_says_are_learnt_from_the_articles_of_the_page_before() -> None:
    undated = [replace(address(number), day=None) for number in range(6)]
    days = {ref.id: date(2026, 11, 10) for ref in undated[:4]}
    made = pagination()
    assert decide(made, undated[:2], arguments=SINCE).goes_on
    made.turn()
    assert decide(made, undated[2:4], arguments=SINCE).goes_on
    made.turn()
    made.learn_days(days.get)
    step = decide(made, undated[4:], arguments=SINCE)
    assert (step.goes_on, step.is_open, step.reaches_since) == (False, True, True)


def test_a_page_of_unread_articles_says_nothing_of_the_next_one() -> None:
    undated = [replace(address(number), day=None) for number in range(4)]
    made = pagination()
    decide(made, undated[:2], arguments=SINCE)
    made.turn()
    made.learn_days({undated[0].id: date(2026, 11, 10)}.get)
    assert decide(made, undated[2:], arguments=SINCE).goes_on


@pytest.mark.parametrize(
    ("changed", "last_read", "expected"),
    [
        (None, 2_000_000_000, False),
        (StatedTime(datetime(2026, 11, 20, 8, tzinfo=UTC), "second"), datetime(2026, 11, 20, 9, tzinfo=UTC), False),
        (StatedTime(datetime(2026, 11, 20, 8, tzinfo=UTC), "second"), datetime(2026, 11, 20, 9, 1, tzinfo=UTC), True),
        # Of a day it may have been the last minute, by the clock of the site, which is eight hours ahead.
        (StatedTime(datetime(2026, 11, 20, tzinfo=UTC), "day"), datetime(2026, 11, 20, 16, 59, tzinfo=UTC), False),
        (StatedTime(datetime(2026, 11, 20, tzinfo=UTC), "day"), datetime(2026, 11, 20, 17, 1, tzinfo=UTC), True),
    ],
)
def test_a_sitemap_read_after_its_last_change_is_left_alone(
    changed: StatedTime | None, last_read: datetime | int, expected: bool
) -> None:
    seconds = last_read if isinstance(last_read, int) else int(last_read.timestamp())
    assert is_read_since(snapshot(3, last_read=seconds), changed, ECNS.zone) is expected


@given(
    st.lists(st.lists(st.integers(1, 30), max_size=6), min_size=1, max_size=8),
    st.dictionaries(st.integers(1, 30), st.integers(1, THIS_RUN)),
    st.sampled_from([ANY, FULL, SINCE, Arguments(max_pages=2)]),
)
def test_a_listing_goes_on_only_after_something_new_and_stays_open_wherever_it_goes_on(
    pages: list[list[int]], first_runs: dict[int, int], arguments: Arguments
) -> None:
    made, shown = pagination(), set[int]()
    known = {address(number).id: run for number, run in first_runs.items()}
    for numbers in pages:
        step = decide(made, [address(number) for number in numbers], known, arguments)
        assert step.is_open or not step.goes_on
        assert step.is_past_end == (made.page > 1 and not set(numbers) - shown)
        if not step.goes_on:
            return
        assert set(numbers) - shown
        assert arguments.max_pages is None or made.page < arguments.max_pages
        shown |= set(numbers)
        made.turn()
