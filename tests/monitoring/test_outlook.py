"""The estimate of a run's length, and what the progress line says of it."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.monitoring.outlook import PACE_WINDOW, Estimate, Outlook, Pace, estimate, outlook_parts

COUNT = st.integers(0, 100_000)
NAMES = st.sampled_from(["world", "business", "culture"])


@st.composite
def outlooks(draw: st.DrawFn) -> Outlook:
    counts = st.dictionaries(NAMES, st.integers(0, 500))
    return Outlook(
        draw(COUNT),
        draw(COUNT),
        draw(st.dictionaries(NAMES, st.none() | st.integers(0, 50))),
        Counter(draw(counts)),
        Counter(draw(counts)),
    )


def test_what_is_requested_and_left_over_is_known() -> None:
    assert estimate(Outlook(requested=30, left_over=12), visited=5).articles == 42


def test_further_pages_are_expected_to_show_as_many_new_articles_as_those_before() -> None:
    outlook = Outlook(60, 0, {"world": 3, "business": 1}, Counter(world=2, business=1), Counter(world=20, business=40))
    assert estimate(outlook, visited=0).articles == 60 + 3 * 10 + 1 * 40


def test_while_a_listing_is_of_unknown_length_only_known_articles_count() -> None:
    outlook = Outlook(
        30, 5, {"culture": None, "world": 9}, Counter(world=2, business=1), Counter(world=20, business=10)
    )
    assert estimate(outlook, visited=0) == Estimate(articles=35, requests=45, is_at_least=True)


def test_the_pages_of_articles_and_listings_are_requests() -> None:
    outlook = Outlook(50, 0, {"world": 2})
    assert estimate(outlook, visited=10, requests_per_article=1.5).requests == 60 + 2


@given(outlook=outlooks(), visited=COUNT, pace=st.none() | st.floats(0.01, 1000), wait=st.floats(0, 10_000))
def test_the_line_is_never_absurd(outlook: Outlook, visited: int, pace: float | None, wait: float) -> None:
    """More is expected than was visited, and the time left is neither negative nor zero, nor without a base."""
    expected = estimate(outlook, visited)
    assert expected.articles >= max(visited, outlook.requested)
    parts = outlook_parts(visited, expected, pace, wait)
    if not parts:
        assert expected.articles == visited
        return
    match = re.fullmatch(r"(\d+) of (about|at least) (\d+)", parts[0])
    assert match
    assert int(match[1]) == visited < int(match[3]) <= expected.articles
    assert (match[2] == "at least") == expected.is_at_least
    assert len(parts) == (2 if pace and not expected.is_at_least else 1)
    if len(parts) == 2:
        assert re.fullmatch(r"(less than a minute|about ([1-9]\d* min|\d+(\.\d)? h)) left", parts[1]), parts[1]


def test_the_time_left_includes_a_wait() -> None:
    assert outlook_parts(1, Estimate(9, 8, is_at_least=False), pace=1.0, wait=600)[1] == "about 10 min left"


def test_the_pace_is_unknown_at_first() -> None:
    pace = Pace()
    assert pace.per_second is None
    for second in range(10):
        pace.note(second, second * 2)
        assert pace.per_second is None
    pace.note(10, 20)
    assert pace.per_second == 2.0


def test_a_few_responses_say_nothing_of_the_pace() -> None:
    pace = Pace()
    for second in range(60):
        pace.note(second, min(second, 4))
    assert pace.per_second is None


def test_the_pace_is_that_of_the_last_two_minutes() -> None:
    pace = Pace()
    for tenth in range(6000):  # ten minutes, looked at ten times a second
        second = tenth / 10
        pace.note(second, round(second * 10 if second < 300 else 3000 + (second - 300) * 0.5))
    assert pace.per_second == pytest.approx(0.5, rel=0.05)


def test_a_pause_lets_the_pace_fall_and_it_is_unknown_after_a_long_one() -> None:
    pace = Pace()
    for second in range(100):
        pace.note(second, second)
    for second in range(100, 160):
        pace.note(second, 100)
    assert pace.per_second is not None
    assert pace.per_second < 0.7
    for second in range(160, 100 + round(PACE_WINDOW) + 10):
        pace.note(second, 100)
    assert pace.per_second is None


def first_run(listings: int, pages: int, entries: int, shared: float) -> list[tuple[int, int]]:
    """A first run as the crawl makes it: the first pages, their articles, the second pages and so on.

    Of the entries of a page, a share is on an earlier page of another listing too. Return after each page the number of
    visited articles and the estimate.
    """
    outlook = Outlook(pages_left=dict.fromkeys(map(str, range(listings))))
    estimates, visited = [], 0
    for page in range(1, pages + 1):
        for listing in map(str, range(listings)):
            fresh = round(entries * (1 - shared)) if int(listing) or page > 1 else entries
            for _ in range(fresh):
                outlook.add_article(listing, is_left_over=False)
            outlook.pages_read[listing] += 1
            outlook.pages_left[listing] = pages - page
            estimates.append((visited, estimate(outlook, visited).articles))
        visited = outlook.requested
    estimates.append((visited, estimate(outlook, visited).articles))
    return estimates


@pytest.mark.parametrize(("listings", "pages", "shared"), [(20, 10, 0.3), (20, 10, 0.9), (3, 40, 0.0), (1, 1, 0.0)])
def test_the_estimate_of_a_first_run_is_close_once_all_first_pages_are_read(
    listings: int, pages: int, shared: float
) -> None:
    estimates = first_run(listings, pages, 45, shared)
    true = estimates[-1][1]
    assert estimates[-1] == (true, true)
    for _, expected in estimates[listings:]:
        assert expected == pytest.approx(true, rel=0.25)
