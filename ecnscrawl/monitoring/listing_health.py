"""Reasons why a run's listings make it unhealthy: unread, gone, endless, or not reaching back to `since`."""

from collections.abc import Iterator

from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.thresholds import Thresholds
from ecnscrawl.normalize.text import counted

_SAMPLE, _SAME_IDS_SHARE = 10, 0.1  # of links: an article may well stand at two addresses


def listing_reasons(stats: RunStats, thresholds: Thresholds) -> list[str]:
    """Return the reasons that listings give, those about their budgets first."""
    return [*_overspending(stats), *_dead_ends(stats, thresholds), *_reading_reasons(stats, thresholds)]


def notes(stats: RunStats) -> list[str]:
    """Return warnings about listings that do not go back to `since` although another listing or feed does.

    And one about a site's rule of ids that takes articles for each other: nothing else would show that they are missed.
    """
    short = [f"{words}; others reach back to since" for words in _short_listings(stats) if _is_reached(stats)]
    return [*short, *_same_ids(stats)]


def _same_ids(stats: RunStats) -> Iterator[str]:
    links = sum(listing.links for listing in stats.listings.values())
    if stats.same_id is None or links < _SAMPLE or stats.same_id_links <= _SAME_IDS_SHARE * links:
        return
    id_, first, second = stats.same_id
    yield (
        f"{stats.same_id_links} of {links} ids on listing pages stand for several addresses, such as {id_} for {first}"
        f" and {second}; if these are different articles, the site's article_ref makes the id of too little of an"
        " address"
    )


def _overspending(stats: RunStats) -> list[str]:
    if not stats.overspent:
        return []
    (first, requests), more = next(iter(stats.overspent.items())), len(stats.overspent) - 1
    others = f", {counted(more, 'more listing')} theirs" if more else ""
    allowed = counted(requests, "request")
    return [f"listing {first} wanted more than its {allowed}{others} (LISTING_MAX_REQUESTS); the next run goes on"]


def _dead_ends(stats: RunStats, thresholds: Thresholds) -> Iterator[str]:
    if left := sorted(stats.listings_left):
        others = f" and {counted(len(left) - 1, 'more listing')}" if len(left) > 1 else ""
        verb = "were" if len(left) > 1 else "was"
        links = counted(thresholds.dead_links, "link")
        yield (
            f"listing {left[0]}{others} {verb} left for this run: {links} in a row led nowhere (LISTING_MAX_DEAD_LINKS)"
        )


def _reading_reasons(stats: RunStats, thresholds: Thresholds) -> list[str]:
    listings = stats.listings
    failed = {name: listing.failure for name, listing in listings.items() if listing.failure}
    is_one_without_articles = [listing.is_empty for listing in listings.values()] == [True]  # a section may be empty
    if listings and len(failed) == len(listings) and not is_one_without_articles:
        name, failure = next(iter(failed.items()))
        return [f"no listing could be read, {len(failed)} tried; {name}: {failure}"]
    return [*_unread(stats, thresholds), *_gone(stats), *_short(stats)]


def _unread(stats: RunStats, thresholds: Thresholds) -> Iterator[str]:
    """Yield a reason if too many existing listings could not be read, so that new articles may have been missed."""
    listings = stats.listings
    unread = [(name, each.failure) for name, each in listings.items() if each.failure and not each.is_missing]
    if len(listings) >= thresholds.sample and len(unread) > thresholds.failed_share * len(listings):
        yield f"{len(unread)} of {counted(len(listings), 'listing')} could not be read; {unread[0][0]}: {unread[0][1]}"


def _gone(stats: RunStats) -> Iterator[str]:
    gone = [(name, each) for name, each in stats.listings.items() if each.is_missing and each.was_there]
    if len(gone) == 1:
        yield f"listing {gone[0][0]} is gone ({gone[0][1].failure}), it was there before"
    elif gone:
        yield (
            f"{len(gone)} listings are gone that were there before:"
            f" {gone[0][0]} ({gone[0][1].failure}) and {len(gone) - 1} more"
        )


def _short(stats: RunStats) -> Iterator[str]:
    """Yield a reason if no listing or feed goes back to `since`, so that articles may be missing."""
    if not _is_reached(stats):
        yield from (f"no listing or feed reaches back to since: {words}" for words in _short_listings(stats))


def _is_reached(stats: RunStats) -> bool:
    """Whether a listing or feed goes back to `since`, or might do so if `max_pages` had not ended it."""
    return any(each.reaches_since or each.has_older_article or each.is_limited for each in stats.listings.values())


def _short_listings(stats: RunStats) -> Iterator[str]:
    """Yield a phrase about the listings that end too early, which names the one that goes back furthest."""
    short = sorted((each.ends_at, name) for name, each in stats.listings.items() if each.ends_at)
    if len(short) == 1:
        yield f"listing {short[0][1]} ends at {short[0][0]}"
    elif short:
        yield f"{len(short)} listings end after since; {short[0][1]} goes back furthest, to {short[0][0]}"
